// What people read is Dutch, and English with --lang en: of every command for people an answer in
// both languages, in which no sentence is left in the other one.
#include <gmock/gmock.h>

#include "cli/node_words.h"
#include "cli/reasons.h"
#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

// Words of four letters and more that stand in no path, key or option.
std::set<std::string> WordsOf(const std::string& line) {
  std::set<std::string> words;
  std::istringstream in(line);
  for (std::string word; in >> word;) {
    const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ':' || c == ',' || c == '.';
    });
    if (plain && word.size() >= 4) words.insert(word);
  }
  return words;
}

// Lines of two such words or more that stand in both texts, but those that `data` explains.
std::vector<std::string> Shared(const Ran& dutch, const Ran& english, const std::string& data) {
  const std::vector<std::string> others = LinesOf(english.out + english.err);
  std::vector<std::string> shared;
  for (const std::string& line : LinesOf(dutch.out + dutch.err)) {
    if (std::find(others.begin(), others.end(), line) == others.end()) continue;
    size_t unexplained = 0;
    for (const std::string& word : WordsOf(line))
      unexplained += data.find(word) == std::string::npos ? 1U : 0U;
    if (unexplained >= 2) shared.push_back(line);
  }
  return shared;
}

class LanguagesTest : public CliTest {
 protected:
  struct Both {
    Ran dutch;
    Ran english;
  };
  Both RunBoth(const std::vector<std::string>& arguments) {
    Both both;
    both.dutch = Run(arguments);
    std::vector<std::string> in_english = arguments;
    in_english.insert(in_english.end(), {"--lang", "en"});
    both.english = Run(in_english);
    EXPECT_EQ(both.dutch.exit, both.english.exit) << Joined(arguments, " ");
    return both;
  }
  // A covenant that four parties and an auditor can sign, the politie with two of two roots.
  void Prepare() {
    for (const char* party : {"politie", "gemeente", "om", "jongerenwerk"})
      MakeHome(party, 2, 2);
    MakeAuditorHome();
    ASSERT_EQ(Run(PrepareArguments(SCHAKEL_POLICY)).exit, Exit::kDone);
  }
  [[nodiscard]] std::vector<std::string> Sign(const std::string& home,
                                              const std::string& folder) const {
    return {"covenant", "sign", In("covenant.json"), "--home", In(home), "-o", In(folder)};
  }
  [[nodiscard]] std::vector<std::string> Verify(const std::string& folder) const {
    return {"covenant", "verify", In("covenant.json"), "--statements", In(folder)};
  }
};

// Answers that a node could give, and a command that shows each.
struct Shown {
  std::vector<std::string> arguments;
  std::string method;
  Value answer;
};

Value StatusOf(bool well, bool covenant) {
  Value::Object status{
      {"party", "gemeente"},
      {"node", "g.example"},
      {"software", "schakel 0.1.0"},
      {"health", Value::Object{{"clock", true}, {"decrypt", true}, {"log", well}, {"sign", true}}},
      {"peers",
       Value::Array{Value::Object{{"party", "om"}, {"fresh", false}, {"code", "STATUS_STALE"}},
                    Value::Object{{"party", "x"}, {"fresh", false}, {"code", ""}},
                    Value::Object{{"party", "politie"}, {"fresh", true}, {"code", ""}}}},
      {"receipts_due", 2},
      {"open", 1},
      {"operators", 3}};
  if (covenant) {
    status["covenant"] =
        Value::Object{{"title", "Veldrijk"}, {"version", 1}, {"hash", "f00d"}, {"valid_until", 0}};
    status["log"] = Value::Object{{"origin", "o/xlog/1"}, {"size", 12}};
  }
  return status;
}

Value Probe(bool well) {
  Value::Array lines{
      Value::Object{{"step", "delegation"}, {"ok", true}, {"detail", "node p.example"}},
      Value::Object{{"step", "tcp"}, {"ok", true}, {"detail", "port 7443"}},
      Value::Object{{"step", "tls"}, {"ok", true}, {"detail", "TLS 1.3, key delegated by politie"}},
      Value::Object{{"step", "covenant"}, {"ok", well}, {"detail", "version 1"}}};
  if (!well)
    lines.back() = Value::Object{{"step", "covenant"}, {"ok", false}, {"detail", "HASH_MISMATCH"}};
  return Value::Object{{"party", "politie"}, {"ok", well}, {"lines", std::move(lines)}};
}

