// Files that were cut off, lost or changed on the way: each is named. And both kinds of source.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "node/audit/log_files.h"
#include "node/canon/json.h"
#include "node/crypto/merkle.h"
#include "node/statement/note.h"
#include "tests/unit/audit/network.h"

namespace schakel::audit {
namespace {

class ExportTest : public Network {
 protected:
  void SetUp() override {
    Start();
    Exchange("1", "gemeente", "politie");
    files_ = Export();
  }
  // Not verified, and the folder of the file is named.
  void ExpectNamed(const Files& files, const std::string& path, const std::string& what) {
    const Report report = AuditOf(files);
    EXPECT_EQ(report.verdict == Verdict::kVerified, false) << path << " " << what;
    EXPECT_TRUE(Names(report, path.substr(0, path.find('/')))) << path << " " << what;
  }
  Files files_;
};

TEST_F(ExportTest, EveryMissingFileIsNamed) {
  for (const auto& [path, bytes] : files_) {
    Files files = files_;
    files.erase(path);
    const bool elsewhere = path.find("/covenant/") != std::string::npos;
    if (elsewhere) {
      EXPECT_EQ(AuditOf(files).verdict, Verdict::kVerified) << path;
    } else {
      ExpectNamed(files, path, "missing");
    }
  }
}

TEST_F(ExportTest, EveryFileCutOffIsNamed) {
  for (const auto& [path, bytes] : files_) {
    for (const size_t size : {bytes.size() - 1, bytes.size() / 2}) {
      if (bytes.empty()) continue;
      Files files = files_;
      files[path].resize(size);
      ExpectNamed(files, path, "cut to " + std::to_string(size));
    }
  }
}

TEST_F(ExportTest, EveryFlippedBitIsNamed) {
  size_t seed = 0;
  for (const auto& [path, bytes] : files_) {
    for (int i = 0; i < 6 && !bytes.empty(); ++i) {
      seed = seed * 2654435761U + 12345U;
      Files files = files_;
      const size_t at = seed % bytes.size();
      files[path][at] = static_cast<char>(files[path][at] ^ (1 << (i % 7)));
      ExpectNamed(files, path, "bit at " + std::to_string(at));
    }
  }
}

TEST_F(ExportTest, SurplusBytesAreNamed) {
  for (const auto& [path, bytes] : files_) {
    Files files = files_;
    files[path] += 'x';
    ExpectNamed(files, path, "one byte more");
  }
}

TEST_F(ExportTest, FilesBeyondTheLimitAreNamedNotRead) {
  files_["politie/checkpoint"] = std::string((16 << 10) + 1, 'x');
  const Report report = AuditOf(files_);
  EXPECT_NE(Find(report, Problem::kFileDamaged, "politie"), nullptr) << Show(report);
}

TEST_F(ExportTest, CheckpointOfAnAbsurdSizeEnds) {
  files_["politie/checkpoint"] = statement::SignCheckpoint(
      {OriginOf("politie"), uint64_t{1} << 60, crypto::EmptyRoot()}, At("politie").log_key);
  const Report report = AuditOf(files_);
  EXPECT_EQ(report.verdict, Verdict::kNotVerified);
  EXPECT_TRUE(Names(report, "politie"));
  EXPECT_LT(report.findings.size(), 50U);
}

TEST_F(ExportTest, SubjectsFromFilesArePrintable) {
  files_["politie/checkpoint"] = "\x1b[2J\xff\n0\n" + EncodeBase64(crypto::EmptyRoot()) + "\n\n";
  files_["om/checkpoint"] =
      statement::SignCheckpoint({"evil.example/\x1b[2J", 0, crypto::EmptyRoot()}, At("om").log_key);
  const Report report = AuditOf(files_);
  for (const Finding& finding : report.findings) {
    EXPECT_TRUE(std::all_of(finding.subject.begin(), finding.subject.end(), [](char c) {
      return c >= ' ' && c <= '~';
    }));
  }
  EXPECT_FALSE(canon::Write(ToValue(report)).empty());
}

// More than one tile: 300 entries, with the tile above them.
TEST_F(ExportTest, LogOfSeveralTilesIsVerifiedAndItsUpperTileChecked) {
  for (int i = 0; i < 300; ++i)
    MustAppend(At("om"), {{sample::EventEntry("test"), std::nullopt}});
  files_ = Export();
  ASSERT_EQ(files_.count("om/tile/1/000.p/1"), 1U);
  EXPECT_EQ(AuditOf(files_).verdict, Verdict::kVerified);

  Files changed = files_;
  changed["om/tile/1/000.p/1"][0] ^= 1;
  const Report report = AuditOf(changed);
  ASSERT_EQ(report.findings.size(), 1U) << Show(report);
  EXPECT_NE(Find(report, Problem::kTreeAltered, "om"), nullptr);
  changed = files_;
  changed.erase("om/tile/entries/000");
  EXPECT_NE(Find(AuditOf(changed), Problem::kFileMissing, "om"), nullptr);
}

TEST_F(ExportTest, FolderOnDiskIsReadAsFilesInMemory) {
  namespace fs = std::filesystem;
  const fs::path root =
      fs::temp_directory_path() / ("schakel_audit_test_" + std::to_string(getpid()));
  for (const auto& [path, bytes] : files_) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path, std::ios::binary) << bytes;
  }
  fs::create_directories(root / "Niet van ons");
  fs::create_directories(root / "politie" / "covenant" / "map");
  std::ofstream(root / "los bestand") << "x";
  const FolderSource folder(root.string());
  EXPECT_EQ(*folder.Folders(),
            (std::vector<std::string>{"gemeente", "jongerenwerk", "om", "politie"}));
  EXPECT_EQ(*folder.Read("politie/checkpoint", 10'000), files_["politie/checkpoint"]);
  EXPECT_EQ(*folder.Read("politie/covenant/map", 10'000), std::nullopt);
  EXPECT_EQ(*folder.Read("politie/none", 10'000), std::nullopt);
  EXPECT_EQ(folder.Read("politie/checkpoint", 10).error().code, ErrorCode::kExhausted);
  // A link out of the folder is not followed.
  fs::create_symlink(root / "om" / "checkpoint", root / "politie" / "link");
  EXPECT_EQ(*folder.Read("politie/link", 10'000), std::nullopt);

  const Result<Report> report = Verify(folder, document_.hash);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(canon::Write(ToValue(*report)), canon::Write(ToValue(AuditOf(files_))));
  fs::remove_all(root);
  EXPECT_EQ(folder.Folders().error().code, ErrorCode::kUnavailable);
}

TEST(TilePathTest, IsTlogTiles) {
  EXPECT_EQ(TilePath(0, 256), "000");
  EXPECT_EQ(TilePath(1234067, 256), "x001/x234/067");
  EXPECT_EQ(TilePath(273, 112), "273.p/112");
  for (const uint64_t number : {0U, 1U, 999U, 1000U, 999999U, 1000000U, 123456789U}) {
    EXPECT_EQ(TilePath(number, 256), log::TileName(number, 256));
    EXPECT_EQ(TilePath(number, 3), log::TileName(number, 3));
  }
}

TEST_F(ExportTest, OnlyNamesOfTheLayoutMayBeWritten) {
  for (const auto& [path, bytes] : files_) {
    EXPECT_TRUE(IsExportFile(path.substr(path.find('/') + 1))) << path;
  }
  for (const char* name : {"tile/0/x001/x234/067", "tile/entries/x001/000.p/7", "tile/63/000"})
    EXPECT_TRUE(IsExportFile(name)) << name;
  for (const char* name : {"",
                           "/checkpoint",
                           "../checkpoint",
                           "checkpoint/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/..",
                           "tile/../000",
                           "tile/0/x001",
                           "tile/0/000.p",
                           "tile/0/00.p/1",
                           "tile/0/000.p/1/2",
                           "tile/0/000/000",
                           "tile/0/x001/../000",
                           "tile/000.p/1",
                           "covenant/x.json",
                           "covenant/../../x",
                           ".ssh/authorized_keys",
                           "tile/0/x000/x000/x000/x000/x000/x000/x000/x000/000"}) {
    EXPECT_FALSE(IsExportFile(name)) << name;
  }
  const std::string hash = EncodeHex(document_.hash);
  EXPECT_FALSE(IsExportFile("covenant/" + hash + ".jsonx"));
  EXPECT_FALSE(IsExportFile("covenant/" + hash.substr(1) + ".json"));
}

TEST_F(ExportTest, JsonSaysWhatTheReportSays) {
  Files files = files_;
  files.erase("om/checkpoint");
  const canon::Value value = ToValue(AuditOf(files));
  EXPECT_EQ(*value.Find("verdict")->AsString(), "incomplete");
  EXPECT_EQ(*value.Find("covenant")->AsString(), EncodeHex(document_.hash));
  EXPECT_EQ(value.Find("logs")->AsArray()->size(), 4U);
  const canon::Value& finding = value.Find("findings")->AsArray()->at(0);
  EXPECT_EQ(*finding.Find("problem")->AsString(), "LOG_MISSING");
  EXPECT_EQ(*finding.Find("party")->AsString(), "om");
  const canon::Value& exchange = value.Find("exchanges")->AsArray()->at(0);
  EXPECT_EQ(*exchange.Find("match")->AsString(), "MATCHED");
  EXPECT_EQ(*exchange.Find("ref")->AsString(), "VLD-2026-001/1@politie");
  EXPECT_EQ(*value.Find("pairs")->AsArray()->at(0).Find("equal")->AsBool(), true);
  EXPECT_TRUE(canon::ParseCanonical(canon::Write(value)).ok());
}

TEST_F(ExportTest, TextOfSoundLogs) {
  Result<Report> report = Verify(MemorySource(files_), document_.hash, {"Auditdienst Veldrijk"});
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(ToText(*report, Language::kDutch),
            "GEVERIFIEERD   Samenwerkingsconvenant jeugdgroepenaanpak Veldrijk v3, 18-05-2026 t/m "
            "18-05-2026, mandaat Auditdienst Veldrijk\n"
            "Logs           4 van 4 partijen, 10 regels, alle handtekeningen juist\n"
            "Uitwisselingen 1: 1 gelijk aan beide kanten\n"
            "Nog open       jongerenwerk regel 0: nog niet vastgelegd in een bewijs bij een "
            "ander\n"
            "               om regel 0: nog niet vastgelegd in een bewijs bij een ander\n"
            "               politie regel 3: nog niet vastgelegd in een bewijs bij een ander\n"
            "Niet bewezen   inhoud; wissen bij de ontvanger; wat beide partijen weglieten\n");
  EXPECT_EQ(ToText(*report, Language::kEnglish).find("VERIFIED   "), 0U);
  EXPECT_EQ(ToSentence(*report, Language::kDutch),
            "geverifieerd, 1 uitwisseling gelijk aan beide kanten");
}

// Every problem and match has a name and sentences of its own.
TEST(NamesTest, AreCompleteAndDistinct) {
  std::set<std::string> names;
  std::set<std::string> sentences;
  for (int i = 0; i < kProblemCount; ++i) {
    Finding finding;
    finding.problem = static_cast<Problem>(i);
    finding.party = "om";
    finding.index = 1;
    names.insert(ProblemName(finding.problem));
    sentences.insert(ToSentence(finding, Language::kDutch));
    sentences.insert(ToSentence(finding, Language::kEnglish));
    EXPECT_EQ(ToSentence(finding, Language::kDutch).find('{'), std::string::npos);
    EXPECT_EQ(ToSentence(finding, Language::kEnglish).find('{'), std::string::npos);
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kProblemCount));
  EXPECT_EQ(sentences.size(), 2U * static_cast<size_t>(kProblemCount));
  std::set<std::string> matches;
  for (int i = 0; i < kMatchCount; ++i)
    matches.insert(MatchName(static_cast<Match>(i)));
  EXPECT_EQ(matches.size(), static_cast<size_t>(kMatchCount));
}

}  // namespace
}  // namespace schakel::audit
