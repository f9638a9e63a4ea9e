#include "tests/sim/world.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/covenant/author.h"
#include "node/crypto/hash.h"
#include "node/record/mapping.h"

namespace schakel::sim {
namespace {

using statement::SignedStatement;

// The covenant's day and the day for which tests/data/veldrijk was made.
constexpr Day kToday = std::chrono::year{2026} / 6 / 15;

Day D(int y, unsigned m, unsigned d) {
  return Day{std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d}};
}

// Fails the running test with the error's detail and gives the value.
template <typename T>
T Must(Result<T> result, const char* what) {
  if (!result) {
    ADD_FAILURE() << what << ": " << ErrorCodeName(result.error().code) << ": "
                  << result.error().detail;
    std::abort();
  }
  return *std::move(result);
}

void Must(Result<void> result, const char* what) {
  if (!result) {
    ADD_FAILURE() << what << ": " << ErrorCodeName(result.error().code) << ": "
                  << result.error().detail;
    std::abort();
  }
}

}  // namespace

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ReadTestFile(const std::string& path) {
  return ReadFile(std::string(SCHAKEL_TEST_DATA) + "/" + path);
}

scan::Actor Regisseur() {
  return {"regisseur", "M. de Boer", "procesregisseur", "088 000 0003", "regisseur"};
}

namespace {

// As rpc has it.
bool Fits(const exchange::Greeting& greeting) {
  size_t bytes = greeting.status.size();
  for (const std::string& statement : greeting.statements)
    bytes += statement.size() + 8;  // tag and length
  for (const std::string& document : greeting.documents)
    bytes += document.size() + 8;
  return bytes <= kMaxPeerMessageBytes && greeting.statements.size() <= kMaxStatementsPerGreeting;
}

}  // namespace

Result<exchange::Greeting> Link::Greet(std::string_view party, const exchange::Greeting& greeting) {
  const Weather& there = world_.weather[std::string(party)];
  if (there.down || world_.Chance(there.lose_request_percent)) {
    return Unavailable("the partner does not answer");
  }
  if (!Fits(greeting)) return Exhausted("a greeting over the size limit");
  auto reply = world_[party].engine->OnGreet(self_, greeting);
  if (reply && !Fits(*reply)) return Exhausted("a greeting over the size limit");
  if (world_.Chance(there.lose_reply_percent)) return Unavailable("the answer was lost");
  if (!reply) return Denied("refused");
  return reply;
}

namespace {

// Passes an answer on, records it, and loses part of it when the weather says so.
class Wire final : public exchange::ReplySink {
 public:
  Wire(World& world, Recorded& recorded, exchange::ReplySink& inner, const Weather& weather)
      : recorded_(recorded), inner_(inner), weather_(weather) {
    lost_ = world.Chance(weather.lose_reply_percent);
  }
  Result<void> OnOpening(const exchange::Opening& opening) override {
    recorded_.opening = opening;
    if (lost_) return Unavailable("the answer was lost");
    return inner_.OnOpening(opening);
  }
  Result<void> OnFrame(ByteView frame) override {
    recorded_.frames.emplace_back(frame.begin(), frame.end());
    if (weather_.cut_after_frames >= 0 &&
        static_cast<int>(recorded_.frames.size()) > weather_.cut_after_frames) {
      return Unavailable("the connection was cut");
    }
    return inner_.OnFrame(frame);
  }

 private:
  Recorded& recorded_;
  exchange::ReplySink& inner_;
  const Weather& weather_;
  bool lost_ = false;
};

}  // namespace

Result<void> Link::Send(std::string_view party,
                        const exchange::SendMessage& message,
                        exchange::ReplySink& sink) {
  const Weather& there = world_.weather[std::string(party)];
  if (there.down || world_.Chance(there.lose_request_percent)) {
    return Unavailable("the partner does not answer");
  }
  Recorded recorded{self_, std::string(party), message.request, message.body, {}, {}};
  Wire wire(world_, recorded, sink, there);
  Result<void> done;
  const auto stand_in = world_.interceptors.find(std::string(party));
  if (stand_in != world_.interceptors.end()) {
    done = stand_in->second(self_, message, wire);
  } else {
    done = world_[party].engine->OnSend(self_, message, world_.wait_until, wire);
  }
  world_.recorded.push_back(std::move(recorded));
  return done;
}

