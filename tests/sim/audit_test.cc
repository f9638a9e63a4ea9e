// The auditor trusts nobody (one of the five places): four real logs after the story, one
// trusted hash.
#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/audit/verify.h"
#include "node/crypto/hash.h"
#include "node/log/export.h"
#include "node/statement/entry.h"
#include "node/store/memory_store.h"
#include "tests/sim/approving.h"
#include "tests/sim/checks.h"
#include "tests/sim/console.h"
#include "tests/sim/forge.h"
#include "tests/sim/world.h"
#include "tests/tools/tamper.h"

namespace schakel::sim {
namespace {

using audit::Finding;
using audit::Problem;
using audit::Report;
using audit::Verdict;
using canon::Value;
using Files = std::map<std::string, std::string>;

constexpr const char* kNodes[] = {"gemeente", "jongerenwerk", "om", "politie"};

class AuditTest : public testing::Test {
 protected:
  AuditTest() : world_(5) {}

  void Collect() {
    files_.clear();
    for (const char* node : kNodes)
      ExportLog(world_[node].store(), node, files_);
    for (const char* node : kNodes) {
      const auto view = world_[node].engine->covenants().view();
      const std::string folder = node;
      files_[folder + "/covenant/" + EncodeHex(view->document().hash) + ".json"] =
          view->document().canonical;
      for (const auto& [digest, held] : view->statements) {
        files_[folder + "/statements.jsonl"] += held.Encode() + "\n";
      }
    }
  }

  [[nodiscard]] std::string OriginOf(const std::string& node) {
    return world_[node].lineage().log->origin();
  }
  [[nodiscard]] uint64_t SizeOf(const std::string& node) {
    return world_[node].lineage().log->size();
  }

  void ExportLog(const store::Store& store, const std::string& node, Files& files) {
    std::erase_if(files, [&](const auto& file) {
      return file.first.starts_with(node + "/tile/") || file.first == node + "/checkpoint" ||
             file.first == node + "/receipts.jsonl";
    });
    const auto done = log::ExportFiles(
        store, OriginOf(node), [&](const std::string& path, ByteView bytes) -> Result<void> {
          files[node + "/" + path] += AsText(bytes);
          return {};
        });
    EXPECT_TRUE(done.ok());
  }

  std::unique_ptr<store::MemoryStore> CopyOf(const std::string& node) {
    auto copy = std::make_unique<store::MemoryStore>();
    store::Batch batch;
    const auto read =
        world_[node].store().Scan(store::Family::kLog, {}, [&](ByteView key, ByteView value) {
          batch.Put(store::Family::kLog, key, value);
          return true;
        });
    EXPECT_TRUE(read.ok());
    EXPECT_TRUE(copy->Write(batch, store::Durability::kSynced).ok());
    return copy;
  }

  Report Audit(const Files& files) {
    auto report = audit::Verify(audit::MemorySource(files), crypto::Sha256(world_.covenant()));
    EXPECT_TRUE(report.ok());
    return *std::move(report);
  }

