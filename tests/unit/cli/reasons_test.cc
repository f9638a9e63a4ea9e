// Every failure with a reason has its sentences; what commands print about the ones that people
// meet most. A new reason without text fails to build or fails here.
#include "cli/reasons.h"

#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;

std::set<std::string> MarksIn(std::string_view text) {
  std::set<std::string> marks;
  for (size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    marks.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return marks;
}

std::set<std::string> Arguments(const ReasonEntry& entry) {
  std::set<std::string> names;
  std::istringstream in{std::string(entry.arguments)};
  for (std::string name; std::getline(in, name, ',');)
    names.insert(name);
  return names;
}

TEST(ReasonTextsTest, EveryReasonHasBothLanguagesAndNamesOnlyItsArguments) {
  ASSERT_EQ(AllReasonTexts().size(), AllReasons().size());
  for (size_t i = 0; i < AllReasons().size(); ++i) {
    const ReasonEntry& entry = AllReasons()[i];
    const ReasonText& text = AllReasonTexts()[i];
    EXPECT_EQ(text.reason, entry.reason) << entry.id;
    const std::set<std::string> known = Arguments(entry);
    // A sentence says all that it is given; a hint repeats what it needs.
    EXPECT_THAT(MarksIn(text.dutch), testing::IsSubsetOf(known)) << entry.id;
    EXPECT_EQ(MarksIn(text.dutch), MarksIn(text.english)) << entry.id;
    EXPECT_THAT(MarksIn(text.dutch_hint), testing::IsSubsetOf(known)) << entry.id;
    EXPECT_EQ(MarksIn(text.dutch_hint), MarksIn(text.english_hint)) << entry.id;
    EXPECT_FALSE(std::string(text.dutch).empty()) << entry.id;
    EXPECT_FALSE(std::string(text.english).empty()) << entry.id;
    EXPECT_STRNE(text.dutch, text.english) << entry.id;
    // About a place in a file the command says once what to do.
    const bool place = entry.id.starts_with("import_") || entry.id.starts_with("mapping_");
    EXPECT_EQ(std::string(text.dutch_hint).empty(), std::string(text.english_hint).empty());
    EXPECT_TRUE(place || !std::string(text.dutch_hint).empty()) << entry.id;
  }
}

TEST(ReasonTextsTest, AnUnknownIdOrAMissingArgumentHasNoSentence) {
  EXPECT_FALSE(Word("", {}, Language::kDutch));
  EXPECT_FALSE(Word("from_a_newer_node", {}, Language::kDutch));
  EXPECT_FALSE(Word("group_unknown", {}, Language::kDutch));
  EXPECT_TRUE(Word("group_unknown", {{"group", "VLD-2026-001"}}, Language::kDutch));
  EXPECT_TRUE(Word("group_unknown", {{"group", "VLD-2026-001"}, {"more", "x"}}, Language::kDutch));
}

TEST(ReasonTextsTest, ACodeOfTheProtocolIsWorded) {
  const auto worded =
      Word("content_waits", {{"party", "om"}, {"code", "HASH_MISMATCH"}}, Language::kDutch);
  ASSERT_TRUE(worded);
  EXPECT_EQ(worded->message, "inhoud van en naar om wacht: ander convenant bij de partner");
  EXPECT_EQ(worded->hint, "kijk wat er in de weg staat: schakel peer test om");
}

TEST(ReasonTextsTest, EveryErrorCodeHasAHintInBothLanguages) {
  for (const ErrorCode code : {ErrorCode::kMalformed,
                               ErrorCode::kDenied,
                               ErrorCode::kNotFound,
                               ErrorCode::kConflict,
                               ErrorCode::kExhausted,
                               ErrorCode::kUnavailable,
                               ErrorCode::kCorrupt,
                               ErrorCode::kInternal}) {
    EXPECT_FALSE(HintFor(ErrorCodeName(code), Language::kEnglish).empty()) << ErrorCodeName(code);
    EXPECT_FALSE(HintFor(ErrorCodeName(code), Language::kDutch).empty()) << ErrorCodeName(code);
    EXPECT_NE(HintFor(ErrorCodeName(code), Language::kDutch),
              HintFor(ErrorCodeName(code), Language::kEnglish));
  }
  EXPECT_EQ(HintFor("unconfirmed", Language::kDutch), "");
}

// What a person sees when the node refuses a command.
class RefusalTest : public CliTest {
 protected:
  RefusalTest() { ActAs("deboer"); }
  Ran Refused(const std::vector<std::string>& arguments,
              const std::string& method,
              const Error& error) {
    node.Refuse(method,
                {ErrorCodeName(error.code),
                 error.detail,
                 "a hint in English",
                 std::string(ReasonId(error.reason)),
                 error.arguments});
    const Ran ran = Run(arguments);
    EXPECT_EQ(ran.exit, Exit::kFailed);
    EXPECT_EQ(ran.out, "");
    return ran;
  }
};

TEST_F(RefusalTest, AnUnknownGroup) {
  const Error error =
      Because(NotFound("no group"), Reason::kGroupUnknown, {{"group", "VLD-2026-009"}});
  EXPECT_EQ(Refused({"group", "show", "VLD-2026-009"}, "group.show", error).err,
            "schakel: er is geen groep VLD-2026-009\n"
            "         bekijk welke er zijn: schakel group list; of open die: schakel group open "
            "VLD-2026-009\n");
  EXPECT_THAT(Refused({"group", "show", "VLD-2026-009", "--lang", "en"}, "group.show", error).err,
              HasSubstr("schakel: there is no group VLD-2026-009\n         see which there are"));
}

TEST_F(RefusalTest, AnUnknownExchangeAndRound) {
  EXPECT_THAT(Refused({"exchange", "show", "VLD-2026-001/9@om"},
                      "exchange.show",
                      Because(NotFound("x"), Reason::kExchangeUnknown, {{"ref", "VLD/9@om"}}))
                  .err,
              HasSubstr("er is geen uitwisseling VLD/9@om\n"));
  EXPECT_THAT(Refused({"scan", "request", "VLD-2026-001/9"},
                      "scan.request",
                      Because(NotFound("x"), Reason::kRoundNext, {{"ref", "VLD-2026-001/3"}}))
                  .err,
              HasSubstr("de volgende ronde is VLD-2026-001/3\n"));
}

TEST_F(RefusalTest, AScanBeforeTheListAndAListBeforeTheNames) {
  EXPECT_THAT(Refused({"scan", "show", "VLD-2026-001"},
                      "scan.show",
                      Because(NotFound("x"), Reason::kListNone, {{"group", "VLD-2026-001"}}))
                  .err,
              HasSubstr("voor VLD-2026-001 is nog geen namenlijst vastgesteld\n"));
  EXPECT_THAT(Refused({"group", "establish", "VLD-2026-001"},
                      "group.establish",
                      Because(Denied("x"), Reason::kListUnnamed, {{"group", "VLD-2026-001"}}))
                  .err,
              HasSubstr("vraag eerst om namen: schakel scan request VLD-2026-001 --verzend\n"));
}

TEST_F(RefusalTest, ARequestWithoutMotivation) {
  EXPECT_THAT(Refused({"scan", "request", "VLD-2026-001", "--verzend"},
                      "scan.request",
                      Because(Malformed("x"), Reason::kMotivationMissing))
                  .err,
              HasSubstr("het verzoek heeft geen motivering\n         geef --motivering"));
}

TEST_F(RefusalTest, ARoleThatIsMissingAndAnOperatorWhoIsUnknown) {
  EXPECT_THAT(Refused({"scan", "request", "VLD-2026-001"},
                      "scan.request",
                      Because(Denied("x"),
                              Reason::kRoleNeeded,
                              {{"call", "scan request"}, {"roles", "regisseur"}}))
                  .err,
              HasSubstr("voor scan request is een van deze rollen nodig: regisseur\n"));
  const Error unknown = Because(Denied("x"), Reason::kOperatorUnknown, {{"operator", "deboer"}});
  EXPECT_THAT(Refused({"exchange", "list"}, "exchange.list", unknown).err,
              HasSubstr("deze node kent geen operator 'deboer'\n"));
  // A beheerder reads English, and Dutch on request.
  const std::vector<std::string> add = {"operator",
                                        "add",
                                        "deboer",
                                        "--name",
                                        "x",
                                        "--function",
                                        "x",
                                        "--telephone",
                                        "1",
                                        "--roles",
                                        "admin"};
  std::vector<std::string> add_in_dutch = add;
  add_in_dutch.insert(add_in_dutch.end(), {"--lang", "nl"});
  EXPECT_THAT(Refused(add, "operator.add", unknown).err,
              HasSubstr("this node knows no operator 'deboer'\n"));
  EXPECT_THAT(Refused(add_in_dutch, "operator.add", unknown).err,
              HasSubstr("deze node kent geen operator 'deboer'\n"));
}

TEST_F(RefusalTest, NoCovenantInForceAndAStepThatNoPartyKnows) {
  EXPECT_THAT(Refused({"scan", "request", "VLD-2026-001"},
                      "scan.request",
                      Because(Denied("x"), Reason::kCovenantNone))
                  .err,
              HasSubstr("op deze node is geen convenant van kracht\n"));
  WriteAll(In("besluit.pdf"), "x");
  EXPECT_THAT(
      Refused(
          {"group", "decide", "VLD-2026-001", "--step", "7", "--document", In("besluit.pdf")},
          "group.decide",
          Because(Malformed("x"), Reason::kFactValueUnknown, {{"fact", "step"}, {"value", "7"}}))
          .err,
      HasSubstr("het convenant kent '7' niet als waarde van 'step'\n"));
}

TEST_F(RefusalTest, AReasonOfANewerNodeFallsBackToItsText) {
  node.Refuse("group.list", {"denied", "something new", "do this", "new_reason", {{"x", "y"}}});
  EXPECT_EQ(Run({"group", "list"}).err,
            "schakel: something new\n"
            "         vraag wie dit mag, of de functionaris (officer) van deze node\n");
  EXPECT_EQ(Run({"group", "list", "--lang", "en"}).err,
            "schakel: something new\n         do this\n");
  const Value error = *Json(RunJson({"group", "list"})).Find("error");
  EXPECT_EQ(TextOf(error, "id"), "new_reason");
  EXPECT_EQ(TextOf(error, "message"), "something new");
}

TEST_F(RefusalTest, JsonGivesTheIdBesideTheSentence) {
  node.Refuse("group.show",
              {"not_found", "no group", "h", "group_unknown", {{"group", "VLD-2026-009"}}});
  const Value error = *Json(RunJson({"group", "show", "VLD-2026-009"})).Find("error");
  EXPECT_EQ(TextOf(error, "id"), "group_unknown");
  EXPECT_EQ(TextOf(error, "code"), "not_found");
  EXPECT_EQ(TextOf(error, "message"), "er is geen groep VLD-2026-009");
  EXPECT_THAT(TextOf(error, "hint"), HasSubstr("schakel group list"));
}

TEST_F(RefusalTest, ANodeThatDoesNotRun) {
  node.runs = false;
  const Ran ran = Run({"group", "list"});
  EXPECT_THAT(ran.err, HasSubstr("schakel: de node antwoordt niet op "));
  EXPECT_THAT(ran.err, HasSubstr("\n         start die: schakel-node --home "));
}

TEST_F(RefusalTest, AKeyFileThatOthersCanRead) {
  const std::string key = environment.home + "/operators/deboer.key";
  std::filesystem::permissions(key, std::filesystem::perms(0640));
  EXPECT_EQ(Run({"group", "list"}).err,
            "schakel: sleutelbestand " + key + " is leesbaar voor anderen\n" +
                "         sluit het af: chmod 600 " + key + "\n");
}

TEST_F(RefusalTest, WrongUseIsSaidInTheLanguageOfTheCommand) {
  EXPECT_EQ(Run({"group", "show"}).err,
            "schakel: KENMERK ontbreekt\n         zie `schakel group show --help`\n");
  EXPECT_EQ(Run({"group", "show", "--lang", "en"}).err,
            "schakel: REF is required\n         see `schakel group show --help`\n");
  EXPECT_EQ(Run({"operator", "add"}).err.find("ontbreekt"), std::string::npos);
  EXPECT_THAT(Run({"group", "show", "Hoek"}).err,
              HasSubstr("'Hoek' is geen kenmerk zoals VLD-2026-001"));
  EXPECT_THAT(Run({"group", "show", "Hoek", "--lang", "en"}).err,
              HasSubstr("'Hoek' is no reference such as VLD-2026-001"));
  EXPECT_THAT(Run({"group"}).err, HasSubstr("er ontbreekt een opdracht\n"));
  EXPECT_THAT(Run({"groep", "show", "VLD-2026-001"}).err,
              HasSubstr("schakel kent geen opdracht 'groep'\n"));
  EXPECT_THAT(Run({"group", "list", "extra"}).err, HasSubstr("dit hoort er niet bij: extra\n"));
  EXPECT_THAT(Run({"group", "list", "--as"}).err, HasSubstr("--as heeft een waarde nodig\n"));
  EXPECT_THAT(Run({"group", "list", "--lang", "fr"}).err, HasSubstr("--lang is nl of en\n"));
}

}  // namespace
}  // namespace schakel::cli
