#include "tests/oracle/covenants.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/canon/json.h"
#include "node/covenant/check.h"
#include "node/crypto/hash.h"
#include "node/crypto/sign.h"

namespace schakel::oracle {
namespace {

using canon::Value;
using covenant::Covenant;
using covenant::Document;
using covenant::FactDeclaration;
using covenant::FactType;
using covenant::FieldType;
using Texts = std::vector<std::string>;

const Texts kParties{"a", "b", "c", "d-e"};
const Texts kPurposes{"p", "q_1"};
const Texts kCategories{"persoon", "k", "l-2", "g"};
// 1 January, 1 July and the end of 2026.
constexpr int64_t kFrom = 1767225600000;
constexpr int64_t kHalf = 1782864000000;
constexpr int64_t kUntil = 1798761600000;

Value::Array List(const Texts& texts) {
  return {texts.begin(), texts.end()};
}

Value::Object PartiesOf() {
  Value::Object out;
  int number = 1;
  for (const std::string& id : kParties) {
    const auto key = crypto::SigningKey::FromSeed(crypto::Sha256("oracle " + id));
    out[id] = Value::Object{{"name", id},
                            {"oin", "0000009900000000100" + std::to_string(number++)},
                            {"organisation", "o-" + id},
                            {"roots", Value::Array{crypto::KeyId(key.public_key())}},
                            {"threshold", 1}};
  }
  return out;
}

Texts AtLeastOne(Dice& dice, const Texts& from, int percent) {
  Texts out = dice.Some(from, percent);
  if (out.empty()) out.push_back(dice.OneOf(from));
  return out;
}

// Fields of a type that each fact's source may have stand under the names that facts read.
Value::Object CategoriesOf(Dice& dice) {
  const std::map<std::string, std::string> fields{{"naam", "name"},
                                                  {"datum", "date"},
                                                  {"soort", "code"},
                                                  {"plaats", "code"},
                                                  {"bsn", "bsn"},
                                                  {"kenmerk", "ref"},
                                                  {"tekst", "freetext"},
                                                  {"vlag", "bool"}};
  const std::map<std::string, std::string> sources{
      {"rol", "code"}, {"aantal", "code"}, {"eerste", "date"}, {"toestemming", "bool"}};
  Value::Object out;
  for (const std::string& id : kCategories) {
    Value::Object declared;
    for (const auto& [name, type] : fields) {
      if (dice.Chance(55)) declared[name] = type;
    }
    if (id == "persoon") declared["geboortedatum"] = "date";
    if (declared.empty()) declared["soort"] = "code";
    Value::Object meta;
    for (const auto& [name, type] : sources) {
      if (id == "k" || dice.Chance(50)) (dice.Chance(30) ? declared : meta)[name] = type;
    }
    Value::Object category{{"about", id == "g" ? "group" : "person"},
                           {"fields", std::move(declared)}};
    if (!meta.empty()) category["meta"] = std::move(meta);
    out[id] = std::move(category);
  }
  return out;
}

Value::Object Stated(Dice& dice) {
  const Texts by = AtLeastOne(dice, kParties, 50);
  return {{"any", List(by)}, {"threshold", dice.Between(1, std::ssize(by))}};
}

Value::Object FactsOf(Dice& dice) {
  const auto names = [&](const Texts& all) {
    return List(Texts(all.begin(), all.begin() + dice.Between(2, std::ssize(all))));
  };
  const int64_t low = dice.Between(-5, 5);
  Value::Object all{
      {"step",
       Value::Object{{"type", "enum"},
                     {"values", names({"9", "2B", "2A", "3"})},
                     {"ordered", true},
                     {"stated_by", Stated(dice)}}},
      {"kind",
       Value::Object{
           {"type", "enum"}, {"values", names({"x", "y", "z"})}, {"stated_by", Stated(dice)}}},
      {"role",
       Value::Object{{"type", "enum"},
                     {"values", names({"dader", "getuige", "slachtoffer"})},
                     {"ordered", dice.Chance(30)},
                     {"from", "record.rol"}}},
      {"count", Value::Object{{"type", "int"}, {"from", "record.aantal"}}},
      {"size",
       Value::Object{{"type", "int"},
                     {"range", Value::Object{{"min", low}, {"max", low + dice.Between(5, 40)}}},
                     {"stated_by", Stated(dice)}}},
      {"listed", Value::Object{{"type", "bool"}, {"about", "person"}, {"stated_by", Stated(dice)}}},
      {"agreed", Value::Object{{"type", "bool"}, {"stated_by", Stated(dice)}}},
      {"sealed", Value::Object{{"type", "bool"}, {"from", "persoon.afgeschermd"}}},
      {"age", Value::Object{{"type", "age"}, {"from", "persoon.geboortedatum"}}},
      {"since", Value::Object{{"type", "elapsed"}, {"from", "record.eerste"}}},
      {"consent", Value::Object{{"type", "bool"}, {"from", "record.toestemming"}}}};
  Value::Object out;
  for (auto& [name, fact] : all) {
    if (name == "agreed" || dice.Chance(75)) out[name] = std::move(fact);
  }
  return out;
}

Value::Object BasesOf(Dice& dice, const Value::Object& facts) {
  const Value::Array parties = List(kParties);
  const Value::Array purposes = List(kPurposes);
  Value::Object out{
      {"open",
       Value::Object{{"law", "wet"}, {"giver", parties}, {"purposes", purposes}, {"bsn", parties}}},
      {"ends",
       Value::Object{{"law", "wet"},
                     {"giver", parties},
                     {"purposes", purposes},
                     {"until", dice.Chance(80) ? kHalf : kFrom + 1}}},
      {"asks",
       Value::Object{{"law", "wet"},
                     {"giver", parties},
                     {"purposes", purposes},
                     {"needs", facts.contains("consent") && dice.Chance(60) ? "consent" : "agreed"},
                     {"bsn", parties}}}};
  if (dice.Chance(50)) {
    out["both"] = Value::Object{{"law", "wet"},
                                {"giver", List(AtLeastOne(dice, kParties, 50))},
                                {"purposes", List(AtLeastOne(dice, kPurposes, 50))},
                                {"needs", "agreed"},
                                {"until", kHalf}};
  }
  return out;
}

// A test of the fact that can be true.
Value TestOf(Dice& dice, const FactDeclaration& fact) {
  if (fact.type == FactType::kBool) return dice.Chance(60);
  if (fact.type == FactType::kEnum && !(fact.ordered && dice.Chance(70))) {
    return List(AtLeastOne(dice, fact.values, 40));
  }
  const bool names = fact.type == FactType::kEnum;
  const int64_t past = names ? std::ssize(fact.values) - 1 : 0;
  const int64_t lowest = fact.range ? fact.range->low : 0;
  const int64_t low = names ? dice.Between(0, past) : dice.Between(lowest, lowest + 4);
  const int64_t high = names ? dice.Between(low, past) : dice.Between(low, lowest + 5);
  const auto spelt = [&](int64_t bound) {
    return names ? Value(fact.values[static_cast<size_t>(bound)]) : Value(bound);
  };
  const size_t which = dice.Below(3);
  Value::Object out;
  if (which != 1) out["min"] = spelt(low);
  if (which != 0) out["max"] = spelt(high);
  return out;
}

Texts FormsOf(FieldType type, bool match) {
  switch (type) {
    case FieldType::kDate:
      return {"plain", "month", "year", "band(12,16,18,23)", "withheld"};
    case FieldType::kName:
      return {"plain", "initials", "withheld"};
    case FieldType::kCode:
      return {"plain", "coarse(buurt)", "coarse(soort)", "withheld"};
    case FieldType::kBsn:
      return match ? Texts{"match", "pseudonym(recipient)"} : Texts{"pseudonym(recipient)"};
    case FieldType::kRef:
      return {"pseudonym(covenant)", "withheld"};
    case FieldType::kFreetext:
      return {"reviewed", "withheld"};
    case FieldType::kBool:
      return {"plain", "withheld"};
  }
  return {};
}

class RuleMaker {
 public:
  RuleMaker(Dice& dice, const Document& document) : dice_(dice), document_(document) {
    for (const auto& [name, fact] : document.facts)
      facts_.push_back(name);
    for (const auto& [name, basis] : document.bases)
      bases_.push_back(name);
  }

