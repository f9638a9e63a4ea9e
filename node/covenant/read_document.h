// Internal to `covenant`: from a canonical value to a Document, with every finding on the way.
#pragma once

#include <string>
#include <string_view>

#include "node/canon/value.h"
#include "node/covenant/document.h"
#include "node/covenant/reading.h"

namespace schakel::covenant {

// Everything but `canonical` and `hash`. Only when `issues` stays empty is the document usable.
// `tests`: the bytes of each of the tests, where the value's own list is empty (ParseOutline).
Document ReadDocument(const canon::Value& value,
                      Issues& issues,
                      const std::vector<std::string_view>& tests = {});

// What is signed was read by people, so it may hold nothing that they do not see (E005):
// kMalformed. Precondition: ParseCanonical takes the bytes.
Result<void> CheckSeen(std::string_view canonical);

// What ParseDocument makes of parsed bytes. Without `tests` none is read.
Result<Document> DocumentOf(const canon::Value& value,
                            std::string_view canonical,
                            const Hash& hash,
                            const std::vector<std::string_view>& tests = {});

// An issue for a name that is not declared.
template <typename Keyed>
bool IsDeclared(const std::string& name,
                const std::string& path,
                const Keyed& known,
                std::string_view what,
                Issues& issues,
                Issue::At at = Issue::At::kValue);

// What a question says beside its four axes.
struct AskedParts {
  Facts facts;
  std::optional<std::set<std::string>> present;
  bool approved = false;
  std::optional<Instant> now;
};
AskedParts ReadAskedParts(Fields& in, const Document& document, Issues& issues);  // read_tests.cc

// What the parts below share. Each reads its own member of the covenant into `document`; members
// whose names others use are read first.
class DocumentReader {
 public:
  DocumentReader(Document& document, Issues& issues) : document_(document), issues_(issues) {}

  void ReadHead(Fields& in);
  void ReadPapers(Fields& in);
  void ReadParties(Fields& in);
  void ReadAuditors(Fields& in);
  void ReadPurposes(Fields& in);
  void ReadFacts(Fields& in);
  void ReadCategories(Fields& in);
  void ReadBases(Fields& in);
  void ReadDefaults(Fields& in);
  void ReadRules(Fields& in);  // read_rules.cc
  // read_tests.cc. Those in the value, then those in `items`: one list of bytes, parsed one by one.
  void ReadTests(Fields& in, const std::vector<std::string_view>& items);

 private:
  void ReadLimits(Fields& in);
  void ReadFactSource(Fields& in, FactDeclaration& fact);
  void CheckFactSources(const std::string& path);
  void CheckPersonSource(const std::string& source,
                         const std::set<std::string>& candidates,
                         const std::string& path);
  // read_aggregate.cc. Whether `of` and what it is split by exist is checked once every category is
  // read.
  void ReadAggregate(Fields& category_fields, Category& category);
  void CheckAggregates(const std::string& path);
  std::map<std::string, FieldType> ReadFieldTypes(Fields& in, std::string_view key);
  std::vector<crypto::PublicKey> ReadRoots(Fields& in);
  void CheckKeysAreApart(const std::string& path);

  // The declared names among the texts of `key`; an issue for each other one.
  template <typename Keyed>
  std::set<std::string> KnownTexts(Fields& in,
                                   std::string_view key,
                                   const Keyed& known,
                                   std::string_view what);
  // The text under the key when it is declared; "" and an issue otherwise.
  template <typename Keyed>
  std::string KnownText(Fields& in,
                        std::string_view key,
                        const Keyed& known,
                        std::string_view what);
  // As KnownText for a name, as KnownTexts for a list; nothing for `any`.
  template <typename Keyed>
  std::set<std::string> ReadAxis(Fields& in,
                                 std::string_view key,
                                 const Keyed& known,
                                 std::string_view what);
  template <typename Keyed>
  bool IsKnown(const std::string& name,
               const std::string& path,
               const Keyed& known,
               std::string_view what,
               Issue::At at = Issue::At::kValue);

  std::set<std::string> ReadPartiesOrNone(Fields& in, std::string_view key);
  std::string ReadJournal(Fields& in, bool required);
  void ReadPermit(Fields& rule, const std::string& id, size_t index);
  void ReadDeny(Fields& rule, const std::string& id, size_t index);
  std::optional<Approval> ReadApproval(Fields& rule);
  void ReadDenyFields(Fields& rule, Deny& deny);
  When ReadWhen(Fields& rule);
  // The value under `key` of `when`.
  std::optional<Test> ReadTest(const FactDeclaration& fact,
                               const canon::Value& value,
                               const Fields& when,
                               std::string_view key);
  std::optional<Test> ReadRange(const FactDeclaration& fact,
                                const canon::Value& value,
                                const Fields& when,
                                std::string_view key);
  std::optional<Test> ReadValues(const FactDeclaration& fact,
                                 const canon::Value& value,
                                 const Fields& when,
                                 std::string_view key);
  // The value under `fields` of `in`.
  std::map<std::string, Form> ReadForms(const canon::Value& value,
                                        const Fields& in,
                                        const std::string& category);
  void ReadOneTest(Fields& in, InDocumentTest& test, std::set<std::string_view>& names);
  void ReadAsk(Fields& in, InDocumentTest& test);
  void ReadExpectation(Fields& in,
                       InDocumentTest::Expectation& expect,
                       const std::string& category);

  Document& document_;
  Issues& issues_;
  std::set<std::string> rule_ids_;  // when the tests are read
};

template <typename Keyed>
bool IsDeclared(const std::string& name,
                const std::string& path,
                const Keyed& known,
                std::string_view what,
                Issues& issues,
                Issue::At at) {
  if (known.contains(name)) return true;
  issues.Add(Issue{"E105",
                   path,
                   at,
                   "unknown " + std::string(what) + " " + Quoted(name),
                   DidYouMeanKey(name, known)});
  return false;
}

template <typename Keyed>
bool DocumentReader::IsKnown(const std::string& name,
                             const std::string& path,
                             const Keyed& known,
                             std::string_view what,
                             Issue::At at) {
  return IsDeclared(name, path, known, what, issues_, at);
}

template <typename Keyed>
std::set<std::string> DocumentReader::KnownTexts(Fields& in,
                                                 std::string_view key,
                                                 const Keyed& known,
                                                 std::string_view what) {
  std::set<std::string> out;
  size_t i = 0;
  for (std::string& name : in.MaybeTexts(key)) {
    const size_t place = i++;
    if (known.contains(name)) {
      out.insert(std::move(name));
    } else {
      IsKnown(name, Join(in.At(key), place), known, what);
    }
  }
  return out;
}

template <typename Keyed>
std::string DocumentReader::KnownText(Fields& in,
                                      std::string_view key,
                                      const Keyed& known,
                                      std::string_view what) {
  std::string name = in.Text(key);
  if (name.empty() || known.contains(name)) return name;
  IsKnown(name, in.At(key), known, what);
  return "";
}

template <typename Keyed>
std::set<std::string> DocumentReader::ReadAxis(Fields& in,
                                               std::string_view key,
                                               const Keyed& known,
                                               std::string_view what) {
  const canon::Value* value = in.Need(key);
  if (value == nullptr) return {};
  if (value->AsString() == nullptr) return KnownTexts(in, key, known, what);
  if (*value->AsString() == "any") return {};
  return {KnownText(in, key, known, what)};
}

}  // namespace schakel::covenant
