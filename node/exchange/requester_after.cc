// The requester after an answer: receipts, what was received, what a crash left, and secrets that
// have had their time.
#include <algorithm>
#include <set>

#include "node/base/reason.h"
#include "node/exchange/budget.h"
#include "node/exchange/payload.h"
#include "node/exchange/requester.h"

namespace schakel::exchange {

using statement::Direction;
using statement::SignedStatement;
using store::Durability;
using store::Family;

Result<void> Requester::DeliverOne(const OutRow& row) {
  std::optional<SignedStatement> receipt;
  for (const uint64_t index : TRY(context_.log.FindExchange(row.exchange))) {
    const statement::Entry entry = TRY(context_.log.Entry(index));
    if (entry.direction != Direction::kIn || entry.type != "answer") continue;
    receipt = TRY(context_.log.Receipt(index));
  }
  if (!receipt) return Corrupt("the receipt for an answer is not in the log");
  TRY(link_.Deliver(row.to, receipt->Encode()));
  OutRow delivered = row;
  delivered.receipt_due = false;
  store::Batch batch;
  batch.Put(Family::kExchange, OutKey(row.exchange), delivered.Encode());
  batch.Delete(Family::kExchange, ReceiptDueKey(row.to, row.exchange));
  // Unsynced: a crash that forgets it delivers once more, which the partner takes as done.
  return context_.store.Write(batch, Durability::kUnsynced);
}

Result<int> Requester::DeliverReceipts() {
  std::vector<Uuid> due;
  TRY(context_.store.Scan(Family::kExchange, ReceiptDuePrefix(), [&](ByteView key, ByteView) {
    Uuid exchange;
    if (key.size() >= exchange.bytes.size()) {
      std::copy(key.end() - static_cast<std::ptrdiff_t>(exchange.bytes.size()),
                key.end(),
                exchange.bytes.begin());
      due.push_back(exchange);
    }
    return true;
  }));
  if (!context_.recovery.CheckContent()) return static_cast<int>(due.size());
  int left = 0;
  for (const Uuid& exchange : due) {
    const std::optional<OutRow> row = TRY(FindOut(context_.store, exchange));
    if (!row) return Corrupt("a receipt is due for an exchange that is not there");
    if (!DeliverOne(*row)) ++left;
  }
  return left;
}

Result<std::vector<record::Release>> Requester::Received(const Uuid& exchange) const {
  const std::optional<OutRow> row = TRY(FindOut(context_.store, exchange));
  if (!row) return NotFound("no such exchange");
  std::vector<record::Release> releases;
  if (!row->HasContent()) return releases;
  const auto view = context_.covenants.view();
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const covenant::Document& document = view->Under(row->covenant).document();
  Result<void> read;
  int64_t gone = 0;
  store::ValueReader reader(context_.keys);
  TRY(context_.store.Scan(
      Family::kReceived, ReceivedPrefix(exchange), [&](ByteView key, ByteView value) {
        // Behind those of the answers that were taken a crash may have left some.
        if (std::ssize(releases) + gone == row->releases) return false;
        auto bytes = reader.Open(Family::kReceived, key, value);
        gone += bytes ? 0 : 1;
        if (!bytes && bytes.error().code == ErrorCode::kNotFound) return true;  // shredded
        auto release = bytes && bytes->size() >= kKBytes
                           ? record::DecodeRelease(ByteView(*bytes).subspan(kKBytes), document)
                           : Result<record::Release>(Corrupt("a received row does not open"));
        if (!release) {
          read = release.error();
          return false;
        }
        releases.push_back(*std::move(release));
        return true;
      }));
  TRY(std::move(read));
  return releases;
}

Result<record::Body> Requester::BodyOf(const Uuid& exchange) const {
  const Bytes json = TRY(GetOwn("body", exchange));
  return record::ParseBody(AsText(json));
}

// A Request that nobody answered in time ends, so that a new one can take its place. One that was
// answered meanwhile stays what it became. Of one that was answered in part the waiting cells end.
Result<void> Requester::EndAs(const OutRow& row, std::string_view code) {
  OutRow ended = row;
  if (row.state == OutState::kPending) {
    ended.CloseAs(code);
  } else if (code == "LAPSED") {
    ended.code = std::string(code);
    ended.state = OutState::kRefused;
    for (const std::string& category : row.categories)
      ended.cells[category] = {statement::CellState::kRefused, ended.code};
  } else {
    ended.code = std::string(code);
    ended.state = OutState::kEnded;
  }
  store::Batch batch;
  const Bytes row_key = OutKey(row.exchange);
  batch.RequireValue(Family::kExchange, row_key, row.Encode());
  batch.Put(Family::kExchange, row_key, ended.Encode());
  const auto written = context_.store.Write(batch, Durability::kSynced);
  if (!written && written.error().code != ErrorCode::kConflict) return written.error();
  return {};
}

Result<int> Requester::PersonsThisQuarter(std::string_view partner,
                                          std::string_view group,
                                          Instant now) const {
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  return Budget(context_.store, context_.keys)
      .Spent(OwnBudgetAt(partner), group, DayOf(now, view->document().zone));
}

Result<int> Requester::ShredSecrets(Instant now) {
  if (!context_.recovery.CheckContent()) return 0;
  // Only a key that is gone is gone: one that cannot be read is no reason to leave the others, and
  // no reason to be silent.
  std::optional<Error> unread;
  const auto stands = [&](const store::DataKeyId& id) {
    const auto key = context_.keys.Get(id);
    if (!key && key.error().code != ErrorCode::kNotFound && !unread) unread = key.error();
    return key.ok();
  };
  std::vector<store::DataKeyId> ids;
  for (const OutRow& row : TRY(AllOut(context_.store))) {
    const bool waits = row.state == OutState::kSent || row.state == OutState::kPending;
    if ((waits || row.receipt_due) && now < row.expires) continue;
    if (waits) TRY(EndAs(row, "EXPIRED"));
    if (stands(row.key)) ids.push_back(row.key);
  }
  // Also of an answer without content: its body was opened and kept. A refusal before that has
  // none.
  for (const InRow& row : TRY(AllIn(context_.store))) {
    const bool waits = !row.receipt_seen || !PendingOf(row.cells).empty();
    if (waits && now < row.expires) continue;
    if (!stands(row.key)) continue;
    // The frames first: while the key is there, a shredding that broke off is done again.
    store::Batch outbox;
    for (int64_t index = 0; !row.receipt_seen && index < row.frames; ++index) {
      outbox.Delete(Family::kOutbox,
                    OutboxKey(row.exchange, row.attempt, static_cast<uint64_t>(index)));
    }
    if (!outbox.empty()) TRY(context_.store.Write(outbox, Durability::kSynced));
    ids.push_back(row.key);
  }
  if (!ids.empty()) TRY(context_.keys.Shred(ids));
  if (unread) return *unread;
  return static_cast<int>(ids.size());
}

Result<void> RemoveReceivedOrphans(const Context& context) {
  std::set<Bytes> kept;
  for (const OutRow& row : TRY(AllOut(context.store))) {
    for (int64_t index = 0; row.HasContent() && index < row.releases; ++index)
      kept.insert(ReceivedKey(row.exchange, static_cast<uint64_t>(index)));
  }
  store::Batch batch;
  TRY(context.store.Scan(Family::kReceived, {}, [&](ByteView key, ByteView) {
    if (!kept.contains(Bytes(key.begin(), key.end()))) batch.Delete(Family::kReceived, key);
    return true;
  }));
  if (batch.empty()) return {};
  return context.store.Write(batch, Durability::kSynced);
}

}  // namespace schakel::exchange
