#include "node/rpc/client/probe.h"

#include "tests/unit/rpc_server/fixture.h"

namespace schakel::rpc {
namespace {

TEST(ParseEndpointTest, ReadsNamesAndBothKindsOfAddresses) {
  EXPECT_EQ(ParseEndpoint("politie.veldrijk.example:7443")->host, "politie.veldrijk.example");
  EXPECT_EQ(ParseEndpoint("192.0.2.1:1")->port, "1");
  EXPECT_EQ(ParseEndpoint("[2001:db8::1]:65535")->host, "2001:db8::1");
}

TEST(ParseEndpointTest, RefusesWhatHasNoHostOrPort) {
  for (const char* address : {"",
                              "politie",
                              "politie:",
                              ":7443",
                              "[]:7443",
                              "politie:0",
                              "politie:65536",
                              "politie:07443",
                              "politie:http",
                              "politie:-1",
                              "2001:db8::1:7443",
                              "politie:123456"}) {
    EXPECT_FALSE(ParseEndpoint(address).ok()) << address;
  }
}

TEST(ResolveNameTest, GivesAddressesInDigits) {
  EXPECT_EQ(*ResolveName({"127.0.0.1", "7443"}), std::vector<std::string>{"127.0.0.1"});
  // RFC 6761: a name under .invalid never exists. Without a name service there is no answer at all.
  EXPECT_FALSE(ResolveName({"politie.invalid", "7443"}).ok());
}

TEST_F(PeerServerTest, TcpReachesThePortOnlyWhileItIsOpen) {
  const std::string port = std::to_string(server_->port());
  EXPECT_TRUE(TryTcp("127.0.0.1", port, std::chrono::seconds{5}).ok());
  server_.reset();
  const Result<void> closed = TryTcp("127.0.0.1", port, std::chrono::seconds{5});
  EXPECT_EQ(closed.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(closed.error().detail, "Connection refused");
  EXPECT_EQ(TryTcp("localhost", port, std::chrono::seconds{5}).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace schakel::rpc
