#include "node/covenant/verdict.h"

#include <algorithm>

#include "node/covenant/evaluate.h"
#include "node/covenant/rule_table.h"

namespace schakel::covenant {
namespace {

constexpr size_t kWordBits = 64;

void Append32(std::string& out, uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out += static_cast<char>(value >> shift & 0xffU);
}

}  // namespace

KnownFacts::KnownFacts(const Covenant& covenant)
    : table_(&covenant.table()), words_(table_->fact_words) {
  ForgetAll();
}

void KnownFacts::Forget(uint32_t fact) {
  const RuleTable::FactPlace& place = table_->facts[fact];
  if (place.number) {
    words_[place.first] = 1;
    words_[place.first + 1] = 0;
    return;
  }
  std::fill_n(words_.begin() + place.first, place.size, 0);
}

void KnownFacts::ForgetAll() {
  for (uint32_t fact = 0; fact < table_->facts.size(); ++fact)
    Forget(fact);
}

void KnownFacts::SetFlag(uint32_t fact, bool value) {
  const RuleTable::FactPlace& place = table_->facts[fact];
  if (place.declaration->type != FactType::kBool) return Forget(fact);
  words_[place.first] = value ? 2 : 1;
}

void KnownFacts::SetNumber(uint32_t fact, const IntInterval& value) {
  const RuleTable::FactPlace& place = table_->facts[fact];
  if (!IsWithin(*place.declaration, value)) return Forget(fact);
  words_[place.first] = static_cast<uint64_t>(value.low);
  words_[place.first + 1] = static_cast<uint64_t>(value.high);
}

void KnownFacts::SetName(uint32_t fact, std::string_view name) {
  Forget(fact);
  const RuleTable::FactPlace& place = table_->facts[fact];
  if (place.declaration->type != FactType::kEnum) return;
  const std::vector<std::string>& values = place.declaration->values;
  const auto found = std::find(values.begin(), values.end(), name);
  if (found == values.end()) return;
  const auto bit = static_cast<size_t>(found - values.begin());
  words_[place.first + bit / kWordBits] |= uint64_t{1} << (bit % kWordBits);
}

// One member that the enum does not have makes the whole set unknown: no test is TRUE or FALSE of
// it, so none is of all members.
void KnownFacts::SetNames(uint32_t fact, const std::set<std::string>& names) {
  Forget(fact);
  const RuleTable::FactPlace& place = table_->facts[fact];
  if (place.declaration->type != FactType::kEnum) return;
  const std::vector<std::string>& values = place.declaration->values;
  for (const std::string& name : names) {
    const auto found = std::find(values.begin(), values.end(), name);
    if (found == values.end()) return Forget(fact);
    const auto bit = static_cast<size_t>(found - values.begin());
    words_[place.first + bit / kWordBits] |= uint64_t{1} << (bit % kWordBits);
  }
}

void KnownFacts::Set(uint32_t fact, const FactValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return SetFlag(fact, *flag);
  if (const auto* number = std::get_if<IntInterval>(&value)) return SetNumber(fact, *number);
  if (const auto* name = std::get_if<std::string>(&value)) return SetName(fact, *name);
  SetNames(fact, std::get<std::set<std::string>>(value));
}

void PresentSet::Restart(const Covenant& covenant, uint32_t category) {
  category_ = category;
  undeclared_ = false;
  const std::vector<RuleTable::CategoryPlace>& all = covenant.table().categories;
  const size_t fields = category < all.size() ? all[category].fields.size() : 0;
  words_.assign((fields + kWordBits - 1) / kWordBits, 0);
}

void PresentSet::Add(const Covenant& covenant, std::string_view name) {
  const RuleTable& table = covenant.table();
  if (category_ >= table.categories.size()) return;
  const uint32_t field = table.FindField(category_, name);
  if (field != kNoNumber) {
    words_[field / kWordBits] |= uint64_t{1} << (field % kWordBits);
    return;
  }
  const auto& meta = table.categories[category_].category->meta;
  if (!meta.contains(std::string(name))) undeclared_ = true;
}

void Verdict::AppendKey(std::string& out) const {
  out += static_cast<char>(outcome);
  out += code;
  out += '\0';
  Append32(out, category);
  Append32(out, nearest);
  for (const std::vector<uint32_t>* numbers : {&by, &failed}) {
    Append32(out, static_cast<uint32_t>(numbers->size()));
    for (const uint32_t number : *numbers)
      Append32(out, number);
  }
  Append32(out, static_cast<uint32_t>(fields.size()));
  for (const Field& field : fields) {
    out += static_cast<char>(field.stand);
    Append32(out, field.deny);
  }
  for (const RuleTruth& rule : rules) {
    Append32(out, rule.rule);
    out += static_cast<char>(rule.whole);
    for (uint32_t i = rule.first; i < rule.past; ++i)
      out += static_cast<char>(conditions[i]);
  }
}

}  // namespace schakel::covenant