  Value Permit(int number) {
    Axes axes{dice_.OneOf(kParties),
              dice_.OneOf(kParties),
              dice_.OneOf(kPurposes),
              dice_.OneOf(kCategories)};
    // Rules of one cell meet; so half of them come where there is one.
    if (!cells_.empty() && dice_.Chance(50)) {
      axes = std::next(cells_.begin(), dice_.Between(0, std::ssize(cells_) - 1))->first;
    }
    const auto& [from, to, purpose, category] = axes;
    Cell& cell = CellOf(axes);
    Value::Object rule{{"id", (dice_.Chance(50) ? "K" : "k") + std::to_string(number)},
                       {"permit",
                        Value::Object{{"from", from},
                                      {"to", to},
                                      {"purpose", purpose},
                                      {"basis", dice_.OneOf(bases_)},
                                      {"category", category}}}};
    Value::Object when;
    for (const std::string& fact : facts_) {
      if (!covenant::Reaches(document_, fact, category) || !dice_.Chance(22)) continue;
      when[fact] = TestOf(dice_, document_.facts.at(fact));
    }
    if (!when.empty()) rule["when"] = std::move(when);
    Value::Object fields;
    for (const auto& [field, form] : cell.forms) {
      const bool required =
          std::find(cell.require.begin(), cell.require.end(), field) != cell.require.end();
      if (required || dice_.Chance(65)) fields[field] = form;
    }
    if (fields.empty()) fields.emplace(*cell.forms.begin());
    rule["fields"] = std::move(fields);
    if (!cell.require.empty()) rule["require"] = List(cell.require);
    for (const auto& [key, value] : cell.obligations)
      rule[key] = value;
    return rule;
  }