Result<void> Link::Deliver(std::string_view party, std::string_view receipt) {
  const Weather& there = world_.weather[std::string(party)];
  if (there.down || world_.Chance(there.lose_request_percent)) {
    return Unavailable("the partner does not answer");
  }
  auto done = world_[party].engine->OnDeliver(self_, receipt);
  if (world_.Chance(there.lose_reply_percent)) return Unavailable("the answer was lost");
  return done;
}

Result<void> Link::Copies(std::string_view party, const log::FileSink& take) {
  const Weather& there = world_.weather[std::string(party)];
  if (there.down || world_.Chance(there.lose_request_percent)) {
    return Unavailable("the partner does not answer");
  }
  return world_[party].engine->OnCopies(self_, take);
}

std::vector<exchange::ProbeLine> Link::Probe(std::string_view party) {
  const bool up = !world_.weather[std::string(party)].down;
  return {{"tcp", up, up ? "in this process" : "the partner does not answer"}};
}

World::World(uint64_t seed, OpenStore open_store)
    : clock(FirstInstantOf(kToday, Zone::kAmsterdam) + std::chrono::hours{10}),
      seed_(seed),
      open_store_(std::move(open_store)),
      chance_(seed * 1000 + 999) {
  crypto::Init();
  AddParty("politie", 3, 2);
  AddParty("gemeente", 2, 2);
  AddParty("om", 2, 1);
  AddParty("jongerenwerk", 2, 1);
  AddParty("auditdienst", 1, 1);
  for (const auto& [id, party] : parties_) {
    if (id != "auditdienst") Must(OpenEngine(*party), "open");
  }
}

World::~World() = default;

bool World::Chance(int percent) {
  if (percent <= 0) return false;
  std::array<uint8_t, 4> bytes{};
  chance_.Fill(bytes);
  return ReadU32(bytes) % 100 < static_cast<uint32_t>(percent);
}

void World::AddParty(const std::string& id, int roots, int threshold) {
  auto party = std::make_unique<Party>();
  party->id = id;
  party->threshold = party->pinned_threshold = threshold;
  party->entropy = std::make_unique<crypto::SeededEntropy>(seed_ * 1000 + parties_.size());
  for (int i = 0; i < roots; ++i) {
    party->roots.push_back(crypto::SigningKey::Generate(*party->entropy));
    party->pinned_roots.push_back(party->roots.back().public_key());
  }
  const auto make = [&] {
    return std::make_unique<crypto::SigningKey>(crypto::SigningKey::Generate(*party->entropy));
  };
  party->statement_key = make();
  party->log_key = make();
  party->tls_key = make();
  party->master_key.resize(32);
  party->entropy->Fill(party->master_key);
  party->data = std::make_unique<store::MemoryStore>();
  party->key_data = std::make_unique<store::MemoryStore>();
  party->link = std::make_unique<Link>(*this, id);
  parties_[id] = std::move(party);
}

Result<void> World::OpenEngine(Party& party) {
  exchange::Self self{party.id,
                      party.id + ".veldrijk.example",
                      "schakel test",
                      *party.statement_key,
                      *party.log_key,
                      party.pinned_roots,
                      party.pinned_threshold};
  if (open_store_) {
    party.other_data = open_store_(party.id, /*for_keys=*/false);
    party.other_key_data = open_store_(party.id, /*for_keys=*/true);
  }
  const auto in_order = [](std::vector<std::function<void()>> tasks) {
    for (const auto& task : tasks)
      task();
  };
  party.engine = TRY(engine::Engine::Open({party.store(),
                                           party.key_store(),
                                           party.master_key,
                                           clock,
                                           *party.entropy,
                                           *party.link,
                                           in_order,
                                           party.truncated},
                                          std::move(self)));
  party.truncated = false;
  return {};
}

Result<void> World::Restart(std::string_view id) {
  Party& party = (*this)[id];
  party.engine.reset();
  party.other_data.reset();
  party.other_key_data.reset();
  party.data->Crash();
  party.key_data->Crash();
  return OpenEngine(party);
}

