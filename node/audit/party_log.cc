#include "node/audit/party_log.h"

#include <algorithm>
#include <utility>

namespace schakel::audit {
namespace {

using statement::Direction;
using statement::EntryKind;
using statement::KeyUse;
using statement::SignedStatement;
using statement::Type;

// An event of this type may set the log's time back (node/log/README.md, "Time").
constexpr const char* kClockReset = "clock_reset";

class Reader {
 public:
  Reader(const std::string& party, const Trust& trust, Collector& collector)
      : trust_(trust), collector_(collector) {
    log_.party = party;
  }

  Result<PartyLog> Run();

 private:
  void Find(Problem problem, uint64_t index, std::string subject = "");
  void TakeEntry(uint64_t index, std::string_view bytes, bool genuine);
  void TakeStatement(uint64_t index, const statement::Entry& entry);
  void TakeRequest(uint64_t index, const statement::Entry& entry);
  void TakeAnswer(uint64_t index, const statement::Entry& entry);
  void TakeReceipt(uint64_t index, const statement::Entry& entry);
  // Verified under the party's key for the use at `at`; a failure is a finding.
  template <typename T>
  std::optional<T> Verify(uint64_t index,
                          const SignedStatement& bytes,
                          const std::string& signer,
                          KeyUse use,
                          Instant T::*at);
  void CheckOrder();
  void TakeOwnReceipt(size_t line, std::string_view bytes);
  void CheckReceiptsAreThere();

