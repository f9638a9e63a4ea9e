// The recipient checks (one of the five places): a contributor whose keys, signatures,
// digests and seals are all right, and whose content goes beyond the covenant. Its whole answer is
// refused and kept sealed, nobody sees any of it, and both logs say so.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "node/audit/verify.h"
#include "node/crypto/hash.h"
#include "node/exchange/payload.h"
#include "node/exchange/rows.h"
#include "node/log/export.h"
#include "tests/sim/checks.h"
#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using record::Release;
using statement::Answer;
using statement::CellState;
using statement::SignedStatement;
using store::Family;

// What no honest record holds, so that a search for it cannot hit anything else.
constexpr const char* kMarker = "Smokkelwaar 7731";

struct Draft {
  std::vector<Release> releases;
  std::map<std::string, statement::Cell> cells;
  // Changes the bytes of each release after they were encoded.
  std::function<void(Bytes&)> alter_bytes;
};
using Break = std::function<void(World&, Draft&)>;

class RecheckTest : public testing::Test {
 protected:
  RecheckTest() : world_(71) { world_.RunToList(); }

  // Round 2, in which the police answer as `break_it` has them do.
  ScanView Scan(const Break& break_it) {
    world_.interceptors["politie"] = [this, break_it](const std::string& from,
                                                      const exchange::SendMessage& message,
                                                      exchange::ReplySink& sink) {
      return Answered(from, message, break_it, sink);
    };
    return AskScan(world_);
  }

