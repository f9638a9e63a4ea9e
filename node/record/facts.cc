#include "node/record/facts.h"

#include <algorithm>
#include <optional>

namespace schakel::record {
namespace {

constexpr size_t kMaxFactDigits = 9;

std::optional<covenant::FactValue> AsBool(const FieldValue& value) {
  if (const bool* known = std::get_if<bool>(&value)) return *known;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || (*text != "ja" && *text != "nee")) return std::nullopt;
  return *text == "ja";
}

std::optional<covenant::FactValue> AsInt(const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || text->empty() || text->size() > kMaxFactDigits ||
      !std::all_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  int64_t number = 0;
  for (const char c : *text)
    number = number * 10 + (c - '0');
  return IntInterval{number, number};
}

std::optional<covenant::FactValue> AsEnum(const FieldValue& value,
                                          const std::vector<std::string>& values) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || std::find(values.begin(), values.end(), *text) == values.end()) {
    return std::nullopt;
  }
  return *text;
}

std::optional<covenant::FactValue> AsAge(const FieldValue& value, Day today) {
  const auto* date = std::get_if<IncompleteDate>(&value);
  if (date == nullptr) return std::nullopt;
  const std::optional<IntInterval> age = AgeInQuarter(*date, today);
  if (!age) return std::nullopt;
  return *age;
}

std::optional<covenant::FactValue> AsElapsed(const FieldValue& value, Day today) {
  const auto* date = std::get_if<IncompleteDate>(&value);
  if (date == nullptr) return std::nullopt;
  std::optional<IntInterval> elapsed = ElapsedDays(*date, today);
  // A first processing that lies ahead is a mistake in the source, not a fresh record.
  if (!elapsed || elapsed->high < 0) return std::nullopt;
  elapsed->low = std::max<int64_t>(elapsed->low, 0);
  return *elapsed;
}

std::optional<covenant::FactValue> ToFact(const covenant::FactDeclaration& declaration,
                                          const FieldValue& value,
                                          Day today) {
  if (IsEmpty(value)) return std::nullopt;
  switch (declaration.type) {
    case covenant::FactType::kBool:
      return AsBool(value);
    case covenant::FactType::kInt:
      return AsInt(value);
    case covenant::FactType::kEnum:
      return AsEnum(value, declaration.values);
    case covenant::FactType::kAge:
      return AsAge(value, today);
    case covenant::FactType::kElapsed:
      return AsElapsed(value, today);
  }
  return std::nullopt;
}

// The record's value of a field or meta that the category declares.
const FieldValue* DeclaredValue(const Record& record,
                                const covenant::Category& category,
                                const std::string& field) {
  if (category.fields.count(field) != 0) {
    const auto found = record.fields.find(field);
    if (found != record.fields.end()) return &found->second;
  }
  if (category.meta.count(field) != 0) {
    const auto found = record.meta.find(field);
    if (found != record.meta.end()) return &found->second;
  }
  return nullptr;
}

}  // namespace

covenant::Facts FactsOf(const covenant::Document& document,
                        std::string_view category,
                        const Record& record,
                        const Subject* subject,
                        Day today) {
  covenant::Facts facts;
  const auto declared = document.categories.find(std::string(category));
  if (declared == document.categories.end()) return facts;
  for (const auto& [name, declaration] : document.facts) {
    std::optional<covenant::FactValue> fact;
    if (!declaration.from_person.empty() && declared->second.about_person && subject != nullptr) {
      const std::optional<FieldValue> value = AttributeOf(*subject, declaration.from_person);
      if (value) fact = ToFact(declaration, *value, today);
    } else if (!declaration.from_record.empty()) {
      const FieldValue* value = DeclaredValue(record, declared->second, declaration.from_record);
      if (value != nullptr) fact = ToFact(declaration, *value, today);
    }
    if (fact) facts.emplace(name, std::move(*fact));
  }
  return facts;
}

FactReader::FactReader(const covenant::Covenant& covenant, std::string_view category, Day today)
    : today_(today) {
  const covenant::Document& document = covenant.document();
  const auto declared = document.categories.find(std::string(category));
  if (declared == document.categories.end()) return;
  category_ = &declared->second;
  for (const auto& [name, declaration] : document.facts) {
    const Source source{covenant.FactNumber(name), &declaration};
    if (!declaration.from_person.empty()) {
      if (category_->about_person) person_.push_back(source);
    } else if (!declaration.from_record.empty()) {
      record_.push_back(source);
    }
  }
}

void FactReader::ReadPerson(const Subject& subject, covenant::KnownFacts& facts) const {
  for (const Source& source : person_) {
    const auto value = AttributeOf(subject, source.declaration->from_person);
    const auto fact = value ? ToFact(*source.declaration, *value, today_) : std::nullopt;
    if (fact) {
      facts.Set(source.fact, *fact);
    } else {
      facts.Forget(source.fact);
    }
  }
}

void FactReader::ReadRecord(const Record& record, covenant::KnownFacts& facts) const {
  for (const Source& source : record_) {
    const FieldValue* const value =
        DeclaredValue(record, *category_, source.declaration->from_record);
    const auto fact = value != nullptr ? ToFact(*source.declaration, *value, today_) : std::nullopt;
    if (fact) {
      facts.Set(source.fact, *fact);
    } else {
      facts.Forget(source.fact);
    }
  }
}

covenant::Facts PersonFacts(const covenant::Document& document,
                            const Fields& attributes,
                            Day today) {
  covenant::Facts facts;
  for (const auto& [name, declaration] : document.facts) {
    if (declaration.from_person.empty()) continue;
    const auto value = attributes.find(declaration.from_person);
    if (value == attributes.end()) continue;
    std::optional<covenant::FactValue> fact = ToFact(declaration, value->second, today);
    if (fact) facts.emplace(name, std::move(*fact));
  }
  return facts;
}

std::set<std::string> PresentFields(const Record& record) {
  std::set<std::string> present;
  for (const auto& [name, value] : record.fields) {
    if (!IsEmpty(value)) present.insert(name);
  }
  return present;
}

}  // namespace schakel::record
