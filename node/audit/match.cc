#include "node/audit/match.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace schakel::audit {
namespace {

using statement::Answer;
using statement::CellState;
using statement::Direction;
using statement::Receipt;
using statement::Request;

// What one log holds of an exchange, in order of index.
struct Side {
  const PartyLog* log = nullptr;  // null: not handed over
  std::vector<const Kept<Request>*> requests;
  std::vector<const Kept<Answer>*> answers;
};

struct Exchange {
  std::string from, to;
  Uuid id;
  Side asker, giver;
};

using Key = std::tuple<std::string, std::string, Uuid>;  // from, to, id
using Exchanges = std::map<Key, Exchange>;

template <typename T>
const Kept<T>* WithDigest(const std::vector<const Kept<T>*>& list, const Hash& digest) {
  const auto at = std::find_if(
      list.begin(), list.end(), [&](const Kept<T>* kept) { return kept->digest == digest; });
  return at == list.end() ? nullptr : *at;
}

// A refusal of an id that was used before: it says nothing about the exchange that has the id.
bool RefusesSecondUse(const Answer& answer) {
  return !answer.voids &&
         std::all_of(answer.cells.begin(), answer.cells.end(), [](const auto& cell) {
           return cell.second.state == CellState::kRefused && cell.second.code == "ID_REUSED";
         });
}

// The answer that counts: a later one voids those before it. Null without any.
const Kept<Answer>* LastAnswer(const std::vector<const Kept<Answer>*>& answers) {
  const auto last = std::find_if(answers.rbegin(), answers.rend(), [](const Kept<Answer>* kept) {
    return !RefusesSecondUse(kept->content);
  });
  if (last != answers.rend()) return *last;
  return answers.empty() ? nullptr : answers.back();
}

class Matcher {
 public:
  Matcher(const PartyLogs& logs, const Trust& trust, Collector& collector)
      : logs_(logs), trust_(trust), collector_(collector) {}

  std::vector<ExchangeReport> Run();

 private:
  Exchange& Get(const std::string& from, const std::string& to, const Uuid& id);
  void Gather();
  // The peer's receipt about the statement, as the party's log holds it.
  [[nodiscard]] const Kept<Receipt>* ReceiptFor(const std::string& party,
                                                const std::string& peer,
                                                const Hash& statement) const;
  void FindAltered();
  // True when what the party's log lacks of the exchange may be an entry that is gone from it.
  bool FallsInHole(const Exchange& exchange, const std::string& party);
  void CheckReceiptSubjects(const PartyLog& log);
  [[nodiscard]] bool IsRefusedCall(const Exchange& exchange) const;
  [[nodiscard]] bool Altered(const Exchange& exchange) const;

  void Report(Problem problem,
              const Exchange& exchange,
              const std::string& party,
              const std::string& shown_by,
              const std::string& subject,
              std::optional<uint64_t> index = std::nullopt);
  Match MatchOf(const Exchange& exchange);
  std::optional<Match> MatchRequests(const Exchange& exchange);
  std::optional<Match> MatchAnswers(const Exchange& exchange);
  ExchangeReport ReportOf(const Exchange& exchange);
  void CompleteFindings();

