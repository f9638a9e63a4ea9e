// The auditor trusts nobody: what it says of sound logs, and whom it names for each deceit.
#include <algorithm>

#include "node/audit/verify.h"
#include "tests/unit/audit/network.h"

namespace schakel::audit {
namespace {

class AuditTest : public Network {
 protected:
  void SetUp() override { PlayStory(); }
};

TEST_F(AuditTest, SoundLogsAreVerified) {
  const Report report = Audit();
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(CountOf(report, Match::kMatched), 4U);
  EXPECT_EQ(ToSentence(report, Language::kEnglish), "verified, 4 exchanges matched on both sides");
  ASSERT_EQ(report.logs.size(), 4U);
  for (const LogReport& log : report.logs) {
    EXPECT_TRUE(log.present);
    EXPECT_TRUE(log.verified);
    EXPECT_EQ(log.origin, OriginOf(log.party));
    EXPECT_EQ(log.size, At(log.party).log->size());
    EXPECT_EQ(log.root, At(log.party).log->root());
  }
  ASSERT_EQ(report.exchanges.size(), 4U);
  EXPECT_EQ(report.exchanges[1].ref, "VLD-2026-001/2@politie");
  EXPECT_EQ(report.exchanges[1].released, (std::vector<std::string>{"incident", "signaal"}));
  EXPECT_EQ(report.exchanges[1].request_at_from, 4U);
  EXPECT_EQ(report.exchanges[1].answer_at_to, 5U);
}

// Of each log only what follows the last receipt that a partner holds is open, and the report says
// from where.
TEST_F(AuditTest, SaysWhatIsStillOpen) {
  Report report = Audit();
  for (const LogReport& log : report.logs) {
    // The giver's last entry is the asker's receipt; the asker's are all under its own receipt.
    EXPECT_EQ(log.proved_size, log.party == "gemeente" ? log.size : log.size - 1) << log.party;
  }
  EXPECT_NE(ToText(report, Language::kEnglish).find("om entry 3: not yet fixed"),
            std::string::npos);
  for (LogReport& log : report.logs)
    log.proved_size = log.party == "om" ? 1 : log.size;
  EXPECT_NE(ToText(report, Language::kDutch).find("om regels 1-3: nog niet vastgelegd"),
            std::string::npos);
}

TEST_F(AuditTest, AlteredEntryIsNamedAlone) {
  for (const auto& [party, node] : nodes_) {
    for (uint64_t index = 0; index < node->log->size(); ++index) {
      Files files = Export();
      const auto copy = CopyOf(node->store);
      ASSERT_TRUE(tamper::AlterEntry(*copy, OriginOf(party), index).ok());
      ExportLog(*copy, party, files);
      const Report report = AuditOf(files);
      EXPECT_EQ(report.verdict, Verdict::kNotVerified);
      ASSERT_EQ(report.findings.size(), 1U) << Show(report);
      EXPECT_EQ(report.findings[0].problem, Problem::kEntryAltered);
      EXPECT_EQ(report.findings[0].party, party);
      EXPECT_EQ(report.findings[0].index, index);
    }
  }
}

TEST_F(AuditTest, AlteredEntrySaysWhichExchangeAndWhoShowsIt) {
  ASSERT_TRUE(tamper::AlterEntry(At("politie").store, OriginOf("politie"), 4).ok());
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_EQ(report.findings[0].ref, "VLD-2026-001/2@politie");
  EXPECT_EQ(report.findings[0].shown_by, std::vector<std::string>{"gemeente"});
  EXPECT_EQ(report.exchanges[1].match, Match::kEntryAltered);
  EXPECT_EQ(ToText(report, Language::kDutch),
            "NIET GEVERIFIEERD   politie, regel 4 is na 18-05-2026 gewijzigd "
            "(VLD-2026-001/2@politie)\n"
            "Bewijs         ontvangstbewijs bij gemeente legt andere bytes vast\n"
            "Raakt          VLD-2026-001/2@politie\n"
            "Verder         deze logs zijn in zichzelf in orde: gemeente, jongerenwerk en om\n"
            "Doe nu         meld dit de privacyfunctionaris van politie\n"
            "Logs           4 van 4 partijen, 28 regels\n"
            "Uitwisselingen 4: 3 gelijk aan beide kanten, 1 niet gelijk\n"
            "Nog open       jongerenwerk regel 3: nog niet vastgelegd in een bewijs bij een "
            "ander\n"
            "               om regel 3: nog niet vastgelegd in een bewijs bij een ander\n"
            "               politie regel 6: nog niet vastgelegd in een bewijs bij een ander\n"
            "Niet bewezen   inhoud; wissen bij de ontvanger; wat beide partijen weglieten\n");
}

TEST_F(AuditTest, RemovedEntryIsNamed) {
  for (uint64_t index = 0; index < At("politie").log->size(); ++index) {
    Files files = Export();
    // Out of the bundle: the entries behind it move up.
    std::string& bundle = files["politie/tile/entries/000.p/7"];
    size_t at = 0;
    const auto length = [&] { return 2U + ReadU16(AsBytes(bundle).subspan(at)); };
    for (uint64_t i = 0; i < index; ++i)
      at += length();
    bundle.erase(at, length());
    const Report report = AuditOf(files);
    ASSERT_EQ(report.findings.size(), 1U) << Show(report);
    EXPECT_NE(Find(report, Problem::kEntryRemoved, "politie", index), nullptr) << Show(report);
  }
  ASSERT_TRUE(tamper::RemoveEntry(At("politie").store, OriginOf("politie"), 2).ok());
  const Report report = Audit();
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kEntryRemoved, "politie", 2), nullptr);
}

