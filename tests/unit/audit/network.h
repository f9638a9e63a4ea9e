// Four nodes' logs, made by the real appender out of real statements under the example covenant,
// and what an auditor would be handed of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/audit/report.h"
#include "node/audit/source.h"
#include "node/audit/verify.h"
#include "node/crypto/entropy.h"
#include "node/log/exchange_log.h"
#include "node/log/export.h"
#include "node/log/layout.h"
#include "node/store/memory_store.h"
#include "tests/support/sample.h"
#include "tests/tools/tamper.h"
#include "tests/unit/covenant/example.h"

namespace schakel::audit {

using statement::Direction;
using statement::SignedStatement;
using statement::Type;
using Files = std::map<std::string, std::string>;
using sample::kStart;

inline constexpr std::chrono::hours kDay{24};

inline const std::map<std::string, std::vector<std::string>>& Roots() {
  static const std::map<std::string, std::vector<std::string>> roots{{"gemeente", {"G1", "G2"}},
                                                                     {"jongerenwerk", {"J1"}},
                                                                     {"om", {"O1"}},
                                                                     {"politie", {"P1", "P2"}}};
  return roots;
}

template <typename T>
SignedStatement SignByRoots(const T& content, const std::vector<std::string>& labels) {
  std::vector<crypto::SigningKey> keys;
  for (const std::string& label : labels)
    keys.push_back(covenant::KeyOf(label));
  std::vector<const crypto::SigningKey*> pointers;
  for (const crypto::SigningKey& key : keys)
    pointers.push_back(&key);
  return SignedStatement::Sign(T::kType, content.ToValue(), pointers);
}

struct Node {
  explicit Node(const std::string& name)
      : party(name),
        statement_key(sample::Key(name + " statement")),
        log_key(sample::Key(name + " log")) {}

  std::string party;
  crypto::SigningKey statement_key;
  crypto::SigningKey log_key;
  store::MemoryStore store;
  std::unique_ptr<log::ExchangeLog> log;
  std::vector<SignedStatement> statements;  // accepts and delegations that it holds
};

// What one exchange leaves behind, step by step, so that a test can leave a step out.
struct Steps {
  bool request_logged_by_asker = true;
  bool request_reaches_giver = true;
  bool answer_logged_by_giver = true;
  bool answer_reaches_asker = true;
  bool receipt_reaches_giver = true;
  std::function<void(statement::Request&)> change_request;
  std::function<void(statement::Request&)> change_givers_request;
  std::function<void(statement::Answer&)> change_answer;
  std::string signer;  // of the request, when it is not the asker
  std::vector<std::string> categories{"incident"};
  statement::CellState state = statement::CellState::kReleased;
};

class Network : public testing::Test {
 protected:
  Network() : document_(covenant::MustRead(covenant::ExampleYaml())) {
    for (const auto& [party, roots] : Roots()) {
      nodes_.emplace(party, std::make_unique<Node>(party));
      delegations_.emplace(party, DelegationOf(party));
    }
  }

  // Called before the first exchange, after a test changed delegations or accepts.
  void Start() {
    for (auto& [party, node] : nodes_) {
      node->log = *log::ExchangeLog::Open(node->store, OriginOf(party), node->log_key, entropy_);
      node->statements.push_back(AcceptOf(party, document_, Roots().at(party)));
      for (const auto& [other, delegation] : delegations_) {
        node->statements.push_back(SignByRoots(delegation, Roots().at(other)));
      }
      ASSERT_TRUE(node->log->Append({{{sample::EventEntry("activated"), {}}}, {}}, now_).ok());
    }
  }

  // The story: the list from politie, then politie, om and jongerenwerk about persons.
  void PlayStory() {
    Start();
    Steps list;
    list.categories = {"namenlijst"};
    Exchange("1", "gemeente", "politie", list);
    Steps two;
    two.categories = {"incident", "signaal"};
    Exchange("2", "gemeente", "politie", two);
    Steps cases;
    cases.categories = {"strafzaak"};
    Exchange("3", "gemeente", "om", cases);
    Steps contacts;
    contacts.categories = {"contact"};
    Exchange("4", "gemeente", "jongerenwerk", contacts);
  }