  World world_;
  Files files_;
};

class AuditStoryTest : public AuditTest {
 protected:
  AuditStoryTest() {
    world_.RunToList();
    const scan::Round round = world_.AskAboutPersons();
    EXPECT_FALSE(round.Incomplete());
    Collect();
  }
};

// An exchange of which a cell waits for an approval.
class AuditApprovalTest : public AuditTest {
 protected:
  AuditApprovalTest() {
    world_.edit_covenant = WithApproval;
    world_.RunToList();
    EXPECT_TRUE(world_.AskAboutPersons().Incomplete());
  }
  audit::ExchangeReport Waiting() {
    Collect();
    const Report report = Audit(files_);
    EXPECT_EQ(report.verdict, Verdict::kVerified);
    EXPECT_TRUE(report.findings.empty());
    for (const audit::ExchangeReport& exchange : report.exchanges) {
      if (exchange.ref == std::string(kGroup) + "/2@politie") return exchange;
    }
    ADD_FAILURE() << "no such exchange";
    return {};
  }
};

std::string Show(const Report& report) {
  return ToText(report, audit::Language::kEnglish);
}

TEST_F(AuditStoryTest, FourExchangesMatchOnBothSides) {
  const Report report = Audit(files_);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_TRUE(report.findings.empty()) << Show(report);
  EXPECT_EQ(ToSentence(report, audit::Language::kEnglish),
            "verified, 4 exchanges matched on both sides");
  ASSERT_EQ(report.exchanges.size(), 4U);
  std::map<std::string, int> refs;
  for (const audit::ExchangeReport& exchange : report.exchanges) {
    EXPECT_EQ(exchange.match, audit::Match::kMatched) << exchange.ref;
    EXPECT_EQ(exchange.from, "gemeente");
    ++refs[exchange.ref];
  }
  EXPECT_EQ(refs,
            (std::map<std::string, int>{{"VLD-2026-001/1@politie", 1},
                                        {"VLD-2026-001/2@jongerenwerk", 1},
                                        {"VLD-2026-001/2@om", 1},
                                        {"VLD-2026-001/2@politie", 1}}));
  for (const audit::PairReport& pair : report.pairs)
    EXPECT_TRUE(pair.equal()) << pair.a << pair.b;
}

// A Request of the caller's own that names another receiver is refused and kept with its bytes; the
// log that holds it still verifies, and so do the exchanges beside it.
TEST_F(AuditStoryTest, ARefusedRequestToAnotherPartyKeepsTheLogVerified) {
  record::Body body;
  body.motivation = "Verkeerd bezorgd";
  body.requester = {"A. Agent", "wijkagent", "088 000 0001"};
  const Forged misdirected = Forge(world_,
                                   AskOf(std::move(body), "politie", {"signaal"}),
                                   {"gemeente", "", [](statement::Request& request) {
                                      request.to = "om";
                                      request.ref = "VLD-2026-001/2@om";
                                    }});
  const Reply reply = SendTo(world_, "politie", "gemeente", misdirected.message);
  ASSERT_TRUE(reply.done.ok());
  ASSERT_EQ(reply.code(), "PARTY_MISMATCH");
  ExportLog(world_["politie"].store(), "politie", files_);
  const Report report = Audit(files_);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_TRUE(report.findings.empty()) << Show(report);
}

// What the gemeente sent to the police in the round that named persons.
const Recorded& SentToPolitie(const World& world) {
  const auto sent = std::find_if(world.recorded.rbegin(), world.recorded.rend(), [](const auto& r) {
    return r.from == "gemeente" && r.to == "politie";
  });
  EXPECT_NE(sent, world.recorded.rend());
  return *sent;
}

// The same signed Request beside another body: refused as a second use of its id, and logged with
// the digest that the log holds as accepted too. Neither entry makes the other one doubtful.
TEST_F(AuditStoryTest, ASecondUseOfAnIdWithTheAcceptedDigestKeepsTheLogVerified) {
  const Recorded sent = SentToPolitie(world_);
  Bytes other = sent.body;
  other.back() ^= 1;
  const Reply reply = SendTo(world_, "politie", "gemeente", {sent.request, other});
  ASSERT_TRUE(reply.done.ok());
  ASSERT_EQ(reply.code(), "ID_REUSED");
  const uint64_t index = SizeOf("politie") - 2;
  const statement::Entry refused = EntryAt(world_, "politie", index);
  ASSERT_EQ(refused.outcome, "ID_REUSED");
  ASSERT_TRUE(refused.statement.has_value());
  const auto accepted = world_["politie"].lineage().log->FindDigest(refused.statement->Digest());
  ASSERT_TRUE(accepted.ok());
  ASSERT_EQ(accepted->size(), 2U);
  ExportLog(world_["politie"].store(), "politie", files_);
  const Report report = Audit(files_);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_TRUE(report.findings.empty()) << Show(report);
  ASSERT_EQ(report.exchanges.size(), 4U);
  for (const audit::ExchangeReport& exchange : report.exchanges)
    EXPECT_EQ(exchange.match, audit::Match::kMatched) << exchange.ref << "\n" << Show(report);
  // The refused entry is under the audit like any other.
  const auto copy = CopyOf("politie");
  ASSERT_TRUE(tamper::AlterEntry(*copy, OriginOf("politie"), index).ok());
  ExportLog(*copy, "politie", files_);
  const Report altered = Audit(files_);
  EXPECT_EQ(altered.verdict, Verdict::kNotVerified);
  ASSERT_FALSE(altered.findings.empty());
  EXPECT_EQ(altered.findings[0].index, index) << Show(altered);
}

// Another party sends the gemeente's Request in its own name: the police keep its digest only, and
// what was exchanged under that digest still matches.
TEST_F(AuditStoryTest, AThirdPartysCopyOfARequestKeepsTheLogVerified) {
  const Recorded sent = SentToPolitie(world_);
  const Reply reply = SendTo(world_, "politie", "om", {sent.request, sent.body});
  ASSERT_TRUE(reply.done.ok());
  ASSERT_EQ(reply.code(), "PARTY_MISMATCH");
  const statement::Entry refused = EntryAt(world_, "politie", SizeOf("politie") - 2);
  ASSERT_EQ(refused.outcome, "PARTY_MISMATCH");
  ASSERT_FALSE(refused.statement.has_value());
  ExportLog(world_["politie"].store(), "politie", files_);
  const Report report = Audit(files_);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_TRUE(report.findings.empty()) << Show(report);
  ASSERT_EQ(report.exchanges.size(), 4U) << Show(report);
  for (const audit::ExchangeReport& exchange : report.exchanges)
    EXPECT_EQ(exchange.match, audit::Match::kMatched) << exchange.ref;
  for (const audit::LogReport& log : report.logs)
    EXPECT_EQ(log.refused_calls, log.party == "politie" ? 1U : 0U) << log.party;
}

// Only the hash is trusted: under another one nothing of this counts.
TEST_F(AuditApprovalTest, IsOpenUntilTheSecondAnswerAndThenMatches) {
  EXPECT_EQ(Waiting().match, audit::Match::kPending);
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  const Value::Object cell{{"ref", std::string(kGroup) + "/2@politie"}};
  const Value look = approver.Call("inbox.show", cell);
  Value::Object decision = cell;
  decision["decision"] = "approve";
  decision["seen"] = *look.Find("seen");
  approver.Call("inbox.decide", decision);
  // Decided, but the asker did not come for it yet.
  EXPECT_EQ(Waiting().match, audit::Match::kPending);
  EXPECT_FALSE(world_.AskAboutPersons(2).Incomplete());
  const audit::ExchangeReport closed = Waiting();
  EXPECT_EQ(closed.match, audit::Match::kMatched);
  // What either answer released.
  EXPECT_THAT(closed.released, testing::IsSupersetOf({"incident", "mutatie"}));
}

TEST_F(AuditApprovalTest, NamesAGiverWhoseSecondAnswerIsAboutOtherCells) {
  const auto round = world_.AskAboutPersons(2);
  const auto of_politie = std::find_if(round.partners.begin(),
                                       round.partners.end(),
                                       [](const auto& p) { return p.party == "politie"; });
  const exchange::OutRow row = *of_politie->exchange;
  Party& politie = world_["politie"];
  statement::Answer answer;
  answer.exchange = row.exchange;
  answer.from = "politie";
  answer.to = "gemeente";
  answer.request = row.request;
  answer.cells["incident"] = {statement::CellState::kRefused, "LAPSED"};
  answer.issued = world_.clock.Now();
  answer.follows = row.answer;
  const crypto::SigningKey* const signers[] = {politie.statement_key.get()};
  log::Commit commit;
  commit.entries.push_back(exchange::StatementEntry(
      politie.engine->self(),
      statement::Direction::kOut,
      "gemeente",
      row.exchange,
      row.purpose,
      statement::SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers),
      "ok",
      /*keep_bytes=*/true));
  ASSERT_TRUE(politie.lineage().log->Append(std::move(commit), world_.clock.Now()).ok());
  Collect();
  const Report report = Audit(files_);
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_EQ(report.findings.front().problem, Problem::kAnswerCells);
  EXPECT_EQ(report.findings.front().party, "politie");
}

TEST_F(AuditStoryTest, NothingVerifiesUnderAnotherHash) {
  auto report = audit::Verify(audit::MemorySource(files_), crypto::Sha256("another covenant"));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->verdict, Verdict::kNotVerified);
}