Value Entries() {
  return Value::Object{{"origin", "o/xlog/1"},
                       {"size", 12},
                       {"root", "ab"},
                       {"entries",
                        Value::Array{Value::Object{{"index", 7},
                                                   {"time", 0},
                                                   {"type", "answer"},
                                                   {"peer", "politie"},
                                                   {"exchange", "01a20e16"},
                                                   {"outcome", "ok"},
                                                   {"direction", "in"}},
                                     Value::Object{{"index", 8},
                                                   {"time", 0},
                                                   {"type", "operator_added"},
                                                   {"peer", ""},
                                                   {"exchange", ""},
                                                   {"outcome", "EXPIRED"},
                                                   {"direction", "local"}},
                                     Value::Object{{"index", 9},
                                                   {"fault", "log: entry 9 does not parse"},
                                                   {"reason", "log_entry_unreadable"},
                                                   {"arguments", Value::Object{}}}}}};
}

Value Checked(bool well) {
  Value::Array faults;
  if (!well) {
    faults = {Value::Object{{"what", "the entry is not the one that was logged"},
                            {"index", 4},
                            {"reason", "log_entry_changed"},
                            {"arguments", Value::Object{}}},
              Value::Object{{"what", "tree node 1/2 does not follow from what is below it"},
                            {"reason", "log_tree"},
                            {"arguments", Value::Object{{"node", "1/2"}}}}};
  }
  return Value::Object{{"ok", well},
                       {"logs",
                        Value::Array{Value::Object{
                            {"origin", "o/xlog/1"}, {"size", 12}, {"faults", std::move(faults)}}}},
                       {"damaged", Value::Array{}}};
}

Value Operators() {
  return Value::Object{{"operators",
                        Value::Array{Value::Object{{"id", "deboer"},
                                                   {"name", "x"},
                                                   {"function", "x"},
                                                   {"roles", Value::Array{}},
                                                   {"pending", Value::Array{"regisseur"}},
                                                   {"groups", Value::Array{}}}}}};
}

std::vector<Shown> AllShown() {
  return {{{"status"}, "node.status", StatusOf(true, true)},
          {{"status"}, "node.status", StatusOf(false, true)},
          {{"status"}, "node.status", StatusOf(true, false)},
          {{"peer", "test", "politie"}, "peer.test", Probe(true)},
          {{"peer", "test", "politie"}, "peer.test", Probe(false)},
          {{"log", "show"}, "log.show", Entries()},
          {{"log", "verify"}, "log.verify", Checked(true)},
          {{"log", "verify"}, "log.verify", Checked(false)},
          {{"operator", "list"}, "operator.list", Operators()},
          {{"operator", "confirm", "deboer"},
           "operator.confirm",
           Value::Object{{"id", "deboer"}, {"state", "enrolled"}}},
          {{"covenant", "show"}, "covenant.show", Value::Object{{"active", false}}},
          {{"covenant", "show"},
           "covenant.show",
           Value::Object{{"active", true}, {"covenant", Value::Object{{"title", "Veldrijk"}}}}}};
}

TEST_F(LanguagesTest, WhatANodeAnswersIsShownInBothLanguages) {
  ActAs("deboer");
  for (const Shown& shown : AllShown()) {
    node.Answer(shown.method, shown.answer);
    const Both both = RunBoth(shown.arguments);
    const std::string said = both.dutch.out + "\n--\n" + both.english.out;
    EXPECT_NE(both.dutch.out, both.english.out) << said;
    EXPECT_THAT(Shared(both.dutch, both.english, canon::Write(shown.answer)), IsEmpty()) << said;
    EXPECT_EQ(both.dutch.err + both.english.err, "") << said;
    for (const std::string& line : LinesOf(both.dutch.out))
      EXPECT_LE(DisplayWidth(line), 78U + 18U) << line;
  }
}

TEST_F(LanguagesTest, ASentenceInOneLanguageIsSeen) {
  const Ran dutch{Exit::kDone, "regel 1: the entry is missing\n  o/log  politie\n", ""};
  EXPECT_THAT(Shared(dutch, dutch, ""), testing::ElementsAre("regel 1: the entry is missing"));
  EXPECT_THAT(Shared(dutch, dutch, "regel 1: the entry is missing"), IsEmpty());
}

