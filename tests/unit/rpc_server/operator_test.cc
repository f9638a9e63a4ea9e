// The operator socket, both ends.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <schakel/v1/operator.grpc.pb.h>
#include <sys/stat.h>

#include "node/base/limits.h"
#include "node/rpc/client/operator_client.h"
#include "node/rpc/wire/convert.h"
#include "tests/unit/rpc_server/fixture.h"

namespace schakel::rpc {
namespace {

class FakeOperators final : public OperatorHandler {
 public:
  std::function<wire::OperatorReply(ImportSource&, ProgressSink&)> on_import;

  wire::OperatorReply Call(const wire::OperatorCall& call) override {
    if (call.method == "throw") throw std::string("content");
    if (call.method == "fail")
      return wire::OperatorError{"conflict", "It exists.", "Pick another."};
    return "{\"method\":\"" + call.method + "\"}";
  }
  wire::OperatorReply Import(const wire::OperatorCall& /*call*/,
                             ImportSource& file,
                             ProgressSink& progress) override {
    return on_import(file, progress);
  }
};

class OperatorServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    crypto::Init();
    PrepareTransport();
  }

  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "schakel-op-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    Start();
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Start() {
    server_.reset();
    OperatorServerOptions options;
    options.path = path();
    auto server = OperatorServer::Start(options, handler_, refusals_);
    ASSERT_TRUE(server.ok()) << server.error().detail;
    server_ = *std::move(server);
    server_->SetServing(true);
  }
  [[nodiscard]] std::string path() const { return folder_ + "/operator.sock"; }
  [[nodiscard]] std::unique_ptr<OperatorClient> Client() const {
    OperatorClientOptions options;
    options.path = path();
    return std::make_unique<OperatorClient>(options);
  }
  static wire::OperatorCall Named(const std::string& method) {
    return {method, "{}", wire::kSchema, std::nullopt};
  }
  // Gives `chunks` chunks of the largest size.
  static FileReader Chunks(int chunks) {
    return [chunks, given = 0]() mutable -> Result<std::optional<Bytes>> {
      if (given == chunks) return std::optional<Bytes>();
      return std::optional<Bytes>(Bytes(kMaxChunkBytes, static_cast<uint8_t>(given++)));
    };
  }

  std::string folder_;
  FakeOperators handler_;
  Refusals refusals_;
  std::unique_ptr<OperatorServer> server_;
};

TEST_F(OperatorServerTest, AnswersWithResultsAndErrors) {
  const auto client = Client();
  const Result<wire::OperatorReply> result = client->Call(Named("status"));
  ASSERT_TRUE(result.ok()) << result.error().detail;
  EXPECT_EQ(std::get<std::string>(*result), "{\"method\":\"status\"}");
  const Result<wire::OperatorReply> error = client->Call(Named("fail"));
  ASSERT_TRUE(error.ok());
  EXPECT_EQ(std::get<wire::OperatorError>(*error).hint, "Pick another.");
}

