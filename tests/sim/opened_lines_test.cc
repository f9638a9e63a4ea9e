// The auditor with `detail: decisions` sees which rules decided, of the categories of its mandate,
// and believes none of it: every line is proved under its entry.
#include <algorithm>
#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "node/audit/verify.h"
#include "node/canon/json.h"
#include "node/covenant/author.h"
#include "node/crypto/hash.h"
#include "node/policy/replay.h"
#include "node/statement/decision_line.h"
#include "node/store/store.h"
#include "tests/sim/approving.h"
#include "tests/sim/console.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using audit::Problem;
using audit::Report;
using audit::Verdict;
using Files = std::map<std::string, std::string>;

constexpr const char* kNodes[] = {"gemeente", "jongerenwerk", "om", "politie"};
constexpr const char* kAuditor = "auditdienst";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class OpenedLines : public testing::Test {
 protected:
  OpenedLines() : world_(91) {}

  // The story under a covenant in which `from` reads `to`.
  void Run(const std::string& from = "", const std::string& to = "") {
    if (!from.empty()) {
      world_.edit_covenant = [from, to](std::string text) {
        return Replaced(std::move(text), from, to);
      };
    }
    world_.RunToList();
    EXPECT_FALSE(world_.AskAboutPersons().Incomplete());
  }

  Result<void> Export(const std::string& node, Files& files, const std::string& caller = kAuditor) {
    const auto view = world_[node].engine->covenants().view();
    return world_[node].engine->OnExport(
        caller, view->document().lineage, [&](const std::string& path, ByteView bytes) {
          EXPECT_TRUE(audit::IsExportFile(path)) << path;
          files[node + "/" + path] += AsText(bytes);
          return Result<void>();
        });
  }
  Files ExportAll() {
    Files files;
    for (const char* node : kNodes)
      EXPECT_TRUE(Export(node, files).ok()) << node;
    return files;
  }

  Report Audit(const Files& files,
               const std::string& auditor = kAuditor,
               const std::function<void(const audit::DecisionLines&)>& on_lines = {}) {
    audit::Options options;
    options.auditor = auditor;
    options.on_lines = on_lines;
    auto report =
        audit::Verify(audit::MemorySource(files), crypto::Sha256(world_.covenant()), options);
    EXPECT_TRUE(report.ok());
    return *std::move(report);
  }

  // What the police opened about the persons; the file of its last entry with lines.
  static std::string LinesOf(const Files& files, const std::string& party) {
    std::string last;
    uint64_t highest = 0;
    for (const auto& [path, bytes] : files) {
      const std::string prefix = party + "/lines/";
      if (!path.starts_with(prefix)) continue;
      const uint64_t index = std::stoull(path.substr(prefix.size()));
      if (last.empty() || index > highest) last = path;
      highest = std::max(highest, index);
    }
    EXPECT_FALSE(last.empty());
    return last;
  }
  static uint64_t IndexOf(const std::string& path) {
    return std::stoull(path.substr(path.rfind('/') + 1));
  }

  // One finding, about this entry of the party.
  static void ExpectFound(const Report& report, Problem problem, const std::string& path) {
    EXPECT_EQ(report.verdict, Verdict::kNotVerified);
    ASSERT_EQ(report.findings.size(), 1U) << ToText(report, audit::Language::kEnglish);
    EXPECT_EQ(report.findings[0].problem, problem);
    EXPECT_EQ(report.findings[0].party, path.substr(0, path.find('/')));
    EXPECT_EQ(report.findings[0].index, IndexOf(path));
    EXPECT_FALSE(report.findings[0].ref.empty());
  }

  World world_;
};

std::vector<statement::OpenedLine> Parsed(const std::string& file) {
  std::vector<statement::OpenedLine> out;
  std::string_view rest = file;
  for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    auto line = statement::OpenedLine::Parse(rest.substr(0, end));
    EXPECT_TRUE(line.ok());
    if (line) out.push_back(*std::move(line));
    rest.remove_prefix(end + 1);
  }
  return out;
}

canon::Value::Array Records(const statement::OpenedLine::Part& part) {
  auto records = statement::LineRecords(part.part);
  EXPECT_TRUE(records.ok());
  return records ? *std::move(records) : canon::Value::Array();
}