TEST_F(LanguagesTest, TheStatusOfANodeEndsWithWhatToDoNext) {
  ActAs("deboer");
  node.Answer("node.status", StatusOf(true, true));
  const Both both = RunBoth({"status"});
  EXPECT_THAT(both.dutch.out,
              HasSubstr("  gezondheid  in orde: klok, ontsleutelen, log, ondertekenen\n"));
  EXPECT_THAT(both.english.out, HasSubstr("  health     ok: clock, decrypt, log, sign\n"));
  EXPECT_EQ(LinesOf(both.dutch.out).back(), "Verder: schakel peer test om");
  EXPECT_EQ(LinesOf(both.english.out).back(), "Next: schakel peer test om");
  node.Answer("node.status", StatusOf(false, true));
  EXPECT_THAT(Run({"status"}).out, HasSubstr("uit. Verder: schakel log verify\n"));
  Value recovering = StatusOf(false, true);
  (*recovering.AsObject())["recovery"] =
      Value::Object{{"since", 0}, {"missing", Value::Array{"om"}}};
  node.Answer("node.status", recovering);
  const Both held = RunBoth({"status"});
  EXPECT_THAT(held.dutch.out, testing::ContainsRegex("herstel +sinds .*, wacht op om\n"));
  EXPECT_THAT(held.dutch.out, HasSubstr("uit. Verder: schakel recovery show\n"));
  EXPECT_THAT(held.english.out, HasSubstr("Next: schakel recovery show\n"));
  node.Answer("node.status", StatusOf(true, false));
  EXPECT_EQ(LinesOf(Run({"status"}).out).back(),
            "Verder, door een beheerder (admin): schakel covenant activate");
}

TEST_F(LanguagesTest, AStatusWithoutAnythingToDoSaysSo) {
  ActAs("deboer");
  Value status = StatusOf(true, true);
  (*status.AsObject())["peers"] = Value::Array{};
  node.Answer("node.status", status);
  EXPECT_EQ(LinesOf(Run({"status"}).out).back(), "Verder: schakel exchange list --direction out");
  (*status.AsObject())["open"] = 0;
  node.Answer("node.status", status);
  EXPECT_EQ(LinesOf(Run({"status"}).out).back(), "Er is niets te doen.");
  EXPECT_EQ(LinesOf(Run({"status", "--lang", "en"}).out).back(), "There is nothing to do.");
}

TEST_F(LanguagesTest, ATestOfAPartnerSaysWhatItFound) {
  ActAs("deboer");
  node.Answer("peer.test", Probe(true));
  const Both good = RunBoth({"peer", "test", "politie"});
  EXPECT_THAT(good.dutch.out, HasSubstr("tcp        goed    poort 7443\n"));
  EXPECT_THAT(good.dutch.out, HasSubstr("sleutel gedelegeerd door politie\n"));
  EXPECT_THAT(good.dutch.out, HasSubstr("politie is bereikbaar en heeft hetzelfde convenant.\n"));
  EXPECT_THAT(good.english.out, HasSubstr("tcp         ok     port 7443\n"));
  node.Answer("peer.test", Probe(false));
  const Both bad = RunBoth({"peer", "test", "politie"});
  EXPECT_THAT(bad.dutch.out, HasSubstr("MISLUKT ander convenant bij de partner\n"));
  EXPECT_THAT(bad.dutch.out, HasSubstr("Verder: bel de beheerder van politie over `convenant`\n"));
  EXPECT_THAT(bad.english.out, HasSubstr("FAILED the partner has another covenant\n"));
}

