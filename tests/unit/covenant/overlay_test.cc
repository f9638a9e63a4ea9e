// Local overlays: what they may say, and that they can only take away.
#include "node/covenant/overlay.h"

#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "tests/unit/covenant/random.h"

namespace schakel::covenant {
namespace {

using ::testing::HasSubstr;

constexpr const char* kOverlay = R"(overlay: 1
lineage: 7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11
party: a
reason: "Lopend onderzoek"
retain: P1M
rules:
  - id: lokaal-1
    deny: {from: any, to: c, purpose: any, category: any}
    text: "Even niet aan c"
  - id: lokaal-2
    deny: {from: a, to: any, purpose: any, category: k, fields: [datum]}
    when: {age: {max: 15}}
    text: "Geen datum van de jongsten"
)";

constexpr const char* kRules = R"(
  - id: K1
    permit: {from: a, to: b, purpose: p, basis: open, category: k}
    when: {step: {min: "2"}}
    fields: {naam: plain, datum: month}
  - id: K2
    permit: {from: a, to: c, purpose: p, basis: open, category: k}
    fields: {naam: plain}
    retain: P14D)";

Document Mine() {
  return MustRead(MiniYaml(kRules));
}

TEST(OverlayTest, TakesAwayAndNothingElse) {
  const Document document = Mine();
  const AuthoredOverlay authored = ReadOverlayYaml(kOverlay, "lokaal.yaml", document);
  ASSERT_TRUE(authored.overlay.has_value()) << ToString(authored.findings.front());
  EXPECT_EQ(authored.overlay->party, "a");
  EXPECT_EQ(authored.overlay->denies.size(), 2U);
  const auto narrowed = Narrow(document, *authored.overlay);
  ASSERT_TRUE(narrowed.ok()) << narrowed.error().detail;
  EXPECT_EQ(narrowed->hash, document.hash);
  const auto covenant = MustCompile(*narrowed);

  Question to_b = AskMini("k", {{"step", Is("2")}, {"age", Between(17, 17)}});
  Decision decision = covenant->Decide(to_b);
  ASSERT_EQ(decision.outcome, Outcome::kPermit);
  EXPECT_TRUE(decision.fields.contains("datum"));
  EXPECT_EQ(decision.retain, *ParsePeriod("P1M"));
  to_b.facts["age"] = Between(15, 15);
  decision = covenant->Decide(to_b);
  EXPECT_EQ(decision.withheld.at("datum"), "lokaal-2");
  EXPECT_TRUE(decision.fields.contains("naam"));

  Question to_c = AskMini("k", {{"step", Is("2")}, {"age", Between(17, 17)}});
  to_c.to = "c";
  decision = covenant->Decide(to_c);
  EXPECT_EQ(decision.code, "DENIED_BY_RULE");
  EXPECT_EQ(decision.by, std::vector<std::string>{"lokaal-1"});
  // A term that is shorter already stays.
  EXPECT_EQ(narrowed->permits[1].retain, *ParsePeriod("P14D"));
}

TEST(OverlayTest, CanonicalBytesSayTheSame) {
  const Document document = Mine();
  const AuthoredOverlay authored = ReadOverlayYaml(kOverlay, "lokaal.yaml", document);
  ASSERT_TRUE(authored.overlay.has_value());
  const auto parsed = ParseOverlay(authored.overlay->canonical, document);
  ASSERT_TRUE(parsed.ok()) << parsed.error().detail;
  EXPECT_EQ(parsed->hash, authored.overlay->hash);
  EXPECT_EQ(parsed->denies, authored.overlay->denies);
  EXPECT_FALSE(ParseOverlay(" " + authored.overlay->canonical, document).ok());
  for (size_t length = 0; length < authored.overlay->canonical.size(); ++length)
    EXPECT_FALSE(ParseOverlay(authored.overlay->canonical.substr(0, length), document).ok());
}

TEST(OverlayTest, IsOfOneLineageAndItsNames) {
  const Document document = Mine();
  const AuthoredOverlay authored = ReadOverlayYaml(kOverlay, "lokaal.yaml", document);
  ASSERT_TRUE(authored.overlay.has_value());
  Document other = document;
  other.lineage = *ParseUuid("00000000-0000-4000-8000-000000000001");
  EXPECT_FALSE(Narrow(other, *authored.overlay).ok());
  Document without = document;
  without.parties.erase("c");
  EXPECT_FALSE(Narrow(without, *authored.overlay).ok());
}

struct Case {
  const char* id;
  const char* from;
  const char* to;
  const char* message;
};