  statement::Delegation DelegationOf(const std::string& party) const {
    statement::Delegation out;
    out.lineage = document_.lineage;
    out.party = party;
    out.node = party + ".veldrijk.example";
    out.seq = 1;
    out.signed_at = kStart - kDay;
    out.not_before = kStart - kDay;
    out.not_after = kStart + 60 * kDay;
    out.addresses = {out.node + ":7443"};
    out.keys = {{statement::KeyUse::kStatement, nodes_.at(party)->statement_key.public_key()},
                {statement::KeyUse::kLog, nodes_.at(party)->log_key.public_key()},
                {statement::KeyUse::kTls, sample::Key(party + " tls").public_key()}};
    return out;
  }
  static SignedStatement AcceptOf(const std::string& party,
                                  const covenant::Document& document,
                                  const std::vector<std::string>& roots) {
    statement::Accept accept;
    accept.party = party;
    accept.lineage = document.lineage;
    accept.version = document.version;
    accept.covenant = document.hash;
    accept.previous = document.previous;
    accept.seq = 2;
    accept.signed_at = kStart - kDay;
    return SignByRoots(accept, roots);
  }
  std::string OriginOf(const std::string& party) const {
    return log::Origin(party + ".veldrijk.example", document_.lineage, 1);
  }
  Node& At(const std::string& party) { return *nodes_.at(party); }

  // The four commits of exchange.md 4.
  void Exchange(const std::string& name,
                const std::string& from,
                const std::string& to,
                const Steps& steps = {}) {
    now_ += std::chrono::minutes{1};
    Node& asker = At(from);
    Node& giver = At(to);
    const SignedStatement request = RequestOf(name, from, to, steps, steps.change_request);
    const SignedStatement request_at_giver =
        steps.change_givers_request ? RequestOf(name, from, to, steps, steps.change_givers_request)
                                    : request;
    if (steps.request_logged_by_asker) {
      MustAppend(asker, {EntryFor(request, Direction::kOut, to, name)});
    }
    if (!steps.request_reaches_giver) return;

    now_ += std::chrono::milliseconds{20};
    const SignedStatement answer = AnswerOf(name, from, to, request_at_giver, steps);
    std::vector<log::NewEntry> entries{
        EntryFor(request_at_giver, Direction::kIn, from, name, /*receipt=*/true)};
    if (steps.answer_logged_by_giver) {
      entries.push_back(EntryFor(answer, Direction::kOut, from, name));
    }
    const log::Committed second = MustAppend(giver, entries);
    if (!steps.answer_reaches_asker) return;

    now_ += std::chrono::milliseconds{20};
    const log::Committed third =
        MustAppend(asker,
                   {EntryFor(answer, Direction::kIn, to, name, /*receipt=*/true),
                    EntryFor(*second.entries[0].receipt, Direction::kIn, to, name)});
    if (!steps.receipt_reaches_giver) return;
    now_ += std::chrono::milliseconds{20};
    MustAppend(giver, {EntryFor(*third.entries[0].receipt, Direction::kIn, from, name)});
  }

  SignedStatement RequestOf(const std::string& name,
                            const std::string& from,
                            const std::string& to,
                            const Steps& steps,
                            const std::function<void(statement::Request&)>& change) {
    statement::Request request = sample::MakeRequest(name, from, to, now_);
    request.ref = "VLD-2026-001/" + name + "@" + to;
    request.lineage = document_.lineage;
    request.version = document_.version;
    request.covenant = document_.hash;
    request.categories = steps.categories;
    if (change) change(request);
    const crypto::SigningKey& key =
        steps.signer.empty() ? At(from).statement_key : At(steps.signer).statement_key;
    return sample::SignBy(key, Type::kRequest, request.ToValue());
  }

  SignedStatement AnswerOf(const std::string& name,
                           const std::string& from,
                           const std::string& to,
                           const SignedStatement& request,
                           const Steps& steps) {
    statement::Answer answer;
    answer.exchange = sample::Id(name);
    answer.from = to;
    answer.to = from;
    answer.request = request.Digest();
    for (const std::string& category : steps.categories) {
      const bool released = steps.state == statement::CellState::kReleased;
      answer.cells[category] = {steps.state, released ? "OK" : "LIMIT"};
      if (released) answer.payload = statement::Answer::Payload{};
    }
    if (answer.payload) {
      answer.payload->ephemeral = crypto::Sha256("answer ephemeral");
      answer.payload->frames = 1;
      answer.payload->padded_size = 1024;
    }
    answer.issued = now_;
    if (steps.change_answer) steps.change_answer(answer);
    return sample::SignBy(At(to).statement_key, Type::kAnswer, answer.ToValue());
  }

