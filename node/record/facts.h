// Facts that the person or the record at hand gives (exchange.md 6).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/covenant/decide.h"
#include "node/covenant/document.h"
#include "node/covenant/verdict.h"
#include "node/record/model.h"

namespace schakel::record {

// The facts `from: persoon.FIELD` (in categories about persons, from `subject`, which may be null)
// and `from: record.FIELD` (a declared field or meta of the category). A value that is missing,
// empty, differs between sources or is outside its type's values is absent: UNKNOWN. Stated facts
// are the caller's.
//
// Values: bool `ja`/`nee`; enum its code; int decimal digits; age the interval over the quarter of
// `today` (the contributor's calendar); elapsed whole days before `today`. A date behind `today`
// has no elapsed days.
covenant::Facts FactsOf(const covenant::Document& document,
                        std::string_view category,
                        const Record& record,
                        const Subject* subject,
                        Day today);

// FactsOf in numbers, for who decides on many records of one category: what the person says is read
// once, what each record says after it.
class FactReader {
 public:
  // `covenant` must outlive this. A category that it does not have has no facts.
  FactReader(const covenant::Covenant& covenant, std::string_view category, Day today);

  // Sets what the person says and what the record says; a fact without a value is forgotten.
  // Touches no other facts. FactsOf(category, record, subject) is both.
  void ReadPerson(const Subject& subject, covenant::KnownFacts& facts) const;
  void ReadRecord(const Record& record, covenant::KnownFacts& facts) const;

 private:
  struct Source {
    uint32_t fact;
    const covenant::FactDeclaration* declaration;
  };
  const covenant::Category* category_ = nullptr;
  Day today_;
  std::vector<Source> person_, record_;
};

// The same from attributes that are given directly: for persons without an own subject.
covenant::Facts PersonFacts(const covenant::Document& document,
                            const Fields& attributes,
                            Day today);

// The record's fields that hold something: `present` of a Question.
std::set<std::string> PresentFields(const Record& record);

}  // namespace schakel::record
