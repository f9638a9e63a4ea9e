// The demonstration's covenant beside the model: each of its rules is a rule of the model, but for
// what policies/README.md names.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "node/covenant/author.h"

namespace schakel::policy {
namespace {

using covenant::Deny;
using covenant::Document;
using covenant::Permit;
using Texts = std::set<std::string>;

Document Load(const std::string& name) {
  const std::string path = std::string(SCHAKEL_POLICIES) + "/" + name;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto draft = covenant::ReadDraft(text, name, Day{std::chrono::year{2026} / 6 / 1});
  EXPECT_TRUE(draft.authored.document.has_value()) << path;
  return draft.authored.document ? std::move(*draft.authored.document) : Document{};
}

template <typename Rule>
const Rule* Find(const std::vector<Rule>& rules, const std::string& id) {
  for (const Rule& rule : rules)
    if (rule.id == id) return &rule;
  return nullptr;
}

template <typename Map>
void DifferingKeys(const std::string& name, const Map& a, const Map& b, Texts& out) {
  for (const auto* one : {&a, &b}) {
    const Map& other = one == &a ? b : a;
    for (const auto& [key, value] : *one) {
      const auto found = other.find(key);
      if (found == other.end() || !(found->second == value)) out.insert(name + "." + key);
    }
  }
}

// What a permit says differently; the basis by its law and what it needs, not by its name.
Texts Differences(const Document& demo, const Permit& a, const Document& model, const Permit& b) {
  Texts out;
  if (a.from != b.from || a.to != b.to || a.purpose != b.purpose || a.category != b.category)
    out.insert("axes");
  const covenant::Basis& basis_a = demo.bases.at(a.basis);
  const covenant::Basis& basis_b = model.bases.at(b.basis);
  if (basis_a.law != basis_b.law || basis_a.needs != basis_b.needs ||
      basis_a.instrument != basis_b.instrument)
    out.insert("basis");
  DifferingKeys("when", a.when, b.when, out);
  DifferingKeys("fields", a.fields, b.fields, out);
  if (a.require != b.require) out.insert("require");
  if (a.retain.value_or(demo.default_retain) != b.retain.value_or(model.default_retain))
    out.insert("retain");
  if (a.onward.value_or(demo.default_onward) != b.onward.value_or(model.default_onward))
    out.insert("onward");
  if (a.approval != b.approval) out.insert("approval");
  return out;
}

Texts Differences(const Deny& a, const Deny& b) {
  Texts out;
  if (a.from != b.from || a.to != b.to || a.purpose != b.purpose) out.insert("axes");
  if (a.category != b.category) out.insert("category");
  DifferingKeys("when", a.when, b.when, out);
  if (a.fields != b.fields) out.insert("fields");
  if (a.unless_form != b.unless_form) out.insert("unless_form");
  return out;
}

// Rule of the demonstration -> rule of the model, and all they say differently.
struct Pair {
  const char* demo;
  const char* model;
  Texts differences;
};

TEST(ModelTest, EveryRuleOfTheDemonstrationIsOneOfTheModel) {
  const Document demo = Load("veldrijk.yaml");
  const Document model = Load("model.yaml");
  const std::vector<Pair> pairs{
      {"N01", "C02-1", {"basis", "onward", "when.role"}},
      {"P01", "C03-1", {"basis"}},
      {"P02", "C03-2", {"basis", "when.step"}},
      {"P03", "C02-v1", {}},
      {"I01", "C05-1", {}},
      {"I02", "C05-2", {}},
      {"A01", "C06-1", {}},
      {"A02", "C06-2", {}},
      {"M01", "C07-1", {"approval", "fields.toelichting", "when.role"}},
      {"G01", "C01-1", {}},
      {"O01", "C14-1", {}},
      {"B01", "C15-1", {}},
      {"B02", "C15-2", {"when.step"}},
      {"S01", "C10-1", {"fields.beslissing"}},
      {"J01", "C20-1", {"when.shareable"}},
  };
  Texts seen;
  for (const Pair& pair : pairs) {
    SCOPED_TRACE(pair.demo);
    seen.insert(pair.demo);
    const Permit* const a = Find(demo.permits, pair.demo);
    const Permit* const b = Find(model.permits, pair.model);
    ASSERT_NE(a, nullptr);
    ASSERT_NE(b, nullptr);
    EXPECT_EQ(Differences(demo, *a, model, *b), pair.differences);
  }
  for (const Permit& permit : demo.permits)
    EXPECT_TRUE(seen.contains(permit.id)) << permit.id << " stands for no rule of the model";
}

TEST(ModelTest, EveryDenyOfTheDemonstrationIsOneOfTheModel) {
  const Document demo = Load("veldrijk.yaml");
  const Document model = Load("model.yaml");
  const std::map<std::string, Texts> differing{{"D02", {"category"}}};
  for (const Deny& deny : demo.denies) {
    SCOPED_TRACE(deny.id);
    const Deny* const other = Find(model.denies, deny.id);
    ASSERT_NE(other, nullptr);
    const auto expected = differing.find(deny.id);
    EXPECT_EQ(Differences(deny, *other), expected == differing.end() ? Texts{} : expected->second);
  }
}

// What both know is the same thing.
TEST(ModelTest, FactsAndCategoriesOfBothAgree) {
  const Document demo = Load("veldrijk.yaml");
  const Document model = Load("model.yaml");
  for (const auto& [id, fact] : demo.facts) {
    ASSERT_TRUE(model.facts.contains(id)) << id;
    // The model knows records that are no police data: `geen`.
    covenant::FactDeclaration expected = fact;
    if (id == "wpg") expected.values.emplace_back("geen");
    EXPECT_TRUE(expected == model.facts.at(id)) << id;
  }
  for (const auto& [id, category] : demo.categories) {
    ASSERT_TRUE(model.categories.contains(id)) << id;
    const covenant::Category& other = model.categories.at(id);
    EXPECT_EQ(category.about_person, other.about_person) << id;
    for (const auto& [field, type] : category.fields) {
      ASSERT_TRUE(other.fields.contains(field)) << id << "." << field;
      EXPECT_EQ(type, other.fields.at(field)) << id << "." << field;
    }
  }
}

}  // namespace
}  // namespace schakel::policy
