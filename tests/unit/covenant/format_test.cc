#include "node/covenant/format.h"

#include <filesystem>
#include <map>

#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "node/canon/yaml_comments.h"
#include "node/covenant/author.h"
#include "tests/unit/covenant/random.h"

namespace schakel::covenant {
namespace {

using canon::Value;
using testing::HasSubstr;

std::string Formatted(const std::string& text) {
  const FormattedYaml formatted = FormatYaml(text, "f.yaml");
  EXPECT_TRUE(formatted.text.has_value())
      << (formatted.findings.empty() ? "" : canon::ToString(formatted.findings.front()));
  return formatted.text.value_or("");
}

// The words of each comment, however the comments were joined.
std::multiset<std::string> CommentWords(const std::string& text) {
  std::multiset<std::string> words;
  const canon::YamlResult yaml = canon::ParseYaml(text, "f", 1 << 20);
  if (!yaml.root) return words;
  for (const canon::YamlComment& comment : canon::ReadComments(text, *yaml.root)) {
    std::istringstream stream(comment.text);
    for (std::string word; stream >> word;)
      words.insert(word);
  }
  return words;
}

// A `fill` counts as the text it is: what a template leaves open stays open.
std::string ValueOf(const std::string& text) {
  const canon::YamlResult yaml = canon::ParseYaml(text, "f", 1 << 20);
  if (!yaml.root) return "";
  return canon::Write(*canon::ToValue(*yaml.root));
}

TEST(FormatTest, EveryCovenantKeepsItsMeaningAndItsComments) {
  size_t seen = 0;
  for (const char* folder : {SCHAKEL_POLICIES, SCHAKEL_POLICIES "/examples"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".yaml") continue;
      ++seen;
      SCOPED_TRACE(entry.path().string());
      const std::string text = ReadTestFile(entry.path().string());
      const std::string formatted = Formatted(text);
      EXPECT_EQ(ValueOf(formatted), ValueOf(text));
      EXPECT_EQ(CommentWords(formatted), CommentWords(text));
      EXPECT_EQ(Formatted(formatted), formatted);
      const Day day{std::chrono::year{2026} / 12 / 1};
      const DraftCovenant before = ReadDraft(text, "a", day);
      const DraftCovenant after = ReadDraft(formatted, "b", day);
      ASSERT_TRUE(before.authored.document && after.authored.document);
      EXPECT_EQ(after.authored.document->hash, before.authored.document->hash);
      EXPECT_EQ(after.filled, before.filled);
    }
  }
  EXPECT_EQ(seen, 14U);
}

// The other way round: from what is signed to YAML and back.
TEST(FormatTest, CanonicalBytesComeBack) {
  for (const char* name : {"/veldrijk.yaml", "/examples/08-samen-vastgesteld.yaml"}) {
    const std::string text = ReadTestFile(std::string(SCHAKEL_POLICIES) + name);
    const auto draft = ReadDraft(text, "a", Day{std::chrono::year{2026} / 7 / 1});
    const std::string& canonical = draft.authored.document->canonical;
    const auto yaml = FormatCanonical(canonical);
    ASSERT_TRUE(yaml.ok()) << yaml.error().detail;
    EXPECT_THAT(*yaml, HasSubstr("valid: {from: 2026-07-01, until: 2027-06-30, review_by: "));
    const AuthoredCovenant again = ReadYaml(*yaml, "b");
    ASSERT_TRUE(again.document.has_value());
    EXPECT_EQ(again.document->canonical, canonical);
    EXPECT_EQ(Formatted(*yaml), *yaml);
  }
}

constexpr const char* kHead = "covenant: 1\n";

TEST(FormatTest, PutsMembersInTheirOrderAndOnTheirLines) {
  EXPECT_EQ(Formatted(R"Y(covenant: 1
rules:
- {fields: {b: plain, a: 'coarse(x)'}, when: {age: {max: 3, min: 2}}, id: K1,
   permit: {category: k, to: b, from: a}}
- id: D1
  deny: {to: any, from: [a, b]}
title: Een naam
parties:
  b: {oin: "1", name: 'B'}
  lang: {name: "C"}
valid:
  until: 2026-12-31
  from: fill
)Y"),
            R"Y(covenant: 1
title: "Een naam"
valid: {from: fill, until: 2026-12-31}

parties:
  b:    {name: "B", oin: "1"}
  lang: {name: "C"}

rules:
  - id: K1
    permit: {from: a, to: b, category: k}
    when: {age: {min: 2, max: 3}}
    fields: {b: plain, a: "coarse(x)"}
  - id: D1
    deny: {from: [a, b], to: any}
)Y");
}

TEST(FormatTest, CommentsStayWithWhatTheyStandAt) {
  const std::string text = R"(# head
# of the file

covenant: 1  # language


# above the parties
parties:  # behind
  # above a
  a: {name: A}  # behind a
  # the second group

  bb: {name: B}
    # deeper than what follows

rules:
  # >>> marked
  - id: K1  # behind the id
    # about the condition
    when:
      # twelve or more
      age: {min: 12}
    fields:
      - x  # one
      - z
  # <<< marked

tests: []
# the end
)";
  EXPECT_EQ(Formatted(text), R"(# head
# of the file

covenant: 1  # language

# above the parties
parties:  # behind
  # above a
  a:  {name: "A"}  # behind a
  # the second group

  bb: {name: "B"}
  # deeper than what follows

rules:
  # >>> marked
  - id: K1  # behind the id
    # about the condition
    when:
      # twelve or more
      age: {min: 12}
    fields:
      - x  # one
      - z
  # <<< marked

tests: []
# the end
)");
}

