// The second answer to a Request: what an approver closed, or nobody did by the deadline.
#include <algorithm>
#include <optional>

#include "node/base/limits.h"
#include "node/exchange/approvals.h"
#include "node/exchange/contributor_incoming.h"
#include "node/exchange/facts.h"

namespace schakel::exchange {

using statement::CellState;
using statement::Direction;
using statement::SignedStatement;
using store::Family;

// What the waiting cells give now; absent while they wait on. All LAPSED when the version that was
// asked under is over, or one of the two may no longer be given anything.
Result<std::optional<Disclosure>> Contributor::DecideClosing(Incoming& incoming, const InRow& row) {
  const LineageView& view = *incoming.view;
  if (view.document().hash != row.covenant || FlowEnded(incoming, row, incoming.now)) {
    Disclosure lapsed;
    for (const std::string& category : PendingOf(row.cells))
      lapsed.cells[category] = {CellState::kRefused, "LAPSED"};
    return std::optional<Disclosure>(std::move(lapsed));
  }
  const auto closing = TRY(Approvals(context_).ClosingOf(row, view, incoming.now));
  if (!closing) return std::optional<Disclosure>();
  if (const std::string stale = context_.statuses.CheckFresh(incoming.caller, incoming.now);
      !stale.empty()) {
    return Unavailable("content waits: " + stale);
  }
  const Bytes body = TRY(GetPrivate(context_.store, context_.keys, "body", row.from, row.exchange));
  incoming.body_json = ToText(body);
  incoming.body = TRY(record::ParseBody(incoming.body_json));
  incoming.facts = TRY(
      TakeFacts(incoming.body.facts, incoming.request.group, view, context_.store, incoming.now));
  incoming.persons = AskedPersons(incoming.body, incoming.facts, view.document());
  return std::optional<Disclosure>(TRY(DecideAll(context_,
                                                 view,
                                                 incoming.request,
                                                 incoming.persons,
                                                 incoming.facts,
                                                 incoming.now,
                                                 &*closing)));
}

Result<void> Contributor::Close(Incoming& incoming,
                                const InRow& row,
                                const WaitUntil& wait_until,
                                ReplySink& sink) {
  // Past its expiry its key may go: nothing comes of it any more.
  std::optional<Disclosure> decided;
  if (incoming.now < row.expires) decided = TRY(DecideClosing(incoming, row));
  if (!decided) return sink.OnOpening({row.answer, TRY(ReceiptFor(incoming)), {}});

  InRow next = row;
  next.closed = true;
  next.receipt_seen = false;
  next.overlay = incoming.view->overlay;
  next.frames = 0;
  next.subject_root.reset();
  next.sealed_digest.reset();
  next.matched = std::max(next.matched, decided->matched);
  next.doubtful = std::max(next.doubtful, decided->doubtful);
  next.releases += static_cast<int64_t>(decided->releases.size());
  for (const auto& [category, cell] : decided->cells)
    next.cells.insert_or_assign(category, cell);
  if (row.subjects < static_cast<int64_t>(kSmallRequestSubjects))
    next.not_before = incoming.now + kSmallRequestFloor;
  context_.entropy.Fill(next.attempt);

  const store::DataKey key{row.key, TRY(context_.keys.Get(row.key))};
  log::Commit commit;
  const Hash first = TRY(SignedStatement::Parse(row.answer)).Digest();
  const SignedStatement answer =
      TRY(SealAnswer(incoming, *decided, key, first, next, commit.batch));
  next.answer = answer.Encode();
  const bool lapsed = !decided->open && decided->cells.begin()->second.code == "LAPSED";
  log::NewEntry out = StatementEntry(context_.self,
                                     Direction::kOut,
                                     incoming.caller,
                                     incoming.request.exchange,
                                     incoming.request.purpose,
                                     answer,
                                     lapsed ? "LAPSED" : "ok",
                                     /*keep_bytes=*/true);
  out.entry.subject_root = next.subject_root;
  out.entry.sealed_digest = next.sealed_digest;
  commit.entries.push_back(std::move(out));
  const Bytes row_key = InKey(incoming.caller, row.exchange);
  commit.batch.RequireValue(Family::kExchange, row_key, row.Encode());
  commit.batch.Put(Family::kExchange, row_key, next.Encode());
  AddDoubtful(incoming, *decided, commit.batch);
  for (const auto& [count_key, counts] : decided->counts)
    commit.batch.Put(Family::kExchange, count_key, counts);
  commit.batch.Merge(std::move(incoming.facts.seen));

  auto committed = context_.log.Append(std::move(commit), incoming.now);
  if (!committed) {
    if (committed.error().code != ErrorCode::kConflict) return committed.error();
    // Asked for twice at once: the other one was first, and its Answer counts.
    const auto winner = TRY(FindIn(context_.store, incoming.caller, row.exchange));
    if (!winner || winner->answer == row.answer) return committed.error();
    return Resend(incoming, *winner, wait_until, sink);
  }
  return Resend(incoming, next, wait_until, sink);
}

}  // namespace schakel::exchange