TEST_F(OpenedLines, UnderTheMandateEveryLineOfEveryEntryProves) {
  Run();
  const Files files = ExportAll();
  const Report report = Audit(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << ToText(report, audit::Language::kEnglish);
  std::map<std::string, uint64_t> entries;
  for (const audit::LogReport& log : report.logs) {
    entries[log.party] = log.line_entries;
    EXPECT_GE(log.lines_opened, 8 * log.line_entries);
    EXPECT_EQ(log.lines_erased, 0U);
  }
  // The gemeente's own about whom it named to three partners; the police answered twice.
  EXPECT_EQ(entries,
            (std::map<std::string, uint64_t>{
                {"gemeente", 3}, {"jongerenwerk", 1}, {"om", 1}, {"politie", 2}}));
  EXPECT_NE(ToText(report, audit::Language::kDutch).find("Beslissingen"), std::string::npos);
}

TEST_F(OpenedLines, HoldRulesAndConditionsAndNothingOfAPerson) {
  Run();
  const Files files = ExportAll();
  const std::set<std::string> allowed{
      "by", "category", "code", "fields", "outcome", "rules", "withheld"};
  size_t decisions = 0;
  for (const auto& [path, bytes] : files) {
    if (path.find("/lines/") == std::string::npos) continue;
    EXPECT_EQ(bytes.find("Veldkamp"), std::string::npos) << path;
    for (const statement::OpenedLine& line : Parsed(bytes)) {
      for (const auto& part : line.parts) {
        for (const canon::Value& record : Records(part)) {
          ++decisions;
          for (const auto& [key, value] : *record.AsObject())
            EXPECT_TRUE(allowed.contains(key)) << key;
        }
      }
    }
  }
  EXPECT_GT(decisions, 20U);
}

TEST_F(OpenedLines, AMandateForMetadataOpensNone) {
  Run("detail: decisions", "detail: metadata");
  const Files files = ExportAll();
  for (const auto& [path, bytes] : files)
    EXPECT_EQ(path.find("/lines/"), std::string::npos) << path;
  EXPECT_EQ(Audit(files).verdict, Verdict::kVerified);
}

TEST_F(OpenedLines, OnlyTheCategoriesOfTheMandateAreOpened) {
  Run("categories: any}", "categories: [incident]}");
  const Files files = ExportAll();
  const Report report = Audit(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << ToText(report, audit::Language::kEnglish);
  std::set<std::string> opened;
  std::set<std::string> parties;
  for (const auto& [path, bytes] : files) {
    if (path.find("/lines/") == std::string::npos) continue;
    parties.insert(path.substr(0, path.find('/')));
    for (const statement::OpenedLine& line : Parsed(bytes)) {
      for (const auto& part : line.parts) {
        opened.insert(part.category());
        for (const canon::Value& record : Records(part))
          EXPECT_EQ(*record.Find("category")->AsString(), "incident");
      }
    }
  }
  EXPECT_EQ(opened, std::set<std::string>{"incident"});
  EXPECT_EQ(parties, std::set<std::string>{"politie"});
}

TEST_F(OpenedLines, AfterTheMandateAndForOthersThereIsNoExport) {
  Run();
  Files files;
  for (const char* caller : {"politie", "nobody", ""}) {
    const auto done = Export("politie", files, caller);
    ASSERT_FALSE(done.ok()) << caller;
    EXPECT_EQ(done.error().code, ErrorCode::kDenied);
  }
  const auto view = world_["politie"].engine->covenants().view();
  const Instant until = view->document().auditors.at(kAuditor).until;
  world_.clock.Advance(until - world_.clock.Now() - std::chrono::milliseconds{1});
  EXPECT_TRUE(Export("politie", files).ok());
  files.clear();
  world_.clock.Advance(std::chrono::milliseconds{1});
  const auto done = Export("politie", files);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kDenied);
  EXPECT_TRUE(files.empty());
}

TEST_F(OpenedLines, OutsideTheOrganisationsOfTheMandateThereIsNoExport) {
  Run("organisations: [politie, gemeente, om, jongerenwerk]",
      "organisations: [politie, gemeente, om]");
  Files files;
  EXPECT_TRUE(Export("om", files).ok());
  const auto done = Export("jongerenwerk", files);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, ErrorCode::kDenied);
}

