#include "node/record/match.h"

#include <algorithm>

#include "node/record/fold.h"

namespace schakel::record {

Verdict Match(const Person& asked, const Person& own) {
  const IncompleteDate& a = asked.geboortedatum;
  const IncompleteDate& b = own.geboortedatum;
  const bool both_complete = a.complete() && b.complete();
  const bool same_name = SameName(FoldName(asked.naam), FoldName(own.naam));
  if (HasBsnShape(asked.bsn) && HasBsnShape(own.bsn)) {
    if (asked.bsn != own.bsn) {
      return same_name && both_complete && a == b ? Verdict::kDoubtful : Verdict::kDifferent;
    }
    return same_name && a.CompatibleWith(b) ? Verdict::kSame : Verdict::kDoubtful;
  }
  if (!same_name || !a.CompatibleWith(b)) return Verdict::kDifferent;
  return both_complete ? Verdict::kSame : Verdict::kDoubtful;
}

MatchResult MatchAll(const Person& asked, std::span<const Candidate> candidates) {
  std::vector<Uuid> same;
  std::vector<Uuid> doubtful;
  for (const Candidate& candidate : candidates) {
    switch (Match(asked, candidate.person)) {
      case Verdict::kSame:
        same.push_back(candidate.subject);
        break;
      case Verdict::kDoubtful:
        doubtful.push_back(candidate.subject);
        break;
      case Verdict::kDifferent:
        break;
    }
  }
  MatchResult result;
  if (same.size() == 1) {
    result.kind = MatchResult::Kind::kMatched;
    result.subject = same.front();
    return result;
  }
  result.candidates = std::move(same);
  result.candidates.insert(result.candidates.end(), doubtful.begin(), doubtful.end());
  std::sort(result.candidates.begin(), result.candidates.end());
  if (!result.candidates.empty()) result.kind = MatchResult::Kind::kDoubtful;
  return result;
}

}  // namespace schakel::record