// One test of the five: a node that signs its whole rewritten log again is named through the size
// and root in its partners' receipts, whichever entry it changed.
TEST_F(AuditTest, RewrittenLogIsNamedWhicheverEntryChanged) {
  const Report honest = Audit();
  for (const auto& [party, node] : nodes_) {
    const std::string& name = party;
    const auto log = std::find_if(honest.logs.begin(), honest.logs.end(), [&](const LogReport& l) {
      return l.party == name;
    });
    for (uint64_t index = 0; index < log->size; ++index) {
      statement::Entry entry = *node->log->Entry(index);
      entry.trace_id = std::string(32, 'f');
      Files files = Export();
      ExportRewritten(party, index, entry.Encode(), files);
      const Report report = AuditOf(files);
      if (index >= log->proved_size) {
        // Nobody else holds anything about it yet, and the report said so.
        EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
        continue;
      }
      EXPECT_EQ(report.verdict, Verdict::kNotVerified);
      const Finding* const rewritten = Find(report, Problem::kLogRewritten, party);
      ASSERT_NE(rewritten, nullptr) << party << " " << index << "\n" << Show(report);
      EXPECT_LE(*rewritten->index, index);
      EXPECT_GE(*rewritten->last, index);
      for (const auto& [other, unused] : nodes_) {
        EXPECT_EQ(Names(report, other), other == party) << Show(report);
      }
    }
  }
}

TEST_F(AuditTest, EntryTakenOutOfARewrittenLogIsNamed) {
  for (const auto& [party, node] : nodes_) {
    for (uint64_t index = 0; index + 1 < node->log->size(); ++index) {
      Files files = Export();
      ExportRewritten(party, index, "", files);
      const Report report = AuditOf(files);
      EXPECT_EQ(report.verdict, Verdict::kNotVerified) << party << " " << index;
      EXPECT_TRUE(Names(report, party)) << Show(report);
    }
  }
}

TEST_F(AuditTest, LogPutBackToAnEarlierStateIsNamed) {
  Files files = Export();
  Steps steps;
  steps.categories = {"incident"};
  Exchange("5", "gemeente", "politie", steps);
  Files later = Export();
  for (const char* folder : {"gemeente", "om", "jongerenwerk"}) {
    for (const auto& [path, bytes] : later) {
      if (path.find(std::string(folder) + "/") == 0) files[path] = bytes;
    }
  }
  const Report report = AuditOf(files);
  const Finding* const shortened = Find(report, Problem::kLogShortened, "politie");
  ASSERT_NE(shortened, nullptr) << Show(report);
  EXPECT_EQ(shortened->shown_by, std::vector<std::string>{"gemeente"});
  EXPECT_FALSE(Names(report, "gemeente")) << Show(report);
}