TEST_F(OpenedLines, ALineWhoseKeyIsGoneIsErasedAndTheRestProves) {
  Run();
  const auto& context = world_["politie"].lineage().context;
  std::vector<store::DataKeyId> keys;
  ASSERT_TRUE(context.store
                  .Scan(store::Family::kMeta,
                        store::KeyBuilder().Text("log-key").Build(),
                        [&](ByteView, ByteView value) {
                          store::DataKeyId id;
                          std::copy(value.begin(), value.end(), id.begin());
                          keys.push_back(id);
                          return false;
                        })
                  .ok());
  ASSERT_EQ(keys.size(), 1U);
  ASSERT_TRUE(context.keys.Shred(keys).ok());
  Files files = ExportAll();
  const Report report = Audit(files);
  EXPECT_EQ(report.verdict, Verdict::kVerified) << ToText(report, audit::Language::kEnglish);
  uint64_t erased = 0;
  for (const audit::LogReport& log : report.logs)
    erased += log.lines_erased;
  EXPECT_GE(erased, 1U);
  EXPECT_NE(ToText(report, audit::Language::kDutch).find("gewist"), std::string::npos);
  // Nobody gets away with calling a line erased that is not under the entry.
  const std::string path = LinesOf(files, "politie");
  auto lines = Parsed(files.at(path));
  lines[0].erased = true;
  lines[0].commitment[0] ^= 1;
  const size_t end = files.at(path).find('\n');
  files.at(path).replace(0, end, canon::Write(lines[0].ToValue()));
  const Report forged = Audit(files);
  EXPECT_EQ(forged.verdict, Verdict::kNotVerified);
  EXPECT_EQ(forged.findings[0].problem, Problem::kLine);
}

TEST_F(OpenedLines, AnAlteredDecisionIsNamedWithItsPartyAndEntry) {
  Run();
  Files files = ExportAll();
  const std::string path = LinesOf(files, "politie");
  files.at(path) = Replaced(files.at(path), R"("TRUE")", R"("FALSE")");
  const Report report = Audit(files);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].problem, Problem::kLine);
  EXPECT_EQ(report.findings[0].party, "politie");
  EXPECT_EQ(report.findings[0].index, IndexOf(path));
  EXPECT_TRUE(report.findings[0].subject.starts_with("lines/")) << report.findings[0].subject;
  EXPECT_EQ(report.verdict, Verdict::kNotVerified);
  // It names the exchange, and the other logs are sound.
  EXPECT_EQ(report.findings[0].ref, "VLD-2026-001/2@politie");
  for (const audit::LogReport& log : report.logs)
    EXPECT_EQ(log.verified, log.party != "politie") << log.party;
}

TEST_F(OpenedLines, ALineOfAnotherEntryIsNotThisOnes) {
  Run();
  Files files = ExportAll();
  const std::string path = LinesOf(files, "gemeente");
  const auto other = std::find_if(files.begin(), files.end(), [&](const auto& file) {
    return file.first.starts_with("gemeente/lines/") && file.first != path;
  });
  ASSERT_NE(other, files.end());
  std::vector<statement::OpenedLine> lines = Parsed(files.at(path));
  statement::OpenedLine moved = Parsed(other->second).front();
  moved.entry = IndexOf(path);
  std::string text = canon::Write(moved.ToValue()) + "\n";
  for (size_t i = 1; i < lines.size(); ++i)
    text += canon::Write(lines[i].ToValue()) + "\n";
  files.at(path) = text;
  const Report report = Audit(files);
  ASSERT_EQ(report.findings.size(), 2U) << ToText(report, audit::Language::kEnglish);
  EXPECT_EQ(report.findings[0].problem, Problem::kLine);
  EXPECT_EQ(report.findings[0].index, IndexOf(path));
  EXPECT_EQ(report.findings[1].problem, Problem::kLineMissing);
}

TEST_F(OpenedLines, WhatIsLeftOutIsMissed) {
  Run();
  const Files all = ExportAll();
  const std::string path = LinesOf(all, "om");
  Files files = all;
  files.at(path).erase(0, files.at(path).find('\n') + 1);
  ExpectFound(Audit(files), Problem::kLineMissing, path);
  ExpectFound(Audit(files, ""), Problem::kLineMissing, path);
  // A line twice is no other line.
  files = all;
  files.at(path) += files.at(path).substr(0, files.at(path).find('\n') + 1);
  ExpectFound(Audit(files), Problem::kLine, path);
  // Only the mandate says that a whole file should be there.
  files = all;
  files.erase(path);
  ExpectFound(Audit(files), Problem::kLineMissing, path);
  EXPECT_EQ(Audit(files, "").verdict, Verdict::kVerified);
}

