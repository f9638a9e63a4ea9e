// A whole network of nodes in one process: memory stores, a fake clock, one seed for all
// randomness, and a link that can lose, delay and be watched. The engines are the ones that a node
// runs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/seams.h"
#include "node/crypto/entropy.h"
#include "node/crypto/sign.h"
#include "node/engine/engine.h"
#include "node/record/import.h"
#include "node/store/memory_store.h"

namespace schakel::sim {

inline constexpr const char* kGroup = "VLD-2026-001";

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant Now() const override { return now_; }
  void Set(Instant now) { now_ = now; }
  void Advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Instant now_;
};

class World;

// What one node's messages run into on their way.
struct Weather {
  bool down = false;             // the node answers nobody
  int lose_request_percent = 0;  // lost before the other side sees it
  int lose_reply_percent = 0;    // handled there, but the answer is lost
  // Cuts an answer after this many frames; -1: never.
  int cut_after_frames = -1;
};

// Everything that went over the wire from a Send, as a listener above TLS would have it.
struct Recorded {
  std::string from;
  std::string to;
  std::string request;
  Bytes body;
  exchange::Opening opening;
  std::vector<Bytes> frames;
};

// Lets a test stand in for what a party answers.
using Interceptor = std::function<Result<void>(
    const std::string& from, const exchange::SendMessage&, exchange::ReplySink&)>;

class Link final : public exchange::PeerLink {
 public:
  Link(World& world, std::string self) : world_(world), self_(std::move(self)) {}
  Result<exchange::Greeting> Greet(std::string_view party,
                                   const exchange::Greeting& greeting) override;
  Result<void> Send(std::string_view party,
                    const exchange::SendMessage& message,
                    exchange::ReplySink& sink) override;
  Result<void> Deliver(std::string_view party, std::string_view receipt) override;
  Result<void> Copies(std::string_view party, const log::FileSink& take) override;
  std::vector<exchange::ProbeLine> Probe(std::string_view party) override;

 private:
  World& world_;
  std::string self_;
};

// One party: its keys, its stores, and its engine (which can be stopped and started).
struct Party {
  std::string id;
  std::vector<crypto::SigningKey> roots;
  int threshold = 1;
  // Its node's, of when it was initialised: a version that replaces the roots changes none of
  // these.
  std::vector<crypto::PublicKey> pinned_roots;
  int pinned_threshold = 1;
  std::unique_ptr<crypto::SigningKey> statement_key;
  std::unique_ptr<crypto::SigningKey> log_key;
  std::unique_ptr<crypto::SigningKey> tls_key;
  Bytes master_key;
  std::unique_ptr<crypto::SeededEntropy> entropy;
  std::unique_ptr<store::MemoryStore> data;
  std::unique_ptr<store::MemoryStore> key_data;
  // In their place in a world that was given stores of its own.
  std::unique_ptr<store::Store> other_data;
  std::unique_ptr<store::Store> other_key_data;
  std::unique_ptr<Link> link;
  std::unique_ptr<engine::Engine> engine;
  bool truncated = false;  // what the next opening of the store says

  [[nodiscard]] engine::Lineage& lineage() const { return *engine->lineage(); }
  [[nodiscard]] store::Store& store() const { return other_data ? *other_data : *data; }
  [[nodiscard]] store::Store& key_store() const {
    return other_key_data ? *other_key_data : *key_data;
  }
};

// Opens a party's store, for its data or for its keys; again at every restart.
using OpenStore =
    std::function<std::unique_ptr<store::Store>(const std::string& party, bool for_keys)>;

class World {
 public:
  // Four parties of policies/veldrijk.yaml and its auditor, with keys but without a covenant.
  // Without `open_store` every store is in memory.
  explicit World(uint64_t seed, OpenStore open_store = {});
  ~World();

  // Prepares the covenant and lets every party sign it; no node has it yet. Fails the test on an
  // error.
  void Sign();
  // The same, and every node activates it.
  void SignAndActivate();
  // Imports tests/data/veldrijk for every party.
  void ImportAll();
  // Opens the group, and lets politie and gemeente sign a step's decision.
  void OpenGroup();
  void Decide(std::string_view step);
  // Round 1 and the list.
  scan::Round AskForList();
  void Establish();
  // The next round that names persons, or a given one again.
  scan::Round AskAboutPersons(std::optional<int> round = std::nullopt);
  // SignAndActivate up to and including step 3.
  void RunToList();

  Party& operator[](std::string_view id) { return *parties_.at(std::string(id)); }
  [[nodiscard]] const std::map<std::string, std::unique_ptr<Party>>& parties() const {
    return parties_;
  }
  // What a test makes of policies/veldrijk.yaml before it is signed.
  std::function<std::string(std::string)> edit_covenant;
  FakeClock clock;
  std::map<std::string, Weather> weather;
  std::vector<Recorded> recorded;
  std::map<std::string, Interceptor> interceptors;  // by the party that would answer
  std::function<Instant(Instant)> wait_until = [this](Instant until) {
    if (clock.Now() < until) clock.Set(until);
    return clock.Now();
  };

  // Ends the engine as a power cut would and opens it again on what was durable.
  Result<void> Restart(std::string_view party);
  // The same, on a store of which the last record was cut.
  Result<void> RestartTruncated(std::string_view party);
  [[nodiscard]] const std::string& covenant() const { return canonical_; }
  [[nodiscard]] const std::vector<statement::SignedStatement>& statements() const {
    return statements_;
  }
  // Of every party's roots, as people compare them before they activate.
  [[nodiscard]] const exchange::Fingerprints& fingerprints() const { return fingerprints_; }
  [[nodiscard]] bool Chance(int percent);
  [[nodiscard]] uint64_t seed() const { return seed_; }

 private:
  Result<void> OpenEngine(Party& party);
  void AddParty(const std::string& id, int roots, int threshold);
  statement::SignedStatement Delegate(const Party& party, const Uuid& lineage) const;

  uint64_t seed_;
  OpenStore open_store_;
  crypto::SeededEntropy chance_;
  std::map<std::string, std::unique_ptr<Party>> parties_;
  std::string canonical_;
  std::vector<statement::SignedStatement> statements_;
  exchange::Fingerprints fingerprints_;
};

std::string ReadFile(const std::string& path);
// Reads a file of tests/data.
std::string ReadTestFile(const std::string& path);
// An actor at the gemeente.
scan::Actor Regisseur();

}  // namespace schakel::sim