  // Answers with the keys that the party delegated, and logs both statements as an honest one does.
  Result<void> Answered(const std::string& from,
                        const exchange::SendMessage& message,
                        const Break& break_it,
                        exchange::ReplySink& sink) {
    Party& politie = world_["politie"];
    exchange::Context& context = politie.lineage().context;
    const Instant now = world_.clock.Now();
    const SignedStatement signed_request = TRY(SignedStatement::Parse(message.request));
    const auto request = TRY(statement::ParseAs<statement::Request>(signed_request));
    const record::Body body = TRY(world_["gemeente"].lineage().requester.BodyOf(request.exchange));

    Draft draft;
    for (const std::string& category : request.categories)
      draft.cells[category] = {CellState::kReleased, "OK"};
    Release release;
    release.id = MakeUuidV4(*politie.entropy);
    release.category = "incident";
    release.row = body.subjects.at(0).row;
    release.by = {"I01"};
    release.retain = *ParsePeriod("P3M");
    release.fields = {{"datum", std::string("2026-05")}, {"soort", std::string(kMarker)}};
    draft.releases.push_back(std::move(release));
    break_it(world_, draft);

    std::vector<Bytes> releases;
    for (const Release& each : draft.releases) {
      releases.push_back(TRY(record::EncodeRelease(each, context.covenants.view()->document())));
      if (draft.alter_bytes) draft.alter_bytes(releases.back());
    }
    const crypto::X25519Pair ephemeral = crypto::GenerateX25519(*politie.entropy);
    const crypto::Key32 key = TRY(exchange::PayloadKey(ephemeral.secret,
                                                       request.ephemeral,
                                                       request.ephemeral,
                                                       ephemeral.public_key,
                                                       signed_request.Digest()));
    const Bytes k(exchange::kKBytes, 0x5A);
    std::vector<Bytes> frames;
    const auto sealed =
        TRY(exchange::SealPayload(key, k, releases, [&](ByteView frame) -> Result<void> {
          frames.emplace_back(frame.begin(), frame.end());
          return {};
        }));
    const Hash lines = crypto::Sha256("lines");
    Answer answer;
    answer.exchange = request.exchange;
    answer.from = "politie";
    answer.to = from;
    answer.request = signed_request.Digest();
    answer.cells = draft.cells;
    answer.issued = now;
    answer.payload = Answer::Payload{ephemeral.public_key,
                                     sealed.frames,
                                     sealed.padded_size,
                                     sealed.ciphertext,
                                     exchange::ContentRoot(k, releases),
                                     lines};
    const crypto::SigningKey* const signers[] = {politie.statement_key.get()};
    const auto signed_answer =
        SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers);
    const std::string receipt = TRY(Log(from, request, signed_request, signed_answer, answer));
    TRY(sink.OnOpening({signed_answer.Encode(), receipt, {}}));
    for (const Bytes& frame : frames)
      TRY(sink.OnFrame(frame));
    return {};
  }

  // Gives the receipt for the Request.
  Result<std::string> Log(const std::string& from,
                          const statement::Request& request,
                          const SignedStatement& signed_request,
                          const SignedStatement& signed_answer,
                          const Answer& answer) {
    exchange::Context& context = world_["politie"].lineage().context;
    const auto entry = [&](statement::Direction direction, const SignedStatement& bytes) {
      return exchange::StatementEntry(context.self,
                                      direction,
                                      from,
                                      request.exchange,
                                      request.purpose,
                                      bytes,
                                      "ok",
                                      /*keep_bytes=*/true);
    };
    log::Commit commit;
    commit.entries.push_back(entry(statement::Direction::kIn, signed_request));
    commit.entries.back().receipt =
        log::ReceiptOrder{request.exchange, signed_request.Digest(), /*accepted=*/true, {}};
    commit.entries.push_back(entry(statement::Direction::kOut, signed_answer));
    commit.entries.back().entry.subject_root = answer.payload->subject_root;
    commit.entries.back().entry.sealed_digest = crypto::Sha256("sealed lines");
    exchange::InRow row;
    row.exchange = request.exchange;
    row.from = from;
    row.ref = request.ref;
    row.group = request.group;
    row.categories = request.categories;
    row.request = signed_request.Digest();
    row.body = request.body;
    row.answer = signed_answer.Encode();
    row.cells = answer.cells;
    row.created = answer.issued;
    row.not_before = answer.issued;
    commit.batch.Put(Family::kExchange, exchange::InKey(from, request.exchange), row.Encode());
    const auto committed = TRY(context.log.Append(std::move(commit), answer.issued));
    return committed.entries.front().receipt->Encode();
  }

  // The receipt for the Answer, as the contributor logged it.
  statement::Receipt LoggedReceipt() {
    const statement::Entry entry = EntryAt(world_, "politie", Entries(world_, "politie") - 1);
    EXPECT_EQ(entry.type, "receipt");
    EXPECT_EQ(entry.direction, statement::Direction::kIn);
    EXPECT_TRUE(entry.statement.has_value());
    return *statement::ParseAs<statement::Receipt>(*entry.statement);
  }

  audit::Report Audit() {
    std::map<std::string, std::string> files;
    for (const auto& [node, party] : world_.parties()) {
      if (!party->engine) continue;  // the auditor
      const std::string folder = node + "/";
      const auto done = log::ExportFiles(party->store(),
                                         party->lineage().log->origin(),
                                         [&](const std::string& path, ByteView bytes) {
                                           files[folder + path] += AsText(bytes);
                                           return Result<void>();
                                         });
      EXPECT_TRUE(done.ok());
      const auto view = party->engine->covenants().view();
      files[folder + "covenant/" + EncodeHex(view->document().hash) + ".json"] =
          view->document().canonical;
      for (const auto& [digest, held] : view->statements)
        files[folder + "statements.jsonl"] += held.Encode() + "\n";
    }
    const auto report =
        audit::Verify(audit::MemorySource(files), crypto::Sha256(world_.covenant()));
    EXPECT_TRUE(report.ok());
    return *report;
  }
  // Nobody's log is wrong because an answer was: refusing it is how it should go.
  void ExpectVerified() {
    const audit::Report report = Audit();
    EXPECT_EQ(report.verdict, audit::Verdict::kVerified)
        << ToText(report, audit::Language::kEnglish);
    EXPECT_TRUE(report.findings.empty()) << ToText(report, audit::Language::kEnglish);
  }

  void ExpectRefused(const Break& break_it) {
    const ScanView scan = Scan(break_it);
    const exchange::OutRow& row = scan.exchange("politie");
    EXPECT_EQ(row.state, exchange::OutState::kQuarantined);
    EXPECT_EQ(row.code, "RECHECK_FAILED");
    EXPECT_EQ(row.releases, 0);
    for (const auto& [category, cell] : row.cells) {
      EXPECT_EQ(cell, (statement::Cell{CellState::kRefused, "RECHECK_FAILED"})) << category;
      const report::Gap& gap = scan.Gap("politie", category);
      EXPECT_EQ(gap.stand, report::Stand::kRefused) << category;
      EXPECT_EQ(gap.code, "RECHECK_FAILED") << category;
    }
    for (const auto& [name, rendering] : Renderings(scan.report))
      EXPECT_EQ(rendering.find(kMarker), std::string::npos) << name;
    EXPECT_EQ(ReceivedBytes(world_, "gemeente").find(kMarker), std::string::npos);
    // What came is kept, as it came: sealed.
    exchange::Context& context = world_["gemeente"].lineage().context;
    const auto kept =
        exchange::GetPrivate(context.store, context.keys, "quarantine", "gemeente", row.exchange);
    ASSERT_TRUE(kept.ok());
    EXPECT_FALSE(kept->empty());
    EXPECT_EQ(AsText(*kept).find(kMarker), std::string::npos);
    // The requester logged its Answer as refused; the contributor has the receipt that says so.
    int refused = 0;
    for (uint64_t index = 0; index < Entries(world_, "gemeente"); ++index) {
      const statement::Entry entry = EntryAt(world_, "gemeente", index);
      if (entry.outcome != "RECHECK_FAILED") continue;
      ++refused;
      EXPECT_EQ(entry.type, "answer");
      EXPECT_EQ(entry.peer, "politie");
    }
    EXPECT_EQ(refused, 1);
    const statement::Receipt receipt = LoggedReceipt();
    EXPECT_EQ(receipt.exchange, row.exchange);
    EXPECT_FALSE(receipt.accepted);
    EXPECT_EQ(receipt.code, "RECHECK_FAILED");
  }

  World world_;
};

