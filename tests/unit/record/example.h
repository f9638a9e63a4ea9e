// What the tests of this module share: a covenant and persons.
#pragma once

#include <string>

#include "node/covenant/document.h"
#include "node/record/model.h"
#include "tests/unit/record/catalogue.h"

namespace schakel::record {

// TestCatalogue with a rule per form, as the covenant of Veldrijk has them.
inline covenant::Document ExampleCovenant() {
  using covenant::FieldType;
  using covenant::FormKind;
  covenant::Document out = TestCatalogue();
  out.categories["signaal"].fields["plaats"] = FieldType::kCode;
  out.default_retain = {6, Period::Unit::kMonths};
  out.default_journal = "both";
  const auto permit = [&](const char* id, const char* to, const char* category, auto fields) {
    covenant::Permit made;
    made.id = id;
    made.from = "politie";
    made.to = to;
    made.purpose = "groepsscan";
    made.basis = "wpg";
    made.category = category;
    made.fields = std::move(fields);
    out.permits.push_back(std::move(made));
    return &out.permits.back();
  };
  using Forms = std::map<std::string, covenant::Form>;
  const covenant::Form plain{FormKind::kPlain, ""};
  const covenant::Form month{FormKind::kMonth, ""};
  const covenant::Form buurt{FormKind::kCoarse, "buurt"};
  out.permits.reserve(8);
  covenant::Permit* names = permit("N01",
                                   "gemeente",
                                   "namenlijst",
                                   Forms{{"naam", plain},
                                         {"geboortedatum", plain},
                                         {"bsn", {FormKind::kMatch, ""}},
                                         {"reden", plain}});
  names->require = {"naam"};
  names->onward = std::set<std::string>{"jongerenwerk", "om"};
  permit(
      "I01", "gemeente", "incident", Forms{{"datum", month}, {"soort", plain}, {"plaats", buurt}})
      ->retain = Period{3, Period::Unit::kMonths};
  permit(
      "I02", "gemeente", "incident", Forms{{"datum", month}, {"soort", plain}, {"plaats", buurt}})
      ->retain = Period{3, Period::Unit::kMonths};
  permit("J01", "jongerenwerk", "incident", Forms{{"soort", plain}});
  permit(
      "G01", "gemeente", "signaal", Forms{{"datum", month}, {"soort", plain}, {"plaats", buurt}});
  covenant::Deny no_bsn;
  no_bsn.id = "D04";
  no_bsn.fields = {"bsn"};
  no_bsn.unless_form = {{FormKind::kMatch, ""}};
  covenant::Deny no_crime;
  no_crime.id = "D02";
  no_crime.to = {"jongerenwerk"};
  no_crime.category = {"incident"};
  out.denies = {no_bsn, no_crime};
  return out;
}

inline Name MakeName(const char* voornamen, const char* voorvoegsel, const char* geslachtsnaam) {
  return {voornamen, voorvoegsel, geslachtsnaam};
}

inline Person MakePerson(const Name& name, const char* born, const char* bsn = "") {
  return {name, *ParseIsoDate(born), bsn, ""};
}

inline Day DayOn(const char* iso) {
  return ParseIsoDate(iso)->Earliest();
}

}  // namespace schakel::record