Result<void> World::RestartTruncated(std::string_view id) {
  (*this)[id].truncated = true;
  return Restart(id);
}

SignedStatement World::Delegate(const Party& party, const Uuid& lineage) const {
  statement::Delegation delegation;
  delegation.lineage = lineage;
  delegation.party = party.id;
  delegation.node = party.id + ".veldrijk.example";
  delegation.seq = 1;
  delegation.signed_at = clock.Now();
  delegation.not_before = clock.Now() - std::chrono::hours{1};
  delegation.not_after = delegation.not_before + std::chrono::days{90};
  delegation.addresses = {party.id + ".veldrijk.example:7443"};
  using statement::KeyUse;
  delegation.keys = {{KeyUse::kStatement, party.statement_key->public_key()},
                     {KeyUse::kTls, party.tls_key->public_key()}};
  if (party.id != "auditdienst") {
    delegation.keys.push_back({KeyUse::kLog, party.log_key->public_key()});
  }
  std::vector<const crypto::SigningKey*> keys;
  for (int i = 0; i < party.threshold; ++i)
    keys.push_back(&party.roots[static_cast<size_t>(i)]);
  return SignedStatement::Sign(statement::Type::kDelegation, delegation.ToValue(), keys);
}

void World::Sign() {
  covenant::PrepareOptions options;
  options.lineage = Must(ParseUuid("7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11"), "lineage");
  options.from = D(2026, 1, 1);
  options.until = D(2026, 12, 31);
  options.review_by = D(2026, 10, 1);
  for (const auto& [id, party] : parties_) {
    covenant::PrepareOptions::Holder holder;
    for (const auto& root : party->roots)
      holder.roots.push_back(root.public_key());
    holder.threshold = party->threshold;
    options.holders[id] = holder;
  }
  options.documents["convenant"] = crypto::Sha256("convenant");
  options.documents["art20"] = crypto::Sha256("art20");
  const std::string path = std::string(SCHAKEL_POLICIES) + "/veldrijk.yaml";
  std::string text = ReadFile(path);
  if (edit_covenant) text = edit_covenant(std::move(text));
  auto prepared = covenant::Prepare(text, path, options);
  for (const auto& finding : prepared.findings) {
    EXPECT_NE(finding.severity, canon::Finding::Severity::kError) << canon::ToString(finding);
  }
  ASSERT_TRUE(prepared.document.has_value());
  canonical_ = prepared.document->canonical;
  for (const auto& [id, party] : parties_) {
    statements_.push_back(Delegate(*party, options.lineage));
    if (id == "auditdienst") continue;
    statement::Accept accept;
    accept.party = id;
    accept.lineage = options.lineage;
    accept.version = 1;
    accept.covenant = prepared.document->hash;
    accept.seq = 2;
    accept.signed_at = clock.Now();
    std::vector<const crypto::SigningKey*> keys;
    for (int i = 0; i < party->threshold; ++i) {
      keys.push_back(&party->roots[static_cast<size_t>(i)]);
    }
    statements_.push_back(SignedStatement::Sign(statement::Type::kAccept, accept.ToValue(), keys));
  }
  for (const auto& [id, described] : prepared.document->parties) {
    fingerprints_[id] = covenant::RootFingerprint(described.roots);
  }
}

void World::SignAndActivate() {
  Sign();
  for (const auto& [id, party] : parties_) {
    if (id == "auditdienst") continue;
    Must(party->engine->Activate(canonical_, statements_, fingerprints_, "admin"), "activate");
  }
}

