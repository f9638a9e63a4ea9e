#include "node/canon/yaml.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/canon/json.h"

namespace schakel::canon {
namespace {

YamlResult Parse(std::string_view text) {
  return ParseYaml(text, "c.yaml", 4096);
}

// The canonical JSON of the document, or its findings, a line each.
std::string Read(std::string_view text) {
  const YamlResult result = Parse(text);
  if (!result.root) {
    std::string lines;
    for (const Finding& finding : result.findings)
      lines += ToString(finding) + "\n";
    return lines;
  }
  const auto value = ToValue(*result.root);
  return value ? Write(*value) : "ToValue: " + value.error().detail;
}

// `line:column id` of every finding.
std::string Ids(std::string_view text) {
  std::string ids;
  for (const Finding& finding : Parse(text).findings) {
    if (!ids.empty()) ids += " ";
    ids += std::to_string(finding.position.line) + ":" + std::to_string(finding.position.column) +
           " " + finding.id;
  }
  return ids;
}

TEST(YamlTest, ReadsMappingsSequencesAndScalars) {
  EXPECT_EQ(
      Read("# a covenant\n"
           "covenant: 1   # first key\n"
           "title: Convenant Veldrijk, deel#1\n"
           "parties:\n"
           "  - {name: \"Politie, Veldrijk\", roots: [a, 'b']}\n"
           "  - om\n"
           "guard: true\n"),
      R"({"covenant":1,"guard":true,"parties":[{"name":"Politie, Veldrijk","roots":["a","b"]},"om"],)"
      R"("title":"Convenant Veldrijk, deel#1"})");
}

TEST(YamlTest, TypesOnlyPlainIntegersAndBooleans) {
  EXPECT_EQ(Read("[0, 7, -5, 9007199254740991, true, false]"),
            "[0,7,-5,9007199254740991,true,false]");
  EXPECT_EQ(
      Read("[012, 1.5, yes, No, on, True, 0x1f, 0o17, 1_000, +1, -0, 1e3, .inf, 12:30]"),
      "[\"012\",\"1.5\",\"yes\",\"No\",\"on\",\"True\",\"0x1f\",\"0o17\",\"1_000\",\"+1\",\"-0\","
      "\"1e3\",\".inf\",\"12:30\"]");
  EXPECT_EQ(Read("['12', \"true\", 2026-01-01, 9007199254740992, -9007199254740992]"),
            "[\"12\",\"true\",\"2026-01-01\",\"9007199254740992\",\"-9007199254740992\"]");
}

TEST(YamlTest, BlockAndQuotedScalarsAreText) {
  EXPECT_EQ(Read("a: |\n  12\n  x\nb: >\n  12\nc: \"\"\nd: ''\ne: \"\\t\\u00e9\"\n"),
            "{\"a\":\"12\\nx\\n\",\"b\":\"12\\n\",\"c\":\"\",\"d\":\"\",\"e\":\"\\t\xc3\xa9\"}");
}

TEST(YamlTest, WindowsLineEndsMeanTheSame) {
  EXPECT_EQ(Read("a: 1\r\nb:\r\n  - x\r\n  - y z\r\n"), "{\"a\":1,\"b\":[\"x\",\"y z\"]}");
  EXPECT_EQ(Read("a: |\r\n  x\r\n  y\r\n"), "{\"a\":\"x\\ny\\n\"}");
  EXPECT_EQ(Ids("a: 1\rb: 2\n"), "1:5 E005");
}

TEST(YamlTest, OneDocumentMayCarryItsMarks) {
  EXPECT_EQ(Read("---\na: 1\n...\n"), "{\"a\":1}");
  EXPECT_EQ(Read("--- {a: 1}\n"), "{\"a\":1}");
}

TEST(YamlTest, PositionsCountCodePointsFromOne) {
  const YamlResult result = Parse("{\"\xc3\xa9\xf0\x9f\x98\x80\": 1}");
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].position, (Position{1, 2}));
  const YamlResult nested = Parse("a:\n  b: \xc3\xa9\n  c: [x, yy]\n");
  ASSERT_TRUE(nested.root.has_value());
  const YamlNode* inner = nested.root->Find("a");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->entries[1].position, (Position{3, 3}));
  EXPECT_EQ(inner->Find("c")->position, (Position{3, 6}));
  EXPECT_EQ(inner->Find("c")->items[1].position, (Position{3, 10}));
  EXPECT_EQ(inner->Find("d"), nullptr);
  EXPECT_EQ(Ids("{a: \"\xc3\xa9\xc3\xa9\", a: 2}"), "1:11 E015");
}