TEST_F(LanguagesTest, ALogThatIsNotWholeNamesTheEntryInTheReadersLanguage) {
  ActAs("deboer");
  node.Answer("log.verify", Checked(false));
  const Both both = RunBoth({"log", "verify"});
  EXPECT_THAT(both.dutch.out, HasSubstr("regel 4: dit is niet de regel die is vastgelegd\n"));
  EXPECT_THAT(both.dutch.out,
              HasSubstr("knoop 1/2 van de boom volgt niet uit wat eronder staat\n"));
  EXPECT_THAT(both.dutch.out, HasSubstr("Doe nu: stop de node"));
  EXPECT_THAT(both.english.out, HasSubstr("entry 4: the entry is not the one that was logged\n"));
  node.Answer("log.show", Entries());
  const Both shown = RunBoth({"log", "show"});
  EXPECT_THAT(shown.dutch.out, HasSubstr("persoon"));
  EXPECT_THAT(shown.dutch.out, HasSubstr("verlopen"));
  EXPECT_THAT(shown.dutch.out, HasSubstr("ONLEESBAAR"));
  EXPECT_THAT(shown.english.out, HasSubstr("operator"));
}

TEST_F(LanguagesTest, EveryEntryOfALogHasWordsInBothLanguages) {
  for (const NodeWord& word : AllEntryWords()) {
    EXPECT_FALSE(std::string(word.dutch).empty()) << word.id;
    EXPECT_FALSE(std::string(word.english).empty()) << word.id;
    EXPECT_EQ(EntryWords(word.id, Language::kDutch), word.dutch);
  }
  EXPECT_EQ(EntryWords("of_a_newer_node", Language::kDutch), "of_a_newer_node");
  EXPECT_EQ(OutcomeWords("ok", Language::kDutch), "goed");
  EXPECT_EQ(FoundWords("tcp", "something new", Language::kDutch), "something new");
}

TEST_F(LanguagesTest, AKeyOfAPersonIsMadeInBothLanguages) {
  environment.home = MakeHome("gemeente");
  const Ran dutch = Run({"operator", "new", "deboer"});
  EXPECT_THAT(dutch.out, HasSubstr("deboer.key: die is alleen van deze persoon.\n"));
  EXPECT_THAT(dutch.out,
              HasSubstr("Verder, door een beheerder (admin): schakel operator add deboer"));
  const Ran english = Run({"operator", "new", "bos", "--lang", "en"});
  EXPECT_THAT(english.out, HasSubstr("Next: an admin runs: schakel operator add bos"));
  EXPECT_THAT(Run({"operator", "new", "bos"}).err,
              HasSubstr("een sleutel wordt nooit overschreven"));
}

TEST_F(LanguagesTest, ACovenantIsPreparedAndSignedInBothLanguages) {
  Prepare();
  const auto prepare = [&](const std::string& file, const std::string& language) {
    std::vector<std::string> arguments = PrepareArguments(SCHAKEL_POLICY);
    arguments.back() = In(file);
    arguments.insert(arguments.end(), {"--lang", language});
    return Run(arguments);
  };
  const Ran dutch = prepare("nl.json", "nl");
  EXPECT_THAT(dutch.out, StartsWith("Klaar om te ondertekenen.\n"));
  EXPECT_THAT(dutch.out, HasSubstr("  geldig       01-06-2026 t/m 31-12-2026\n"));
  EXPECT_THAT(dutch.out, HasSubstr("in het convenant, alle geslaagd\n"));
  EXPECT_THAT(dutch.out, HasSubstr("Verder, elke partij: schakel covenant sign " + In("nl.json")));
  const Ran english = prepare("en.json", "en");
  EXPECT_THAT(english.out, StartsWith("Ready to sign.\n"));
  EXPECT_THAT(english.out, HasSubstr("Next, each party: schakel covenant sign "));
  EXPECT_THAT(Shared(dutch, english, ""), IsEmpty());

  const Ran signed_by = Run(Sign("om", "nl"));
  EXPECT_THAT(signed_by.out, StartsWith("om heeft ondertekend, met zoveel roots: 2\n"));
  EXPECT_THAT(signed_by.out,
              HasSubstr("  delegatie   " + In("nl/om.delegation.json") + ", geldig tot "));
  EXPECT_THAT(signed_by.out, HasSubstr("Verder: geef deze bestanden aan elke partij"));
  std::vector<std::string> arguments = Sign("om", "en");
  arguments.insert(arguments.end(), {"--lang", "en"});
  EXPECT_THAT(Run(arguments).out, StartsWith("om has signed, with this many roots: 2\n"));
  EXPECT_THAT(Run(Sign("om", "nl")).err, HasSubstr("verklaringen worden nooit overschreven\n"));
}