  Value Deny(int number) {
    Value::Object axes{{"from", Axis(kParties, 70)},
                       {"to", Axis(kParties, 60)},
                       {"purpose", Axis(kPurposes, 80)},
                       {"category", Axis(kCategories, 60)}};
    Value::Object rule{{"id", (dice_.Chance(50) ? "D" : "d") + std::to_string(number)}};
    Value::Object when;
    for (const std::string& fact : facts_) {
      if (dice_.Chance(12) && Reaches(axes.at("category"), fact))
        when[fact] = TestOf(dice_, document_.facts.at(fact));
    }
    const bool of_fields = dice_.Chance(60);
    if (of_fields) {
      const Texts fields = dice_.Some<std::string>({"bsn", "datum", "naam", "plaats", "soort"}, 40);
      if (!fields.empty()) axes["fields"] = List(fields);
      if (!fields.empty() && dice_.Chance(60)) {
        rule["unless_form"] = List(AtLeastOne(
            dice_,
            {"month", "year", "initials", "coarse(buurt)", "pseudonym(recipient)", "match"},
            40));
      }
      if (!fields.empty() && dice_.Chance(25)) when.clear();
    }
    // Without a condition a deny of records silences whole cells.
    if (when.empty() && !axes.contains("fields")) {
      std::string fact = dice_.OneOf(facts_);
      if (!Reaches(axes.at("category"), fact)) fact = "agreed";
      when[fact] = TestOf(dice_, document_.facts.at(fact));
    }
    if (!when.empty()) rule["when"] = std::move(when);
    rule["deny"] = std::move(axes);
    rule["text"] = "t";
    return rule;
  }

 private:
  using Axes = std::array<std::string, 4>;  // from, to, purpose, category

  // What the rules of one cell mostly agree on.
  struct Cell {
    std::map<std::string, std::string> forms;
    Texts require;
    Value::Object obligations;
  };

