#include "cli/files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "node/base/limits.h"
#include "node/covenant/trust.h"
#include "node/crypto/hash.h"
#include "tests/support/sample.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using FilesTest = CliTest;

unsigned ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

TEST_F(FilesTest, ReadKeepsTheLimit) {
  WriteAll(In("a"), std::string(100, 'x'));
  EXPECT_EQ(ReadFile(In("a"), 100)->size(), 100U);
  EXPECT_EQ(ReadFile(In("a"), 101)->size(), 100U);
  EXPECT_EQ(ReadFile(In("a"), 99).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(ReadFile(In("b"), 99).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(ReadFile(In(""), 99).error().code, ErrorCode::kMalformed);
}

TEST_F(FilesTest, ACovenantMayHaveAnEndOfLineBehindItsLimit) {
  WriteAll(In("at"), std::string(kMaxCovenantBytes + 1, 'x'));
  WriteAll(In("above"), std::string(kMaxCovenantBytes + 2, 'x'));
  EXPECT_EQ(ReadCovenantFile(In("at"))->size(), kMaxCovenantBytes + 1);
  const Error refused = ReadCovenantFile(In("above")).error();
  EXPECT_EQ(refused.code, ErrorCode::kExhausted);
  EXPECT_EQ(refused.detail, In("above") + " is larger than 1048576 bytes");
}

TEST_F(FilesTest, NewFilesHaveTheirModeAndAreNeverWrittenOver) {
  ASSERT_TRUE(WriteNewFile(In("a"), "1", FileMode::kPublic).ok());
  ASSERT_TRUE(WriteNewFile(In("b"), "1", FileMode::kPrivate).ok());
  EXPECT_EQ(ModeOf(In("b")), 0600U);
  EXPECT_EQ(ModeOf(In("a")) & 0600U, 0600U);
  EXPECT_EQ(WriteNewFile(In("a"), "2", FileMode::kPublic).error().code, ErrorCode::kConflict);
  EXPECT_EQ(ReadAll(In("a")), "1");
  std::filesystem::create_symlink(In("nowhere"), In("link"));
  EXPECT_FALSE(WriteNewFile(In("link"), "2", FileMode::kPublic).ok());
  EXPECT_FALSE(std::filesystem::exists(In("nowhere")));
  EXPECT_EQ(WriteNewFile(In("none/a"), "2", FileMode::kPublic).error().code, ErrorCode::kNotFound);
}

TEST_F(FilesTest, ReplaceLeavesOneFile) {
  ASSERT_TRUE(ReplaceFile(In("a"), "1", FileMode::kPrivate).ok());
  ASSERT_TRUE(ReplaceFile(In("a"), "2", FileMode::kPrivate).ok());
  EXPECT_EQ(ReadAll(In("a")), "2");
  EXPECT_THAT(*ListFiles(In(""), "a"), testing::IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(In("a.new")));
}

TEST_F(FilesTest, ListIsSortedAndBySuffix) {
  for (const char* name : {"b.json", "a.json", "c.txt", ".json"})
    WriteAll(In(name), "");
  EXPECT_THAT(*ListFiles(In(""), ".json"), ElementsAre("a.json", "b.json"));
  EXPECT_EQ(ListFiles(In("none"), ".json").error().code, ErrorCode::kNotFound);
}

TEST_F(FilesTest, ADocumentIsAFileOrItsHash) {
  WriteAll(In("besluit"), "besluit");
  EXPECT_EQ(*HashOfDocument(In("besluit")), crypto::Sha256("besluit"));
  EXPECT_EQ(*HashOfDocument(EncodeHex(crypto::Sha256("x"))), crypto::Sha256("x"));
  EXPECT_FALSE(HashOfDocument(In("none")).ok());
  EXPECT_FALSE(HashOfDocument(In("")).ok());
  const std::string large(1 << 20, 'y');
  WriteAll(In("large"), large);
  EXPECT_EQ(*HashFile(In("large")), crypto::Sha256(large));
}

TEST_F(FilesTest, StatementsAreReadOnceFromEveryFolder) {
  const auto request = sample::MakeRequest("1", "gemeente", "politie");
  const auto statement =
      sample::SignBy(sample::Key("gemeente"), statement::Type::kRequest, request.ToValue());
  ASSERT_TRUE(MakeFolder(In("one")).ok());
  ASSERT_TRUE(MakeFolder(In("two")).ok());
  ASSERT_TRUE(WriteStatement(In("one/a.json"), statement).ok());
  WriteAll(In("two/b.json"), statement.Encode());  // without its newline
  WriteAll(In("two/readme.txt"), "not looked at");
  const auto read = ReadStatements({In("one"), In("two")});
  ASSERT_TRUE(read.ok()) << read.error().detail;
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().path, In("one/a.json"));
  EXPECT_EQ(read->front().statement.Digest(), statement.Digest());
}

TEST_F(FilesTest, NoPartOfAStatementIsAStatement) {
  const auto request = sample::MakeRequest("1", "gemeente", "politie");
  const std::string whole =
      sample::SignBy(sample::Key("gemeente"), statement::Type::kRequest, request.ToValue())
          .Encode();
  for (size_t length = 0; length < whole.size(); length += 7) {
    WriteAll(In("a.json"), whole.substr(0, length));
    EXPECT_FALSE(ReadStatement(In("a.json")).ok()) << length;
  }
  WriteAll(In("a.json"), whole + "\n\n");
  EXPECT_FALSE(ReadStatement(In("a.json")).ok());
  WriteAll(In("a.json"), whole + "\n");
  EXPECT_TRUE(ReadStatement(In("a.json")).ok());
}

TEST_F(FilesTest, APartyFileIsReadStrictly) {
  const std::string home = MakeHome("politie", 2, 2);
  const canon::Value good = *canon::ParseJson(ReadAll(home + "/party.json"));
  const auto read = [&](const std::function<void(canon::Value::Object&)>& change) {
    canon::Value value = good;
    change(*value.AsObject());
    WriteAll(In("party.json"), canon::Write(value));
    return ReadPartyFile(In("party.json"));
  };
  EXPECT_TRUE(read([](auto&) {}).ok());
  EXPECT_FALSE(read([](auto& party) { party["threshold"] = 0; }).ok());
  EXPECT_FALSE(read([](auto& party) { party["threshold"] = 3; }).ok());
  EXPECT_FALSE(read([](auto& party) { party["roots"] = canon::Value::Array{}; }).ok());
  EXPECT_FALSE(read([](auto& party) {
                 party["roots"] = canon::Value::Array{"ed25519:x", "y"};
               }).ok());
  EXPECT_FALSE(read([](auto& party) { party["party"] = "../politie"; }).ok());
  EXPECT_FALSE(read([](auto& party) { party.erase("oin"); }).ok());
  EXPECT_FALSE(read([](auto& party) { party["extra"] = 1; }).ok());
  EXPECT_FALSE(read([](auto& party) { party["auditor"] = "politie"; }).ok());
  WriteAll(In("party.json"), "[");
  const auto broken = ReadPartyFile(In("party.json"));
  EXPECT_EQ(broken.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(broken.error().detail.find(In("party.json")), 0U);
}

TEST_F(FilesTest, AConfigThatIsBrokenIsNamedWithItsLine) {
  const std::string home = MakeHome("politie");
  const auto with = [&](const std::string& text) {
    std::filesystem::remove(home + "/schakel.yaml");
    WriteAll(home + "/schakel.yaml", text);
    return ReadNodeConfig(home);
  };
  const auto minimal = with("party: politie\nnode: p.example\n");
  ASSERT_TRUE(minimal.ok()) << minimal.error().detail;
  EXPECT_EQ(minimal->socket, home + "/run/operator.sock");
  EXPECT_EQ(with("party: politie\nnode: p.example\nsocket: /run/s.sock\n")->socket, "/run/s.sock");
  EXPECT_FALSE(with("party: politie\n").ok());
  EXPECT_FALSE(with("party: [politie]\nnode: p.example\n").ok());
  const auto broken = with("party: politie\nnode: &anchor p.example\n");
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(broken.error().detail.find("schakel.yaml:2:"), std::string::npos);
}

TEST_F(FilesTest, FingerprintsDoNotDependOnTheOrderOfTheRoots) {
  const crypto::PublicKey a = sample::Key("a").public_key();
  const crypto::PublicKey b = sample::Key("b").public_key();
  EXPECT_EQ(covenant::RootFingerprint({a, b}), covenant::RootFingerprint({b, a}));
  EXPECT_NE(covenant::RootFingerprint({a, b}), covenant::RootFingerprint({a}));
  EXPECT_EQ(covenant::RootFingerprint({a}),
            EncodeHex(crypto::Sha256(crypto::KeyId(a) + "\n")).substr(0, 24));
}

}  // namespace
}  // namespace schakel::cli
