// A small catalogue for the tests of mapping and import, shaped as the covenant of Veldrijk.
#pragma once

#include "node/covenant/document.h"

namespace schakel::record {

inline covenant::Document TestCatalogue() {
  using covenant::FactType;
  using covenant::FieldType;
  covenant::Document out;
  const auto fact = [&](const char* id,
                        FactType type,
                        const char* person,
                        const char* record,
                        std::vector<std::string> values = {}) {
    covenant::FactDeclaration declaration;
    declaration.type = type;
    declaration.from_person = person;
    declaration.from_record = record;
    declaration.values = std::move(values);
    out.facts.emplace(id, std::move(declaration));
  };
  fact("age", FactType::kAge, "geboortedatum", "");
  fact("sealed", FactType::kBool, "afgeschermd", "");
  fact("brp_stop", FactType::kBool, "verstrekkingsbeperking", "");
  fact("role",
       FactType::kEnum,
       "",
       "betrokkenheid",
       {"verdachte", "veroordeelde", "slachtoffer", "getuige", "contact"});
  fact("wpg", FactType::kEnum, "", "wpg_artikel", {"8", "9", "10", "12", "13"});
  fact("since", FactType::kElapsed, "", "eerste_verwerking");
  fact("related", FactType::kBool, "", "gerelateerd");
  out.categories["persoon"] = {.about_person = true,
                               .fields = {{"naam", FieldType::kName},
                                          {"geboortedatum", FieldType::kDate},
                                          {"bsn", FieldType::kBsn},
                                          {"adres", FieldType::kCode}},
                               .meta = {}};
  out.categories["namenlijst"] = {.about_person = true,
                                  .fields = {{"naam", FieldType::kName},
                                             {"geboortedatum", FieldType::kDate},
                                             {"bsn", FieldType::kBsn},
                                             {"reden", FieldType::kCode}},
                                  .meta = {{"wpg_artikel", FieldType::kCode}}};
  out.categories["incident"] = {.about_person = true,
                                .fields = {{"datum", FieldType::kDate},
                                           {"soort", FieldType::kCode},
                                           {"plaats", FieldType::kCode},
                                           {"toelichting", FieldType::kFreetext}},
                                .meta = {{"betrokkenheid", FieldType::kCode},
                                         {"wpg_artikel", FieldType::kCode},
                                         {"eerste_verwerking", FieldType::kDate},
                                         {"gerelateerd", FieldType::kBool}}};
  out.categories["signaal"] = {.about_person = false,
                               .fields = {{"datum", FieldType::kDate}, {"soort", FieldType::kCode}},
                               .meta = {}};
  return out;
}

}  // namespace schakel::record
