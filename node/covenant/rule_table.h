// Internal to `covenant`: the rules as `Decide` reads them. Made once, when a covenant is compiled.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/covenant/check.h"
#include "node/covenant/document.h"
#include "node/covenant/verdict.h"

namespace schakel::covenant {

class RuleTable {
 public:
  // `document` must outlive this, unchanged. Its rules have passed CheckRules.
  explicit RuleTable(const Document& document);

  // Where KnownFacts keeps a fact: for a number its lowest and highest value (unknown: upside
  // down), else a bit per value it can have (a bool: false, true), all that it may be; unknown: no
  // bit.
  struct FactPlace {
    std::string_view name;
    const FactDeclaration* declaration;
    bool number;
    uint32_t first, size;  // words
  };

  // One condition. `first` is its place in `tests`: for a number its lowest and highest value, else
  // FactPlace::size words of the values that make it TRUE and as many of those that make it FALSE.
  struct Condition {
    uint32_t fact;
    uint32_t first;
    bool fits;  // the test is one for this type of fact; else it is UNKNOWN whatever the value
  };

  struct Rule {
    std::string_view id;
    const Permit* permit = nullptr;  // or
    const Deny* deny = nullptr;
    uint32_t first = 0, past = 0;  // of `conditions`, in order of the facts' names
    Axes axes;                     // of a permit
    const Basis* basis = nullptr;  // of a permit
    Obligations obligations;       // of a permit
    uint32_t forms = 0;  // of a permit, in `forms`: one per field, null where it says nothing
    std::vector<uint32_t> require;  // of a permit: fields
  };

  struct CategoryPlace {
    std::string_view name;
    const Category* category;
    std::vector<std::string_view> fields;
    std::vector<std::vector<uint32_t>> denies;  // per field: the denies that name it, by number
  };

  // A set of rules is `width` words, a bit per rule.
  enum Axis : size_t { kFrom, kTo, kPurpose, kCategory, kAxes };
  // The rules that have `number` on the axis; for kNoNumber those that do not ask. A deny that
  // reads a fact whose source a category lacks does not have that category.
  [[nodiscard]] const uint64_t* On(Axis axis, uint32_t number) const {
    const std::vector<uint64_t>& sets = axes[axis];
    const size_t last = sets.size() / width - 1;
    return &sets[(number == kNoNumber ? last : number) * width];
  }

  [[nodiscard]] Axes Find(std::string_view from,
                          std::string_view to,
                          std::string_view purpose,
                          std::string_view category) const;
  [[nodiscard]] uint32_t FindFact(std::string_view name) const;
  [[nodiscard]] uint32_t FindField(uint32_t category, std::string_view name) const;

  // The truth of one condition.
  [[nodiscard]] Truth Evaluate(const Condition& condition,
                               const std::vector<uint64_t>& known) const;

  std::vector<FactPlace> facts;
  size_t fact_words = 0;
  std::vector<Rule> rules;  // by id
  size_t width = 1;
  std::array<std::vector<uint64_t>, kAxes> axes;
  std::vector<Condition> conditions;
  std::vector<uint64_t> tests;
  std::vector<const Form*> forms;
  std::vector<CategoryPlace> categories;
  std::vector<std::string_view> parties;
  std::vector<std::string_view> purposes;
  size_t most_fields = 0;

 private:
  void AddFacts(const Document& document);
  void AddCategories(const Document& document);
  void AddRules(const Document& document);
  void AddPermit(const Document& document, Rule& rule);
  void AddConditions(const When& when, Rule& rule);
  bool AddTest(const FactPlace& place, const Test& test);
  void PutOnAxes(const Document& document);
};

}  // namespace schakel::covenant