TEST_F(AuditStoryTest, AlteringOneStoredEntryNamesIt) {
  for (const char* node : kNodes) {
    for (uint64_t index = 0; index < SizeOf(node); ++index) {
      SCOPED_TRACE(std::string(node) + " " + std::to_string(index));
      const auto copy = CopyOf(node);
      ASSERT_TRUE(tamper::AlterEntry(*copy, OriginOf(node), index).ok());
      Files files = files_;
      ExportLog(*copy, node, files);
      const Report report = Audit(files);
      EXPECT_EQ(report.verdict, Verdict::kNotVerified);
      ASSERT_FALSE(report.findings.empty());
      EXPECT_EQ(report.findings[0].problem, Problem::kEntryAltered) << Show(report);
      EXPECT_EQ(report.findings[0].party, node);
      EXPECT_EQ(report.findings[0].index, index);
      // What a person reads first has both.
      const std::string text = Show(report);
      const std::string first_line = text.substr(0, text.find('\n'));
      EXPECT_NE(first_line.find(node), std::string::npos) << first_line;
      EXPECT_NE(first_line.find(std::to_string(index)), std::string::npos) << first_line;
      for (const Finding& finding : report.findings)
        EXPECT_EQ(finding.party, node);
    }
  }
}

// A node that rewrites its log and signs all of it again is consistent within itself. What its
// partners logged of its promises names it, whichever entry it was; only what lies behind the last
// promise stays open, and the verdict says which entries those are.
TEST_F(AuditStoryTest, RewrittenLogIsNamedThroughPartnersReceipts) {
  const Report honest = Audit(files_);
  std::map<std::string, uint64_t> proved;
  for (const audit::LogReport& log : honest.logs)
    proved[log.party] = log.proved_size;
  int open = 0;
  for (const char* node : kNodes) {
    // The last entry of a contributor is a receipt, over which nobody gives one; the requester's is
    // the partner's receipt, committed with the Answer, over which its own receipt went out.
    const uint64_t last = std::string(node) == "gemeente" ? 0 : 1;
    EXPECT_EQ(proved[node], SizeOf(node) - last) << node;
    for (uint64_t index = 0; index < SizeOf(node); ++index) {
      SCOPED_TRACE(std::string(node) + " " + std::to_string(index));
      const auto copy = CopyOf(node);
      const auto bytes = world_[node].lineage().log->EntryBytes(index);
      ASSERT_TRUE(bytes.ok());
      auto entry = statement::Entry::Parse(AsText(*bytes));
      ASSERT_TRUE(entry.ok());
      entry->nonce[0] ^= 1;  // another entry, in which everything else still holds
      ASSERT_TRUE(
          tamper::RewriteLog(*copy, OriginOf(node), *world_[node].log_key, index, entry->Encode())
              .ok());
      Files files = files_;
      ExportLog(*copy, node, files);
      const Report report = Audit(files);
      if (index >= proved[node]) {
        ++open;
        EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
        const std::string text = Show(report);
        const std::string said =
            std::string(node) + " entry " + std::to_string(index) + ": not yet fixed";
        EXPECT_NE(text.find(said), std::string::npos) << text;
        continue;
      }
      EXPECT_EQ(report.verdict, Verdict::kNotVerified);
      ASSERT_FALSE(report.findings.empty());
      bool named = false;
      for (const Finding& finding : report.findings) {
        EXPECT_EQ(finding.party, node) << Show(report);
        named = named || (finding.problem == Problem::kLogRewritten && finding.index <= index &&
                          (!finding.last || index <= *finding.last));
        if (finding.problem == Problem::kLogRewritten) {
          EXPECT_FALSE(finding.shown_by.empty());
        }
      }
      EXPECT_TRUE(named) << Show(report);
    }
  }
  EXPECT_EQ(open, 3);
}

// Taking an entry out is no better than changing it.
TEST_F(AuditStoryTest, ShortenedLogIsNamed) {
  for (const char* node : kNodes) {
    SCOPED_TRACE(node);
    const auto copy = CopyOf(node);
    ASSERT_TRUE(tamper::RewriteLog(*copy, OriginOf(node), *world_[node].log_key, 1, "").ok());
    Files files = files_;
    ExportLog(*copy, node, files);
    const Report report = Audit(files);
    EXPECT_EQ(report.verdict, Verdict::kNotVerified);
    ASSERT_FALSE(report.findings.empty());
    for (const Finding& finding : report.findings)
      EXPECT_EQ(finding.party, node) << Show(report);
  }
}

TEST_F(AuditStoryTest, MissingLogMakesItIncompleteAndNobodyGuilty) {
  Files files = files_;
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("om/"); });
  const Report report = Audit(files);
  EXPECT_EQ(report.verdict, Verdict::kIncomplete) << Show(report);
  for (const Finding& finding : report.findings)
    EXPECT_EQ(finding.party, "om");
}

}  // namespace
}  // namespace schakel::sim