  const Trust& trust_;
  Collector& collector_;
  PartyLog log_;
};

void Reader::Find(Problem problem, uint64_t index, std::string subject) {
  Finding finding;
  finding.problem = problem;
  finding.party = log_.party;
  finding.index = index;
  finding.subject = std::move(subject);
  collector_.Add(std::move(finding));
}

template <typename T>
std::optional<T> Reader::Verify(uint64_t index,
                                const SignedStatement& bytes,
                                const std::string& signer,
                                KeyUse use,
                                Instant T::*at) {
  Result<T> content = statement::ParseAs<T>(bytes);
  if (!content) {
    Find(Problem::kEntryMalformed, index);
    return std::nullopt;
  }
  if (!covenant::VerifyByParty<T>(bytes, trust_.delegations, signer, use, (*content).*at)) {
    Find(Problem::kSignature, index, signer);
    return std::nullopt;
  }
  return *std::move(content);
}

void Reader::TakeRequest(uint64_t index, const statement::Entry& entry) {
  const bool out = entry.direction == Direction::kOut;
  const std::string& signer = out ? log_.party : entry.peer;
  auto content = Verify<statement::Request>(
      index, *entry.statement, signer, KeyUse::kStatement, &statement::Request::issued);
  if (!content) return;
  const bool refused = entry.kind == EntryKind::kRefused;
  // A refused Request may name another receiver: that is a reason to refuse it.
  const bool fits = out ? content->from == log_.party && content->to == entry.peer
                        : content->from == entry.peer && (refused || content->to == log_.party);
  if (!fits || ToString(content->exchange) != entry.exchange) {
    return Find(Problem::kParties, index);
  }
  if (content->to != log_.party && !out) return;
  log_.requests.push_back({index,
                           entry.direction,
                           entry.peer,
                           refused,
                           entry.statement->Digest(),
                           *std::move(content)});
}

void Reader::TakeAnswer(uint64_t index, const statement::Entry& entry) {
  const bool out = entry.direction == Direction::kOut;
  const std::string& from = out ? log_.party : entry.peer;
  const std::string& to = out ? entry.peer : log_.party;
  auto content = Verify<statement::Answer>(
      index, *entry.statement, from, KeyUse::kStatement, &statement::Answer::issued);
  if (!content) return;
  if (content->from != from || content->to != to || ToString(content->exchange) != entry.exchange) {
    return Find(Problem::kParties, index);
  }
  log_.answers.push_back({index,
                          entry.direction,
                          entry.peer,
                          entry.kind == EntryKind::kRefused,
                          entry.statement->Digest(),
                          *std::move(content)});
}

void Reader::TakeReceipt(uint64_t index, const statement::Entry& entry) {
  auto content = Verify<statement::Receipt>(
      index, *entry.statement, entry.peer, KeyUse::kLog, &statement::Receipt::time);
  if (!content) return;
  if (entry.direction != Direction::kIn || trust_.PartyOfOrigin(content->origin) != entry.peer ||
      ToString(content->exchange) != entry.exchange) {
    return Find(Problem::kParties, index);
  }
  log_.receipts.push_back({index,
                           entry.direction,
                           entry.peer,
                           entry.kind == EntryKind::kRefused,
                           entry.statement->Digest(),
                           *std::move(content)});
}

void Reader::TakeStatement(uint64_t index, const statement::Entry& entry) {
  if (entry.peer.empty() || entry.direction == Direction::kLocal) {
    return Find(Problem::kParties, index);
  }
  switch (entry.statement->type()) {
    case Type::kRequest:
      return TakeRequest(index, entry);
    case Type::kAnswer:
      return TakeAnswer(index, entry);
    case Type::kReceipt:
      return TakeReceipt(index, entry);
    case Type::kDelegation:
    case Type::kAccept:
    case Type::kRevoke:
    case Type::kLeave:
    case Type::kUndelegate:
    case Type::kStatus:
    case Type::kFact:
      // They are no part of an exchange and prove themselves; an exchange log may hold them.
      return;
  }
}

void Reader::TakeEntry(uint64_t index, std::string_view bytes, bool genuine) {
  const Result<statement::Entry> entry = statement::Entry::Parse(bytes);
  if (!entry) {
    if (genuine) Find(Problem::kEntryMalformed, index);
    return;
  }
  EntryFacts facts;
  facts.kind = entry->kind;
  facts.direction = entry->direction;
  facts.type = entry->type;
  facts.peer = entry->peer;
  facts.exchange = entry->exchange;
  facts.digest = entry->statement ? std::optional(entry->statement->Digest()) : entry->digest;
  facts.pair_seq = entry->pair_seq;
  facts.subject_root = entry->subject_root;
  facts.time = entry->time;
  facts.genuine = genuine;
  if (entry->kind == EntryKind::kRefused && entry->type == "request" && !entry->statement) {
    ++log_.refused_calls;
  }
  log_.entries[index] = std::move(facts);
  if (genuine && entry->statement) TakeStatement(index, *entry);
}

// Times never go back, and the numbers of a pair follow; both are judged only where the entries in
// front are at hand.
void Reader::CheckOrder() {
  std::optional<Instant> last;
  std::map<std::pair<std::string, Direction>, int64_t> counters;
  uint64_t expected_index = 0;
  for (const auto& [index, entry] : log_.entries) {
    if (index != expected_index++ || !entry.genuine) return;
    const bool reset = entry.kind == EntryKind::kEvent && entry.type == kClockReset;
    if (last && entry.time < *last && !reset) Find(Problem::kTime, index);
    last = entry.time;
    if (entry.peer.empty() || entry.direction == Direction::kLocal) continue;
    int64_t& counter = counters[{entry.peer, entry.direction}];
    if (entry.pair_seq != counter + 1) Find(Problem::kGap, index, entry.peer);
    counter = entry.pair_seq.value_or(counter + 1);
  }
}

void Reader::TakeOwnReceipt(size_t line, std::string_view text) {
  const Result<SignedStatement> bytes = SignedStatement::Parse(text);
  const Result<statement::Receipt> receipt =
      bytes ? statement::ParseAs<statement::Receipt>(*bytes) : bytes.error();
  if (!receipt) {
    return collector_.Add(
        Problem::kFileDamaged, log_.party, "receipts.jsonl:" + std::to_string(line));
  }
  const uint64_t index = static_cast<uint64_t>(receipt->index);
  const uint64_t size = static_cast<uint64_t>(receipt->size);
  if (!covenant::VerifyByParty<statement::Receipt>(
          *bytes, trust_.delegations, log_.party, KeyUse::kLog, receipt->time)) {
    return Find(Problem::kOwnReceipt, index, "signature");
  }
  if (receipt->origin != log_.files.origin || size <= index || size > log_.files.size) {
    return Find(Problem::kOwnReceipt, index, "place");
  }
  if (index < log_.files.leaves.size() && log_.files.leaves[index] != receipt->leaf) {
    return Find(Problem::kOwnReceipt, index, "leaf");
  }
  const auto entry = log_.entries.find(index);
  if (entry != log_.entries.end() && entry->second.genuine) {
    const EntryFacts& facts = entry->second;
    if (facts.digest != receipt->statement || facts.exchange != ToString(receipt->exchange) ||
        facts.direction != Direction::kIn || facts.time != receipt->time ||
        (facts.kind == EntryKind::kRefused) == receipt->accepted) {
      return Find(Problem::kOwnReceipt, index, "statement");
    }
  }
  if (!log_.own_receipts.emplace(index, *receipt).second) {
    Find(Problem::kOwnReceipt, index, "place");
  }
}

// The node that accepts a Request or an Answer owes a receipt for it, made in the same commit.
void Reader::CheckReceiptsAreThere() {
  const auto check = [this](const auto& kept) {
    if (kept.direction != Direction::kIn || kept.refused) return;
    if (log_.own_receipts.count(kept.index) == 0) Find(Problem::kReceiptMissing, kept.index);
  };
  std::for_each(log_.requests.begin(), log_.requests.end(), check);
  std::for_each(log_.answers.begin(), log_.answers.end(), check);
}

Result<PartyLog> Reader::Run() {
  log_.files = TRY(ReadLogFiles(log_.party, trust_, collector_));
  if (!log_.files.present) return std::move(log_);
  TRY(ReadEntries(log_.party,
                  log_.files,
                  collector_,
                  [this](uint64_t index, std::string_view bytes, bool genuine) {
                    TakeEntry(index, bytes, genuine);
                  }));
  std::optional<Instant> at;
  const auto last = log_.entries.find(log_.files.size - 1);
  if (log_.files.size > 0 && last != log_.entries.end() && last->second.genuine) {
    at = last->second.time;
  }
  TRY(CheckTree(log_.party, log_.files, trust_, at, collector_));
  CheckOrder();
  const bool receipts = TRY(collector_.ReadLines(
      log_.party,
      "receipts.jsonl",
      kMaxReceiptFileBytes,
      [this](size_t line, std::string_view bytes) { TakeOwnReceipt(line, bytes); }));
  if (!receipts) collector_.Add(Problem::kFileMissing, log_.party, "receipts.jsonl");
  if (receipts) CheckReceiptsAreThere();
  return std::move(log_);
}

}  // namespace

bool PartyLog::Genuine(uint64_t index) const {
  const auto entry = entries.find(index);
  return entry != entries.end() && entry->second.genuine;
}

Result<PartyLog> ReadPartyLog(const std::string& party, const Trust& trust, Collector& collector) {
  return Reader(party, trust, collector).Run();
}

}  // namespace schakel::audit