  static log::NewEntry EntryFor(const SignedStatement& bytes,
                                Direction direction,
                                const std::string& peer,
                                const std::string& name,
                                bool receipt = false) {
    log::NewEntry entry{sample::EntryOf(bytes, direction, peer, sample::Id(name)), std::nullopt};
    if (receipt) entry.receipt = log::ReceiptOrder{sample::Id(name), bytes.Digest(), true, ""};
    return entry;
  }

  log::Committed MustAppend(Node& node, std::vector<log::NewEntry> entries) {
    Result<log::Committed> committed = node.log->Append({std::move(entries), {}}, now_);
    EXPECT_TRUE(committed.ok()) << (committed ? "" : committed.error().detail);
    return committed ? *std::move(committed) : log::Committed();
  }

  // Puts the log's files in place of those that are there.
  void ExportLog(const store::Store& store, const std::string& party, Files& files) const {
    std::erase_if(files, [&](const auto& file) {
      return file.first == party + "/checkpoint" || file.first == party + "/receipts.jsonl" ||
             file.first.find(party + "/tile/") == 0;
    });
    const Result<void> done =
        log::ExportFiles(store, OriginOf(party), [&](const std::string& path, ByteView bytes) {
          files[party + "/" + path] += AsText(bytes);
          return Result<void>();
        });
    EXPECT_TRUE(done.ok()) << (done ? "" : done.error().detail);
  }
  // What a dishonest node would hand over, see tamper::RewriteLog. Its real log stays as it is.
  void ExportRewritten(const std::string& party,
                       uint64_t index,
                       const std::string& bytes,
                       Files& files) {
    const auto copy = CopyOf(At(party).store);
    const Result<void> done =
        tamper::RewriteLog(*copy, OriginOf(party), At(party).log_key, index, bytes);
    EXPECT_TRUE(done.ok()) << (done ? "" : done.error().detail);
    ExportLog(*copy, party, files);
  }
  static std::unique_ptr<store::MemoryStore> CopyOf(const store::Store& store) {
    auto copy = std::make_unique<store::MemoryStore>();
    store::Batch batch;
    EXPECT_TRUE(store
                    .Scan(store::Family::kLog,
                          {},
                          [&](ByteView key, ByteView value) {
                            batch.Put(store::Family::kLog, key, value);
                            return true;
                          })
                    .ok());
    EXPECT_TRUE(copy->Write(batch, store::Durability::kSynced).ok());
    return copy;
  }
  Files Export() {
    Files files;
    for (auto& [party, node] : nodes_) {
      ExportLog(node->store, party, files);
      files[party + "/covenant/" + EncodeHex(document_.hash) + ".json"] = document_.canonical;
      std::string& lines = files[party + "/statements.jsonl"];
      for (const SignedStatement& bytes : node->statements)
        lines += bytes.Encode() + "\n";
    }
    return files;
  }

  Report AuditOf(Files files) const {
    Result<Report> report = Verify(MemorySource(std::move(files)), document_.hash);
    EXPECT_TRUE(report.ok()) << (report ? "" : report.error().detail);
    return report ? *std::move(report) : Report();
  }
  Report Audit() { return AuditOf(Export()); }

  covenant::Document document_;
  crypto::SeededEntropy entropy_{7};
  std::map<std::string, std::unique_ptr<Node>> nodes_;
  std::map<std::string, statement::Delegation> delegations_;
  Instant now_ = kStart;
};

// For messages of failed tests.
inline std::string Show(const Report& report) {
  std::string out = ToText(report, Language::kEnglish);
  for (const Finding& finding : report.findings) {
    out += std::string("  ") + ProblemName(finding.problem) + ": " +
           ToSentence(finding, Language::kEnglish) + "\n";
  }
  for (const ExchangeReport& exchange : report.exchanges) {
    out += "  " + exchange.ref + " " + MatchName(exchange.match) + "\n";
  }
  return out;
}

inline const Finding* Find(const Report& report,
                           Problem problem,
                           const std::string& party,
                           std::optional<uint64_t> index = std::nullopt) {
  for (const Finding& finding : report.findings) {
    if (finding.problem == problem && finding.party == party &&
        (!index || finding.index == index)) {
      return &finding;
    }
  }
  return nullptr;
}

inline bool Names(const Report& report, const std::string& party) {
  for (const Finding& finding : report.findings) {
    if (finding.party == party) return true;
  }
  return false;
}

}  // namespace schakel::audit
