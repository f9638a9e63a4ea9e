// The requester's check of an answer, and commit 3.
#include <algorithm>
#include <map>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/exchange/budget.h"
#include "node/exchange/facts.h"
#include "node/exchange/payload.h"
#include "node/exchange/recheck.h"
#include "node/exchange/requester_answered.h"

namespace schakel::exchange {
namespace {

using statement::Answer;
using statement::Direction;
using statement::Request;
using statement::SignedStatement;
using store::Durability;
using store::Family;

constexpr size_t kReceivedBatchBytes = 1 << 20;

// Refusals that say nothing about the question: the id is spent, and the same question gets a new
// one (exchange.md 7). A partner that restarted has lost our status besides its prekey.
bool EndsTheId(std::string_view code) {
  return code == "PREKEY_UNKNOWN" || code == "ISSUED" || code == "STATUS_STALE";
}

// The cells are those that this answer has to be about: every one that was asked, or those that the
// answer before left PENDING, or all again when it takes that one's place with nothing.
bool Fits(const Answer& answer, const OutRow& row) {
  std::set<std::string> categories;
  for (const auto& [category, cell] : answer.cells)
    categories.insert(category);
  const std::set<std::string> asked(row.categories.begin(), row.categories.end());
  if (row.state != OutState::kPending) return !answer.follows && categories == asked;
  if (answer.follows) return answer.follows == row.answer && categories == PendingOf(row.cells);
  // What it voids may be a second answer that never came here.
  return answer.voids && categories == asked && !answer.payload;
}

// Only what rules make wait is PENDING, and what they make wait came so first.
Result<void> CheckWaits(const Answer& answer,
                        const Request& asked,
                        const covenant::Covenant& under) {
  for (const auto& [category, cell] : answer.cells) {
    covenant::Question question;
    question.from = asked.to;
    question.to = asked.from;
    question.purpose = asked.purpose;
    question.category = category;
    const bool needs = !under.ApproversOf(question).empty();
    if (cell.state == statement::CellState::kPending && !needs)
      return Denied("a cell waits that needs no approval");
    if (cell.state == statement::CellState::kReleased && needs && !answer.follows)
      return Denied("a cell was released that needs an approval");
  }
  return {};
}

std::set<Uuid> AskedRows(const record::Body& body) {
  std::set<Uuid> rows;
  for (const record::ListedSubject& subject : body.subjects)
    rows.insert(subject.row);
  return rows;
}

// Nothing of this answer is taken. What an answer before it brought stays.
void CloseAll(OutRow& row, OutState state, const char* code) {
  if (row.state == OutState::kPending) return row.CloseAs(code);
  row.state = state;
  row.code = code;
  for (const std::string& category : row.categories)
    row.cells[category] = {statement::CellState::kRefused, code};
}

Bytes EncodeFrames(const std::vector<Bytes>& frames) {
  Bytes all;
  for (const Bytes& frame : frames) {
    AppendU32(all, static_cast<uint32_t>(frame.size()));
    Append(all, frame);
  }
  return all;
}

}  // namespace

Result<Taken> Requester::Accept(OutRow row, Answered answered, Instant now) {
  const Answer& content = answered.content;
  const Hash digest = answered.answer.Digest();
  // Still what it was: the cells wait on.
  if (row.state == OutState::kPending && row.answer == digest)
    return Taken{std::move(row), false, {}};
  const auto view = context_.covenants.At(now);
  const auto under = view->Find(answered.asked.covenant);
  if (!under) return Corrupt("the version that was asked under is not in the store");
  const Result<void> waits = CheckWaits(content, answered.asked, *under);
  const bool fits = Fits(content, row);
  if (fits && waits && !content.payload) {
    return AcceptWithout(std::move(row), answered, now);
  }
  const bool superseded = under->document().hash != view->document().hash;
  // What is our own is read first: only what is wrong with the answer itself may quarantine it.
  const record::Body body = TRY(BodyOf(row.exchange));
  const Bytes secret = TRY(GetOwn("ephemeral", row.exchange));
  const crypto::X25519Pair ephemeral = crypto::X25519FromSecret(secret);
  std::optional<LineageView> before;
  if (superseded) {
    before = *view;
    before->covenant = under;
    before->delegations = view->known;
  }
  const covenant::Facts stated =
      FactsAt(body.facts, row.group, before ? *before : *view, answered.asked.issued);
  const auto open = [&]() -> Result<std::pair<OpenedPayload, std::vector<record::Release>>> {
    if (!fits) return Denied("an answer about other categories");
    TRY(waits);
    if (!content.payload) return Denied("nothing to open");
    const crypto::Key32 key = TRY(PayloadKey(ephemeral.secret,
                                             content.payload->ephemeral,
                                             answered.asked.ephemeral,
                                             content.payload->ephemeral,
                                             row.request));
    PayloadReader reader(key, *content.payload);
    for (const Bytes& frame : answered.frames)
      TRY(reader.Add(frame));
    OpenedPayload opened = TRY(reader.Finish());
    auto releases = TRY(
        CheckReleases(opened.releases, answered.asked, content, AskedRows(body), *under, stated));
    return std::make_pair(std::move(opened), std::move(releases));
  };
  auto opened = open();
  // As the partner counts: it has given something, whatever we think of it.
  store::Batch spent;
  const Budget budget(context_.store, context_.keys);
  budget.Spend(spent,
               OwnBudgetAt(row.to),
               row.group,
               budget.Tokens(body.subjects),
               DayOf(now, view->document().zone));
  // What ended while the answer was on its way lets nothing in.
  const bool goes_on = view->CheckEnded(context_.self.party, row.to).empty() &&
                       view->CheckAnswerUnder(under->document().hash, now).empty();
  if (!goes_on) return Lapse(std::move(row), answered, std::move(spent), now);
  if (!opened) return Quarantine(std::move(row), answered, std::move(spent), now);

  // An answer under the version before counts while the new one would let the same through.
  if (superseded && !StillAllowed(opened->second,
                                  answered.asked,
                                  *view->covenant,
                                  FactsAt(body.facts, row.group, *view, answered.asked.issued),
                                  now)) {
    return Lapse(std::move(row), answered, std::move(spent), now);
  }

  TRY(StoreReleases(row, opened->first, opened->second));
  // Of a second answer the releases are not all that there are.
  const bool first = row.state == OutState::kSent;
  if (row.releases == 0) row.answered = now;
  row.Take(content.cells);
  row.releases += static_cast<int64_t>(opened->second.size());
  Taken taken = TRY(FinishWith(std::move(row), answered, std::move(spent), {}, now));
  if (taken.fresh && first) taken.releases = std::move(opened->second);
  return taken;
}

// An answer that carries nothing: cells that wait, were refused, or lapsed.
Result<Taken> Requester::AcceptWithout(OutRow row, const Answered& answered, Instant now) {
  const Answer& content = answered.content;
  store::Batch spent;
  if (content.voids && row.state == OutState::kPending) {
    // What was received stays: it was given.
    row.CloseAs("LAPSED");
  } else {
    row.Take(content.cells);
  }
  if (row.state == OutState::kPending) {
    const Budget budget(context_.store, context_.keys);
    const auto view = context_.covenants.At(now);
    budget.Spend(spent,
                 OwnBudgetAt(row.to),
                 row.group,
                 budget.Tokens(TRY(BodyOf(row.exchange)).subjects),
                 DayOf(now, view->document().zone));
  }
  if (row.state == OutState::kRefused && EndsTheId(row.code)) {
    row.state = OutState::kEnded;
    if (!answered.status.empty()) {
      // The partner's new prekey comes beside the refusal; a status that fails is asked for again.
      const auto taken = context_.statuses.Take(row.to, {answered.status, {}}, now);
      if (!taken && taken.error().code == ErrorCode::kInternal) return taken.error();
    }
  }
  return FinishWith(std::move(row), answered, std::move(spent), {}, now);
}

Result<void> Requester::StoreReleases(const OutRow& row,
                                      const OpenedPayload& opened,
                                      const std::vector<record::Release>& releases) {
  // One key per subject received; group-level releases share one.
  std::map<std::optional<Uuid>, store::DataKey> keys;
  store::Batch received;
  for (size_t index = 0; index < releases.size(); ++index) {
    const auto [key, fresh] = keys.try_emplace(releases[index].row);
    if (fresh) key->second = TRY(context_.keys.Take());
    const Bytes row_key = ReceivedKey(row.exchange, static_cast<uint64_t>(row.releases) + index);
    // k stands with every release, so that each can be proved for as long as it exists.
    Bytes kept = opened.k;
    Append(kept, opened.releases[index]);
    received.Put(Family::kReceived,
                 row_key,
                 store::SealValue(key->second, Family::kReceived, row_key, kept, context_.entropy));
    if (received.bytes() >= kReceivedBatchBytes) {
      TRY(context_.store.Write(received, Durability::kUnsynced));
      received = {};
    }
  }
  if (!received.empty()) TRY(context_.store.Write(received, Durability::kUnsynced));
  return {};
}

// The Answer is logged and refused; what came with it is not kept.
Result<Taken> Requester::Lapse(OutRow row,
                               const Answered& answered,
                               store::Batch batch,
                               Instant now) {
  CloseAll(row, OutState::kRefused, "LAPSED");
  return FinishWith(std::move(row), answered, std::move(batch), "LAPSED", now);
}

Result<Taken> Requester::Quarantine(OutRow row,
                                    const Answered& answered,
                                    store::Batch batch,
                                    Instant now) {
  store::DataKey key{row.key, TRY(context_.keys.Get(row.key))};
  PutPrivate(batch,
             key,
             "quarantine",
             context_.self.party,
             row.exchange,
             EncodeFrames(answered.frames),
             context_.entropy);
  CloseAll(row, OutState::kQuarantined, "RECHECK_FAILED");
  return FinishWith(std::move(row), answered, std::move(batch), "RECHECK_FAILED", now);
}

// Commit 3: the Answer, the partner's receipt for our Request, the row, and our own receipt. `code`
// is why we refuse the answer; empty when we accept it.
Result<Taken> Requester::FinishWith(
    OutRow row, const Answered& answered, store::Batch batch, std::string_view code, Instant now) {
  const bool accepted = code.empty();
  const Bytes row_key = OutKey(row.exchange);
  const std::optional<Bytes> before = TRY(context_.store.Get(Family::kExchange, row_key));
  if (!before) return Corrupt("the row of this exchange is not in the store");
  OutRow stored = TRY(OutRow::Decode(*before));
  // Continued twice at once and the other one took it: its answer stands.
  const bool first = stored.state == OutState::kSent;
  const bool second =
      stored.state == OutState::kPending && stored.answer != answered.answer.Digest();
  if (!first && !second) return Taken{std::move(stored), false, {}};
  if (first) row.answered = now;
  row.answer = answered.answer.Digest();
  row.receipt_due = true;

  log::Commit commit;
  const std::string outcome = accepted ? "ok" : std::string(code);
  log::NewEntry answer_entry = StatementEntry(context_.self,
                                              Direction::kIn,
                                              row.to,
                                              row.exchange,
                                              row.purpose,
                                              answered.answer,
                                              outcome,
                                              /*keep_bytes=*/true);
  answer_entry.receipt =
      log::ReceiptOrder{row.exchange, answered.answer.Digest(), accepted, std::string(code)};
  commit.entries.push_back(std::move(answer_entry));
  // The partner's receipt for our Request comes with every answer, and is one entry.
  if (first) {
    commit.entries.push_back(StatementEntry(context_.self,
                                            Direction::kIn,
                                            row.to,
                                            row.exchange,
                                            row.purpose,
                                            answered.receipt,
                                            "ok",
                                            /*keep_bytes=*/true));
  }
  commit.batch = std::move(batch);
  commit.batch.RequireValue(Family::kExchange, row_key, *before);
  commit.batch.Put(Family::kExchange, row_key, row.Encode());
  commit.batch.Put(Family::kExchange, ReceiptDueKey(row.to, row.exchange), {});
  auto committed = context_.log.Append(std::move(commit), now);
  if (!committed && committed.error().code == ErrorCode::kConflict) {
    // Continued twice at once: the other one took it.
    std::optional<OutRow> finished = TRY(FindOut(context_.store, row.exchange));
    if (finished && finished->Encode() != *before) return Taken{*std::move(finished), false, {}};
  }
  if (!committed) return committed.error();
  return Taken{std::move(row), /*fresh=*/true, {}};
}

}  // namespace schakel::exchange
