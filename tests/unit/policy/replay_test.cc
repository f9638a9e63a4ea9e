#include "node/policy/replay.h"

#include <utility>

#include <gmock/gmock.h>

#include "node/canon/json.h"
#include "node/exchange/lines.h"
#include "tests/unit/covenant/random.h"
#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using canon::Value;
using covenant::Between;
using covenant::Covenant;
using covenant::Decision;
using covenant::Document;
using covenant::Is;
using covenant::Outcome;
using covenant::Question;
using testing::HasSubstr;

// The line of an exchange with this one decision, as a node writes it.
Value LineOf(const Decision& decision,
             const std::string& category,
             const std::string& code = "",
             bool approved = false) {
  exchange::Told told;
  told.category = category;
  told.code = decision.outcome == Outcome::kPermit ? code : decision.code;
  if (decision.outcome == Outcome::kNeeds) told.code = "NEEDS";
  if (told.code.empty()) {
    for (const auto& [field, form] : decision.fields)
      told.fields.insert(field);
  }
  told.withheld = decision.withheld;
  Value decided = exchange::DecisionValue(decision, told);
  if (approved) (*decided.AsObject())["approval"] = std::string(64, '0');
  const std::string record = canon::Write(decided);
  return *canon::ParseCanonical(exchange::UnfoldLine(exchange::LineJson("MATCHED", {record})));
}

Replayed ReplayOne(const Covenant& before, const Covenant& after, const Question& question) {
  Replay replay(before, after);
  replay.Add({question.from,
              question.to,
              question.purpose,
              question.now,
              {LineOf(before.Decide(question), question.category, "", question.approved)},
              0});
  return replay.result();
}

Effect Only(const Replayed& replayed) {
  EXPECT_EQ(replayed.counts.size(), 1U);
  EXPECT_EQ(replayed.counts.begin()->second, 1);
  return replayed.counts.begin()->first;
}

Question Asked(covenant::Facts facts) {
  return covenant::AskMini("k", std::move(facts));
}

Effect EffectFor(const std::string& before, const std::string& after, const Question& question) {
  return Only(ReplayOne(*covenant::Mini(before), *covenant::Mini(after), question));
}

TEST(ReplayTest, TheSameVersionGivesTheSame) {
  const std::string rules = Text({});
  EXPECT_EQ(EffectFor(rules, rules, Asked({{"age", Between(15, 15)}})), Effect::kSame);
  EXPECT_EQ(EffectFor(rules, rules, Asked({{"age", Between(11, 11)}})), Effect::kSame);
  EXPECT_EQ(EffectFor(rules, rules, Asked({})), Effect::kSame);
}

TEST(ReplayTest, ABoundThatTheLogSettlesIsAnswered) {
  const std::string before = Text({.when = "{age: {min: 12}}"});
  // True of 12 and over: true of 10 and over too. False: nobody says how young.
  EXPECT_EQ(
      EffectFor(before, Text({.when = "{age: {min: 10}}"}), Asked({{"age", Between(15, 15)}})),
      Effect::kSame);
  EXPECT_EQ(
      EffectFor(before, Text({.when = "{age: {min: 10}}"}), Asked({{"age", Between(11, 11)}})),
      Effect::kUnknown);
  EXPECT_EQ(
      EffectFor(before, Text({.when = "{age: {min: 14}}"}), Asked({{"age", Between(15, 15)}})),
      Effect::kUnknown);
  EXPECT_EQ(
      EffectFor(before, Text({.when = "{age: {min: 14}}"}), Asked({{"age", Between(11, 11)}})),
      Effect::kSame);
  // Without the condition whatever stayed for it would go.
  EXPECT_EQ(EffectFor(Text({.when = "{age: {min: 12}, sealed: false}"}),
                      Text({.when = "{sealed: false}"}),
                      Asked({{"age", Between(11, 11)}, {"sealed", Is(false)}})),
            Effect::kGiven);
}

TEST(ReplayTest, AFactThatNobodyReadBeforeIsNotInTheLog) {
  EXPECT_EQ(EffectFor(Text({}),
                      Text({.when = "{age: {min: 12}, sealed: false}"}),
                      Asked({{"age", Between(15, 15)}, {"sealed", Is(false)}})),
            Effect::kUnknown);
  // Unless it makes no difference.
  EXPECT_EQ(EffectFor(Text({}),
                      Text({.when = "{age: {min: 12}, sealed: false}"}),
                      Asked({{"age", Between(11, 11)}})),
            Effect::kSame);
}

TEST(ReplayTest, WhatGoesOtherwiseHasItsKind) {
  const Question question = Asked({{"age", Between(15, 15)}});
  const auto effect = [&](const std::string& fields, const std::string& now) {
    return EffectFor(Text({.fields = fields}), Text({.fields = now}), question);
  };
  EXPECT_EQ(effect("{datum: month}", "{datum: year}"), Effect::kCoarser);
  EXPECT_EQ(effect("{datum: year}", "{datum: month}"), Effect::kFiner);
  EXPECT_EQ(effect("{naam: plain, datum: year}", "{datum: year}"), Effect::kCoarser);
  EXPECT_EQ(effect("{datum: year}", "{naam: plain, datum: year}"), Effect::kFiner);
  EXPECT_EQ(effect("{naam: plain, datum: year}", "{datum: month}"), Effect::kOther);
  EXPECT_EQ(EffectFor(Text({}), Text({}) + DenyText("D1", "guard: true"), question),
            Effect::kStays);
  EXPECT_EQ(EffectFor(Text({}) + DenyText("D1", "guard: true"), Text({}), question),
            Effect::kGiven);
}

