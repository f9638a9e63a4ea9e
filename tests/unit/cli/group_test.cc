#include <gmock/gmock.h>

#include "cli/files.h"
#include "cli/text.h"
#include "node/crypto/hash.h"
#include "tests/support/sample.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kGroup = "VLD-2026-001";

class GroupTest : public CliTest {
 protected:
  GroupTest() {
    ActAs("deboer");
    WriteAll(In("besluit.txt"), "besluit");
  }

  statement::SignedStatement Fact(const std::string& group = kGroup) const {
    statement::Fact fact;
    fact.lineage = sample::Id("lineage");
    fact.fact = "step";
    fact.value = "2B";
    fact.group = group;
    fact.document = crypto::Sha256("besluit");
    fact.issued = clock.now;
    fact.expires = clock.now + std::chrono::days{89};
    return sample::SignBy(sample::Key("gemeente"), statement::Type::kFact, fact.ToValue());
  }
  void AnswerFact(const std::string& method, bool in_force) {
    node.Answer(method,
                Value::Object{{"fact", Fact().ToValue()},
                              {"signed_by", Value::Array{"gemeente"}},
                              {"in_force", in_force}});
  }
  std::string Keep(const statement::SignedStatement& fact) {
    const std::string path = In("partner.json");
    WriteAll(path, fact.Encode() + "\n");
    return path;
  }
};

TEST_F(GroupTest, OpenSendsNameAndAreas) {
  node.Answer("group.open", Value::Object{{"ref", kGroup}});
  const Ran ran = Run({"group", "open", kGroup, "--name", "De Hoek", "--areas", "BU1", "BU2"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(TextOf(node.only().params, "ref"), kGroup);
  EXPECT_EQ(TextOf(node.only().params, "name"), "De Hoek");
  EXPECT_THAT(TextsOf(node.only().params, "areas"), ElementsAre("BU1", "BU2"));
  EXPECT_THAT(ran.out, HasSubstr("is geopend"));
}

TEST_F(GroupTest, OpenTakesAWholeReferenceOnly) {
  for (const char* ref : {"/2", "VLD-2026-001/2", "VLD-2026-001@om", "vld-2026-001", "De Hoek"}) {
    EXPECT_EQ(Run({"group", "open", ref, "--name", "x", "--areas", "y"}).exit, Exit::kUsage) << ref;
  }
}

TEST_F(GroupTest, DecideStatesTheDocumentsHash) {
  AnswerFact("group.decide", false);
  const Ran ran = Run({"group",
                       "decide",
                       kGroup,
                       "--step",
                       "2B",
                       "--document",
                       In("besluit.txt"),
                       "-o",
                       In("2b.json")});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(
      node.only().params,
      Value(Value::Object{
          {"group", kGroup}, {"step", "2B"}, {"document", EncodeHex(crypto::Sha256("besluit"))}}));
  EXPECT_EQ(ReadAll(In("2b.json")), Fact().Encode() + "\n");
  EXPECT_THAT(ran.out, HasSubstr("Nog niet van kracht"));
  EXPECT_THAT(ran.out, HasSubstr("--sign " + In("2b.json")));
}

TEST_F(GroupTest, DecideTakesAHashInPlaceOfTheDocument) {
  AnswerFact("group.decide", true);
  const std::string hash(64, 'a');
  EXPECT_EQ(Run({"group", "decide", kGroup, "--step", "3", "--document", hash}).exit, Exit::kDone);
  EXPECT_EQ(TextOf(node.only().params, "document"), hash);
}

TEST_F(GroupTest, DecideIsOneThingAtATime) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"group", "decide", kGroup},
        {"group", "decide", kGroup, "--step", "2B"},
        {"group", "decide", kGroup, "--step", "2C", "--document", std::string(64, 'a')},
        {"group", "decide", kGroup, "--step", "2B", "--add", "x"},
        {"group", "decide", kGroup, "--sign", "x"},
        {"group", "decide", kGroup, "--sign", "x", "--add", "y", "-o", "z"}}) {
    EXPECT_EQ(Run(arguments).exit, Exit::kUsage) << Joined(arguments, " ");
  }
  EXPECT_EQ(Run({"group", "decide", kGroup, "--step", "2B", "--document", In("none")}).exit,
            Exit::kFailed);
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(GroupTest, SignHandsTheNodeWhatAPartnerStated) {
  AnswerFact("group.sign", false);
  const Ran ran = Run({"group", "decide", kGroup, "--sign", Keep(Fact()), "-o", In("signed.json")});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(*node.only().params.Find("fact"), Fact().ToValue());
  EXPECT_TRUE(ReadStatement(In("signed.json")).ok());
  EXPECT_THAT(ran.out, HasSubstr("Stap 2B van VLD-2026-001"));
}

