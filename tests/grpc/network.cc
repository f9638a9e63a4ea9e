#include "tests/grpc/network.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "node/app/config.h"
#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/crypto/key_file.h"
#include "node/rpc/transport/tls.h"

namespace schakel::hostile {
namespace {

namespace fs = std::filesystem;
using canon::Value;

// A socket's path may be 107 bytes long.
std::string MakeFolder() {
  std::string path = (fs::temp_directory_path() / "schakel-grpc-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) std::abort();
  return path;
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush().good()) std::abort();
}

Value BootstrapOperator(const std::string& id, const crypto::SigningKey& key) {
  return Value::Object{{"id", id},
                       {"name", "A. Jansen"},
                       {"function", id},
                       {"telephone", "088 000 0000"},
                       {"key", crypto::KeyId(key.public_key())},
                       {"roles", Value::Array{id}}};
}

std::string TextOf(const Value& value, std::string_view key) {
  const Value* const found = value.Find(key);
  return found != nullptr && found->AsString() != nullptr ? *found->AsString() : "";
}

}  // namespace

struct LogLines::State {
  Mutex mutex;
  CondVar changed;
  std::vector<std::string> seen GUARDED_BY(mutex);
};

namespace {

template <typename State>
class KeepingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit KeepingSink(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const MutexLock lock(state_->mutex);
    state_->seen.emplace_back(message.payload.data(), message.payload.size());
    state_->changed.NotifyAll();
  }
  void flush_() override {}
  std::shared_ptr<State> state_;
};

}  // namespace

LogLines::LogLines() : state_(std::make_shared<State>()) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("test", std::make_shared<KeepingSink<State>>(state_)));
}

LogLines::~LogLines() = default;

void LogLines::Await(const std::vector<std::string>& parts) {
  const auto has_all = [&](const std::string& line) {
    return std::all_of(parts.begin(), parts.end(), [&](const std::string& part) {
      return line.find(part) != std::string::npos;
    });
  };
  const MutexLock lock(state_->mutex);
  state_->changed.Wait(state_->mutex, [&]() REQUIRES_LOCK(state_->mutex) {
    return std::any_of(state_->seen.begin(), state_->seen.end(), has_all);
  });
}

void LogLines::Clear() {
  const MutexLock lock(state_->mutex);
  state_->seen.clear();
}

struct Network::Running {
  app::Config config;
  std::map<std::string, crypto::SigningKey, std::less<>> operators;
  std::unique_ptr<app::Node> node;
  std::unique_ptr<rpc::OperatorClient> client;
};

namespace {
std::unique_ptr<Network> the_network;
}  // namespace

Network& Network::Get() {
  if (!the_network) the_network.reset(new Network);
  return *the_network;
}

void Network::End() {
  the_network.reset();
}

Network::Network() : folder_(MakeFolder()) {
  MakeHome("politie");
  MakeHome("gemeente");
  StartNode("politie");
  StartNode("gemeente");
  // The first delegation names no port that anybody listens on: the port is free until it is open.
  statements_ = parties_.accepts();
  statements_.push_back(parties_.Sign(parties_.Delegation("politie", "127.0.0.1:1")));
  Activate("politie");
  statements_.push_back(parties_.Sign(parties_.Delegation("politie", address("politie"), 3)));
  statements_.push_back(parties_.Sign(parties_.Delegation("gemeente", "127.0.0.1:1")));
  // Whoever dials om gets politie.
  statements_.push_back(parties_.Sign(parties_.Delegation("om", address("politie"))));
  statements_.push_back(parties_.Sign(parties_.Delegation("jongerenwerk", "127.0.0.1:1")));
  statements_.push_back(parties_.Sign(parties_.Delegation(kAuditor, "127.0.0.1:1")));
  Activate("gemeente");
  Enrol("politie", "contributor", "contributor");
  Enrol("gemeente", "regisseur", "regisseur");
  ImportNames();
  AskHonestly();
}