TEST_F(RecheckTest, TheSameContributorWithoutAFaultIsAccepted) {
  const ScanView scan = Scan([](World&, Draft&) {});
  const exchange::OutRow& row = scan.exchange("politie");
  EXPECT_EQ(row.state, exchange::OutState::kAnswered) << row.code;
  EXPECT_EQ(row.releases, 1);
  EXPECT_NE(ReceivedBytes(world_, "gemeente").find(kMarker), std::string::npos);
  bool shown = false;
  for (const auto& [name, rendering] : Renderings(scan.report))
    shown = shown || rendering.find(kMarker) != std::string::npos;
  EXPECT_TRUE(shown);
  EXPECT_TRUE(LoggedReceipt().accepted);
  ExpectVerified();
}

// The cells stand readable in the Answer that both logs hold: this fault the auditor sees as well,
// and names whose it is.
TEST_F(RecheckTest, AnswerAboutOtherCategoriesIsRefusedAndNamedByTheAuditor) {
  ExpectRefused([](World&, Draft& draft) { draft.cells.erase("antecedent"); });
  const audit::Report report = Audit();
  EXPECT_EQ(report.verdict, audit::Verdict::kNotVerified);
  ASSERT_FALSE(report.findings.empty());
  for (const audit::Finding& finding : report.findings)
    EXPECT_EQ(finding.party, "politie");
}

struct Fault {
  const char* name;
  Break break_it;
};
std::ostream& operator<<(std::ostream& out, const Fault& fault) {
  return out << fault.name;
}

// Overwrites a text in the bytes by another one of the same length.
void Rename(Bytes& bytes, std::string_view from, std::string_view to) {
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  ASSERT_NE(at, bytes.end());
  std::copy(to.begin(), to.end(), at);
}

const Fault kFaults[] = {
    {"ExcessField",
     [](World&, Draft& draft) {
       draft.releases[0].fields["toelichting"] = std::string("Zag hem lopen");
     }},
    {"FullDateWhereTheMonthIsDue",
     [](World&, Draft& draft) {
       draft.releases[0].fields["datum"] = IncompleteDate{2026, 5, 2};
     }},
    {"FullDateAsText",
     [](World&, Draft& draft) { draft.releases[0].fields["datum"] = std::string("2026-05-02"); }},
    {"PlaceFinerThanTheNeighbourhood",
     [](World&, Draft& draft) {
       draft.releases[0].fields["plaats"] = std::string("BU99990102 Stationsplein 4");
     }},
    {"UnlistedSubject",
     [](World& world, Draft& draft) {
       draft.releases[0].row = MakeUuidV4(*world["politie"].entropy);
     }},
    {"UnlistedSubjectBesideAListedOne",
     [](World& world, Draft& draft) {
       draft.releases.push_back(draft.releases[0]);
       draft.releases[1].id = MakeUuidV4(*world["politie"].entropy);
       draft.releases[1].row = MakeUuidV4(*world["politie"].entropy);
     }},
    {"NoSubject", [](World&, Draft& draft) { draft.releases[0].row.reset(); }},
    {"RuleOfAnotherCategory", [](World&, Draft& draft) { draft.releases[0].by = {"A01"}; }},
    {"RuleOfAnotherGiver", [](World&, Draft& draft) { draft.releases[0].by = {"S01"}; }},
    {"RuleThatDoesNotExist", [](World&, Draft& draft) { draft.releases[0].by = {"Z99"}; }},
    {"NoRule", [](World&, Draft& draft) { draft.releases[0].by = {}; }},
    {"DenyAsRule", [](World&, Draft& draft) { draft.releases[0].by = {"D01"}; }},
    {"RetainLongerThanTheRules",
     [](World&, Draft& draft) { draft.releases[0].retain = *ParsePeriod("P4M"); }},
    {"OnwardWiderThanTheRules", [](World&, Draft& draft) { draft.releases[0].onward = {"om"}; }},
    {"ContentInARefusedCell",
     [](World&, Draft& draft) {
       draft.cells["incident"] = {CellState::kRefused, "step"};
     }},
    {"ReleaseTwice", [](World&, Draft& draft) { draft.releases.push_back(draft.releases[0]); }},
    {"UnknownCategory",
     [](World&, Draft& draft) {
       draft.alter_bytes = [](Bytes& bytes) { Rename(bytes, "incident", "incidenx"); };
     }},
    {"EmptyRelease",
     [](World&, Draft& draft) { draft.alter_bytes = [](Bytes& bytes) { bytes.clear(); }; }},
};

class RecheckFaultTest : public RecheckTest, public testing::WithParamInterface<Fault> {};

TEST_P(RecheckFaultTest, RefusesTheWholeAnswer) {
  ExpectRefused(GetParam().break_it);
  ExpectVerified();
}

INSTANTIATE_TEST_SUITE_P(Recheck,
                         RecheckFaultTest,
                         testing::ValuesIn(kFaults),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace schakel::sim
