// Who is who: the order of exchange.md 6. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "node/base/ids.h"
#include "node/record/fold.h"
#include "node/record/person.h"

namespace schakel::record {

enum class Verdict { kSame, kDifferent, kDoubtful };

// An own person who could be the asked one.
struct Candidate {
  Uuid subject;
  Person person;  // IdentityOf
};

// 1. Two known BSNs that differ: different; with equal folded name and equal complete date
//    doubtful.
// 2. Equal BSNs: the same when the folded names agree and the date parts that both know agree, else
//    doubtful.
// 3. A BSN unknown on either side: with equal folded names, equal complete dates are the same,
//    compatible dates of which one is incomplete are doubtful, others different; with other names
//    different.
// A BSN counts as known when it has nine digits. A name with an empty part equals nothing.
Verdict Match(const Person& asked, const Person& own);

// What Match looks at, folded once for many comparisons.
struct MatchKey {
  std::string bsn;  // nine digits, or empty: not known
  IncompleteDate born;
  FoldedName name;
};
MatchKey MatchKeyOf(const Person& person);
Verdict Match(const MatchKey& asked, const MatchKey& own);

struct MatchResult {
  enum class Kind { kMatched, kNoMatch, kDoubtful };
  Kind kind = Kind::kNoMatch;
  std::optional<Uuid> subject;   // kMatched
  std::vector<Uuid> candidates;  // kDoubtful: those that may be the person, sorted
};

// Several that are the same: doubtful. One that is the same, beside doubtful ones: matched. Only
// doubtful ones: doubtful. The order of the candidates changes nothing.
MatchResult MatchAll(const Person& asked, std::span<const Candidate> candidates);

// The same in steps.
class Matching {
 public:
  explicit Matching(MatchKey asked) : asked_(std::move(asked)) {}
  void Consider(const Uuid& subject, const MatchKey& own);
  [[nodiscard]] MatchResult Conclude() &&;

 private:
  MatchKey asked_;
  std::vector<Uuid> same_;
  std::vector<Uuid> doubtful_;
};

}  // namespace schakel::record