TEST(FormatTest, NoCommentIsLostWhereverItStands) {
  for (const std::string text :
       {"covenant: 1\nx: [a, # one\n  b] # two\n",
        "covenant: 1\nx: {a: 1, # one\n  # two\n  b: 2\n  } # three\n# four\n",
        "covenant: 1\nx:\n  - # one\n    a: 1\n    # two\n  # three\n",
        "covenant: 1\nx:\n  - [a, # one\n     b]\n",
        "--- # one\ncovenant: 1\n# two\n",
        "covenant: 1\nx: | # one\n  # no comment\n# two\ny: 1\n",
        "# one\n{covenant: 1, # two\n x: 2}\n# three\n",
        "# one\n[a]\n",
        "covenant: 1\nx: # one\n  y: 1 # two\n # three\nz: 1\n"}) {
    SCOPED_TRACE(text);
    const std::string formatted = Formatted(text);
    EXPECT_EQ(CommentWords(formatted), CommentWords(text)) << formatted;
    EXPECT_EQ(ValueOf(formatted), ValueOf(text)) << formatted;
    EXPECT_EQ(Formatted(formatted), formatted);
  }
}

TEST(FormatTest, LongListsAndMappingsAreBroken) {
  std::string names;
  for (int i = 0; i < 60; ++i)
    names += (i == 0 ? "" : ", ") + std::string("name") + std::to_string(i);
  const std::string formatted =
      Formatted(kHead + ("x: {giver: [" + names + "], law: wet}  # c\nz: [" + names + "] # d\n"));
  std::istringstream lines(formatted);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 200U) << line;
  EXPECT_THAT(formatted, HasSubstr("x:  # c\n  giver: [name0, "));
  EXPECT_THAT(formatted, HasSubstr("\n  law: wet\n"));
  EXPECT_THAT(formatted, HasSubstr("\n# d\nz: [name0, "));
  EXPECT_EQ(Formatted(formatted), formatted);
}

TEST(FormatTest, FillStaysOpenAndItsWordStaysAText) {
  const std::string formatted = Formatted("covenant: 1\nlineage: fill\ntitle: \"fill\"\n");
  EXPECT_EQ(formatted, "covenant: 1\nlineage: fill\ntitle: \"fill\"\n");
}

TEST(FormatTest, WhatIsNoYamlIsSaidWithItsPlace) {
  const FormattedYaml formatted = FormatYaml("covenant: 1\na: 1\na: 2\n", "f.yaml");
  EXPECT_FALSE(formatted.text);
  ASSERT_EQ(formatted.findings.size(), 1U);
  EXPECT_THAT(canon::ToString(formatted.findings[0]), HasSubstr("f.yaml:3:1: error E015"));
}

TEST(FormatTest, RefusesBytesThatYamlCannotSay) {
  EXPECT_EQ(FormatCanonical("{ }").error().code, ErrorCode::kMalformed);
  // One millisecond past midnight is no day.
  const std::string good = R"({"timezone":"UTC","valid":{"from":86400000}})";
  EXPECT_EQ(*FormatCanonical(good), "valid: {from: 1970-01-02}\ntimezone: UTC\n");
  const auto late = FormatCanonical(R"({"timezone":"UTC","valid":{"from":86400001}})");
  ASSERT_FALSE(late.ok());
  EXPECT_THAT(late.error().detail, HasSubstr("valid.from"));
  EXPECT_FALSE(FormatCanonical("{\"title\":\"\\u0001\"}").ok());
  EXPECT_FALSE(FormatCanonical("{\"title\":\"\xe2\x80\xae\"}").ok());
  EXPECT_EQ(FormatCanonical(std::string((1 << 20) + 1, ' ')).error().code, ErrorCode::kExhausted);
}

// ---- random covenants --------------------------------------------------------------------------

Value TestValue(const Test& test) {
  if (const auto* number = std::get_if<IntTest>(&test)) {
    Value::Object out;
    if (number->min) out.emplace("min", *number->min);
    if (number->max) out.emplace("max", *number->max);
    return out;
  }
  if (const auto* flag = std::get_if<BoolTest>(&test)) return flag->equals;
  if (const auto* set = std::get_if<EnumTest>(&test)) {
    return Value::Array(set->in.begin(), set->in.end());
  }
  const auto& order = std::get<OrderTest>(test);
  Value::Object out;
  if (order.min) out.emplace("min", *order.min);
  if (order.max) out.emplace("max", *order.max);
  return out;
}