// Counted from the start of the line each time, a megabyte on one line would take minutes.
TEST(YamlTest, ALongLineCostsItsLengthOnce) {
  std::string text = "[";
  for (int i = 0; i < 100'000; ++i)
    text += "\xc3\xa9,";
  text += "b, {c: 1, c: 2}]";
  const YamlResult result = ParseYaml(text, "c", text.size());
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].position, (Position{1, 200'012}));
}

TEST(YamlTest, AFindingPrintsAsCompilersDo) {
  EXPECT_EQ(Read("a: 1\nb: 2\na: 3\n"),
            "c.yaml:3:1: error E015 the key `a` stands on line 1 already; remove one of them\n");
  Finding finding;
  finding.file = "x";
  finding.severity = Finding::Severity::kWarning;
  finding.id = "W003";
  finding.message = "odd";
  EXPECT_EQ(ToString(finding), "x:1:1: warning W003 odd");
}

TEST(YamlRefusesTest, DuplicateKeysAtEveryDepth) {
  EXPECT_EQ(Ids("a: 1\na: 1\n"), "2:1 E015");
  EXPECT_EQ(Ids("- {b: 1, c: 2, \"b\": 3}\n"), "1:16 E015");
  EXPECT_EQ(Ids("a: {x: 1}\nb: {x: 1}\n"), "");
}

TEST(YamlRefusesTest, AnchorsAndAliases) {
  EXPECT_EQ(Ids("a: &x 1\nb: 2\n"), "1:4 E010");
  EXPECT_EQ(Ids("a: &x [1]\nb: *x\n"), "1:4 E010 2:4 E011");
  EXPECT_EQ(Ids("a: &x {b: 1}\n"), "1:4 E010");
  EXPECT_EQ(Ids("b: *x\n"), "1:4 E011");
  EXPECT_EQ(Ids("&k a: 1\n"), "1:1 E010");
}

TEST(YamlRefusesTest, Tags) {
  for (const char* value :
       {"!x 1", "!!int 1", "!!str 12", "! 12", "! \"12\"", "!x [1]", "!!map {a: 1}", "!<a:b> 1"}) {
    EXPECT_EQ(Ids("k: " + std::string(value)), "1:4 E012") << value;
  }
  EXPECT_EQ(Ids("!x k: 1"), "1:1 E012");
}

TEST(YamlRefusesTest, MergeKeys) {
  EXPECT_EQ(Ids("a:\n  <<: {b: 1}\n"), "2:3 E013");
  EXPECT_EQ(Ids("\"<<\": 1\n"), "1:1 E013");
  EXPECT_EQ(Read("a: <<\n"), "{\"a\":\"<<\"}");
}

TEST(YamlRefusesTest, ASecondDocumentAndTextAfterTheEnd) {
  EXPECT_EQ(Ids("a: 1\n---\nb: 2\n"), "2:1 E008");
  EXPECT_EQ(Ids("a: 1\n---\n"), "2:1 E008");
  EXPECT_EQ(Ids("{a: 1} x\n"), "1:8 E008");
  EXPECT_EQ(Ids("- a\nb: 1\n"), "2:1 E008");
  EXPECT_EQ(Ids("a: 1\n...\nb: 2\n"), "3:1 E008");
}

TEST(YamlRefusesTest, EmptyAndNullValues) {
  EXPECT_EQ(Ids(""), "1:1 E009");
  EXPECT_EQ(Ids("# only a remark\n"), "1:1 E009");
  EXPECT_EQ(Ids("---\n"), "2:1 E009");
  EXPECT_EQ(Ids("a:\nb: 1\n"), "1:1 E009");
  EXPECT_EQ(Ids("{a: , b: ~, c: null, d}"), "1:2 E009 1:7 E009 1:13 E009 1:22 E009");
  EXPECT_EQ(Ids("{a:1}"), "1:2 E009");
  EXPECT_EQ(Ids("- \n- x\n"), "2:1 E009");
  EXPECT_EQ(Ids("~: 1\n"), "1:1 E009");
  EXPECT_EQ(Read("['~', 'null', \"\"]"), "[\"~\",\"null\",\"\"]");
}

TEST(YamlRefusesTest, DirectivesTabsAndTheByteOrderMark) {
  EXPECT_EQ(Ids("%YAML 1.2\n---\na: 1\n"), "1:1 E006");
  EXPECT_EQ(Ids("a: 1\n%TAG ! x\n"), "2:1 E006");
  EXPECT_EQ(Ids("a:\t1\n"), "1:3 E004");
  EXPECT_EQ(Ids("a: 1\n\tb: 2 # \tx\n"), "2:1 E004 2:9 E004");
  EXPECT_EQ(Ids("\xef\xbb\xbf"
                "a: 1\n"),
            "1:1 E003");
}

TEST(YamlRefusesTest, CharactersThatPeopleCannotSee) {
  EXPECT_EQ(Ids("a: x\xe2\x80\xae"
                "y\n"),
            "1:5 E005");                                       // U+202E
  EXPECT_EQ(Ids("# \xe2\x81\xa6\n"), "1:3 E005");              // U+2066
  EXPECT_EQ(Ids("a: \"\xc2\x85\"\n"), "1:5 E005");             // U+0085
  EXPECT_EQ(Ids(std::string_view("a: \0\n", 5)), "1:4 E005");  // U+0000
  EXPECT_EQ(Ids("a: \x7f\n"), "1:4 E005");                     // U+007F
  EXPECT_EQ(Ids("a: \xe2\x80\xa8\n"), "1:4 E005");             // U+2028
  EXPECT_EQ(Ids("a: \"\\u202e\"\n"), "1:4 E005");              // escaped
  EXPECT_EQ(Ids("\"\\x7f\": 1\n"), "1:1 E005");
  EXPECT_EQ(Ids("a: \"\\0\"\n"), "1:4 E005");
  EXPECT_EQ(Ids("a: \xd9\x84\n"), "");  // right-to-left letters are text
}

TEST(YamlRefusesTest, CharactersThatTakeNoRoom) {
  EXPECT_EQ(Ids("a: x\xe2\x80\x8by\n"), "1:5 E005");      // U+200B
  EXPECT_EQ(Ids("a: x\xe2\x80\x8dy\n"), "1:5 E005");      // U+200D
  EXPECT_EQ(Ids("a: x\xc2\xady\n"), "1:5 E005");          // U+00AD
  EXPECT_EQ(Ids("a: x\xe2\x81\xa0y\n"), "1:5 E005");      // U+2060
  EXPECT_EQ(Ids("a: x\xef\xb8\x8fy\n"), "1:5 E005");      // U+FE0F
  EXPECT_EQ(Ids("a: x\xf3\xa0\x81\x81y\n"), "1:5 E005");  // U+E0041
  EXPECT_EQ(Ids("a: x\xef\xbb\xbfy\n"), "1:5 E003");      // U+FEFF inside
  EXPECT_EQ(Ids("a: \"x\\u200by\"\n"), "1:4 E005");       // escaped
  EXPECT_EQ(Ids("a: x\xc2\xa0y\n"), "");                  // a hard space takes room
}

TEST(YamlRefusesTest, WhatIsNotUtf8NamesThePlace) {
  EXPECT_EQ(Ids("a: caf\xe9\nb: 1\n"), "1:7 E002");
  EXPECT_EQ(Ids("a: \xc3\xa9\nbb: \xed\xa0\x80\n"), "2:5 E002");
}

TEST(YamlRefusesTest, WhatIsNotUtf8NamesThePlaceWhereverItStands) {
  const std::string text = "# abcdefgh\xc3\xa9jklmnopqrs";
  for (size_t at = 2; at <= text.size(); ++at) {
    if (at == 11) continue;  // within the letter
    const size_t column = at + (at > 11 ? 0 : 1);
    EXPECT_EQ(Ids(text.substr(0, at) + "\xff" + text.substr(at)),
              "1:" + std::to_string(column) + " E002");
  }
}

TEST(YamlRefusesTest, KeysThatAreNotAsciiText) {
  EXPECT_EQ(Ids("caf\xc3\xa9: 1\n"), "1:1 E014");
  EXPECT_EQ(Ids("? [a]\n: 1\n"), "1:3 E014");
  EXPECT_EQ(Ids("{{a: 1}: 2}"), "1:2 E014");
  EXPECT_EQ(Ids("\"a\\nb\": 2"), "1:1 E014");
}

TEST(YamlRefusesTest, BrokenSyntax) {
  for (const char* text : {"a: [1, 2\n",
                           "a: {b: 1\n",
                           "a: 'x\n",
                           "a: \"x\n",
                           "a: b: c\n",
                           "]",
                           "a: \"\\q\"\n",
                           "a: \"\\ud800\"\n",

                           "a: @x\n",
                           "a: `x\n"}) {
    const YamlResult result = Parse(text);
    ASSERT_FALSE(result.findings.empty()) << text;
    EXPECT_EQ(result.findings.back().id, "E007") << text;
    EXPECT_FALSE(result.root.has_value());
  }
}

TEST(YamlRefusesTest, AQuoteThatDoesNotEnd) {
  EXPECT_EQ(Ids("a: 'x\nb: 1\n"), "1:4 E007");
  EXPECT_EQ(Ids("a: \"x\nb: 1\n"), "1:4 E007");
  EXPECT_EQ(Ids("a: 'it''s\n"), "1:4 E007");
  EXPECT_EQ(Ids("a: \"x\\\"\n"), "1:4 E007");
  EXPECT_EQ(Ids("'a\n"), "1:1 E007");
  EXPECT_EQ(Read("a: 'it''s'\nb: \"q\\\"\"\nc: 'x\\'\n"), R"({"a":"it's","b":"q\"","c":"x\\"})");
}

std::string Flow(size_t depth) {
  return std::string(depth, '[') + "1" + std::string(depth, ']');
}

TEST(YamlRefusesTest, NestingBeyondTheLimit) {
  EXPECT_EQ(Ids(Flow(kMaxJsonDepth - 1)), "");
  EXPECT_EQ(Ids(Flow(kMaxJsonDepth)), "");
  EXPECT_EQ(Ids(Flow(kMaxJsonDepth + 1)), "1:33 E016");
  const std::string deep = Flow(200'000);
  EXPECT_FALSE(ParseYaml(deep, "c", deep.size()).root.has_value());
  std::string maps;
  for (size_t i = 0; i < 100'000; ++i)
    maps += "{a: ";
  EXPECT_FALSE(ParseYaml(maps, "c", maps.size()).root.has_value());
  std::string blocks;
  for (size_t i = 0; i < 100'000; ++i)
    blocks += "- ";
  EXPECT_FALSE(ParseYaml(blocks, "c", blocks.size()).root.has_value());
}

TEST(YamlTest, APlainScalarMayGoOnOverLines) {
  EXPECT_EQ(Read("a: x\n  y\nb: 1\n"), "{\"a\":\"x y\",\"b\":1}");
}

TEST(YamlRefusesTest, AFileOverTheLimit) {
  const std::string text = "a: " + std::string(97, 'x');
  EXPECT_TRUE(ParseYaml(text, "c", 101).root.has_value());
  EXPECT_TRUE(ParseYaml(text, "c", 100).root.has_value());
  const YamlResult over = ParseYaml(text, "c", 99);
  ASSERT_EQ(over.findings.size(), 1u);
  EXPECT_EQ(over.findings[0].id, "E001");
}

TEST(YamlRefusesTest, ReportsSeveralFindingsAtOnceButNotEndlessly) {
  EXPECT_EQ(Ids("a: &x 1\na: !t 2\n<<: 3\n"), "1:4 E010 2:1 E015 2:4 E012 3:1 E013");
  std::string many;
  for (int i = 0; i < 500; ++i)
    many += "a: 1\n";
  EXPECT_EQ(ParseYaml(many, "c", many.size()).findings.size(), 50u);
}

constexpr std::string_view kSample =
    "covenant: 1\nparties:\n  - {name: \"Politie \xc3\xa9\", roots: [a, 'b']}\n  - om\n"
    "text: |\n  two\n  lines\nlast: >-\n  x\n";

TEST(YamlParserTest, EveryTruncationAndFlippedBitGivesATreeOrFindings) {
  ASSERT_TRUE(Parse(kSample).root.has_value());
  for (size_t length = 0; length < kSample.size(); ++length) {
    const YamlResult result = Parse(kSample.substr(0, length));
    EXPECT_NE(result.root.has_value(), !result.findings.empty()) << length;
  }
  for (size_t bit = 0; bit < kSample.size() * 8; ++bit) {
    std::string flipped(kSample);
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const YamlResult result = Parse(flipped);
    EXPECT_NE(result.root.has_value(), !result.findings.empty()) << flipped;
    EXPECT_TRUE(!result.root || ToValue(*result.root).ok()) << flipped;
  }
}

TEST(ToValueTest, RefusesAnEmptyPlainScalarAndADoubleKey) {
  EXPECT_FALSE(ToValue(YamlNode{}).ok());
  YamlNode mapping;
  mapping.kind = YamlNode::Kind::kMapping;
  YamlNode one;
  one.scalar = "1";
  mapping.entries = {{"a", {}, one}, {"a", {}, one}};
  EXPECT_FALSE(ToValue(mapping).ok());
  mapping.entries.pop_back();
  EXPECT_TRUE(ToValue(mapping).ok());
}

}  // namespace
}  // namespace schakel::canon