Network::~Network() {
  for (auto& [party, running] : running_)
    running->client.reset();
  for (auto& [party, running] : running_)
    running->node->Stop();
  running_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Network::home(std::string_view party) const {
  return folder_ + "/" + std::string(party);
}

void Network::MakeHome(std::string_view party) {
  const PartyKeys& keys = parties_[party];
  auto running = std::make_unique<Running>();
  const std::string home = this->home(party);
  fs::create_directories(home + "/keys");
  WriteText(home + "/schakel.yaml",
            "party: " + keys.id + "\nnode: " + keys.node() + "\nlisten: 127.0.0.1:0\n");
  Must(crypto::WriteKeyFile(home + "/keys/statement.key", keys.statement.seed()), "key");
  Must(crypto::WriteKeyFile(home + "/keys/log.key", keys.log.seed()), "key");
  Must(crypto::WriteKeyFile(home + "/keys/tls.key", keys.tls.seed()), "key");
  Bytes master(32);
  entropy_.Fill(master);
  Must(crypto::WriteKeyFile(home + "/keys/master.key", master), "key");
  Value::Array roots;
  for (const crypto::SigningKey& root : keys.roots)
    roots.emplace_back(crypto::KeyId(root.public_key()));
  WriteText(home + "/party.json",
            canon::Write(Value::Object{{"party", keys.id},
                                       {"name", keys.id},
                                       {"roots", std::move(roots)},
                                       {"threshold", keys.threshold}}));
  for (const char* id : {"officer", "admin"})
    running->operators.emplace(id, crypto::SigningKey::Generate(entropy_));
  WriteText(home + "/bootstrap.json",
            canon::Write(Value::Object{
                {"operators",
                 Value::Array{BootstrapOperator("officer", running->operators.at("officer")),
                              BootstrapOperator("admin", running->operators.at("admin"))}}}));
  running->config = Must(app::ReadConfig(home), "config");
  running_.emplace(keys.id, std::move(running));
}

void Network::StartNode(std::string_view party) {
  Running& running = *running_.find(party)->second;
  running.node = Must(app::Node::Start(running.config), "start");
  running.client = std::make_unique<rpc::OperatorClient>(
      rpc::OperatorClientOptions{running.config.Path(running.config.socket)});
}

void Network::Activate(std::string_view party) {
  Value::Array statements;
  for (const statement::SignedStatement& held : statements_)
    statements.push_back(held.ToValue());
  Value::Object confirm;
  for (const auto& [id, fingerprint] : parties_.fingerprints())
    confirm[id] = fingerprint;
  MustCall(party,
           "admin",
           "covenant.activate",
           Value::Object{{"covenant", parties_.document().canonical},
                         {"statements", std::move(statements)},
                         {"confirm", std::move(confirm)}});
  if (port(party) == 0) std::abort();
}

void Network::Enrol(std::string_view party, const std::string& id, const std::string& role) {
  Running& running = *running_.find(party)->second;
  running.operators.emplace(id, crypto::SigningKey::Generate(entropy_));
  MustCall(party,
           "admin",
           "operator.add",
           Value::Object{{"id", id},
                         {"name", "M. de Boer"},
                         {"function", role},
                         {"telephone", "088 000 0003"},
                         {"key", crypto::KeyId(running.operators.at(id).public_key())},
                         {"roles", Value::Array{role}}});
  MustCall(party, "officer", "operator.confirm", Value::Object{{"id", id}});
}

void Network::ImportNames() {
  const std::string csv =
      ReadFile(std::string(SCHAKEL_TEST_DATA) + "/veldrijk/politie/namenlijst.csv");
  const std::string mapping =
      ReadFile(std::string(SCHAKEL_DEMO_DATA) + "/politie/mapping/namenlijst.yaml");
  const statement::OperatorCall call = Sign("politie",
                                            "contributor",
                                            "import",
                                            Value::Object{{"mapping", mapping},
                                                          {"mapping_name", "namenlijst.yaml"},
                                                          {"file_name", "namenlijst.csv"},
                                                          {"dry_run", false}});
  bool given = false;
  const wire::OperatorReply reply =
      Must(client("politie").Import(
               {call.method,
                call.params,
                wire::kSchema,
                wire::OperatorSignature{call.operator_id, call.time, call.nonce, call.signature}},
               [&]() -> Result<std::optional<Bytes>> {
                 if (given) return std::optional<Bytes>();
                 given = true;
                 return std::optional<Bytes>(ToBytes(csv));
               },
               [](const std::string&) {}),
           "import");
  const auto* const result = std::get_if<std::string>(&reply);
  if (result == nullptr) std::abort();
  const Value report = Must(canon::ParseCanonical(*result), "import report");
  EXPECT_GT(*report.Find("new")->AsInt(), 0);
  EXPECT_EQ(*report.Find("skipped")->AsInt(), 0);
}

void Network::AskHonestly() {
  // They greet each other: politie learns of the delegations that it does not have yet.
  MustCall("gemeente", "regisseur", "peer.test", Value::Object{{"party", "politie"}});
  MustCall(
      "gemeente",
      "regisseur",
      "group.open",
      Value::Object{{"ref", kGroup}, {"name", "De Hoek"}, {"areas", Value::Array{"BU99990102"}}});
  const Value stated = MustCall(
      "gemeente",
      "regisseur",
      "group.decide",
      Value::Object{
          {"group", kGroup}, {"step", "2B"}, {"document", EncodeHex(crypto::Sha256("besluit"))}});
  const Value both = MustCall(
      "politie", "contributor", "group.sign", Value::Object{{"fact", *stated.Find("fact")}});
  decision_ = Must(statement::SignedStatement::FromValue(*both.Find("fact")), "decision");
  MustCall("gemeente", "regisseur", "group.add", Value::Object{{"fact", *both.Find("fact")}});
  const Value round = MustCall(
      "gemeente",
      "regisseur",
      "scan.request",
      Value::Object{{"ref", kGroup}, {"motivation", "Toename van meldingen"}, {"send", true}});
  const Value::Array& partners = *round.Find("partners")->AsArray();
  for (const Value& partner : partners) {
    EXPECT_EQ(TextOf(partner, "party"), "politie");
    EXPECT_EQ(TextOf(partner, "state"), "answered") << canon::Write(round);
    honest_ = Must(ParseUuid(TextOf(partner, "exchange")), "honest exchange");
  }
  EXPECT_EQ(partners.size(), 1U);
}

int Network::port(std::string_view party) const {
  return running_.find(party)->second->node->peer_port();
}

std::string Network::address(std::string_view party) const {
  return "127.0.0.1:" + std::to_string(port(party));
}

rpc::OperatorClient& Network::client(std::string_view party) {
  return *running_.find(party)->second->client;
}

const crypto::SigningKey& Network::OperatorKey(std::string_view party, std::string_view id) {
  return running_.find(party)->second->operators.find(id)->second;
}

statement::OperatorCall Network::Sign(std::string_view party,
                                      std::string_view by,
                                      std::string_view method,
                                      const Value& params) {
  statement::OperatorCall call;
  call.node = parties_[party].node();
  call.operator_id = by;
  call.method = method;
  call.params = canon::Write(params);
  call.time = SystemClock().Now();
  entropy_.Fill(call.nonce);
  statement::SignOperatorCall(call, OperatorKey(party, by));
  return call;
}

wire::OperatorReply Network::Send(std::string_view party, const statement::OperatorCall& call) {
  return Must(client(party).Call({call.method,
                                  call.params,
                                  wire::kSchema,
                                  wire::OperatorSignature{
                                      call.operator_id, call.time, call.nonce, call.signature}}),
              "operator call");
}

wire::OperatorReply Network::Call(std::string_view party,
                                  std::string_view by,
                                  std::string_view method,
                                  const Value& params) {
  return Send(party, Sign(party, by, method, params));
}

Value Network::MustCall(std::string_view party,
                        std::string_view by,
                        std::string_view method,
                        const Value& params) {
  const wire::OperatorReply reply = Call(party, by, method, params);
  if (const auto* const error = std::get_if<wire::OperatorError>(&reply)) {
    std::fprintf(stderr,
                 "%s: %s: %s\n",
                 std::string(method).c_str(),
                 error->code.c_str(),
                 error->message.c_str());
    std::abort();
  }
  return Must(canon::ParseCanonical(std::get<std::string>(reply)), "result");
}

std::vector<LogRow> Network::Log(std::string_view party, bool local) {
  std::vector<LogRow> rows;
  const Value shown =
      MustCall(party, "admin", "log.show", Value::Object{{"count", 1000}, {"local", local}});
  for (const Value& entry : *shown.Find("entries")->AsArray()) {
    rows.push_back({TextOf(entry, "type"),
                    TextOf(entry, "direction"),
                    TextOf(entry, "peer"),
                    TextOf(entry, "exchange"),
                    TextOf(entry, "outcome")});
  }
  return rows;
}

}  // namespace schakel::hostile