TEST(OverlayTest, EverythingThatCouldWidenIsRefused) {
  const Document document = Mine();
  const Case cases[] = {
      {"E104",
       "  - id: lokaal-1\n    deny: {from: any, to: c, purpose: any, category: any}\n    text: "
       "\"Even "
       "niet aan c\"",
       "  - id: lokaal-1\n    permit: {from: a, to: c, purpose: p, basis: open, category: k}\n    "
       "fields: {naam: plain}",
       "an overlay only takes away"},
      {"E104", "id: lokaal-1", "id: K1", "looks like a rule that the partners signed"},
      {"E104", "deny: {from: a, to: any", "deny: {from: b, to: any", "what its own party gives"},
      {"E104", "deny: {from: a, to: any", "deny: {from: [a, b], to: any", "its own party gives"},
      {"E106", "id: lokaal-2", "id: lokaal-1", "the id of an earlier rule"},
      {"E105", "party: a", "party: z", "unknown party `z`"},
      {"E105", "to: c, purpose", "to: d, purpose", "unknown party `d`"},
      {"E105", "fields: [datum]", "fields: [datm]", "unknown field `datm`"},
      {"E105", "9a11", "9a12", "is not the lineage"},
      {"E101", "reason: ", "reden: \"x\"\nreason: ", "unknown key `reden`"},
      {"E102", "reason: \"Lopend onderzoek\"\n", "", "`reason`"},
      {"E100", "overlay: 1", "overlay: 2", "unknown language version"},
      {"E015", "party: a", "party: a\nparty: a", "party"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.to);
    const AuthoredOverlay authored =
        ReadOverlayYaml(Replaced(kOverlay, c.from, c.to), "lokaal.yaml", document);
    EXPECT_FALSE(authored.overlay.has_value());
    ASSERT_FALSE(authored.findings.empty());
    EXPECT_EQ(authored.findings.front().id, c.id) << ToString(authored.findings.front());
    EXPECT_THAT(ToString(authored.findings.front()), HasSubstr(c.message));
    EXPECT_GT(authored.findings.front().position.line, 0);
  }
  const AuthoredOverlay empty = ReadOverlayYaml(
      "overlay: 1\nlineage: 7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11\nparty: a\nreason: x\n",
      "lokaal.yaml",
      document);
  ASSERT_EQ(empty.findings.size(), 1U);
  EXPECT_EQ(empty.findings.front().id, "E102");
}

TEST(OverlayTest, HasALimit) {
  const Document document = Mine();
  std::string text(kOverlay);
  text += "# " + std::string(kMaxOverlayBytes, 'x') + "\n";
  EXPECT_FALSE(ReadOverlayYaml(text, "lokaal.yaml", document).overlay.has_value());
  const auto parsed = ParseOverlay(std::string(kMaxOverlayBytes + 1, '{'), document);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::kExhausted);
}

canon::Value ValueOf(const Test& test) {
  canon::Value::Object range;
  if (const auto* flag = std::get_if<BoolTest>(&test)) return flag->equals;
  if (const auto* in = std::get_if<EnumTest>(&test))
    return canon::Value(canon::Value::Array(in->in.begin(), in->in.end()));
  if (const auto* number = std::get_if<IntTest>(&test)) {
    if (number->min) range["min"] = *number->min;
    if (number->max) range["max"] = *number->max;
  }
  if (const auto* order = std::get_if<OrderTest>(&test)) {
    if (order->min) range["min"] = *order->min;
    if (order->max) range["max"] = *order->max;
  }
  return range;
}

canon::Value AxisOf(const std::set<std::string>& names) {
  if (names.empty()) return std::string("any");
  return canon::Value(canon::Value::Array(names.begin(), names.end()));
}

canon::Value ValueOf(const Deny& deny) {
  canon::Value::Object axes{{"from", "any"},
                            {"to", AxisOf(deny.to)},
                            {"purpose", "any"},
                            {"category", AxisOf(deny.category)}};
  if (!deny.fields.empty()) axes["fields"] = AxisOf(deny.fields);
  canon::Value::Object rule{{"id", deny.id}, {"deny", axes}};
  canon::Value::Object when;
  for (const auto& [fact, test] : deny.when)
    when[fact] = ValueOf(test);
  if (!when.empty()) rule["when"] = when;
  canon::Value::Array spared;
  for (const Form& form : deny.unless_form)
    spared.emplace_back(ToString(form));
  if (!spared.empty()) rule["unless_form"] = spared;
  return rule;
}

// Denies and a term at random, for what `a` gives; nothing when the draw names a field that its
// categories do not have.
std::optional<Overlay> RandomOverlay(const Document& document) {
  canon::Value::Array rules;
  const int count = InRange(1, 4);
  for (int i = 0; i < count; ++i) {
    Deny deny = RandomDeny(i);
    deny.id = kOverlayPrefix + std::to_string(i);
    rules.push_back(ValueOf(deny));
  }
  canon::Value::Object value{{"overlay", 1},
                             {"lineage", ToString(document.lineage)},
                             {"party", "a"},
                             {"reason", "toeval"},
                             {"rules", rules}};
  if (Chance(50)) value["retain"] = OneOf<std::string>({"P7D", "P3M", "P9M"});
  auto overlay = ParseOverlay(canon::Write(value), document);
  if (!overlay) return std::nullopt;
  return *std::move(overlay);
}

// (e): under any overlay nothing goes that did not go without it, in no finer form and for no
// longer; and a cell that was closed stays closed.
RC_GTEST_PROP(OverlayProperty, TheResultIsASubset, ()) {
  const Document document = RandomDocument();
  const std::optional<Overlay> overlay = RandomOverlay(document);
  RC_PRE(overlay.has_value());
  auto narrowed = Narrow(document, *overlay);
  RC_ASSERT(narrowed.ok());
  const auto strict = Compiled(*narrowed);
  const auto loose = Compiled(document);
  const Question question = RandomQuestion(document);
  const Decision less = strict->Decide(question);
  const Decision more = loose->Decide(question);
  RC_CLASSIFY(more.outcome == Outcome::kPermit && less.outcome != Outcome::kPermit, "taken away");
  RC_CLASSIFY(less.outcome == Outcome::kPermit, "left");
  RC_ASSERT(loose->DecideCell(question).open || !strict->DecideCell(question).open);
  if (less.outcome != Outcome::kPermit) return;
  RC_ASSERT(more.outcome == Outcome::kPermit);
  for (const auto& [field, form] : less.fields) {
    RC_ASSERT(more.fields.contains(field));
    RC_ASSERT(more.fields.at(field) == form);
  }
  RC_ASSERT(std::is_lteq(CompareLength(*less.retain, *more.retain)));
  RC_ASSERT(less.onward == more.onward);
}

}  // namespace
}  // namespace schakel::covenant
