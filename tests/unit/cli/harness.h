// Runs whole commands in this process: a folder of their own, a fixed clock, seeded keys, a fake
// node behind the socket.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/home.h"
#include "cli/program.h"
#include "node/base/date.h"
#include "node/canon/json.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"
#include "node/statement/operator_call.h"

namespace schakel::cli {

class TestClock final : public Clock {
 public:
  [[nodiscard]] Instant Now() const override { return now; }
  Instant now =
      FirstInstantOf(std::chrono::sys_days{std::chrono::year{2026} / 6 / 15}, Zone::kAmsterdam) +
      std::chrono::hours{10};
};

// What the node was called with.
struct Called {
  statement::OperatorCall call;
  canon::Value params;
  std::string file;    // the bytes of an import
  std::string socket;  // where
};

// A node that answers what the test says, by method.
struct FakeNode {
  std::map<std::string, wire::OperatorReply> replies;
  bool runs = true;
  std::vector<Called> calls;

  void Answer(const std::string& method, const canon::Value& value) {
    replies[method] = canon::Write(value);
  }
  void Refuse(const std::string& method, const wire::OperatorError& error) {
    replies[method] = error;
  }
  [[nodiscard]] const Called& only() const {
    EXPECT_EQ(calls.size(), 1U);
    return calls.back();
  }
};

class FakeLink final : public NodeLink {
 public:
  FakeLink(FakeNode& node, std::string socket) : node_(node), socket_(std::move(socket)) {}
  Result<wire::OperatorReply> Call(const wire::OperatorCall& call) override {
    return Take(call, "");
  }
  Result<wire::OperatorReply> Import(const wire::OperatorCall& call,
                                     const rpc::FileReader& file) override {
    std::string content;
    for (;;) {
      auto piece = file();
      if (!piece) return std::move(piece).error();
      if (!piece->has_value()) break;
      content += ToText(**piece);
    }
    return Take(call, content);
  }

 private:
  Result<wire::OperatorReply> Take(const wire::OperatorCall& call, const std::string& file) {
    if (!node_.runs) return Unavailable("no connection");
    Called called;
    called.call.method = call.method;
    called.call.params = call.params;
    if (call.signature) {
      called.call.operator_id = call.signature->operator_id;
      called.call.time = call.signature->time;
      called.call.nonce = call.signature->nonce;
      called.call.signature = call.signature->signature;
    }
    const auto params = canon::ParseCanonical(call.params);
    EXPECT_TRUE(params.ok()) << call.params;
    called.params = *params;
    called.file = file;
    called.socket = socket_;
    node_.calls.push_back(std::move(called));
    const auto reply = node_.replies.find(call.method);
    if (reply == node_.replies.end()) {
      return wire::OperatorReply(wire::OperatorError{"not_found", "no such method", "none"});
    }
    return reply->second;
  }

  FakeNode& node_;
  std::string socket_;
};

struct Ran {
  Exit exit = Exit::kDone;
  std::string out;
  std::string err;
};

inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void WriteAll(const std::string& path, const std::string& content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  EXPECT_TRUE(file.flush().good()) << path;
}

class CommandLine {
 public:
  CommandLine() : folder_(MemoryFolder() + "schakel-cli-XXXXXX") {
    crypto::Init();
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~CommandLine() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  [[nodiscard]] std::string In(const std::string& name) const { return folder_ + "/" + name; }

  Ran Run(const std::vector<std::string>& arguments) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const Seams seams{clock,
                      entropy,
                      in,
                      out,
                      err,
                      [this](const std::string& socket) -> std::unique_ptr<NodeLink> {
                        return std::make_unique<FakeLink>(node, socket);
                      },
                      export_log};
    const Exit exit = cli::Run(arguments, environment, seams);
    return {exit, out.str(), err.str()};
  }
  Ran RunJson(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return Run(arguments);
  }

  // The home of a party, with officer `dejong` and admin `smit`.
  std::string MakeHome(const std::string& party, int roots = 1, int threshold = 1) {
    const Ran made = Run({"init",        In(party),
                          "--party",     party,
                          "--name",      "De " + party,
                          "--oin",       "00000099000000001001",
                          "--listen",    "127.0.0.1:7441",
                          "--node",      party + ".veldrijk.example",
                          "--officer",   "dejong:A. de Jong",
                          "--admin",     "smit:B. Smit",
                          "--roots",     std::to_string(roots),
                          "--threshold", std::to_string(threshold)});
    EXPECT_EQ(made.exit, Exit::kDone) << made.err;
    return In(party);
  }
  std::string MakeAuditorHome() {
    const Ran made = Run({"init", In("audit"), "--auditor", "auditdienst", "--name", "Audit"});
    EXPECT_EQ(made.exit, Exit::kDone) << made.err;
    return In("audit");
  }
  // `covenant prepare` of the policy for homes that were made, into covenant.json.
  std::vector<std::string> PrepareArguments(const std::string& policy) {
    std::vector<std::string> arguments = {"covenant", "prepare", policy, "--party"};
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      arguments.push_back(In(party) + "/party.json");
    arguments.insert(arguments.end(),
                     {"--auditor",
                      In("audit/party.json"),
                      "--from",
                      "2026-06-01",
                      "--until",
                      "2026-12-31",
                      "--review-by",
                      "2026-12-01",
                      "-o",
                      In("covenant.json")});
    return arguments;
  }
  // A home with one operator, who acts from now on.
  std::string ActAs(const std::string& id) {
    const std::string home = MakeHome("gemeente");
    EXPECT_EQ(Run({"operator", "new", id, "--home", home}).exit, Exit::kDone);
    environment.home = home;
    environment.operator_id = id;
    return home;
  }

  std::string input;  // what stands on standard input
  TestClock clock;
  crypto::SeededEntropy entropy{1};
  FakeNode node;
  Environment environment;
  ExportLog export_log = [](const ExportCall& /*call*/, const TakeChunk& /*take*/) -> Result<void> {
    return Unavailable("no peer in this test");
  };

 private:
  // Key files are synced one by one; where there is a disk in memory, that costs nothing.
  static std::string MemoryFolder() {
    return std::filesystem::is_directory("/dev/shm") ? "/dev/shm/" : testing::TempDir();
  }

  std::string folder_;
};

class CliTest : public testing::Test, protected CommandLine {
 protected:
  using CommandLine::Run;  // not the test's own
};

// The document that a command printed with --json.
inline canon::Value Json(const Ran& ran) {
  const auto value = canon::ParseJson(ran.out);
  EXPECT_TRUE(value.ok()) << ran.out;
  return value ? *value : canon::Value();
}

}  // namespace schakel::cli
