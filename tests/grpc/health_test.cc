// What a node says of itself at its peer port (grpc.health.v1) once a file of it was found damaged.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/grpc/fixture.h"

namespace schakel::hostile {
namespace {

namespace fs = std::filesystem;
using canon::Value;

// The database's write-ahead log that is being written.
std::string LiveLog(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() == ".log" && fs::file_size(file.path()) > 0) {
      names.push_back(file.path().string());
    }
  }
  EXPECT_FALSE(names.empty());
  return names.empty() ? "" : *std::max_element(names.begin(), names.end());
}

void FlipByte(const std::string& path, std::streamoff at) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekg(at);
  const auto byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(at);
  file.put(byte);
  ASSERT_TRUE(file.flush().good());
}

class HealthTest : public HostileTest {
 protected:
  // om asks the gemeente, whose health no other test looks at.
  HealthTest() {
    const statement::Delegation own = network_.parties().Delegation("om", "127.0.0.1:1");
    rpc::PeerChannelOptions options;
    options.address = network_.address("gemeente");
    options.party = "gemeente";
    options.identity = IdentityOf(network_.parties()["om"].tls, own, network_.parties().Sign(own));
    options.authorise = [this](const crypto::PeerCertificate& certificate) -> Result<std::string> {
      if (certificate.key == network_.parties()["gemeente"].tls.public_key()) return "gemeente";
      return Denied("an unknown key");
    };
    channel_ = std::make_unique<rpc::PeerChannel>(std::move(options));
  }
  bool Serving() {
    const Result<bool> healthy = channel_->Healthy();
    EXPECT_TRUE(healthy.ok()) << healthy.error().detail;
    return healthy && *healthy;
  }
  bool VerifyLog() {
    const Value result = network_.MustCall("gemeente", "officer", "log.verify", Value::Object{});
    return *result.Find("ok")->AsBool();
  }

  std::unique_ptr<rpc::PeerChannel> channel_;
};

TEST_F(HealthTest, ThePeerPortStopsServingOnceDamageWasFound) {
  ASSERT_TRUE(VerifyLog());
  ASSERT_TRUE(Serving());
  const std::string log = LiveLog(network_.home("gemeente") + "/db");
  const auto at = static_cast<std::streamoff>(fs::file_size(log)) - 1;
  network_.lines().Clear();
  FlipByte(log, at);
  EXPECT_FALSE(VerifyLog());
  network_.lines().Await({"health is now red"});
  EXPECT_FALSE(Serving());
  // The file is sound again; what was read from it meanwhile may have been wrong.
  FlipByte(log, at);
  EXPECT_TRUE(VerifyLog());
  EXPECT_FALSE(Serving());
  ExpectHonestAnswer();  // the other node's, which is as it was
}

}  // namespace
}  // namespace schakel::hostile
