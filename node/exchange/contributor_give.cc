// What leaves the contributor: an answer that is committed, its end, or a refusal.
#include <algorithm>

#include "node/crypto/hash.h"
#include "node/exchange/contributor_incoming.h"

namespace schakel::exchange {
namespace {

constexpr int64_t kFramesPerCheck = 64;

}  // namespace

using statement::Answer;
using statement::Direction;
using statement::Request;
using statement::SignedStatement;
using store::Family;

// Gives a committed answer: what is stored, from frame 0.
Result<void> Contributor::Resend(const Incoming& incoming,
                                 const InRow& row,
                                 const WaitUntil& wait_until,
                                 ReplySink& sink) {
  Opening opening{row.answer, TRY(ReceiptFor(incoming)), {}};
  const bool prekey_unknown = std::any_of(row.cells.begin(), row.cells.end(), [](const auto& cell) {
    return cell.second.code == "PREKEY_UNKNOWN";
  });
  if (prekey_unknown) {
    opening.status = context_.statuses.Make(context_.log.Checkpoint(), incoming.now);
  }
  if (row.frames != 0) {
    // Content goes only while the gates still stand, also for an answer that was made before: what
    // stops it for good ends the answer, what may pass makes it wait.
    if (row.receipt_seen) return sink.OnOpening(opening);
    const Instant now = wait_until(row.not_before);
    if (Lapsed(incoming, row, now)) return Lapse(incoming, row, sink);
    const std::string stale = context_.statuses.CheckFresh(incoming.caller, now);
    // At its expiry the asker ends the exchange by itself, and here its frames go.
    if (!stale.empty() || now >= row.expires) {
      return Unavailable("content waits: " + (stale.empty() ? "EXPIRED" : stale));
    }
  }
  TRY(sink.OnOpening(opening));
  if (row.frames == 0) return {};
  int64_t sent = 0;
  Result<void> given;
  TRY(context_.store.Scan(
      Family::kOutbox, OutboxPrefix(row.exchange, row.attempt), [&](ByteView, ByteView frame) {
        if (sent % kFramesPerCheck == 0 && sent != 0 &&
            Lapsed(incoming, row, wait_until(incoming.now))) {
          given = Denied("the covenant ended while content went");
          return false;
        }
        given = sink.OnFrame(frame);
        ++sent;
        return given.ok();
      }));
  TRY(std::move(given));
  if (sent != row.frames) return Corrupt("the outbox does not hold every frame of this answer");
  return {};
}

// The version that was asked under is over, or one of the two may no longer be given anything.
// Asked afresh: what arrived since this call began counts.
bool Contributor::Lapsed(const Incoming& incoming, const InRow& row, Instant now) const {
  const auto view = context_.covenants.At(now);
  // What it was decided under may let more through than the overlay of now.
  return (view->overlay && view->overlay != row.overlay) || FlowEnded(incoming, row, now);
}

bool Contributor::FlowEnded(const Incoming& incoming, const InRow& row, Instant now) const {
  const auto view = context_.covenants.At(now);
  if (now >= view->document().valid_until) return true;
  const Hash under = view->Under(row.covenant).document().hash;
  const auto& self = context_.self.party;
  return !view->CheckEnded(self, incoming.caller).empty() ||
         !view->CheckAnswerUnder(under, now).empty() ||
         !covenant::VerifyByParty<Request>(incoming.signed_request,
                                           view->TrustedOf(incoming.caller),
                                           incoming.caller,
                                           statement::KeyUse::kStatement,
                                           now)
              .ok();
}

// A second Answer that voids the first (exchange.md 7); its frames go in the same commit.
Result<void> Contributor::Lapse(const Incoming& incoming, const InRow& row, ReplySink& sink) {
  const Request& request = incoming.request;
  Answer answer;
  answer.exchange = request.exchange;
  answer.from = context_.self.party;
  answer.to = incoming.caller;
  answer.request = row.request;
  answer.voids = TRY(SignedStatement::Parse(row.answer)).Digest();
  for (const std::string& category : request.categories)
    answer.cells[category] = {statement::CellState::kRefused, "LAPSED"};
  answer.issued = incoming.now;
  const crypto::SigningKey* const signers[] = {&context_.self.statement_key};
  const SignedStatement signed_answer =
      SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers);