  const PartyLogs& logs_;
  const Trust& trust_;
  Collector& collector_;
  Exchanges exchanges_;
  using Place = std::tuple<std::string, std::string, Hash>;  // party, peer, statement digest
  std::map<Place, const Kept<Receipt>*> receipts_;
  std::set<Place> refused_calls_;
  std::set<std::pair<std::string, std::string>> altered_;  // party, exchange as text
  // Entries that are gone or unreadable and that no receipt is about, by party; and the exchanges
  // that miss something there.
  std::map<std::string, std::vector<uint64_t>> holes_;
  std::map<std::string, std::set<std::string>> missed_;
};

Exchange& Matcher::Get(const std::string& from, const std::string& to, const Uuid& id) {
  Exchange& exchange = exchanges_[{from, to, id}];
  exchange.from = from;
  exchange.to = to;
  exchange.id = id;
  const auto log_of = [this](const std::string& party) -> const PartyLog* {
    const auto log = logs_.find(party);
    return log == logs_.end() || !log->second.files.present ? nullptr : &log->second;
  };
  exchange.asker.log = log_of(from);
  exchange.giver.log = log_of(to);
  return exchange;
}

const Kept<Receipt>* Matcher::ReceiptFor(const std::string& party,
                                         const std::string& peer,
                                         const Hash& statement) const {
  const auto at = receipts_.find({party, peer, statement});
  return at == receipts_.end() ? nullptr : at->second;
}

void Matcher::Gather() {
  for (const auto& [party, log] : logs_) {
    for (const Kept<Receipt>& kept : log.receipts) {
      receipts_.emplace(Place{party, kept.peer, kept.content.statement}, &kept);
    }
    for (const auto& [index, entry] : log.entries) {
      if (entry.kind == statement::EntryKind::kRefused && entry.digest) {
        refused_calls_.emplace(party, entry.peer, *entry.digest);
      }
    }
    for (const Kept<Request>& kept : log.requests) {
      Exchange& exchange = Get(kept.content.from, kept.content.to, kept.content.exchange);
      (kept.direction == Direction::kOut ? exchange.asker : exchange.giver)
          .requests.push_back(&kept);
    }
    for (const Kept<Answer>& kept : log.answers) {
      Exchange& exchange = Get(kept.content.to, kept.content.from, kept.content.exchange);
      (kept.direction == Direction::kIn ? exchange.asker : exchange.giver).answers.push_back(&kept);
    }
  }
}

// Which exchanges an entry that is not what was logged belonged to: by what it says now, and by the
// receipts over its place.
void Matcher::FindAltered() {
  for (const auto& [party, log] : logs_) {
    std::map<uint64_t, std::set<std::string>> exchanges;
    for (uint64_t index = 0; index < log.files.leaves.size(); ++index) {
      if (log.Genuine(index)) continue;
      std::set<std::string>& of = exchanges[index];
      const auto entry = log.entries.find(index);
      if (entry != log.entries.end()) of.insert(entry->second.exchange);
      const auto own = log.own_receipts.find(index);
      if (own != log.own_receipts.end()) of.insert(ToString(own->second.exchange));
    }
    for (const auto& [holder, other] : logs_) {
      for (const Kept<Receipt>& receipt : other.receipts) {
        const auto altered = exchanges.find(static_cast<uint64_t>(receipt.content.index));
        if (receipt.content.origin == log.files.origin && altered != exchanges.end()) {
          altered->second.insert(ToString(receipt.content.exchange));
        }
      }
    }
    for (const auto& [index, of] : exchanges) {
      for (const std::string& exchange : of)
        altered_.emplace(party, exchange);
      if (of.empty()) holes_[party].push_back(index);
    }
  }
}

bool Matcher::FallsInHole(const Exchange& exchange, const std::string& party) {
  if (holes_.count(party) == 0) return false;
  missed_[party].insert(ToString(exchange.id));
  return true;
}

bool Matcher::Altered(const Exchange& exchange) const {
  const std::string id = ToString(exchange.id);
  return altered_.count({exchange.from, id}) != 0 || altered_.count({exchange.to, id}) != 0;
}

// A partner's receipt must be about something this log sent to that partner.
void Matcher::CheckReceiptSubjects(const PartyLog& log) {
  std::set<std::pair<std::string, Hash>> sent;
  for (const auto& [index, entry] : log.entries) {
    if (!entry.genuine) return;
    if (entry.direction == Direction::kOut && entry.digest) sent.emplace(entry.peer, *entry.digest);
  }
  if (log.entries.size() != log.files.size) return;
  for (const Kept<Receipt>& receipt : log.receipts) {
    if (sent.count({receipt.peer, receipt.content.statement}) != 0) continue;
    Finding finding;
    finding.problem = Problem::kParties;
    finding.party = log.party;
    finding.index = receipt.index;
    collector_.Add(std::move(finding));
  }
}

// Another party's Request sent again in its own name: refused, of which the giver keeps the digest
// only, and nothing that the caller could have logged.
bool Matcher::IsRefusedCall(const Exchange& exchange) const {
  if (!exchange.asker.requests.empty() || !exchange.giver.requests.empty() ||
      !exchange.asker.answers.empty() || exchange.giver.log == nullptr) {
    return false;
  }
  const auto& answers = exchange.giver.answers;
  return std::all_of(answers.begin(), answers.end(), [&](const Kept<Answer>* answer) {
    return refused_calls_.count({exchange.to, exchange.from, answer->content.request}) != 0;
  });
}

void Matcher::Report(Problem problem,
                     const Exchange& exchange,
                     const std::string& party,
                     const std::string& shown_by,
                     const std::string& subject,
                     std::optional<uint64_t> index) {
  Finding finding;
  finding.problem = problem;
  finding.party = party;
  finding.index = index;
  finding.subject = subject;
  if (!shown_by.empty()) finding.shown_by = {shown_by};
  for (const Side* side : {&exchange.asker, &exchange.giver}) {
    if (finding.ref.empty() && !side->requests.empty()) {
      finding.ref = side->requests.front()->content.ref;
    }
  }
  collector_.Add(std::move(finding));
}

std::optional<Match> Matcher::MatchRequests(const Exchange& exchange) {
  const Side& asker = exchange.asker;
  const Side& giver = exchange.giver;
  for (const Kept<Request>* request : giver.requests) {
    if (WithDigest(asker.requests, request->digest) != nullptr) continue;
    if (FallsInHole(exchange, exchange.from)) return Match::kEntryAltered;
    const bool none = asker.requests.empty();
    Report(none ? Problem::kNotSent : Problem::kDigestMismatch,
           exchange,
           exchange.from,
           exchange.to,
           "request");
    return none ? Match::kReceivedNotSent : Match::kDigestMismatch;
  }
  for (const Kept<Request>* request : asker.requests) {
    if (WithDigest(giver.requests, request->digest) != nullptr) continue;
    const Kept<Receipt>* const receipt = ReceiptFor(exchange.from, exchange.to, request->digest);
    if (receipt == nullptr && asker.answers.empty()) continue;
    if (FallsInHole(exchange, exchange.to)) return Match::kEntryAltered;
    Report(Problem::kReceiptBroken,
           exchange,
           exchange.to,
           exchange.from,
           "request",
           receipt == nullptr ? std::nullopt
                              : std::optional(static_cast<uint64_t>(receipt->content.index)));
    return Match::kReceiptBroken;
  }
  return std::nullopt;
}

std::optional<Match> Matcher::MatchAnswers(const Exchange& exchange) {
  const Side& asker = exchange.asker;
  const Side& giver = exchange.giver;
  for (const Kept<Answer>* answer : asker.answers) {
    if (WithDigest(giver.answers, answer->digest) != nullptr) continue;
    if (FallsInHole(exchange, exchange.to)) return Match::kEntryAltered;
    const bool none = giver.answers.empty();
    Report(none ? Problem::kNotSent : Problem::kDigestMismatch,
           exchange,
           exchange.to,
           exchange.from,
           "answer");
    return none ? Match::kReceivedNotSent : Match::kDigestMismatch;
  }
  for (const Kept<Answer>* answer : giver.answers) {
    if (WithDigest(asker.answers, answer->digest) != nullptr) continue;
    const Kept<Receipt>* const receipt = ReceiptFor(exchange.to, exchange.from, answer->digest);
    if (receipt == nullptr) continue;
    if (FallsInHole(exchange, exchange.from)) return Match::kEntryAltered;
    Report(Problem::kReceiptBroken,
           exchange,
           exchange.from,
           exchange.to,
           "answer",
           static_cast<uint64_t>(receipt->content.index));
    return Match::kReceiptBroken;
  }
  return std::nullopt;
}

Match Matcher::MatchOf(const Exchange& exchange) {
  const Side& asker = exchange.asker;
  const Side& giver = exchange.giver;
  if (Altered(exchange)) return Match::kEntryAltered;
  if (asker.log == nullptr || giver.log == nullptr) return Match::kLogMissing;
  if (const std::optional<Match> broken = MatchRequests(exchange)) return *broken;
  if (const std::optional<Match> broken = MatchAnswers(exchange)) return *broken;
  if (asker.requests.empty() || giver.requests.empty() || giver.answers.empty()) {
    return Match::kPending;
  }
  const Kept<Answer>& answer = *LastAnswer(giver.answers);
  if (asker.answers.empty() || LastAnswer(asker.answers)->digest != answer.digest ||
      ReceiptFor(exchange.from, exchange.to, asker.requests.front()->digest) == nullptr ||
      ReceiptFor(exchange.to, exchange.from, answer.digest) == nullptr) {
    return Match::kSentNoReceipt;
  }
  const auto& cells = answer.content.cells;
  const bool pending = std::any_of(cells.begin(), cells.end(), [](const auto& cell) {
    return cell.second.state == CellState::kPending;
  });
  return pending ? Match::kPending : Match::kMatched;
}

ExchangeReport Matcher::ReportOf(const Exchange& exchange) {
  ExchangeReport report;
  report.id = exchange.id;
  report.from = exchange.from;
  report.to = exchange.to;
  report.match = MatchOf(exchange);
  const auto index_of = [](const auto* kept) {
    return kept == nullptr ? std::optional<uint64_t>() : std::optional(kept->index);
  };
  const auto last_of = [](const auto& list) { return list.empty() ? nullptr : list.back(); };
  report.request_at_from = index_of(last_of(exchange.asker.requests));
  report.request_at_to = index_of(last_of(exchange.giver.requests));
  report.answer_at_from = index_of(LastAnswer(exchange.asker.answers));
  report.answer_at_to = index_of(LastAnswer(exchange.giver.answers));

  // Each statement once, from whichever log has it: the two are the same or that is a finding.
  std::map<Hash, const Kept<Request>*> requests;
  std::map<Hash, const Kept<Answer>*> answers;
  for (const Side* side : {&exchange.asker, &exchange.giver}) {
    for (const Kept<Request>* request : side->requests)
      requests.emplace(request->digest, request);
  }
  for (const Side* side : {&exchange.giver, &exchange.asker}) {
    for (const Kept<Answer>* answer : side->answers)
      answers.emplace(answer->digest, answer);
  }
  for (const auto& [digest, request] : requests)
    CheckRequest(*request, trust_, collector_);
  for (const auto& [digest, answer] : answers) {
    const auto request = requests.find(answer->content.request);
    if (request != requests.end()) {
      const auto followed =
          answer->content.follows ? answers.find(*answer->content.follows) : answers.end();
      CheckAnswer(*request->second,
                  *answer,
                  followed == answers.end() ? nullptr : followed->second,
                  trust_,
                  collector_);
    } else if (report.match != Match::kEntryAltered && report.match != Match::kLogMissing) {
      Report(Problem::kDigestMismatch, exchange, exchange.to, "", "answer");
    }
  }
  if (!requests.empty()) {
    const Kept<Request>& request = !exchange.asker.requests.empty()
                                       ? *exchange.asker.requests.front()
                                       : *exchange.giver.requests.front();
    report.ref = request.content.ref;
    report.issued = request.content.issued;
  }
  const auto& last =
      !exchange.giver.answers.empty() ? exchange.giver.answers : exchange.asker.answers;
  if (!last.empty()) {
    // What the last one released, and those that it follows.
    std::set<std::string> released;
    const Kept<Answer>* answer = LastAnswer(last);
    for (size_t steps = 0; answer != nullptr && steps <= last.size(); ++steps) {
      for (const auto& [category, cell] : answer->content.cells) {
        if (cell.state == CellState::kReleased) released.insert(category);
      }
      const auto& follows = answer->content.follows;
      answer = follows ? WithDigest(last, *follows) : nullptr;
    }
    report.released.assign(released.begin(), released.end());
  }
  return report;
}

// An altered entry's exchange, until when it still was as promised, and who can show that.
void Matcher::CompleteFindings() {
  std::map<std::string, std::string> refs;  // exchange -> ref
  for (const auto& [party, log] : logs_) {
    for (const Kept<Request>& kept : log.requests) {
      refs[ToString(kept.content.exchange)] = kept.content.ref;
    }
  }
  for (Finding& finding : collector_.findings()) {
    const auto log = logs_.find(finding.party);
    if (!finding.index || finding.last || log == logs_.end()) continue;
    std::string exchange;
    const auto entry = log->second.entries.find(*finding.index);
    if (entry != log->second.entries.end()) exchange = entry->second.exchange;
    const bool altered =
        finding.problem == Problem::kEntryAltered || finding.problem == Problem::kEntryRemoved;
    for (const auto& [holder, other] : logs_) {
      for (const Kept<Receipt>& receipt : other.receipts) {
        if (receipt.peer != finding.party) continue;
        const uint64_t index = static_cast<uint64_t>(receipt.content.index);
        const uint64_t size = static_cast<uint64_t>(receipt.content.size);
        if (index == *finding.index) exchange = ToString(receipt.content.exchange);
        if (!altered || size <= *finding.index) continue;
        finding.since =
            std::max(finding.since.value_or(receipt.content.time), receipt.content.time);
        auto& shown_by = finding.shown_by;
        if (std::find(shown_by.begin(), shown_by.end(), holder) == shown_by.end()) {
          shown_by.push_back(holder);
        }
      }
    }
    const auto holes = holes_.find(finding.party);
    const auto missed = missed_.find(finding.party);
    if (exchange.empty() && holes != holes_.end() && missed != missed_.end() &&
        holes->second == std::vector<uint64_t>{*finding.index} && missed->second.size() == 1) {
      exchange = *missed->second.begin();
    }
    const auto ref = refs.find(exchange);
    if (finding.ref.empty() && ref != refs.end()) finding.ref = ref->second;
  }
}

std::vector<ExchangeReport> Matcher::Run() {
  Gather();
  FindAltered();
  std::vector<ExchangeReport> reports;
  for (const auto& [key, exchange] : exchanges_) {
    if (!IsRefusedCall(exchange)) reports.push_back(ReportOf(exchange));
  }
  for (const auto& [party, log] : logs_)
    CheckReceiptSubjects(log);
  CompleteFindings();
  std::stable_sort(reports.begin(), reports.end(), [](const auto& a, const auto& b) {
    return std::tie(a.issued, a.id) < std::tie(b.issued, b.id);
  });
  return reports;
}

}  // namespace

std::vector<ExchangeReport> MatchExchanges(const PartyLogs& logs,
                                           const Trust& trust,
                                           Collector& collector) {
  return Matcher(logs, trust, collector).Run();
}

}  // namespace schakel::audit
