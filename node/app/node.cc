#include "node/app/node.h"

#include <filesystem>
#include <functional>
#include <vector>

#include <spdlog/spdlog.h>

#include "node/app/trust.h"
#include "node/base/version.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/key_file.h"

namespace schakel::app {
namespace {

constexpr size_t kPartyFileBytes = 64 << 10;
constexpr auto kStopGrace = std::chrono::seconds{5};
constexpr auto kTendEvery = std::chrono::seconds{10};

Result<crypto::SigningKey> ReadSigningKey(const Config& config, const std::string& name) {
  const crypto::SecretBytes seed =
      TRY(crypto::ReadKeyFile(config.Path("keys/" + name + ".key"), 32));
  return crypto::SigningKey::FromSeed(seed.view());
}

// One thread per task; they are few (one per partner) and short.
void RunInThreads(std::vector<std::function<void()>> tasks) {
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < tasks.size(); ++i)
    threads.emplace_back(std::move(tasks[i]));
  if (!tasks.empty()) tasks.front()();
}

Result<exchange::Operator> ReadOperator(const canon::Value& value) {
  canon::ObjectReader in(value, "bootstrap operator");
  exchange::Operator read;
  read.id = TRY(in.Text("id"));
  read.name = TRY(in.Text("name"));
  read.function = TRY(in.Text("function"));
  read.telephone = TRY(in.Text("telephone"));
  read.key = TRY(crypto::ParseKeyId(TRY(in.Text("key"))));
  for (const std::string& role : TRY(in.Texts("roles"))) {
    read.roles.insert(TRY(exchange::ParseRole(role)));
  }
  TRY(in.Done());
  return read;
}

}  // namespace

Result<NodeKeys> ReadKeys(const Config& config) {
  return NodeKeys{TRY(ReadSigningKey(config, "statement")),
                  TRY(ReadSigningKey(config, "log")),
                  TRY(ReadSigningKey(config, "tls")),
                  TRY(crypto::ReadKeyFile(config.Path("keys/master.key"), 32))};
}

Node::Node(Config config, NodeKeys keys)
    : config_(std::move(config)), keys_(std::move(keys)), link_(keys_.tls) {}

Result<std::unique_ptr<Node>> Node::Start(const Config& config) {
  std::unique_ptr<Node> node(new Node(config, TRY(ReadKeys(config))));
  TRY(node->Open(/*recover=*/true));
  TRY(node->Enrol());
  node->peers_ = std::make_unique<PeerHandler>(*node->engine_);
  node->logs_ = std::make_unique<LogHandler>(*node->engine_);
  Node* const self = node.get();
  node->operators_ = std::make_unique<OperatorHandler>(*node->engine_, [self] {
    const auto opened = self->OpenPeerPort();
    if (!opened) spdlog::error("peer port: {}", opened.error().detail);
    self->ShowHealth();
  });
  node->ShowHealth();
  TRY(node->OpenPeerPort());
  rpc::OperatorServerOptions options;
  options.path = config.Path(config.socket);
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(options.path).parent_path(), ignored);
  node->operator_server_ = TRY(rpc::OperatorServer::Start(options, *node->operators_, *node));
  node->operator_server_->SetServing(true);
  node->tending_ = std::jthread([self] { self->Tend(); });
  node->verifying_ = std::jthread([self] { self->VerifyFiles(); });
  return node;
}

Result<void> Node::Check(const Config& config) {
  std::unique_ptr<Node> node(new Node(config, TRY(ReadKeys(config))));
  TRY(node->Open(/*recover=*/false));
  for (const auto& store : {node->data_.get(), node->key_data_.get()}) {
    const std::vector<store::Damage> damaged = TRY(store->VerifyFiles());
    if (!damaged.empty()) {
      return Corrupt("damaged file " + damaged.front().file + ": " + damaged.front().what);
    }
  }
  return {};
}

Result<void> Node::Open(bool recover) {
  party_ = TRY(ParsePartyFile(TRY(ReadFile(config_.Path("party.json"), kPartyFileBytes))));
  if (party_.party != config_.party) {
    return Denied("party.json is of '" + party_.party + "', the config of '" + config_.party + "'");
  }
  const auto open = [&](const std::string& folder) {
    store::RocksOptions options;
    options.path = config_.Path(folder);
    options.create_if_missing = true;
    options.allow_torn_tail = recover;
    return store::RocksStore::Open(options);
  };
  data_ = TRY(open(config_.data));
  key_data_ = TRY(open(config_.key_table));
  const bool truncated = data_->torn_tail() || key_data_->torn_tail();
  exchange::Self self{config_.party,
                      config_.node,
                      kSoftware,
                      keys_.statement,
                      keys_.log,
                      party_.roots,
                      party_.threshold};
  engine_ = TRY(engine::Engine::Open(
      {*data_, *key_data_, keys_.master.view(), clock_, entropy_, link_, RunInThreads, truncated},
      std::move(self)));
  engine_->OnCovenantChange([this] {
    const MutexLock lock(stop_mutex_);
    covenant_changed_ = true;
    stop_.NotifyAll();
  });
  if (truncated) {
    // The engine's own row says so from here on, also after a restart.
    TRY(data_->AcceptTornTail());
    TRY(key_data_->AcceptTornTail());
  }
  if (!engine_->health().recovered) {
    spdlog::warn(
        "in recovery: the last record of the store was truncated; no content moves until "
        "every partner is settled, see: schakel recovery show");
  }
  link_.Attach(*engine_);
  return {};
}