Value AxisValue(const std::set<std::string>& names) {
  if (names.empty()) return "any";
  return Value::Array(names.begin(), names.end());
}

Value::Object RuleValue(const std::string& id, const When& when) {
  Value::Object out{{"id", id}};
  if (when.empty()) return out;
  Value::Object tests;
  for (const auto& [fact, test] : when)
    tests.emplace(fact, TestValue(test));
  out.emplace("when", std::move(tests));
  return out;
}

// Everything that YAML reads as something else when it is not quoted.
std::string RandomText() {
  static const std::vector<std::string> parts{
      "a",  "fill", "true", "012",  "1.5",  "-1", "no", "~",   "null", " ",   "  ", "\n",
      "\t", ": ",   "#",    " #",   "- ",   "? ", "{",  "}",   "[",    "]",   ",",  "&a",
      "*a", "!t",   "%",    "@",    "`",    "'",  "\"", "\\",  "\\n",  "|",   ">",  "<<",
      "=",  "é",    "€",    "2026", "-12-", "01", "x:", "---", "...",  "0x1f"};
  std::string text;
  const int count = InRange(1, 6);
  for (int i = 0; i < count; ++i)
    text += OneOf(parts);
  return text;
}

std::string RandomCanonical() {
  const Document document = RandomDocument();
  Value value = *canon::ParseCanonical(Base().canonical);
  Value::Object& root = *value.AsObject();
  Value::Array rules;
  for (const Permit& permit : document.permits) {
    Value::Object rule = RuleValue(permit.id, permit.when);
    rule.emplace("permit",
                 Value::Object{{"from", permit.from},
                               {"to", permit.to},
                               {"purpose", permit.purpose},
                               {"basis", permit.basis},
                               {"category", permit.category}});
    Value::Object fields;
    for (const auto& [field, form] : permit.fields)
      fields.emplace(field, ToString(form));
    rule.emplace("fields", std::move(fields));
    if (!permit.require.empty()) rule.emplace("require", AxisValue(permit.require));
    if (permit.retain) rule.emplace("retain", ToString(*permit.retain));
    if (permit.onward) {
      rule.emplace("onward", permit.onward->empty() ? Value("none") : AxisValue(*permit.onward));
    }
    if (permit.approval) {
      rule.emplace("approval",
                   Value::Object{{"by", permit.approval->by},
                                 {"role", permit.approval->role},
                                 {"not", "requester"},
                                 {"valid", permit.approval->valid}});
    }
    rules.emplace_back(std::move(rule));
  }
  for (const Deny& deny : document.denies) {
    Value::Object rule = RuleValue(deny.id, deny.when);
    Value::Object axes{{"from", AxisValue(deny.from)},
                       {"to", AxisValue(deny.to)},
                       {"purpose", AxisValue(deny.purpose)},
                       {"category", AxisValue(deny.category)}};
    if (!deny.fields.empty()) axes.emplace("fields", AxisValue(deny.fields));
    rule.emplace("deny", std::move(axes));
    Value::Array spared;
    for (const Form& form : deny.unless_form)
      spared.emplace_back(ToString(form));
    if (!spared.empty()) rule.emplace("unless_form", std::move(spared));
    rule.emplace("text", RandomText());
    rules.emplace_back(std::move(rule));
  }
  root.insert_or_assign("rules", std::move(rules));
  root.insert_or_assign("title", RandomText());
  root.insert_or_assign("timezone", OneOf<std::string>({"UTC", "Europe/Amsterdam"}));
  const Zone zone = *root.at("timezone").AsString() == "UTC" ? Zone::kUtc : Zone::kAmsterdam;
  const Day from = Day{std::chrono::year{2026} / 1 / 1} + std::chrono::days{InRange(0, 700)};
  Value::Object valid{
      {"from", ToMillis(FirstInstantOf(from, zone))},
      {"until", ToMillis(FirstInstantOf(from + std::chrono::days{InRange(1, 400)}, zone))}};
  root.insert_or_assign("valid", std::move(valid));
  (*root.at("bases").AsObject()->at("ended").AsObject())["until"] =
      ToMillis(FirstInstantOf(from + std::chrono::days{InRange(1, 400)}, zone));
  return canon::Write(value);
}

RC_GTEST_PROP(FormatProperty, CanonicalToYamlToCanonicalIsTheSame, ()) {
  const std::string canonical = RandomCanonical();
  const auto yaml = FormatCanonical(canonical);
  if (!yaml.ok()) RC_FAIL(yaml.error().detail);
  const ConvertedYaml again = ConvertYaml(*yaml, "f");
  RC_ASSERT(again.value.has_value());
  RC_ASSERT(canon::Write(*again.value) == canonical);
  // And the YAML is in normal form already.
  const FormattedYaml formatted = FormatYaml(*yaml, "f");
  RC_ASSERT(formatted.text.has_value());
  RC_ASSERT(*formatted.text == *yaml);
}

}  // namespace
}  // namespace schakel::covenant
