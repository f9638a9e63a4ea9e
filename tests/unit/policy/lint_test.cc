#include "node/policy/lint.h"

#include <gmock/gmock.h>

#include "tests/unit/policy/rules.h"

namespace schakel::policy {
namespace {

using covenant::Mini;
using covenant::MiniYaml;
using covenant::MustCompile;
using covenant::MustRead;
using covenant::Replaced;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// A permit from a to b of one field, unless the test says more.
struct Given {
  std::string id = "K1";
  std::string category = "k";
  std::string basis = "open";
  std::string when = "{age: {min: 12}, listed: true}";
  std::string fields = "{soort: plain}";
  std::string more{};
  std::string to = "b";
};
std::string Permits(const Given& given) {
  return "\n  - id: " + given.id + "\n    permit: {from: a, to: " + given.to +
         ", purpose: p, basis: " + given.basis + ", category: " + given.category +
         "}\n    when: " + given.when + "\n    fields: " + given.fields + given.more;
}
std::string Denies(const std::string& id,
                   const std::string& more,
                   const std::string& category = "any") {
  return "\n  - id: " + id +
         "\n    deny: {from: any, to: any, purpose: any, category: " + category +
         "}\n    text: t\n    " + more;
}

// The paths of the remarks with this id.
std::vector<std::string> Paths(const std::string& id, const std::string& yaml) {
  const auto covenant = MustCompile(MustRead(yaml));
  std::vector<std::string> out;
  for (const covenant::Remark& remark : Lint(*covenant).remarks) {
    EXPECT_FALSE(remark.message.empty());
    EXPECT_FALSE(remark.fix.empty());
    EXPECT_EQ(remark.severity == canon::Finding::Severity::kError, remark.id.starts_with('E'));
    if (remark.id == id) out.push_back(remark.path);
  }
  return out;
}
std::vector<std::string> OfRules(const std::string& id, const std::string& rules) {
  return Paths(id, MiniYaml(rules));
}

TEST(Lint, FindsAPermitThatIsAlwaysDenied) {
  const std::string permit = Permits({});
  EXPECT_THAT(OfRules("E201", permit + Denies("D1", "when: {age: {min: 12}}")),
              ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("E201", permit + Denies("D1", "when: {age: {min: 13}}")), IsEmpty());
  EXPECT_THAT(OfRules("E201", permit), IsEmpty());
}

TEST(Lint, FindsAPermitOfWhichEveryFieldIsDenied) {
  const auto denied = [](const std::string& fields) {
    return Permits({.fields = fields}) + "\n  - id: D1\n    deny: {from: any, to: any, purpose: " +
           "any, category: [k], fields: [soort]}\n    text: t";
  };
  EXPECT_THAT(OfRules("E201", denied("{soort: plain}")), ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("E201", denied("{soort: plain, datum: month}")), IsEmpty());
  EXPECT_THAT(OfRules("E201",
                      Permits({.fields = "{soort: plain, datum: month}",
                               .more = "\n    require: [soort]"}) +
                          "\n  - id: D1\n    deny: {from: any, to: any, purpose: any, category: "
                          "[k], fields: [soort]}\n    text: t"),
              ElementsAre("/rules/0"));
}

// What `prepare` would refuse is not called clean.
TEST(Lint, FindsWhatNoNodeOfThisBuildDoes) {
  const auto found = [](const std::string& fields, const std::string& more = "") {
    return OfRules("E107", Permits({.fields = fields, .more = more}));
  };
  EXPECT_THAT(found("{soort: \"coarse(wijk)\"}"), ElementsAre("/rules/0/fields/soort"));
  EXPECT_THAT(found("{soort: \"coarse(hoofdgroep)\"}"), IsEmpty());
  EXPECT_THAT(found("{tekst: reviewed}"), ElementsAre("/rules/0/fields/tekst"));
  EXPECT_THAT(found("{tekst: reviewed}",
                    "\n    approval: {by: a, role: approver, not: requester, valid: P7D}"),
              IsEmpty());
}

TEST(Lint, FindsAPermitWhoseBasisEndedBefore) {
  const std::string yaml = MiniYaml(Permits({.basis = "ended"}));
  EXPECT_THAT(Paths("E201", yaml), IsEmpty());
  EXPECT_THAT(Paths("E201", Replaced(yaml, "2026-06-30", "2025-06-30")), ElementsAre("/rules/0"));
}

TEST(Lint, FindsARuleTwiceAndNamesTheLaterOne) {
  EXPECT_THAT(OfRules("W201", Permits({}) + Permits({.id = "A0"})), ElementsAre("/rules/1"));
  EXPECT_THAT(
      OfRules("W201", Denies("D2", "when: {sealed: true}") + Denies("D1", "when: {sealed: true}")),
      ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W201", Permits({}) + Permits({.id = "K2", .to = "c"})), IsEmpty());
  EXPECT_THAT(OfRules("W202", Permits({}) + Permits({.id = "K2"})), IsEmpty());
}

TEST(Lint, FindsARuleWithinAnother) {
  const std::string wide = Permits({.fields = "{soort: plain, datum: month}"});
  const auto narrow = [](const std::string& when, const std::string& fields) {
    return Permits({.id = "K2", .when = when, .fields = fields});
  };
  EXPECT_THAT(OfRules("W202", wide + narrow("{age: {min: 13}, listed: true}", "{datum: month}")),
              ElementsAre("/rules/1"));
  EXPECT_THAT(
      OfRules("W202",
              wide + narrow("{age: {min: 12}, listed: true, role: [dader]}", "{soort: plain}")),
      ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W202", wide + narrow("{age: {min: 11}, listed: true}", "{datum: month}")),
              IsEmpty());
  EXPECT_THAT(OfRules("W202", wide + narrow("{age: {min: 12}, listed: true}", "{naam: plain}")),
              IsEmpty());
}

TEST(Lint, ARuleWhoseBasisLastsLongerIsNotWithinAnother) {
  EXPECT_THAT(OfRules("W202", Permits({.basis = "ended"}) + Permits({.id = "K2"})),
              ElementsAre("/rules/0"));
}

TEST(Lint, FindsADenyWithinAnother) {
  const std::string wide = Denies("D1", "when: {age: {max: 11}}");
  EXPECT_THAT(OfRules("W202", wide + Denies("D2", "when: {age: {max: 9}}", "[k]")),
              ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W202", wide + Denies("D2", "when: {age: {max: 12}}", "[k]")), IsEmpty());
  EXPECT_THAT(OfRules("W202", wide + Denies("D2", "guard: true\n    when: {age: {max: 9}}")),
              IsEmpty());
  EXPECT_THAT(
      OfRules("W202",
              Denies("D1", "when: {sealed: true}", "[k]") + Denies("D2", "when: {sealed: true}")),
      ElementsAre("/rules/0"));
}

TEST(Lint, FindsARuleThatOthersTogetherMakeNeedless) {
  const std::string halves = Permits({.id = "A1", .when = "{listed: true, role: [dader]}"}) +
                             Permits({.id = "A2", .when = "{listed: true, role: [getuige]}"});
  // What is known of a role in part decides: each half is unknown, the whole is true.
  EXPECT_THAT(OfRules("W203", halves + Permits({.when = "{listed: true, role: [dader, getuige]}"})),
              IsEmpty());
  const std::string parts = Permits({.id = "A1", .fields = "{soort: plain, naam: plain}"}) +
                            Permits({.id = "A2", .fields = "{datum: month, tekst: reviewed}"});
  EXPECT_THAT(OfRules("W203", parts + Permits({.fields = "{soort: plain, datum: month}"})),
              ElementsAre("/rules/2"));
  EXPECT_THAT(OfRules("W203", parts), IsEmpty());
}

TEST(Lint, FindsADenyThatOthersTogetherMakeNeedless) {
  const std::string permit = Permits({.when = "{listed: true}"});
  const std::string halves =
      Denies("D1", "when: {age: {max: 11}}") + Denies("D2", "when: {age: {min: 12}, sealed: true}");
  EXPECT_THAT(OfRules("W203", permit + halves + Denies("D3", "when: {sealed: true}")), IsEmpty());
  EXPECT_THAT(
      OfRules("W203",
              permit + Denies("D1", "when: {age: {max: 20}}") +
                  Denies("D2", "when: {age: {min: 12}}") + Denies("D3", "when: {sealed: true}")),
      ElementsAre("/rules/3"));
  EXPECT_THAT(OfRules("W203",
                      permit + Denies("D1", "when: {age: {max: 20}}") +
                          Denies("D2", "when: {age: {min: 12}}") +
                          Denies("D3", "guard: true\n    when: {sealed: true}")),
              IsEmpty());
}

TEST(Lint, FindsADenyWithoutEffect) {
  EXPECT_THAT(OfRules("W204", Permits({}) + Denies("D1", "when: {age: {max: 11}}")),
              ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W204", Permits({}) + Denies("D1", "when: {age: {max: 12}}")), IsEmpty());
  EXPECT_THAT(
      OfRules("W204", Permits({}) + Denies("D1", "guard: true\n    when: {age: {max: 11}}")),
      IsEmpty());
  EXPECT_THAT(OfRules("W204", Permits({}) + Denies("D1", "when: {sealed: true}", "[persoon]")),
              ElementsAre("/rules/1"));
}

TEST(Lint, ADenyOfAFieldHasEffectWhereTheFieldGoes) {
  const auto deny = [](const std::string& field, const std::string& more) {
    return Permits({.fields = "{soort: plain, datum: month}"}) +
           "\n  - id: D1\n    deny: {from: any, to: any, purpose: any, category: [k], fields: [" +
           field + "]}\n    text: t" + more;
  };
  EXPECT_THAT(OfRules("W204", deny("datum", "")), IsEmpty());
  EXPECT_THAT(OfRules("W204", deny("naam", "")), ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W204", deny("datum", "\n    unless_form: [month]")),
              ElementsAre("/rules/1"));
  EXPECT_THAT(OfRules("W204", deny("datum", "\n    unless_form: [year]")), IsEmpty());
}

TEST(Lint, FindsNamesThatNoRuleUses) {
  EXPECT_THAT(OfRules("W205", Permits({})),
              UnorderedElementsAre("/parties/c",
                                   "/purposes/q",
                                   "/bases/ended",
                                   "/bases/asked",
                                   "/facts/step",
                                   "/facts/size",
                                   "/facts/sealed",
                                   "/facts/role",
                                   "/facts/consent",
                                   "/categories/g",
                                   "/categories/persoon"));
  EXPECT_THAT(
      OfRules("W205",
              Permits({.when = "{step: {min: \"2\"}, size: {min: 1}, role: [dader]}"}) +
                  Permits({.id = "K2", .basis = "asked", .to = "c"}) +
                  Permits({.id = "K3", .basis = "ended", .to = "c"}) +
                  "\n  - id: D1\n    deny: {from: any, to: any, purpose: [q], category: [g, "
                  "persoon]}\n    text: t" +
                  Denies("D2", "when: {sealed: true}")),
      IsEmpty());
}

TEST(Lint, AGuardedCategoryNeedsNoRule) {
  const std::string yaml = MiniYaml(Permits({}));
  EXPECT_THAT(Paths("W205", Replaced(yaml, "g: {about: group,", "g: {about: group, guard: true,")),
              testing::Not(testing::Contains("/categories/g")));
}

TEST(Lint, FindsFieldsThatGoToNobody) {
  EXPECT_THAT(OfRules("W206", Permits({.fields = "{soort: plain, naam: plain}"})),
              ElementsAre("/categories/k/fields/datum", "/categories/k/fields/tekst"));
  EXPECT_THAT(
      OfRules("W206",
              Permits({.fields = "{soort: plain, naam: plain, datum: month, tekst: withheld}"})),
      IsEmpty());
}

TEST(Lint, FindsAPermitAboutPersonsWhoAreOnNoList) {
  EXPECT_THAT(OfRules("W207", Permits({.when = "{age: {min: 12}}"})), ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W207", Permits({})), IsEmpty());
  // Who must not be on the list is no more on it.
  EXPECT_THAT(OfRules("W207", Permits({.when = "{listed: false}"})), ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W207", Permits({.category = "g", .when = "{step: {min: \"2\"}}"})),
              IsEmpty());
  const std::string yaml =
      MiniYaml(Permits({.category = "namenlijst", .when = "{age: {min: 12}}"}));
  EXPECT_THAT(Paths("W207",
                    Replaced(yaml,
                             "  g: {about",
                             "  namenlijst: {about: person, fields: {soort: code}}\n  g: {about")),
              IsEmpty());
}

TEST(Lint, FindsARecipientThatUnlocksItsOwnPermit) {
  EXPECT_THAT(OfRules("W208", Permits({})), ElementsAre("/rules/0"));  // listed: b alone
  EXPECT_THAT(OfRules("W208", Permits({.to = "c"})), IsEmpty());
  EXPECT_THAT(OfRules("W208", Permits({.when = "{listed: true, step: {min: \"2\"}}"})), IsEmpty());
  EXPECT_THAT(OfRules("W208", Permits({.when = "{listed: true, size: {min: 2}}"})),
              ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W208", Permits({.when = "{age: {min: 12}}"})), IsEmpty());
}

TEST(Lint, FindsARecipientWhoseOrganisationUnlocksItsPermit) {
  const auto found = [](const std::string& rules) {
    return Paths("W208", Replaced(MiniYaml(rules), "organisation: oc", "organisation: ob"));
  };
  EXPECT_THAT(found(Permits({.to = "c"})), ElementsAre("/rules/0"));  // listed: b, of ob
  EXPECT_THAT(found(Permits({.when = "{size: {min: 2}, listed: true}", .to = "c"})),
              ElementsAre("/rules/0"));
  EXPECT_THAT(found(Permits({.when = "{listed: true, step: {min: \"2\"}}", .to = "c"})), IsEmpty());
  const auto covenant = MustCompile(
      MustRead(Replaced(MiniYaml(Permits({.to = "c"})), "organisation: oc", "organisation: ob")));
  std::string message;
  for (const covenant::Remark& remark : Lint(*covenant).remarks)
    message += remark.id == "W208" ? remark.message : "";
  EXPECT_EQ(message,
            "`c`, with parties of its own organisation, alone can state all that unlocks rule `K1` "
            "to itself: `listed`");
}

TEST(Lint, FindsAStatusThatMayBeOld) {
  const auto found = [](const std::string& age) {
    return Paths("W219", Replaced(MiniYaml(Permits({})), "PT24H", age));
  };
  EXPECT_THAT(found("PT24H"), IsEmpty());
  EXPECT_THAT(found("P7D"), IsEmpty());
  EXPECT_THAT(found("PT169H"), ElementsAre("/status_max_age"));
  EXPECT_THAT(found("P3650D"), ElementsAre("/status_max_age"));
}

TEST(Lint, FindsThatNothingMayBeAskedAboutPersons) {
  const std::string limits =
      "limits: {subjects_per_request: 40, persons_per_group_per_quarter: 60, request_ttl: P14D}";
  const auto found = [&](const std::string& text, const Given& given = {}) {
    return Paths("W220", Replaced(MiniYaml(Permits(given)), limits, text));
  };
  const Given group{.category = "g", .when = "{step: {min: \"2\"}}"};
  EXPECT_THAT(found(limits), IsEmpty());
  EXPECT_THAT(found(""), ElementsAre("/limits"));
  EXPECT_THAT(found("limits: {subjects_per_request: 1, persons_per_group_per_quarter: 1, "
                    "request_ttl: P14D}"),
              IsEmpty());
  EXPECT_THAT(found("", group), IsEmpty());
}

TEST(Lint, FindsAPermitAboutChildrenOfAnyAge) {
  EXPECT_THAT(OfRules("W209", Permits({.when = "{listed: true}"})), ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W209", Permits({.when = "{listed: true, age: {max: 20}}"})),
              ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W209", Permits({.when = "{listed: true, age: {min: 0}}"})),
              ElementsAre("/rules/0"));
  EXPECT_THAT(OfRules("W209", Permits({.when = "{listed: true, age: {min: 1}}"})), IsEmpty());
  EXPECT_THAT(
      OfRules("W209", Permits({.when = "{listed: true}"}) + Denies("D1", "when: {age: {max: 11}}")),
      IsEmpty());
  EXPECT_THAT(OfRules("W209", Permits({.category = "g", .when = "{step: {min: \"2\"}}"})),
              IsEmpty());
}

TEST(Lint, FindsABandBesideTheDateItself) {
  const std::string band = Permits({.fields = "{datum: \"band(12,16,18)\"}"});
  const auto other = [](const std::string& form, const std::string& to) {
    return Permits({.id = "K2",
                    .category = "g",
                    .when = "{step: {min: \"2\"}}",
                    .fields = "{datum: " + form + ", soort: plain}",
                    .to = to});
  };
  EXPECT_THAT(OfRules("W210", band + other("plain", "b")), ElementsAre("/rules/0/fields/datum"));
  EXPECT_THAT(OfRules("W210", band + other("year", "b")), ElementsAre("/rules/0/fields/datum"));
  EXPECT_THAT(OfRules("W210", band + other("plain", "c")), IsEmpty());
  EXPECT_THAT(OfRules("W210", band + other("\"band(12,16,18)\"", "b")), IsEmpty());
  EXPECT_THAT(OfRules("W210", band + other("withheld", "b")), IsEmpty());
}

TEST(Lint, FindsABandBesideTheAgeUnderAnotherName) {
  const auto found = [](const std::string& field, const std::string& form, const Given& other) {
    Given given = other;
    given.id = "K2";
    given.category = "l";
    given.fields = "{" + field + ": " + form + "}";
    return Paths(
        "W210",
        Replaced(MiniYaml(Permits({.fields = "{datum: \"band(12,16,18)\"}"}) + Permits(given)),
                 "  persoon: {about",
                 "  l: {about: person, fields: {geboortedatum: date, leeftijd: code, "
                 "geboortejaar: code, soort: code, start: date}}\n  persoon: {about"));
  };
  const auto here = ElementsAre("/rules/0/fields/datum");
  EXPECT_THAT(found("leeftijd", "plain", {}), here);
  EXPECT_THAT(found("geboortejaar", "plain", {}), here);
  EXPECT_THAT(found("geboortedatum", "year", {}), here);
  EXPECT_THAT(found("geboortedatum", "\"band(12,16,18)\"", {}), IsEmpty());
  EXPECT_THAT(found("leeftijd", "\"coarse(tien)\"", {}), IsEmpty());
  EXPECT_THAT(found("leeftijd", "withheld", {}), IsEmpty());
  EXPECT_THAT(found("leeftijd", "plain", {.to = "c"}), IsEmpty());
  EXPECT_THAT(found("soort", "plain", {}), IsEmpty());
  EXPECT_THAT(found("start", "year", {}), IsEmpty());
}

TEST(Lint, FindsARuleThatNoTestNeeds) {
  const std::string rules = Permits({}) + Denies("D1", "when: {sealed: true}");
  const auto test = [](const std::string& name, const std::string& facts) {
    return "\n  - name: " + name + "\n    ask: {from: a, to: b, purpose: p, category: k, facts: {" +
           facts + "}}\n    expect: {decision: " + (name == "goes" ? "permit" : "deny") + "}";
  };
  const std::string goes = test("goes", "listed: true, age: 15, sealed: false");
  const std::string stops = test("stops", "listed: true, age: 15, sealed: true");
  EXPECT_THAT(Paths("W211", MiniYaml(rules)), UnorderedElementsAre("/rules/0", "/rules/1"));
  EXPECT_THAT(Paths("W211", MiniYaml(rules, goes)), ElementsAre("/rules/1"));
  EXPECT_THAT(Paths("W211", MiniYaml(rules, stops)), ElementsAre("/rules/0"));
  EXPECT_THAT(Paths("W211", MiniYaml(rules, goes + stops)), IsEmpty());
}

TEST(Lint, ADenyOfAFieldIsTestedWhereItWithholds) {
  const std::string rules = Permits({.fields = "{soort: plain, datum: month}"}) +
                            "\n  - id: D1\n    deny: {from: any, to: any, purpose: any, category: "
                            "[k], fields: [datum]}\n    when: {sealed: true}\n    text: t";
  const auto test = [](const std::string& sealed) {
    return "\n  - name: t\n    ask: {from: a, to: b, purpose: p, category: k, facts: {listed: "
           "true, age: 15, sealed: " +
           sealed + "}}\n    expect: {decision: permit}";
  };
  EXPECT_THAT(Paths("W211", MiniYaml(rules, test("false"))), ElementsAre("/rules/1"));
  EXPECT_THAT(Paths("W211", MiniYaml(rules, test("true"))), IsEmpty());
}

TEST(Lint, FindsABasisThatEndsBeforeTheCovenant) {
  const std::string yaml = MiniYaml(Permits({.basis = "ended"}));
  EXPECT_THAT(Paths("W212", yaml), ElementsAre("/bases/ended/until"));
  EXPECT_THAT(Paths("W212", Replaced(yaml, "2026-06-30", "2026-12-30")),
              ElementsAre("/bases/ended/until"));
  EXPECT_THAT(Paths("W212", Replaced(yaml, "2026-06-30", "2026-12-31")), IsEmpty());
}

TEST(Lint, FindsATermOfMoreThanTwoYears) {
  const std::string yaml = MiniYaml(Permits({}));
  EXPECT_THAT(Paths("W213", Replaced(yaml, "until: 2026-12-31", "until: 2027-12-31")), IsEmpty());
  EXPECT_THAT(Paths("W213", Replaced(yaml, "until: 2026-12-31", "until: 2028-01-01")),
              ElementsAre("/valid/until"));
}

TEST(Lint, FindsThatNobodyLooksAgain) {
  const std::string yaml = MiniYaml(Permits({}));
  EXPECT_THAT(Paths("W214", yaml), ElementsAre("/valid"));
  EXPECT_THAT(
      Paths("W214",
            Replaced(yaml, "until: 2026-12-31", "until: 2026-12-31, review_by: 2026-10-01")),
      IsEmpty());
}

TEST(Lint, FindsWhoSignsOrLivesByOneKey) {
  const std::string yaml = MiniYaml(Permits({}));
  EXPECT_THAT(Paths("W215", yaml),
              ElementsAre("/parties/a/threshold", "/parties/b/threshold", "/parties/c/threshold"));
  EXPECT_THAT(Paths("W216", yaml),
              ElementsAre("/parties/a/roots", "/parties/b/roots", "/parties/c/roots"));
  const std::string key = crypto::KeyId(covenant::KeyOf("A").public_key());
  const std::string second = crypto::KeyId(covenant::KeyOf("A2").public_key());
  const std::string two =
      Replaced(yaml, key + "\"], threshold: 1", key + "\", \"" + second + "\"], threshold: 2");
  EXPECT_THAT(Paths("W215", two), ElementsAre("/parties/b/threshold", "/parties/c/threshold"));
  EXPECT_THAT(Paths("W216", two), ElementsAre("/parties/b/roots", "/parties/c/roots"));
}

TEST(Lint, FindsTwoCountsOfTheSameRecords) {
  const auto found = [](const std::string& second) {
    const std::string count =
        "about: group, aggregate: {of: k, date: datum, period: quarter}, min_cell: 5, fields: "
        "{periode: code, aantal: code}}\n";
    return Paths("W218",
                 Replaced(MiniYaml(Permits({})),
                          "  persoon: {about",
                          "  t1: {" + count + second + "  persoon: {about"));
  };
  EXPECT_THAT(found(""), IsEmpty());
  EXPECT_THAT(
      found("  t2: {about: group, aggregate: {of: k, date: datum, period: month}, min_cell: "
            "5, fields: {periode: code, aantal: code}}\n"),
      ElementsAre("/categories/t2/aggregate/of"));
  EXPECT_THAT(
      found("  t2: {about: group, aggregate: {of: g, date: datum, period: month}, min_cell: "
            "5, fields: {periode: code, aantal: code}}\n"),
      IsEmpty());
}

TEST(Lint, FindsPersonsBeforeStep2BInAJeugdgroep) {
  const auto found = [](const std::string& when, const std::string& regime = "jeugdgroep") {
    std::string yaml = MiniYaml(Permits({.id = "K1", .when = when}));
    yaml =
        Replaced(yaml, "values: [\"1\", \"2\", \"3\"]", "values: [\"1\", \"2A\", \"2B\", \"3\"]");
    return Paths("W217", Replaced(yaml, "title: Klein", "title: Klein\nregime: " + regime));
  };
  EXPECT_THAT(found("{age: {min: 12}}"), ElementsAre("/rules/0"));
  EXPECT_THAT(found("{step: {min: \"2A\"}}"), ElementsAre("/rules/0"));
  EXPECT_THAT(found("{step: {max: \"3\"}}"), ElementsAre("/rules/0"));
  EXPECT_THAT(found("{step: [\"2A\", \"3\"]}"), ElementsAre("/rules/0"));
  EXPECT_THAT(found("{step: {min: \"2B\"}}"), IsEmpty());
  EXPECT_THAT(found("{step: {min: \"3\"}}"), IsEmpty());
  EXPECT_THAT(found("{step: [\"2B\", \"3\"]}"), IsEmpty());
  EXPECT_THAT(found("{age: {min: 12}}", "pga"), IsEmpty());
  // What one party states, no two parties have prioritised.
  const std::string alone =
      Replaced(MiniYaml(Permits({.id = "K1", .when = "{step: {min: \"2B\"}}"})),
               "\"1\", \"2\", \"3\"], ordered: true, stated_by: {any: [a, b], threshold: 2}",
               "\"1\", \"2A\", \"2B\"], ordered: true, stated_by: {any: [a, b], threshold: 1}");
  EXPECT_THAT(Paths("W217", Replaced(alone, "title: Klein", "title: Klein\nregime: jeugdgroep")),
              ElementsAre("/rules/0"));
  const std::string group =
      MiniYaml(Permits({.id = "K1", .category = "g", .when = "{step: {min: \"1\"}}"}));
  EXPECT_THAT(Paths("W217", Replaced(group, "title: Klein", "title: Klein\nregime: jeugdgroep")),
              IsEmpty());
}

TEST(Lint, TellsWhatAWildcardDenyDoesNotReach) {
  const auto unreached = [](const std::string& rules) { return Lint(*Mini(rules)).unreached; };
  const std::string permits =
      Permits({}) + Permits({.id = "K2", .category = "g", .when = "{step: {min: \"2\"}}"});
  EXPECT_THAT(unreached(permits + Denies("D1", "when: {sealed: true}")),
              ElementsAre(Pair("D1", ElementsAre("g"))));
  EXPECT_THAT(unreached(permits + Denies("D1", "when: {step: {max: \"1\"}}")), IsEmpty());
  EXPECT_THAT(unreached(permits + Denies("D1", "when: {sealed: true}", "[k]")), IsEmpty());
}

}  // namespace
}  // namespace schakel::policy