TEST_F(OpenedLines, CanBePutToAnotherVersion) {
  Run();
  const auto compiled = [](const std::string& canonical) {
    return *covenant::Covenant::Compile(*covenant::ParseDocument(canonical));
  };
  const auto before = compiled(world_.covenant());
  std::string stricter = world_.covenant();
  for (size_t at = stricter.find(R"("datum":"month")"); at != std::string::npos;
       at = stricter.find(R"("datum":"month")", at))
    stricter.replace(at, 15, R"("datum":"year")");
  const auto after = compiled(stricter);
  policy::Replay same(*before, *before);
  policy::Replay replay(*before, *after);
  const Files files = ExportAll();
  const Report report = Audit(files, kAuditor, [&](const audit::DecisionLines& told) {
    EXPECT_EQ(told.covenant, before->document().hash);
    const policy::Logged logged{told.from, told.to, told.purpose, told.at, told.lines, told.erased};
    same.Add(logged);
    replay.Add(logged);
  });
  EXPECT_EQ(report.verdict, Verdict::kVerified);
  EXPECT_EQ(same.result().exchanges, 7);
  EXPECT_GT(same.result().Count(policy::Effect::kSame), 20);
  for (int i = 1; i <= static_cast<int>(policy::kLastEffect); ++i)
    EXPECT_EQ(same.result().Count(static_cast<policy::Effect>(i)), 0) << i;
  EXPECT_GT(replay.result().Count(policy::Effect::kCoarser) +
                replay.result().Count(policy::Effect::kOther),
            0);
}

TEST_F(OpenedLines, OfASecondAnswerProveUnderItsOwnEntry) {
  world_.edit_covenant = WithApproval;
  world_.RunToList();
  EXPECT_TRUE(world_.AskAboutPersons().Incomplete());
  Console approver(world_, "politie", "bakker", exchange::Role::kApprover);
  canon::Value::Object cell{{"ref", std::string(kGroup) + "/2@politie"}};
  const canon::Value look = approver.Call("inbox.show", cell);
  cell["decision"] = "approve";
  cell["seen"] = *look.Find("seen");
  const canon::Value decided = approver.Call("inbox.decide", cell);
  EXPECT_FALSE(world_.AskAboutPersons(2).Incomplete());
  const auto document = covenant::ParseDocument(world_.covenant());
  ASSERT_TRUE(document.ok());
  const auto compiled = covenant::Covenant::Compile(*document);
  ASSERT_TRUE(compiled.ok());
  policy::Replay same(**compiled, **compiled);
  const Files files = ExportAll();
  const Report report = Audit(files, kAuditor, [&](const audit::DecisionLines& told) {
    same.Add({told.from, told.to, told.purpose, told.at, told.lines, told.erased});
  });
  EXPECT_EQ(report.verdict, Verdict::kVerified) << ToText(report, audit::Language::kEnglish);
  // Both answers of the police, and round 1.
  for (const audit::LogReport& log : report.logs) {
    EXPECT_EQ(log.line_entries == 3U, log.party == "politie" || log.party == "gemeente")
        << log.party << log.line_entries;
  }
  // What was approved names its approval, and is decided so again.
  size_t approved = 0;
  for (const statement::OpenedLine& line : Parsed(files.at(LinesOf(files, "politie")))) {
    for (const statement::OpenedLine::Part& part : line.parts) {
      for (const canon::Value& record : Records(part)) {
        const canon::Value* const approval = record.Find("approval");
        if (approval == nullptr) continue;
        EXPECT_EQ(*approval, *decided.Find("record"));
        ++approved;
      }
    }
  }
  EXPECT_EQ(approved, static_cast<size_t>(*decided.Find("items")->AsInt()));
  for (int i = 1; i <= static_cast<int>(policy::kLastEffect); ++i)
    EXPECT_EQ(same.result().Count(static_cast<policy::Effect>(i)), 0) << i;
}

}  // namespace
}  // namespace schakel::sim