TEST_F(OperatorServerTest, RefusesWhatIsNoCall) {
  EXPECT_EQ(Client()->Call(Named("NO")).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(refusals_.Await("Operator.Call").error.code, ErrorCode::kMalformed);
}

TEST_F(OperatorServerTest, AnEscapingExceptionEndsTheCallAlone) {
  const auto client = Client();
  EXPECT_EQ(client->Call(Named("throw")).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refusals_.Await("Operator.Call").error.code, ErrorCode::kInternal);
  EXPECT_TRUE(client->Call(Named("status")).ok());
}

TEST_F(OperatorServerTest, ImportsAFileInOrderAndReportsWhileItGoes) {
  // More than the connection buffers in either direction: one side that only writes would hang.
  constexpr int kChunks = 64;
  int read = 0;
  handler_.on_import = [&](ImportSource& file, ProgressSink& progress) -> wire::OperatorReply {
    while (true) {
      const Result<std::optional<Bytes>> bytes = file.Next();
      if (!bytes.ok() || !bytes->has_value()) break;
      EXPECT_EQ(**bytes, Bytes(kMaxChunkBytes, static_cast<uint8_t>(read)));
      ++read;
      EXPECT_TRUE(progress.Report("{\"pad\":\"" + std::string(60'000, 'x') + "\"}").ok());
    }
    return "{\"read\":" + std::to_string(read) + "}";
  };
  int reports = 0;
  const Result<wire::OperatorReply> reply =
      Client()->Import(Named("import"), Chunks(kChunks), [&](const std::string&) { ++reports; });
  ASSERT_TRUE(reply.ok()) << reply.error().detail;
  EXPECT_EQ(std::get<std::string>(*reply), "{\"read\":64}");
  EXPECT_EQ(read, kChunks);
  EXPECT_EQ(reports, kChunks);
}

TEST_F(OperatorServerTest, AnEmptyFileIsAFile) {
  handler_.on_import = [](ImportSource& file, ProgressSink&) -> wire::OperatorReply {
    const Result<std::optional<Bytes>> bytes = file.Next();
    return std::string(bytes.ok() && !bytes->has_value() ? "{\"empty\":true}" : "{}");
  };
  const Result<wire::OperatorReply> reply =
      Client()->Import(Named("import"), Chunks(0), [](const std::string&) {});
  ASSERT_TRUE(reply.ok()) << reply.error().detail;
  EXPECT_EQ(std::get<std::string>(*reply), "{\"empty\":true}");
}

TEST_F(OperatorServerTest, AnImportThatIsRefusedAtOnceStillTellsWhy) {
  handler_.on_import = [](ImportSource&, ProgressSink&) -> wire::OperatorReply {
    return wire::OperatorError{"denied", "No.", ""};
  };
  const Result<wire::OperatorReply> reply =
      Client()->Import(Named("import"), Chunks(1000), [](const std::string&) {});
  ASSERT_TRUE(reply.ok()) << reply.error().detail;
  EXPECT_EQ(std::get<wire::OperatorError>(*reply).code, "denied");
}

TEST_F(OperatorServerTest, AFileThatBreaksOffIsNotAShorterFile) {
  Mutex mutex;
  CondVar changed;
  bool arrived = false;
  handler_.on_import = [&](ImportSource& file, ProgressSink&) -> wire::OperatorReply {
    EXPECT_TRUE(file.Next().ok());
    {
      MutexLock lock(mutex);
      arrived = true;
      changed.NotifyAll();
    }
    const Result<std::optional<Bytes>> next = file.Next();
    EXPECT_FALSE(next.ok()) << "taken for the end of the file";
    return wire::OperatorError{"unavailable", "It broke off.", ""};
  };
  int given = 0;
  const Result<wire::OperatorReply> reply = Client()->Import(
      Named("import"),
      [&]() -> Result<std::optional<Bytes>> {
        if (++given == 1) return std::optional<Bytes>(Bytes(10, 1));
        MutexLock lock(mutex);
        changed.Wait(mutex, [&] { return arrived; });
        return Unavailable("the disk was pulled out");
      },
      [](const std::string&) {});
  EXPECT_EQ(reply.error().detail, "the disk was pulled out");
  EXPECT_EQ(refusals_.Await("Operator.Import").error.code, ErrorCode::kUnavailable);
}

TEST_F(OperatorServerTest, AFileOfAnotherSizeThanItsEndSaysIsRefused) {
  Result<std::optional<Bytes>> last = std::optional<Bytes>();
  handler_.on_import = [&](ImportSource& file, ProgressSink&) -> wire::OperatorReply {
    do {
      last = file.Next();
    } while (last.ok() && last->has_value());
    return std::string("{}");
  };
  for (const uint64_t size : {2U, 3U, 4U}) {
    const auto channel = grpc::CreateChannel("unix:" + path(), grpc::InsecureChannelCredentials());
    grpc::ClientContext context;
    const auto stream = v1::Operator::NewStub(channel)->Import(&context);
    stream->Write(wire::Encode(wire::ImportPart(Named("import"))));
    stream->Write(wire::Encode(wire::ImportPart(Bytes(3, 1))));
    stream->Write(wire::Encode(wire::ImportPart(wire::ImportEnd{size})));
    v1::ImportReply reply;
    EXPECT_TRUE(stream->Read(&reply));
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_EQ(last.ok(), size == 3U);
  }
}

TEST_F(OperatorServerTest, TheSocketIsTheOwnersAlone) {
  struct stat found {};
  ASSERT_EQ(stat(path().c_str(), &found), 0);
  EXPECT_TRUE(S_ISSOCK(found.st_mode));
  EXPECT_EQ(found.st_mode & 0777, 0600U);
}

TEST_F(OperatorServerTest, ANodeThatDoesNotRunIsUnavailable) {
  const auto client = Client();
  ASSERT_TRUE(client->Call(Named("status")).ok());
  server_.reset();
  EXPECT_EQ(client->Call(Named("status")).error().code, ErrorCode::kUnavailable);
  Start();
  EXPECT_TRUE(client->Call(Named("status")).ok());
}

TEST_F(OperatorServerTest, HealthIsWhatTheNodeSays) {
  EXPECT_TRUE(*Client()->Healthy());
  server_->SetServing(false);
  EXPECT_FALSE(*Client()->Healthy());
}

TEST_F(OperatorServerTest, RefusesAPathLongerThanASocketsMayBe) {
  OperatorServerOptions options;
  options.path = folder_ + "/" + std::string(107 - folder_.size(), 'x');
  EXPECT_EQ(OperatorServer::Start(options, handler_, refusals_).error().code,
            ErrorCode::kMalformed);
  options.path.pop_back();
  EXPECT_TRUE(OperatorServer::Start(options, handler_, refusals_).ok());
}

}  // namespace
}  // namespace schakel::rpc
