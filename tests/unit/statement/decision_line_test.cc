#include "node/statement/decision_line.h"

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"

namespace schakel::statement {
namespace {

const std::vector<std::string> kCategories{"contact", "incident", "persoon"};

std::string Line() {
  return R"({"match":"MATCHED","records":[0,1,0,2],"told":[{"category":"incident","n":1},)"
         R"({"category":"persoon","n":2},{"category":"incident","n":3}]})";
}

// Four lines of which the third is Line(); the others are empty.
struct Lines {
  Lines() {
    for (uint8_t i = 0; i < 4; ++i) {
      secrets.push_back(crypto::Sha256(std::string("secret ") + static_cast<char>('0' + i)));
      sealed.push_back(crypto::Sha256(std::string("sealed ") + static_cast<char>('0' + i)));
      std::vector<Hash> parts;
      for (const std::string& category : kCategories)
        parts.push_back(CommitPart(PartSalt(secrets[i], category), TextOf(i, category)));
      commitments.push_back(CommitLine(parts));
      leaves.push_back(LineLeaf(commitments[i], sealed[i]));
    }
    root = crypto::MerkleRoot(leaves);
  }
  static std::string TextOf(size_t line, const std::string& category) {
    return LineParts(line == 2 ? Line() : "", std::vector<std::string>{category}).front();
  }

  [[nodiscard]] OpenedLine Open(size_t line, const std::vector<size_t>& opened) const {
    OpenedLine out;
    out.entry = 7;
    out.line = line;
    out.commitment = commitments[line];
    out.sealed = sealed[line];
    out.path = crypto::InclusionPath(leaves, line);
    std::vector<Hash> parts;
    for (const std::string& category : kCategories)
      parts.push_back(
          crypto::LeafHash(CommitPart(PartSalt(secrets[line], category), TextOf(line, category))));
    for (const size_t part : opened) {
      out.parts.push_back({PartSalt(secrets[line], kCategories[part]),
                           crypto::InclusionPath(parts, part),
                           *canon::ParseCanonical(TextOf(line, kCategories[part]))});
    }
    out.erased = opened.empty();
    return out;
  }

  std::vector<Hash> secrets, sealed, commitments, leaves;
  Hash root{};
};

TEST(LinePartsTest, EachCategoryHasItsOwnDecisions) {
  EXPECT_EQ(LineParts(Line(), kCategories),
            (std::vector<std::string>{
                R"({"category":"contact","match":"MATCHED","records":[],"told":[]})",
                R"({"category":"incident","match":"MATCHED","records":[0,0,1],"told":[)"
                R"({"category":"incident","n":1},{"category":"incident","n":3}]})",
                R"({"category":"persoon","match":"MATCHED","records":[0],"told":[)"
                R"({"category":"persoon","n":2}]})"}));
}

TEST(LinePartsTest, AnEmptyLineHasEmptyParts) {
  EXPECT_EQ(LineParts("", std::vector<std::string>{"contact"}),
            std::vector<std::string>{R"({"category":"contact","records":[],"told":[]})"});
}

TEST(LineRecordsTest, GivesEachRecordItsDecision) {
  const auto records = LineRecords(*canon::ParseCanonical(LineParts(Line(), kCategories)[1]));
  ASSERT_TRUE(records.ok());
  ASSERT_EQ(records->size(), 3U);
  EXPECT_EQ(*(*records)[1].Find("n")->AsInt(), 1);
  EXPECT_EQ(*(*records)[2].Find("n")->AsInt(), 3);
  for (const char* wrong : {R"({"records":[0]})",
                            R"({"records":[0],"told":[]})",
                            R"({"records":[-1],"told":[1]})",
                            R"({"records":["0"],"told":[1]})",
                            "[]"})
    EXPECT_FALSE(LineRecords(*canon::ParseCanonical(wrong)).ok()) << wrong;
}

TEST(OpenedLineTest, ReadsWhatItWrites) {
  const Lines lines;
  for (const auto& opened : {std::vector<size_t>{0, 1, 2}, {1}, {}}) {
    const std::string text = canon::Write(lines.Open(2, opened).ToValue());
    const auto read = OpenedLine::Parse(text);
    ASSERT_TRUE(read.ok()) << read.error().detail;
    EXPECT_EQ(canon::Write(read->ToValue()), text);
    EXPECT_TRUE(read->Verify(lines.root, kCategories).ok());
  }
}

TEST(OpenedLineTest, RefusesEveryTruncationAndEveryFlippedBit) {
  const Lines lines;
  const std::string text = canon::Write(lines.Open(2, {1}).ToValue());
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(OpenedLine::Parse(text.substr(0, size)).ok()) << size;
  for (size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      const auto read = OpenedLine::Parse(flipped);
      // The number of the entry is the file's to check.
      if (!read || read->entry != 7) continue;
      EXPECT_FALSE(read->Verify(lines.root, kCategories).ok()) << at << " " << flipped;
    }
  }
}

TEST(OpenedLineTest, ProvesOnlyUnderItsOwnRootPlaceAndCategories) {
  const Lines lines;
  const OpenedLine line = lines.Open(2, {0, 2});
  EXPECT_TRUE(line.Verify(lines.root, kCategories).ok());
  EXPECT_FALSE(line.Verify(crypto::Sha256("another"), kCategories).ok());
  EXPECT_FALSE(line.Verify(lines.root, std::vector<std::string>{"contact", "persoon"}).ok());
  EXPECT_FALSE(
      line.Verify(lines.root, std::vector<std::string>{"contact", "incident", "other"}).ok());
  OpenedLine other = line;
  other.line = 3;
  EXPECT_FALSE(other.Verify(lines.root, kCategories).ok());
  other = line;
  other.sealed = lines.sealed[1];
  EXPECT_FALSE(other.Verify(lines.root, kCategories).ok());
  other = line;
  std::swap(other.parts[0].part, other.parts[1].part);
  EXPECT_FALSE(other.Verify(lines.root, kCategories).ok());
}

TEST(OpenedLineTest, RefusesAPathThatNoExchangeHas) {
  OpenedLine line = Lines().Open(2, {});
  line.path.assign(20, Hash{});
  EXPECT_TRUE(OpenedLine::Parse(canon::Write(line.ToValue())).ok());
  line.path.assign(21, Hash{});
  EXPECT_FALSE(OpenedLine::Parse(canon::Write(line.ToValue())).ok());
}

// A closed part is hidden by a salt that another part's does not give.
TEST(PartSaltTest, DiffersPerCategoryAndLine) {
  const Hash secret = crypto::Sha256("secret");
  EXPECT_NE(PartSalt(secret, "contact"), PartSalt(secret, "incident"));
  EXPECT_NE(PartSalt(secret, "contact"), PartSalt(crypto::Sha256("other"), "contact"));
}

}  // namespace
}  // namespace schakel::statement