  Cell& CellOf(const Axes& axes) {
    const auto [place, fresh] = cells_.try_emplace(axes);
    if (!fresh && !dice_.Chance(25)) return place->second;
    Cell& cell = place->second;
    cell = {};
    for (const auto& [field, type] : document_.categories.at(axes[3]).fields)
      cell.forms[field] = dice_.OneOf(FormsOf(type, axes[3] == "persoon"));
    for (const auto& [field, form] : cell.forms) {
      if (form != "withheld" && dice_.Chance(15)) cell.require.push_back(field);
    }
    if (dice_.Chance(50)) cell.obligations["retain"] = dice_.OneOf<std::string>({"P3M", "P14D"});
    if (dice_.Chance(50)) {
      const Texts onward = dice_.Some(kParties, 40);
      cell.obligations["onward"] = onward.empty() ? Value("none") : Value(List(onward));
    }
    if (dice_.Chance(25)) {
      cell.obligations["approval"] =
          Value::Object{{"by", axes[0]},
                        {"role", dice_.OneOf<std::string>({"approver", "officer"})},
                        {"not", "requester"},
                        {"valid", "P7D"}};
    }
    return cell;
  }

  // A deny about `any` matches where its facts have a source; one that names categories has to
  // reach each of them.
  [[nodiscard]] bool Reaches(const Value& categories, const std::string& fact) const {
    Texts names;
    if (const std::string* name = categories.AsString()) {
      if (*name == "any") return true;
      names.push_back(*name);
    } else {
      for (const Value& one : *categories.AsArray())
        names.push_back(*one.AsString());
    }
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return covenant::Reaches(document_, fact, name);
    });
  }

  Value Axis(const Texts& names, int any) {
    if (dice_.Chance(any)) return "any";
    if (dice_.Chance(50)) return dice_.OneOf(names);
    return List(AtLeastOne(dice_, names, 50));
  }

  Dice& dice_;
  const Document& document_;
  Texts facts_;
  Texts bases_;
  std::map<Axes, Cell> cells_;
};

Result<std::unique_ptr<const Covenant>> Made(const Value::Object& text) {
  Document document = TRY(covenant::ParseDocument(canon::Write(text)));
  return Covenant::Compile(std::move(document));
}

// The rule that a finding is about: "covenant /rules/3/permit: ...".
int64_t RuleIn(const std::string& finding) {
  constexpr std::string_view kRules = "/rules/";
  return std::stoll(finding.substr(finding.find(kRules) + kRules.size()));
}

}  // namespace

std::unique_ptr<const Covenant> RandomCovenant(Dice& dice) {
  std::unique_ptr<const Covenant> covenant;
  Value::Object text;
  while (covenant == nullptr) {
    text = {
        {"covenant", 1},
        {"lineage", "7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11"},
        {"version", 1},
        {"title", "Willekeurig"},
        {"valid", Value::Object{{"from", kFrom}, {"until", kUntil}}},
        {"timezone", "Europe/Amsterdam"},
        {"status_max_age", "PT24H"},
        {"parties", PartiesOf()},
        {"purposes",
         Value::Object{{"p", Value::Object{{"text", "P"}}}, {"q_1", Value::Object{{"text", "Q"}}}}},
        {"facts", FactsOf(dice)},
        {"categories", CategoriesOf(dice)},
        {"defaults",
         Value::Object{{"retain", "P6M"},
                       {"onward", dice.Chance(70) ? Value("none") : Value(List({"b", "c"}))},
                       {"journal", "both"}}},
        {"rules", Value::Array{}},
        {"tests", Value::Array{}}};
    text["bases"] = BasesOf(dice, *text["facts"].AsObject());
    auto made = Made(text);
    if (made) covenant = *std::move(made);
  }
  const std::unique_ptr<const Covenant> bare = std::move(covenant);
  covenant.reset();
  RuleMaker maker(dice, bare->document());
  Value::Array& rules = *text["rules"].AsArray();
  const int count = static_cast<int>(dice.Between(2, 22));
  for (int number = 0; number < count; ++number)
    rules.push_back(dice.Chance(72) ? maker.Permit(number) : maker.Deny(number));
  while (covenant == nullptr) {
    auto made = Made(text);
    if (made) {
      covenant = *std::move(made);
    } else {
      rules.erase(rules.begin() + RuleIn(made.error().detail));
    }
  }
  return covenant;
}

}  // namespace schakel::oracle
