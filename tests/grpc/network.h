// Two nodes as they run, politie and gemeente, each over RocksDB in a home of its own and with
// mutual TLS on a port of this machine; one honest exchange has gone between them. Everything is
// done through their doors: the operator sockets and the peer ports.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/app/node.h"
#include "node/base/mutex.h"
#include "node/canon/value.h"
#include "node/rpc/client/operator_client.h"
#include "node/statement/entry.h"
#include "node/statement/operator_call.h"
#include "tests/grpc/parties.h"

namespace schakel::hostile {

inline constexpr const char* kGroup = "VLD-2026-001";

// A row of `log.show`.
struct LogRow {
  std::string type;
  std::string direction;
  std::string peer;
  std::string exchange;
  std::string outcome;
};

// The lines that the nodes write for their administrators.
class LogLines {
 public:
  // Takes spdlog's default logger in this process.
  LogLines();
  ~LogLines();
  // Waits for a line with all of this; ctest's time limit is the end of patience.
  void Await(const std::vector<std::string>& parts);
  // Forgets what there was.
  void Clear();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class Network {
 public:
  // The one of this process, made at the first call.
  static Network& Get();
  static void End();
  ~Network();

  [[nodiscard]] const Parties& parties() const { return parties_; }
  [[nodiscard]] LogLines& lines() { return lines_; }
  [[nodiscard]] int port(std::string_view party) const;
  [[nodiscard]] std::string address(std::string_view party) const;
  [[nodiscard]] std::string home(std::string_view party) const;
  // The step's decision, signed by politie and gemeente.
  [[nodiscard]] const statement::SignedStatement& decision() const { return *decision_; }
  // The exchange of the honest round 1.
  [[nodiscard]] const Uuid& honest() const { return honest_; }
  // Every delegation and accept that the nodes hold by now.
  [[nodiscard]] const std::vector<statement::SignedStatement>& statements() const {
    return statements_;
  }

  // A call by the operator, signed with their key; for the test to bend before it is sent.
  [[nodiscard]] statement::OperatorCall Sign(std::string_view party,
                                             std::string_view by,
                                             std::string_view method,
                                             const canon::Value& params);
  wire::OperatorReply Send(std::string_view party, const statement::OperatorCall& call);
  wire::OperatorReply Call(std::string_view party,
                           std::string_view by,
                           std::string_view method,
                           const canon::Value& params);
  // As Call; the result, or the end of the test program.
  canon::Value MustCall(std::string_view party,
                        std::string_view by,
                        std::string_view method,
                        const canon::Value& params);
  [[nodiscard]] rpc::OperatorClient& client(std::string_view party);
  [[nodiscard]] const crypto::SigningKey& OperatorKey(std::string_view party, std::string_view id);

  // The entries of the lineage's log, or of the local one.
  std::vector<LogRow> Log(std::string_view party, bool local = false);

 private:
  Network();
  struct Running;
  void MakeHome(std::string_view party);
  void StartNode(std::string_view party);
  void Activate(std::string_view party);
  void Enrol(std::string_view party, const std::string& id, const std::string& role);
  void ImportNames();
  void AskHonestly();

  LogLines lines_;
  crypto::SystemEntropy entropy_;
  Parties parties_;
  std::string folder_;
  std::map<std::string, std::unique_ptr<Running>, std::less<>> running_;
  std::vector<statement::SignedStatement> statements_;
  std::optional<statement::SignedStatement> decision_;
  Uuid honest_;
};

}  // namespace schakel::hostile