TEST_F(LanguagesTest, RootsThatAreKeptApartSignInBothLanguages) {
  Prepare();
  std::filesystem::rename(In("politie/roots/root-2.key"), In("root-2.key"));
  const Ran first = Run(Sign("politie", "one"));
  EXPECT_THAT(first.out, StartsWith("Onvolledig: van politie ondertekende 1 van 2 roots.\n"));
  EXPECT_THAT(first.out, HasSubstr("--root BESTAND -o MAP\n"));
  const auto cosign = [&](const std::string& folder, const std::string& language) {
    return Run({"covenant",
                "cosign",
                In("covenant.json"),
                "--statement",
                In("one/politie.accept.json"),
                "--root",
                In("root-2.key"),
                "-o",
                In(folder),
                "--lang",
                language});
  };
  const Ran dutch = cosign("nl", "nl");
  const Ran english = cosign("en", "en");
  EXPECT_THAT(dutch.out, StartsWith("Ondertekend met ed25519:"));
  EXPECT_THAT(dutch.out, HasSubstr("  instemming  versie 1, hash "));
  EXPECT_THAT(english.out, StartsWith("Signed with ed25519:"));
  EXPECT_THAT(Shared(dutch, english, ""), IsEmpty());
  const Both verified = RunBoth(Verify("one"));
  EXPECT_THAT(verified.dutch.out, HasSubstr("\nschakel covenant cosign\nschakel covenant merge\n"));
  EXPECT_THAT(verified.english.out,
              HasSubstr("\nschakel covenant cosign\nschakel covenant merge\n"));
  EXPECT_THAT(Shared(verified.dutch, verified.english, "covenant cosign merge schakel"), IsEmpty());
  const auto merge = [&](const std::string& folder, const std::string& language) {
    return Run({"covenant",
                "merge",
                In("covenant.json"),
                "--statements",
                In("nl"),
                "-o",
                In(folder),
                "--lang",
                language});
  };
  EXPECT_THAT(merge("nl2", "nl").out, HasSubstr("Volledig. Verder: geef deze bestanden"));
  EXPECT_THAT(merge("en2", "en").out, HasSubstr("Complete. Next: give these files"));
}

TEST_F(LanguagesTest, WhatIsWrongWithAStatementIsSaidInBothLanguages) {
  Prepare();
  WriteAll(In("signed/notes.json"), "{}");
  const Both wrong = RunBoth(Verify("signed"));
  EXPECT_THAT(wrong.dutch.err, HasSubstr("notes.json is geen ondertekende verklaring\n"));
  EXPECT_THAT(wrong.english.err, HasSubstr("notes.json is no signed statement\n"));
  std::filesystem::remove(In("signed/notes.json"));
  ASSERT_EQ(Run(Sign("politie", "signed")).exit, Exit::kDone);
  clock.now += std::chrono::days{90};
  const Both ended = RunBoth(Verify("signed"));
  EXPECT_THAT(ended.dutch.err, HasSubstr("politie.delegation.json: de delegatie is afgelopen\n"));
  EXPECT_THAT(ended.english.err,
              HasSubstr("politie.delegation.json: the delegation has expired\n"));
  EXPECT_THAT(Shared(ended.dutch, ended.english, ""), IsEmpty());
  WriteAll(In("broken.json"), "{}");
  const Both broken =
      RunBoth({"covenant", "verify", In("broken.json"), "--statements", In("signed")});
  EXPECT_THAT(broken.dutch.err, HasSubstr("broken.json is geen bruikbaar convenant: "));
  EXPECT_THAT(broken.dutch.err, HasSubstr("niemand mag een byte veranderen\n"));
  EXPECT_THAT(broken.english.err, HasSubstr("nobody may change a byte\n"));
}