TEST(ReplayTest, WhatPeopleKeptBackIsNotTheCovenants) {
  const auto covenant = covenant::Mini(Text({}));
  const Question question = Asked({{"age", Between(15, 15)}});
  Replay replay(*covenant, *covenant);
  replay.Add({"a",
              "b",
              "p",
              question.now,
              {LineOf(covenant->Decide(question), "k", "WITHHELD_BY_PERSON")},
              3});
  EXPECT_EQ(replay.result().Count(Effect::kApart), 1);
  EXPECT_EQ(replay.result().Count(Effect::kErased), 3);
  EXPECT_EQ(replay.result().exchanges, 1);
}

TEST(ReplayTest, LinesOfAnotherVersionAndDamagedOnesAreNotGuessedAt) {
  const auto before = covenant::Mini(Text({}));
  const auto other = covenant::Mini(Text({.when = "{sealed: false}"}));
  const Question question = Asked({{"age", Between(15, 15)}, {"sealed", Is(false)}});
  Replay replay(*before, *before);
  replay.Add({"a", "b", "p", question.now, {LineOf(other->Decide(question), "k")}, 0});
  replay.Add({"a", "b", "nothing", question.now, {LineOf(before->Decide(question), "k")}, 0});
  replay.Add({"a",
              "b",
              "p",
              question.now,
              {Value::Object{{"records", Value::Array{Value("x"), Value(Value::Object{})}}}},
              0});
  EXPECT_EQ(replay.result().Count(Effect::kUnknown), 4);
  EXPECT_EQ(replay.result().counts.size(), 1U);
}

TEST(ReplayTest, ARecordThatLackedFieldsIsNotSaidToGo) {
  const std::string strict = Text({.more = "\n    require: [naam]"});
  Question question = Asked({{"age", Between(15, 15)}});
  question.present = {"datum"};
  EXPECT_EQ(EffectFor(strict, Text({}), question), Effect::kUnknown);
  EXPECT_EQ(EffectFor(strict, strict + DenyText("D1", "guard: true"), question), Effect::kSame);
}

TEST(ReplayTest, IsToldAsTextAndJson) {
  const Replayed replayed = ReplayOne(*covenant::Mini(Text({})),
                                      *covenant::Mini(Text({}) + DenyText("D1", "guard: true")),
                                      Asked({{"age", Between(15, 15)}}));
  EXPECT_EQ(ReplayText(replayed, report::Language::kDutch, {}),
            "Uitwisselingen 1\n  hetzelfde             0\n  ging, zou nu blijven  1\n\n"
            "Van > aan  Soort  Wat                   Toen  Nu  Aantal\n"
            "a > b      k      ging, zou nu blijven  K1    D1       1\n");
  EXPECT_THAT(ReplayText(replayed, report::Language::kEnglish, {}),
              HasSubstr("went, would stay now"));
  EXPECT_THAT(canon::Write(ReplayJson(replayed)),
              HasSubstr(R"("changes":[{"after":"D1","before":"K1","category":"k","count":1,)"
                        R"("effect":"stays","from":"a","purpose":"p","to":"b"}])"));
}

// ---- random versions ---------------------------------------------------------------------------

// The document itself when the change would not compile: an overlap of rules that do not agree.
Document Amended(const Document& original) {
  Document document = original;
  const auto plain = covenant::MustCompile(covenant::Base());
  const auto reaches = [&](covenant::Permit& permit) {
    std::erase_if(permit.when, [&](const auto& entry) {
      return !plain->FactReaches(entry.first, permit.category);
    });
  };
  const size_t which = covenant::InRange<size_t>(0, document.permits.size());
  switch (covenant::InRange(0, 4)) {
    case 0:
      document.permits.erase(document.permits.begin() + static_cast<ptrdiff_t>(which));
      break;
    case 1: {
      covenant::Permit more = covenant::RandomPermit(99);
      reaches(more);
      document.permits.push_back(std::move(more));
      break;
    }
    case 2:
      document.denies.push_back(covenant::RandomDeny(99));
      break;
    default: {
      covenant::Permit& permit = document.permits[which];
      permit.when = covenant::RandomWhen();
      reaches(permit);
      break;
    }
  }
  return covenant::Covenant::Compile(document).ok() ? document : original;
}

RC_GTEST_PROP(ReplayProperty, WhatItSaysIsWhatTheOtherVersionDoes, ()) {
  const Document document = covenant::RandomDocument();
  const auto before = covenant::Compiled(document);
  const auto after = covenant::Compiled(Amended(document));
  Question question = covenant::RandomQuestion(document);
  // Nobody approves what waits for no approval.
  const bool approved = std::exchange(question.approved, false);
  question.approved = approved && before->Decide(question).outcome == Outcome::kNeeds;
  const Decision old = before->Decide(question);
  RC_CLASSIFY(question.approved, "approved");
  const Effect effect = Only(ReplayOne(*before, *after, question));
  RC_CLASSIFY(effect != Effect::kUnknown, "told");
  RC_CLASSIFY(effect != Effect::kUnknown && effect != Effect::kSame, "told, and changed");
  if (effect == Effect::kUnknown) return;
  RC_ASSERT(effect != Effect::kApart);
  // "as far as its fields are filled in": which they were is in the log only for what went.
  if (effect == Effect::kGiven) question.present.reset();
  const Decision now = after->Decide(question);
  const bool went = old.outcome == Outcome::kPermit;
  const bool goes = now.outcome == Outcome::kPermit;
  RC_ASSERT((effect == Effect::kGiven) == (!went && goes));
  RC_ASSERT((effect == Effect::kStays) == (went && !goes));
  if (went && goes) RC_ASSERT((effect == Effect::kSame) == (old.fields == now.fields));
}

}  // namespace
}  // namespace schakel::policy