TEST_F(AuditTest, OwnReceiptThatIsGoneIsNamed) {
  Files files = Export();
  std::string& lines = files["politie/receipts.jsonl"];
  lines.erase(0, lines.find('\n') + 1);
  const Report report = AuditOf(files);
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kReceiptMissing, "politie", 1), nullptr);
}

TEST_F(AuditTest, PartnersReceiptDroppedWhileOpenIsSentNoReceipt) {
  Files files = Export();
  ExportRewritten("om", 3, "", files);
  const Report report = AuditOf(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << Show(report);
  EXPECT_EQ(CountOf(report, Match::kSentNoReceipt), 1U);
  EXPECT_EQ(ToSentence(report, Language::kEnglish),
            "verified, 3 exchanges matched on both sides, 1 still open");
}

TEST_F(AuditTest, SwappedFoldersAreNamed) {
  Files swapped;
  for (const auto& [path, bytes] : Export()) {
    if (path.find("politie/") == 0) {
      swapped["om" + path.substr(7)] = bytes;
    } else if (path.find("om/") == 0) {
      swapped["politie" + path.substr(2)] = bytes;
    } else {
      swapped[path] = bytes;
    }
  }
  const Report report = AuditOf(swapped);
  EXPECT_EQ(report.verdict, Verdict::kNotVerified);
  EXPECT_NE(Find(report, Problem::kForeignLog, "politie"), nullptr) << Show(report);
  EXPECT_NE(Find(report, Problem::kForeignLog, "om"), nullptr);
}

TEST_F(AuditTest, ForeignCovenantHashProvesNothing) {
  const Result<Report> report = Verify(MemorySource(Export()), crypto::Sha256("another covenant"));
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->verdict, Verdict::kNotVerified);
  EXPECT_NE(Find(*report, Problem::kCovenantMissing, ""), nullptr);
  EXPECT_TRUE(report->logs.empty());
  EXPECT_TRUE(report->exchanges.empty());
}

TEST_F(AuditTest, MissingLogIsIncomplete) {
  Files files;
  for (const auto& [path, bytes] : Export()) {
    if (path.find("om/") != 0) files[path] = bytes;
  }
  // Its accept went with its folder: the others' exports carry it in practice.
  for (const SignedStatement& bytes : At("om").statements) {
    if (bytes.type() == Type::kAccept) files["politie/statements.jsonl"] += bytes.Encode() + "\n";
  }
  const Report report = AuditOf(files);
  EXPECT_EQ(report.verdict, Verdict::kIncomplete) << Show(report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_NE(Find(report, Problem::kLogMissing, "om"), nullptr);
  EXPECT_EQ(CountOf(report, Match::kLogMissing), 1U);
  EXPECT_EQ(CountOf(report, Match::kMatched), 3U);
  EXPECT_EQ(ToSentence(report, Language::kEnglish), "incomplete: the log of om is missing");
  EXPECT_EQ(ToText(report, Language::kDutch).find("ONVOLLEDIG   het log van om ontbreekt\n"), 0U);
}

TEST_F(AuditTest, UnknownFolderIsSaidButProvesNothing) {
  Files files = Export();
  files["buurgemeente/checkpoint"] = "x";
  const Report report = AuditOf(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified);
  EXPECT_NE(Find(report, Problem::kUnknownFolder, "buurgemeente"), nullptr);
}

TEST_F(AuditTest, LeafHashAlteredInTheStoredTreeIsToldFromAnAlteredEntry) {
  Files files = Export();
  files["politie/tile/0/000.p/7"][64] ^= 1;
  const Report report = AuditOf(files);
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kLeafAltered, "politie", 2), nullptr);
}

}  // namespace
}  // namespace schakel::audit
