// Exchanges against their covenant, and pairs against each other.
#include <algorithm>
#include <set>
#include <utility>

#include "node/audit/match.h"
#include "node/crypto/merkle.h"

namespace schakel::audit {
namespace {

using statement::Answer;
using statement::Direction;
using statement::Request;

// About the party that signed the statement; with its index where it is in that party's own log.
template <typename T>
Finding About(Problem problem, const Kept<T>& kept, const std::string& ref, std::string subject) {
  Finding finding;
  finding.problem = problem;
  finding.party = kept.content.from;
  if (kept.direction == Direction::kOut) finding.index = kept.index;
  finding.ref = ref;
  finding.subject = std::move(subject);
  return finding;
}

bool InForce(const covenant::Document& document, Instant at) {
  return at >= document.valid_from && at < document.valid_until;
}

// Digests per (own party, other party).
using Digests = std::map<std::pair<std::string, std::string>, std::set<Hash>>;

Hash HeadOf(const std::set<Hash>& digests) {
  std::vector<Hash> leaves;
  for (const Hash& digest : digests)
    leaves.push_back(crypto::LeafHash(digest));
  return crypto::MerkleRoot(leaves);
}

}  // namespace

void CheckRequest(const Kept<Request>& kept, const Trust& trust, Collector& collector) {
  const Request& request = kept.content;
  const covenant::Document* const document = trust.Find(request.covenant);
  if (document == nullptr) {
    Finding finding;
    finding.problem = Problem::kCovenantMissing;
    finding.ref = request.ref;
    finding.subject = EncodeHex(request.covenant);
    return collector.Add(std::move(finding));
  }
  const auto bad = [&](std::string subject) {
    collector.Add(About(Problem::kNotInCovenant, kept, request.ref, std::move(subject)));
  };
  if (request.lineage != document->lineage) bad("lineage");
  if (request.version != document->version) bad("version");
  if (!InForce(*document, request.issued)) bad("issued");
  if (document->parties.count(request.from) == 0) bad(request.from);
  if (document->parties.count(request.to) == 0) bad(request.to);
  if (document->purposes.count(request.purpose) == 0) bad(request.purpose);
  for (const std::string& category : request.categories) {
    if (document->categories.count(category) == 0) bad(category);
  }
}

void CheckAnswer(const Kept<Request>& request,
                 const Kept<Answer>& kept,
                 const Kept<Answer>* followed,
                 const Trust& trust,
                 Collector& collector) {
  const Answer& answer = kept.content;
  const auto report = [&](Problem problem, std::string subject) {
    collector.Add(About(problem, kept, request.content.ref, std::move(subject)));
  };
  std::set<std::string> categories(request.content.categories.begin(),
                                   request.content.categories.end());
  if (answer.follows) {
    categories.clear();
    for (const auto& [category, cell] :
         followed == nullptr ? answer.cells : followed->content.cells) {
      if (cell.state == statement::CellState::kPending) categories.insert(category);
    }
  }
  const bool same =
      answer.cells.size() == categories.size() &&
      std::all_of(categories.begin(), categories.end(), [&](const std::string& category) {
        return answer.cells.count(category) != 0;
      });
  if (!same) report(Problem::kAnswerCells, "");
  const covenant::Document* const document = trust.Find(request.content.covenant);
  if (document == nullptr) return;
  for (const auto& cell : answer.cells) {
    const std::string& category = cell.first;
    if (cell.second.state != statement::CellState::kReleased) continue;
    const auto& permits = document->permits;
    const bool permitted =
        std::any_of(permits.begin(), permits.end(), [&](const covenant::Permit& permit) {
          return permit.from == answer.from && permit.to == answer.to &&
                 permit.purpose == request.content.purpose && permit.category == category;
        });
    if (!permitted || !InForce(*document, answer.issued)) {
      report(Problem::kNotPermitted, category);
    }
  }
}

std::vector<PairReport> ComparePairs(const PartyLogs& logs) {
  Digests digests;
  for (const auto& [party, log] : logs) {
    for (const auto& kept : log.requests)
      digests[{party, kept.peer}].insert(kept.digest);
    for (const auto& kept : log.answers)
      digests[{party, kept.peer}].insert(kept.digest);
  }
  std::vector<PairReport> pairs;
  for (const auto& [a, log_a] : logs) {
    for (const auto& [b, log_b] : logs) {
      if (a >= b || !log_a.files.present || !log_b.files.present) continue;
      const std::set<Hash>& at_a = digests[{a, b}];
      const std::set<Hash>& at_b = digests[{b, a}];
      if (at_a.empty() && at_b.empty()) continue;
      pairs.push_back({a, b, at_a.size(), at_b.size(), HeadOf(at_a), HeadOf(at_b)});
    }
  }
  return pairs;
}

}  // namespace schakel::audit