TEST_F(LanguagesTest, ACovenantComesIntoForceInBothLanguages) {
  Prepare();
  for (const char* home : {"politie", "gemeente", "om", "jongerenwerk", "audit"})
    ASSERT_EQ(Run(Sign(home, "signed")).exit, Exit::kDone);
  std::vector<std::string> arguments = {"covenant",
                                        "activate",
                                        In("covenant.json"),
                                        "--statements",
                                        In("signed"),
                                        "--home",
                                        In("gemeente"),
                                        "--as",
                                        "smit"};
  const Both asked = RunBoth(arguments);
  EXPECT_THAT(asked.dutch.out, HasSubstr("typ dan wat zij voorlas:\n"));
  EXPECT_THAT(asked.dutch.out, HasSubstr("--confirm om=VINGERAFDRUK"));
  EXPECT_THAT(asked.dutch.err, HasSubstr("bel elke partij op een bekend nummer"));
  EXPECT_THAT(asked.english.out, HasSubstr("--confirm om=FINGERPRINT"));
  EXPECT_THAT(asked.english.err, HasSubstr("call each party on a known number"));
  EXPECT_THAT(Shared(asked.dutch, asked.english, arguments.front() + " activate schakel"),
              IsEmpty());
  for (const char* party : {"politie", "om", "jongerenwerk"}) {
    arguments.emplace_back("--confirm");
    arguments.push_back(std::string(party) + "=aaaaaaaaaaaaaaaaaaaaaaaa");
  }
  node.Answer("covenant.activate", Value::Object{{"version", 1}, {"hash", "ab"}});
  const Both active = RunBoth(arguments);
  EXPECT_THAT(active.dutch.out, HasSubstr("versie 1, is van kracht bij gemeente.\n"));
  EXPECT_THAT(active.dutch.out, HasSubstr("Verder: schakel peer test PARTIJ\n"));
  EXPECT_THAT(active.english.out, HasSubstr("version 1, is in force at gemeente.\n"));
}

TEST_F(LanguagesTest, ACodeOfTheProtocolSaysWhatToDoNext) {
  const Marks marks{{"party", "om"}, {"group", "VLD-2026-001"}};
  EXPECT_GE(CodesWithNext().size(), 2U);
  for (const std::string_view code : CodesWithNext()) {
    const std::string dutch = NextAfter(code, marks, Language::kDutch);
    const std::string english = NextAfter(code, marks, Language::kEnglish);
    EXPECT_FALSE(dutch.empty()) << code;
    EXPECT_FALSE(english.empty()) << code;
    EXPECT_NE(dutch, english) << code;
    EXPECT_THAT(dutch, HasSubstr("schakel ")) << code;
    EXPECT_THAT(english, HasSubstr("schakel ")) << code;
  }
  EXPECT_THAT(NextAfter("LIMIT", marks, Language::kDutch), HasSubstr("minder personen"));
  EXPECT_THAT(NextAfter("RECHECK_FAILED", marks, Language::kDutch), HasSubstr("apart gezet"));
  EXPECT_EQ(NextAfter("OF_A_NEWER_NODE", marks, Language::kDutch), "");
}

TEST_F(LanguagesTest, AnAnswerThatWasRefusedOrPutAsideIsFollowedByWhatToDo) {
  ActAs("deboer");
  Value::Object exchange{{"direction", "out"},
                         {"exchange", "01a2"},
                         {"ref", "VLD-2026-001/2@om"},
                         {"partner", "om"},
                         {"group", "VLD-2026-001"},
                         {"state", "refused"},
                         {"code", "RECHECK_FAILED"}};
  node.Answer("exchange.show", exchange);
  const Both aside = RunBoth({"exchange", "show", "VLD-2026-001/2@om"});
  EXPECT_THAT(aside.dutch.out, HasSubstr("Bij om: dit antwoord past niet bij het convenant"));
  EXPECT_THAT(aside.english.out, HasSubstr("About om: this answer does not fit the covenant"));
  exchange["code"] = "";
  exchange["cells"] =
      Value::Object{{"incident", Value::Object{{"state", "refused"}, {"code", "LIMIT"}}},
                    {"contact", Value::Object{{"state", "refused"}, {"code", "LIMIT"}}}};
  node.Answer("exchange.show", exchange);
  const Ran limit = Run({"exchange", "show", "VLD-2026-001/2@om"});
  EXPECT_THAT(limit.out, HasSubstr("Bij om: vraag over minder personen"));
  EXPECT_EQ(limit.out.find("Bij om:"), limit.out.rfind("Bij om:"));
  // To whom it came in it is nothing to do.
  exchange["direction"] = "in";
  node.Answer("exchange.show", exchange);
  EXPECT_THAT(Run({"exchange", "show", "VLD-2026-001/2@om"}).out, Not(HasSubstr("Bij om:")));
}

}  // namespace
}  // namespace schakel::cli
