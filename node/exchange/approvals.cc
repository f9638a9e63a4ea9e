#include "node/exchange/approvals.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/exchange/facts.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using statement::Request;

std::string PartOf(std::string_view category) {
  return "approval/" + std::string(category);
}

covenant::Question QuestionOf(const Request& request, const std::string& category) {
  covenant::Question question;
  question.from = request.to;
  question.to = request.from;
  question.purpose = request.purpose;
  question.category = category;
  return question;
}

// The shortest time that a permit of the cell lets an approval stand.
std::chrono::milliseconds ValidityOf(const covenant::Covenant& covenant,
                                     const Request& request,
                                     const std::string& category) {
  std::chrono::milliseconds shortest = std::chrono::milliseconds::max();
  for (const covenant::Permit* permit : covenant.PermitsFor(QuestionOf(request, category))) {
    if (!permit->approval) continue;
    const auto period = ParsePeriod(permit->approval->valid);
    const auto valid =
        period ? ToMilliseconds(*period) : Result<std::chrono::milliseconds>(period.error());
    shortest = std::min(shortest, valid ? *valid : std::chrono::milliseconds(0));
  }
  return shortest;
}

Hash SeenOf(const Look& look, const Request& request) {
  crypto::Sha256Stream hash;
  hash.Add(AsBytes("schakel/v1/approval-look\n"));
  hash.Add(
      AsBytes(statement::SignedBytes(statement::Type::kRequest, canon::Write(request.ToValue()))));
  hash.Add(AsBytes("\n" + look.waiting.category + "\n" + look.closed + "\n"));
  for (const ApprovalItem& item : look.items)
    hash.Add(item.hash);
  return hash.Finish();
}

Error NotWaiting() {
  return Because(NotFound("nothing of this exchange waits for an approval"), Reason::kApprovalNone);
}

}  // namespace

// A decision as it is kept, sealed under the exchange's key.
struct Approvals::Kept {
  Instant at;
  Instant valid_until;
  Hash record{};
  std::set<Hash> items;

  static Result<Kept> Parse(ByteView bytes) {
    const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
    Kept kept;
    kept.record = crypto::Sha256(bytes);
    // Everything else in it is for whoever asks later who decided what.
    const Value* const items = value.Find("items");
    const Value* const at = value.Find("at");
    const Value* const until = value.Find("valid_until");
    if (items == nullptr || items->AsArray() == nullptr || at == nullptr || !at->AsInt() ||
        until == nullptr || !until->AsInt()) {
      return Corrupt("a kept approval is damaged");
    }
    for (const Value& item : *items->AsArray()) {
      if (item.AsString() == nullptr) return Corrupt("a kept approval is damaged");
      kept.items.insert(TRY(DecodeHash(*item.AsString())));
    }
    kept.at = FromMillis(*at->AsInt());
    kept.valid_until = FromMillis(*until->AsInt());
    return kept;
  }
};

Result<Request> RequestOf(const Context& context, const InRow& row) {
  for (const uint64_t index : TRY(context.log.FindDigest(row.request))) {
    const statement::Entry entry = TRY(context.log.Entry(index));
    if (entry.direction == statement::Direction::kIn && entry.statement)
      return statement::ParseAs<Request>(*entry.statement);
  }
  return Corrupt("the request of an exchange is not in the log");
}

// The decision about the cell, while it stands.
Result<std::optional<Approvals::Kept>> Approvals::Find(const InRow& row,
                                                       std::string_view category,
                                                       Instant now) const {
  const auto bytes =
      GetPrivate(context_.store, context_.keys, PartOf(category), row.from, row.exchange);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) return std::optional<Kept>();
  if (!bytes) return bytes.error();
  Kept kept = TRY(Kept::Parse(*bytes));
  if (now >= kept.valid_until) return std::optional<Kept>();
  return std::optional<Kept>(std::move(kept));
}

Result<Waiting> Approvals::WaitingOf(const InRow& row,
                                     const Request& request,
                                     const LineageView& view,
                                     const std::string& category,
                                     Instant now) const {
  Waiting waiting;
  waiting.exchange = row.exchange;
  waiting.from = row.from;
  waiting.ref = row.ref;
  waiting.group = row.group;
  waiting.category = category;
  waiting.roles = view.covenant->ApproversOf(QuestionOf(request, category));
  waiting.created = row.created;
  waiting.deadline = ApprovalDeadline(view.document(), row.created, row.expires);
  if (const auto kept = TRY(Find(row, category, now))) waiting.decided = kept->at;
  return waiting;
}

Result<std::vector<Waiting>> Approvals::List(Instant now) const {
  std::vector<Waiting> all;
  const auto view = context_.covenants.At(now);
  if (!view) return all;
  for (const InRow& row : TRY(AllIn(context_.store))) {
    const std::set<std::string> pending = PendingOf(row.cells);
    if (pending.empty() || row.covenant != view->document().hash) continue;
    const Request request = TRY(RequestOf(context_, row));
    for (const std::string& category : pending) {
      Waiting waiting = TRY(WaitingOf(row, request, *view, category, now));
      if (now < waiting.deadline) all.push_back(std::move(waiting));
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Waiting& a, const Waiting& b) {
    return std::tie(a.deadline, a.ref, a.category) < std::tie(b.deadline, b.ref, b.category);
  });
  return all;
}

