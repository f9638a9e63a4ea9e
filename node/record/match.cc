#include "node/record/match.h"

#include <algorithm>

namespace schakel::record {

MatchKey MatchKeyOf(const Person& person) {
  return {HasBsnShape(person.bsn) ? person.bsn : std::string(),
          person.geboortedatum,
          FoldName(person.naam)};
}

Verdict Match(const MatchKey& asked, const MatchKey& own) {
  const bool both_complete = asked.born.complete() && own.born.complete();
  const bool same_name = SameName(asked.name, own.name);
  if (!asked.bsn.empty() && !own.bsn.empty()) {
    if (asked.bsn != own.bsn) {
      return same_name && both_complete && asked.born == own.born ? Verdict::kDoubtful
                                                                  : Verdict::kDifferent;
    }
    return same_name && asked.born.CompatibleWith(own.born) ? Verdict::kSame : Verdict::kDoubtful;
  }
  if (!same_name || !asked.born.CompatibleWith(own.born)) return Verdict::kDifferent;
  return both_complete ? Verdict::kSame : Verdict::kDoubtful;
}

Verdict Match(const Person& asked, const Person& own) {
  return Match(MatchKeyOf(asked), MatchKeyOf(own));
}

void Matching::Consider(const Uuid& subject, const MatchKey& own) {
  switch (Match(asked_, own)) {
    case Verdict::kSame:
      same_.push_back(subject);
      break;
    case Verdict::kDoubtful:
      doubtful_.push_back(subject);
      break;
    case Verdict::kDifferent:
      break;
  }
}

MatchResult Matching::Conclude() && {
  MatchResult result;
  if (same_.size() == 1) {
    result.kind = MatchResult::Kind::kMatched;
    result.subject = same_.front();
    return result;
  }
  result.candidates = std::move(same_);
  result.candidates.insert(result.candidates.end(), doubtful_.begin(), doubtful_.end());
  std::sort(result.candidates.begin(), result.candidates.end());
  if (!result.candidates.empty()) result.kind = MatchResult::Kind::kDoubtful;
  return result;
}

MatchResult MatchAll(const Person& asked, std::span<const Candidate> candidates) {
  Matching matching(MatchKeyOf(asked));
  for (const Candidate& candidate : candidates) {
    matching.Consider(candidate.subject, MatchKeyOf(candidate.person));
  }
  return std::move(matching).Conclude();
}

}  // namespace schakel::record
