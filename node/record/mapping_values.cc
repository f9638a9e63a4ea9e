// What a covenant's facts say about the values of fields and attributes.
#include <algorithm>

#include "node/record/mapping.h"

namespace schakel::record {
namespace {

using covenant::FieldType;

// The values that all enum facts of one source know.
template <typename Reads>
std::optional<std::set<std::string>> ValuesOf(const covenant::Document& catalogue, Reads reads) {
  std::optional<std::set<std::string>> out;
  for (const auto& [id, fact] : catalogue.facts) {
    if (fact.type != covenant::FactType::kEnum || !reads(fact)) continue;
    const std::set<std::string> values(fact.values.begin(), fact.values.end());
    if (!out) {
      out = values;
    } else {
      std::erase_if(*out, [&](const std::string& value) { return !values.contains(value); });
    }
  }
  return out;
}

}  // namespace

std::map<std::string, FieldType> PersonAttributes(const covenant::Document& catalogue) {
  std::map<std::string, FieldType> out;
  for (const auto& [id, fact] : catalogue.facts) {
    if (fact.from_person.empty()) continue;
    FieldType type = FieldType::kCode;
    if (fact.type == covenant::FactType::kBool) type = FieldType::kBool;
    if (fact.type == covenant::FactType::kAge || fact.type == covenant::FactType::kElapsed) {
      type = FieldType::kDate;
    }
    out.emplace(fact.from_person, type);
  }
  return out;
}

std::optional<std::set<std::string>> RecordValues(const covenant::Document& catalogue,
                                                  std::string_view field) {
  return ValuesOf(catalogue, [&](const auto& fact) { return fact.from_record == field; });
}

std::optional<std::set<std::string>> AttributeValues(const covenant::Document& catalogue,
                                                     std::string_view attribute) {
  return ValuesOf(catalogue, [&](const auto& fact) { return fact.from_person == attribute; });
}

Result<bool> ParseYesNo(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  if (folded == "ja" || folded == "j" || folded == "true" || folded == "1") return true;
  if (folded == "nee" || folded == "n" || folded == "false" || folded == "0") return false;
  return Malformed("neither ja nor nee");
}

}  // namespace schakel::record