// The first officer and admin, once: from then on operators enrol operators.
Result<void> Node::Enrol() {
  if (!TRY(engine_->operators().List()).empty()) return {};
  const std::string text = TRY(ReadFile(config_.Path("bootstrap.json"), kPartyFileBytes));
  const canon::Value value = TRY(canon::ParseJson(text));
  canon::ObjectReader in(value, "bootstrap.json");
  const canon::Value::Array& operators = *TRY(in.Array("operators"));
  TRY(in.Done());
  for (const canon::Value& given : operators) {
    const exchange::Operator first = TRY(ReadOperator(given));
    for (const exchange::Role role : first.roles) {
      if (role != exchange::Role::kOfficer && role != exchange::Role::kAdmin) {
        return Denied("bootstrap.json enrols only an officer and an admin");
      }
    }
    TRY(engine_->CommitLocal(
        "operator_bootstrapped", first.id, TRY(engine_->operators().Enroll(first))));
  }
  return {};
}

Result<void> Node::OpenPeerPort() {
  if (engine_->lineage() == nullptr) return {};
  const MutexLock lock(port_mutex_);
  if (peer_server_) return {};
  rpc::PeerServerOptions options;
  options.listen = config_.listen;
  options.identity = TRY(OwnIdentity(*engine_, keys_.tls));
  options.authorise = [this](const crypto::PeerCertificate& certificate) {
    return PartyOfCertificate(*engine_, certificate);
  };
  peer_server_ = TRY(rpc::PeerServer::Start(std::move(options), *peers_, *logs_, *this));
  peer_server_->SetServing(healthy_);
  peer_port_.store(peer_server_->port());
  spdlog::info("peer port {} open", peer_server_->port());
  return {};
}

void Node::Tend() {
  for (bool changed = false;;) {
    {
      // Whose keys were taken away may be in the middle of a call.
      const MutexLock lock(port_mutex_);
      if (peer_server_) peer_server_->CancelRefused();
    }
    // Who changed the covenant tells the partners itself; all else waits for its time.
    if (!changed) TendOnce();
    const MutexLock lock(stop_mutex_);
    changed = stop_.WaitFor(stop_mutex_, kTendEvery, [this]() REQUIRES_LOCK(stop_mutex_) {
      return stopping_ || covenant_changed_;
    });
    if (stopping_) return;
    covenant_changed_ = false;
  }
}

void Node::TendOnce() {
  const auto due = engine_->Tend();
  if (!due) spdlog::error("tending: {}", due.error().detail);
  tended_.store(due.ok());
  ShowHealth();
}

// Both background threads and every operator's call come here; each looks afresh, so none undoes
// what the other found.
void Node::ShowHealth() {
  const MutexLock lock(port_mutex_);
  const bool healthy = tended_.load() && engine_->undamaged() &&
                       engine_->recovery().CheckContent().ok() &&
                       engine_->local_log().CheckClock(engine_->now()).ok();
  if (healthy_ == healthy) return;
  healthy_ = healthy;
  if (peer_server_) peer_server_->SetServing(healthy);
  spdlog::warn("health is now {}", healthy ? "green" : "red");  // said once partners see it
}

// RocksDB opens a table with a flipped byte without a word; this names the file (exchange.md 12).
void Node::VerifyFiles() {
  const auto damaged = engine_->VerifyFiles();
  if (!damaged) spdlog::error("verifying the databases: {}", damaged.error().detail);
  if (damaged) {
    for (const store::Damage& damage : *damaged)
      spdlog::error("damaged file {}: {}", damage.file, damage.what);
  }
  ShowHealth();
}

void Node::OnRefusal(const rpc::Refusal& refusal) {
  spdlog::warn("refused {} from {} {}: {}: {}",
               refusal.method,
               refusal.party.empty() ? "nobody known" : refusal.party,
               refusal.address,
               ErrorCodeName(refusal.error.code),
               refusal.error.detail);
}

void Node::Stop() {
  if (operator_server_) operator_server_->Shutdown(kStopGrace);
  {
    const MutexLock lock(port_mutex_);
    if (peer_server_) peer_server_->Shutdown(kStopGrace);
  }
  {
    const MutexLock lock(stop_mutex_);
    stopping_ = true;
    stop_.NotifyAll();
  }
  tending_ = {};
  verifying_ = {};
}

Node::~Node() = default;

}  // namespace schakel::app