TEST_F(GroupTest, SignRefusesAnotherGroupAndAnotherDocument) {
  const std::string other = Keep(Fact("VLD-2026-002"));
  const Ran group = Run({"group", "decide", kGroup, "--sign", other, "-o", In("out.json")});
  EXPECT_EQ(group.exit, Exit::kFailed);
  EXPECT_THAT(group.err, HasSubstr("gaat over groep VLD-2026-002"));
  WriteAll(In("ander.txt"), "ander besluit");
  const Ran document = Run({"group",
                            "decide",
                            kGroup,
                            "--sign",
                            Keep(Fact()),
                            "--document",
                            In("ander.txt"),
                            "-o",
                            In("out.json")});
  EXPECT_EQ(document.exit, Exit::kFailed);
  EXPECT_THAT(document.err, HasSubstr("een ander document"));
  EXPECT_TRUE(node.calls.empty());
  AnswerFact("group.sign", false);
  EXPECT_EQ(Run({"group",
                 "decide",
                 kGroup,
                 "--sign",
                 Keep(Fact()),
                 "--document",
                 In("besluit.txt"),
                 "-o",
                 In("out.json")})
                .exit,
            Exit::kDone);
}

TEST_F(GroupTest, SignTakesAFactAndNothingElse) {
  WriteAll(In("partner.json"), "{}");
  EXPECT_EQ(Run({"group", "decide", kGroup, "--sign", In("partner.json"), "-o", In("o")}).exit,
            Exit::kFailed);
  const auto request = sample::MakeRequest("1", "gemeente", "politie");
  Keep(sample::SignBy(sample::Key("gemeente"), statement::Type::kRequest, request.ToValue()));
  EXPECT_EQ(Run({"group", "decide", kGroup, "--sign", In("partner.json"), "-o", In("o")}).exit,
            Exit::kFailed);
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(GroupTest, AddIsIncompleteUntilEnoughSigned) {
  AnswerFact("group.add", false);
  EXPECT_EQ(Run({"group", "decide", kGroup, "--add", Keep(Fact())}).exit, Exit::kIncomplete);
  AnswerFact("group.add", true);
  const Ran ran = Run({"group", "decide", kGroup, "--add", Keep(Fact()), "--lang", "en"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr("In force: signed by gemeente."));
}

TEST_F(GroupTest, EstablishLeavesOutWhatWasNamed) {
  node.Answer("group.establish", Value::Object{{"version", 1}, {"persons", 7}, {"root", "aa"}});
  const std::string row = "0b1f6c1e-7d1a-4c44-9d0e-1f0a4a1b2c3d";
  const Ran ran = Run({"group", "establish", kGroup, "--leave-out", row});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_THAT(TextsOf(node.only().params, "leave_out"), ElementsAre(row));
  EXPECT_THAT(ran.out, HasSubstr("Namenlijst versie 1 vastgesteld: 7 personen"));
  EXPECT_EQ(Run({"group", "establish", kGroup, "--leave-out", "first"}).exit, Exit::kUsage);
}

TEST_F(GroupTest, ListAndShow) {
  node.Answer("group.list", Value::Object{{"groups", Value::Array{}}});
  EXPECT_THAT(Run({"group", "list"}).out, HasSubstr("schakel group open"));
  node.Answer("group.list",
              Value::Object{{"groups",
                             Value::Array{Value::Object{{"ref", kGroup},
                                                        {"name", "De Hoek"},
                                                        {"step", "2B"},
                                                        {"opened", ToMillis(clock.now)}}}}});
  EXPECT_THAT(Run({"group", "list"}).out, HasSubstr("De Hoek   2B    15-06-2026 10:00"));

  Value::Object shown{
      {"ref", kGroup},
      {"name", "De Hoek"},
      {"areas", Value::Array{"BU1"}},
      {"opened", ToMillis(clock.now)},
      {"step", "2B"},
      {"decisions",
       Value::Array{Value::Object{{"fact", "step"},
                                  {"value", "2B"},
                                  {"issued", ToMillis(clock.now)},
                                  {"signed_by", Value::Array{"gemeente", "politie"}},
                                  {"in_force", true}},
                    Value::Object{{"fact", "listed"},
                                  {"value", std::string(64, 'a')},
                                  {"issued", ToMillis(clock.now)},
                                  {"signed_by", Value::Array{"gemeente"}},
                                  {"in_force", false}}}},
      {"list", Value::Object{{"version", 1}, {"persons", 7}, {"established", ToMillis(clock.now)}}},
      {"rounds",
       Value::Array{Value::Object{{"ref", "VLD-2026-001/1"},
                                  {"names_persons", false},
                                  {"created", ToMillis(clock.now)},
                                  {"incomplete", true}}}}};
  node.Answer("group.show", shown);
  const std::string out = Run({"group", "show", "/1"}).out;
  EXPECT_EQ(TextOf(node.calls.back().params, "ref"), "/1");
  EXPECT_THAT(out, HasSubstr("stap 2B     gemeente, politie  15-06-2026 10:00  van kracht"));
  EXPECT_THAT(out, HasSubstr("namenlijst  gemeente"));
  EXPECT_THAT(out, testing::Not(HasSubstr("aaaa")));
  EXPECT_THAT(out, HasSubstr("versie 1, 7 personen"));
  EXPECT_THAT(out, HasSubstr("de groep  15-06-2026 10:00  onvolledig"));
  EXPECT_THAT(out, HasSubstr("schakel scan show VLD-2026-001"));
  const std::string english = Run({"group", "show", kGroup, "--lang", "en"}).out;
  EXPECT_THAT(english, HasSubstr("not in force"));
}

}  // namespace
}  // namespace schakel::cli