void World::ImportAll() {
  namespace fs = std::filesystem;
  for (const auto& [id, party] : parties_) {
    if (id == "auditdienst") continue;
    const fs::path folder = fs::path(SCHAKEL_TEST_DATA) / "veldrijk" / id;
    const covenant::Document& document = party->engine->covenants().view()->document();
    for (const auto& csv : fs::directory_iterator(folder)) {
      if (csv.path().extension() != ".csv") continue;
      const std::string stem = csv.path().stem().string();
      const std::string mapping_path =
          std::string(SCHAKEL_DEMO_DATA) + "/" + id + "/mapping/" + stem + ".yaml";
      auto mapping = record::ParseMapping(ReadFile(mapping_path), mapping_path, document);
      for (const auto& finding : mapping.findings)
        ADD_FAILURE() << canon::ToString(finding);
      ASSERT_TRUE(mapping.mapping.has_value()) << mapping_path;
      auto importer =
          Must(record::Importer::Start(
                   party->engine->records(), document, *mapping.mapping, csv.path().filename(), {}),
               "start import");
      Must(importer->Push(AsBytes(ReadTestFile("veldrijk/" + id + "/" + stem + ".csv"))), "push");
      const record::ImportReport report = Must(importer->Finish(), "finish import");
      EXPECT_EQ(report.skipped, 0) << id << " " << stem;
      EXPECT_GT(report.rows, 0) << id << " " << stem;
    }
  }
}

void World::OpenGroup() {
  engine::Engine& gemeente = *(*this)["gemeente"].engine;
  Must(gemeente.CommitLocal(
           "group_opened",
           "regisseur",
           Must(gemeente.groups().Open({kGroup, "De Hoek", {"BU99990102"}, clock.Now()}),
                "open group")),
       "commit group");
}

void World::Decide(std::string_view step) {
  clock.Advance(std::chrono::minutes{1});
  engine::Engine& gemeente = *(*this)["gemeente"].engine;
  const SignedStatement stated =
      Must(gemeente.groups().State(kGroup, "step", step, crypto::Sha256("besluit"), clock.Now()),
           "state");
  const SignedStatement both =
      Must((*this)["politie"].engine->groups().Countersign(stated, clock.Now()), "countersign");
  Must(gemeente.CommitLocal(
           "fact_kept", "regisseur", Must(gemeente.groups().Keep(both, clock.Now()), "keep")),
       "commit fact");
}

scan::Round World::AskForList() {
  clock.Advance(std::chrono::minutes{1});
  engine::Lineage& gemeente = (*this)["gemeente"].lineage();
  scan::Round round =
      Must(gemeente.rounds.Plan(Ref{kGroup, std::nullopt, ""}, clock.Now()), "plan");
  round.motivation = "Toename van meldingen in de buurt";
  return Must(
      gemeente.rounds.Run(round, Regisseur(), (*this)["gemeente"].engine->run_all(), clock.Now()),
      "run round 1");
}

void World::Establish() {
  clock.Advance(std::chrono::minutes{1});
  Party& gemeente = (*this)["gemeente"];
  std::vector<scan::Lists::Named> named;
  for (const exchange::OutRow& row :
       Must(exchange::OutByRef(gemeente.store(), std::string(kGroup) + "/1@politie"), "by ref")) {
    named.push_back({row, Must(gemeente.lineage().requester.Received(row.exchange), "received")});
  }
  auto draft = Must(gemeente.lineage().lists.Draw(kGroup, named, {}, clock.Now()), "draw");
  const std::string root = EncodeHex(record::RootOf(draft.list.Commitments()));
  const SignedStatement listed = Must(
      gemeente.engine->groups().State(kGroup, "listed", root, crypto::Sha256("lijst"), clock.Now()),
      "state listed");
  draft.batch.Merge(Must(gemeente.engine->groups().Keep(listed, clock.Now()), "keep listed"));
  Must(gemeente.engine->CommitLocal("list_established", "regisseur", std::move(draft.batch)),
       "commit list");
}

scan::Round World::AskAboutPersons(std::optional<int> number) {
  clock.Advance(std::chrono::minutes{1});
  Party& gemeente = (*this)["gemeente"];
  scan::Round round =
      Must(gemeente.lineage().rounds.Plan(Ref{kGroup, number, ""}, clock.Now()), "plan");
  EXPECT_TRUE(round.names_persons);
  if (!round.started) round.motivation = "Beeld per persoon voor het overleg";
  return Must(
      gemeente.lineage().rounds.Run(round, Regisseur(), gemeente.engine->run_all(), clock.Now()),
      "run round");
}

void World::RunToList() {
  SignAndActivate();
  ImportAll();
  OpenGroup();
  Decide("2B");
  AskForList();
  Establish();
  Decide("3");
}

}  // namespace schakel::sim