  InRow lapsed = row;
  lapsed.answer = signed_answer.Encode();
  lapsed.cells = answer.cells;
  lapsed.frames = 0;
  log::Commit commit;
  commit.entries.push_back(StatementEntry(context_.self,
                                          Direction::kOut,
                                          incoming.caller,
                                          request.exchange,
                                          request.purpose,
                                          signed_answer,
                                          "LAPSED",
                                          /*keep_bytes=*/true));
  const Bytes row_key = InKey(incoming.caller, request.exchange);
  commit.batch.RequireValue(Family::kExchange, row_key, row.Encode());
  commit.batch.Put(Family::kExchange, row_key, lapsed.Encode());
  for (int64_t index = 0; index < row.frames; ++index) {
    commit.batch.Delete(Family::kOutbox,
                        OutboxKey(row.exchange, row.attempt, static_cast<uint64_t>(index)));
  }
  auto committed = context_.log.Append(std::move(commit), incoming.now);
  if (!committed && committed.error().code == ErrorCode::kConflict) {
    // Asked for twice at once: the other one was first, and what it wrote counts.
    const auto winner = TRY(FindIn(context_.store, incoming.caller, request.exchange));
    if (!winner) return committed.error();
    return sink.OnOpening({winner->answer, TRY(ReceiptFor(incoming)), {}});
  }
  if (!committed) return committed.error();
  return sink.OnOpening({lapsed.answer, TRY(ReceiptFor(incoming)), {}});
}

Result<void> Contributor::Refuse(const Incoming& incoming, std::string_view code, ReplySink& sink) {
  const Request& request = incoming.request;
  // Only the caller's own Request reserves its id; another party's copy and a second use do not.
  const bool reserves = code != "PARTY_MISMATCH" && code != "ID_REUSED";
  Answer answer;
  answer.exchange = request.exchange;
  answer.from = context_.self.party;
  answer.to = incoming.caller;
  answer.request = incoming.signed_request.Digest();
  for (const std::string& category : request.categories) {
    answer.cells[category] = {statement::CellState::kRefused, std::string(code)};
  }
  answer.issued = incoming.now;
  const crypto::SigningKey* const signers[] = {&context_.self.statement_key};
  const SignedStatement signed_answer =
      SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers);

  log::Commit commit;
  log::NewEntry in =
      StatementEntry(context_.self,
                     Direction::kIn,
                     incoming.caller,
                     request.exchange,
                     request.purpose,
                     incoming.signed_request,
                     code,
                     /*keep_bytes=*/code != "PARTY_MISMATCH" || request.from == incoming.caller);
  in.receipt =
      log::ReceiptOrder{request.exchange, answer.request, /*accepted=*/false, std::string(code)};
  commit.entries.push_back(std::move(in));
  commit.entries.push_back(StatementEntry(context_.self,
                                          Direction::kOut,
                                          incoming.caller,
                                          request.exchange,
                                          request.purpose,
                                          signed_answer,
                                          code,
                                          /*keep_bytes=*/true));
  InRow row;
  row.exchange = request.exchange;
  row.from = incoming.caller;
  row.ref = request.ref;
  row.group = request.group;
  row.categories = request.categories;
  row.covenant = request.covenant;
  row.request = answer.request;
  row.body = crypto::Sha256(incoming.sealed_body);
  row.answer = signed_answer.Encode();
  row.cells = answer.cells;
  row.created = incoming.now;
  row.expires = request.expires;
  row.not_before = incoming.now;
  if (reserves) {
    const Bytes row_key = InKey(incoming.caller, request.exchange);
    commit.batch.RequireAbsent(Family::kExchange, row_key);
    commit.batch.Put(Family::kExchange, row_key, row.Encode());
  }
  auto committed = context_.log.Append(std::move(commit), incoming.now);
  if (!committed) return committed.error();
  Opening opening{row.answer, committed->entries.front().receipt->Encode(), {}};
  if (code == "PREKEY_UNKNOWN") {
    opening.status = context_.statuses.Make(context_.log.Checkpoint(), incoming.now);
  }
  return sink.OnOpening(opening);
}

Result<std::string> Contributor::ReceiptFor(const Incoming& incoming) const {
  for (const uint64_t index : TRY(context_.log.FindDigest(incoming.signed_request.Digest()))) {
    const statement::Entry entry = TRY(context_.log.Entry(index));
    if (entry.peer != incoming.caller || entry.direction != Direction::kIn) continue;
    const auto receipt = context_.log.Receipt(index);
    if (receipt) return receipt->Encode();
  }
  return Corrupt("the receipt for this request is not in the log");
}

}  // namespace schakel::exchange