Result<Look> Approvals::Show(std::string_view from,
                             const Uuid& exchange,
                             std::string_view category,
                             Instant now) const {
  const auto view = context_.covenants.At(now);
  const auto row = TRY(FindIn(context_.store, from, exchange));
  const std::string name(category);
  if (!view || !row || !PendingOf(row->cells).contains(name) ||
      row->covenant != view->document().hash) {
    return NotWaiting();
  }
  const Request request = TRY(RequestOf(context_, *row));
  Look look;
  look.waiting = TRY(WaitingOf(*row, request, *view, name, now));
  if (now >= look.waiting.deadline) return NotWaiting();
  const Bytes body = TRY(GetPrivate(context_.store, context_.keys, "body", from, exchange));
  look.body = TRY(record::ParseBody(AsText(body)));
  const StatedFacts facts =
      TRY(TakeFacts(look.body.facts, request.group, *view, context_.store, now));
  Closing closing;
  closing.categories.insert(name);
  closing.look = true;
  Disclosure disclosure = TRY(DecideAll(context_,
                                        *view,
                                        request,
                                        AskedPersons(look.body, facts, view->document()),
                                        facts,
                                        now,
                                        &closing));
  look.asked = row->subjects;
  look.matched = disclosure.matched;
  look.doubtful = disclosure.doubtful;
  look.items = std::move(disclosure.items);
  if (!disclosure.open) look.closed = disclosure.cells.at(name).code;
  // The same order at every look.
  std::sort(look.items.begin(), look.items.end(), [](const auto& a, const auto& b) {
    return std::tie(a.subject, a.record, a.hash) < std::tie(b.subject, b.record, b.hash);
  });
  look.seen = SeenOf(look, request);
  return look;
}

Result<Approvals::Decided> Approvals::Decide(const Look& look,
                                             const CellApproval& approval,
                                             const statement::OperatorCall& call,
                                             Instant now) const {
  const Waiting& waiting = look.waiting;
  if (approval.seen != look.seen) {
    return Because(Conflict("what would leave changed since it was looked at"),
                   Reason::kApprovalChanged);
  }
  if (approval.reason.size() > kMaxApprovalReasonBytes) return Malformed("the reason is too long");
  if (!approval.without.empty() && *approval.without.rbegin() >= look.items.size())
    return Malformed("there is no such item");
  const auto row = TRY(FindIn(context_.store, waiting.from, waiting.exchange));
  const auto view = context_.covenants.At(now);
  if (!row || !view || !PendingOf(row->cells).contains(waiting.category)) return NotWaiting();
  if (TRY(Find(*row, waiting.category, now))) {
    return Because(Conflict("somebody decided about this already"), Reason::kApprovalDecided);
  }
  const Request request = TRY(RequestOf(context_, *row));
  Decided decided;
  Value::Array items;
  for (size_t i = 0; i < look.items.size(); ++i) {
    if (approval.refused || approval.without.contains(i)) continue;
    items.emplace_back(EncodeHex(look.items[i].hash));
  }
  decided.items = items.size();
  const Instant until = now + ValidityOf(*view->covenant, request, waiting.category);
  const std::string record =
      canon::Write(Value::Object{{"request", EncodeHex(row->request)},
                                 {"covenant", EncodeHex(request.covenant)},
                                 {"category", waiting.category},
                                 {"refused", approval.refused},
                                 {"items", std::move(items)},
                                 {"reason", approval.reason},
                                 {"by", call.operator_id},
                                 {"call",
                                  Value::Object{{"node", call.node},
                                                {"method", call.method},
                                                {"params", call.params},
                                                {"time", ToMillis(call.time)},
                                                {"nonce", EncodeHex(call.nonce)},
                                                {"signature", EncodeBase64(call.signature)}}},
                                 {"at", ToMillis(now)},
                                 {"valid_until", ToMillis(until)}});
  decided.record = crypto::Sha256(AsBytes(record));
  // The same row as was read: an answer that closed the cell meanwhile makes a conflict.
  decided.batch.RequireValue(
      store::Family::kExchange, InKey(waiting.from, waiting.exchange), row->Encode());
  const store::DataKey key{row->key, TRY(context_.keys.Get(row->key))};
  PutPrivate(decided.batch,
             key,
             PartOf(waiting.category),
             waiting.from,
             waiting.exchange,
             AsBytes(record),
             context_.entropy);
  return decided;
}

Result<std::optional<Closing>> Approvals::ClosingOf(const InRow& row,
                                                    const LineageView& view,
                                                    Instant now) const {
  const bool over = now >= ApprovalDeadline(view.document(), row.created, row.expires);
  Closing closing;
  closing.categories = PendingOf(row.cells);
  for (const std::string& category : closing.categories) {
    auto kept = TRY(Find(row, category, now));
    if (!kept && !over) return std::optional<Closing>();
    if (kept) closing.approved[category] = {kept->record, std::move(kept->items)};
  }
  return std::optional<Closing>(std::move(closing));
}

}  // namespace schakel::exchange
