#include "node/exchange/requester.h"

#include <algorithm>
#include <map>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
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
using statement::Receipt;
using statement::Request;
using statement::SignedStatement;
using store::Durability;
using store::Family;

// Collects one reply in memory; bounded by the number of frames that a peer may send.
class Collector final : public ReplySink {
 public:
  Result<void> OnOpening(const Opening& opening) override {
    if (opening_) return Malformed("two openings in one answer");
    opening_ = opening;
    return {};
  }
  Result<void> OnFrame(ByteView frame) override {
    if (!opening_) return Malformed("a frame before the opening");
    if (frames_.size() > kMaxFrames || frame.size() > kFramePlaintextBytes + 64) {
      return Malformed("more or larger frames than an answer can have");
    }
    total_ += frame.size();
    if (total_ > kMaxPayloadBytes * 2) return Malformed("the answer is too large");
    frames_.emplace_back(frame.begin(), frame.end());
    return {};
  }
  [[nodiscard]] const std::optional<Opening>& opening() const { return opening_; }
  std::vector<Bytes>& frames() { return frames_; }

 private:
  std::optional<Opening> opening_;
  std::vector<Bytes> frames_;
  size_t total_ = 0;
};

}  // namespace

Result<OutRow> Requester::Start(const Ask& ask, Instant now) {
  TRY(context_.recovery.CheckContent());
  const statement::Status status =
      TRY(context_.statuses.Greet(link_, ask.to, context_.log.Checkpoint(), now));
  const auto view = context_.covenants.At(now);
  const std::string ended = view->CheckEnded(context_.self.party, ask.to);
  if (!ended.empty()) {
    return Because(Denied("content to " + ask.to + " ended: " + ended),
                   Reason::kContentEnded,
                   {{"party", ask.to}, {"code", ended}});
  }
  const std::string stale = context_.statuses.CheckFresh(ask.to, now);
  if (!stale.empty()) {
    return Because(Unavailable("content to " + ask.to + " waits: " + stale),
                   Reason::kContentWaits,
                   {{"party", ask.to}, {"code", stale}});
  }
  const covenant::Document& document = view->document();

  const store::DataKey key = TRY(context_.keys.Take());
  const crypto::X25519Pair ephemeral = crypto::GenerateX25519(context_.entropy);
  Request request;
  request.exchange = MakeUuidV7(now, context_.entropy);
  request.ref = ask.ref;
  request.from = context_.self.party;
  request.to = ask.to;
  request.lineage = document.lineage;
  request.version = document.version;
  request.covenant = document.hash;
  request.purpose = ask.purpose;
  request.group = ask.group;
  request.categories = ask.categories;
  std::sort(request.categories.begin(), request.categories.end());
  request.actor_role = ask.actor_role;
  request.actor_commit = crypto::Blake2b(key.key.view(), AsBytes(ask.actor));
  request.ephemeral = ephemeral.public_key;
  request.prekey = status.prekey.id;
  request.issued = now;
  request.expires = now + TRY(MaxRequestLife(document));
  const crypto::Key32 body_key = TRY(BodyKey(
      ephemeral.secret, status.prekey.key, ephemeral.public_key, status.prekey.key, request));
  const Bytes sealed = TRY(record::SealBody(body_key, ask.body, context_.entropy));
  request.body = crypto::Sha256(sealed);
  // We hold ourselves to what the partner will hold us to, before anything is written or sent.
  TRY(CheckOpenedFields(ask.body, request, document));

  const crypto::SigningKey* const signers[] = {&context_.self.statement_key};
  const SignedStatement signed_request =
      SignedStatement::Sign(statement::Type::kRequest, request.ToValue(), signers);
  OutRow row;
  row.exchange = request.exchange;
  row.ref = request.ref;
  row.to = request.to;
  row.group = request.group;
  row.purpose = request.purpose;
  row.categories = request.categories;
  row.about_persons = ask.body.about == record::Body::About::kPersons;
  row.subjects = static_cast<int64_t>(ask.body.subjects.size());
  row.request = signed_request.Digest();
  row.covenant = request.covenant;
  row.key = key.id;
  row.created = now;
  row.expires = request.expires;

  log::Commit commit;
  commit.entries.push_back(StatementEntry(context_.self,
                                          Direction::kOut,
                                          request.to,
                                          request.exchange,
                                          request.purpose,
                                          signed_request,
                                          "ok",
                                          /*keep_bytes=*/true));
  if (!ask.lines.empty()) {
    const SealedLines lines = TRY(SealLines(
        context_, request.from, request.exchange, key, {"persoon"}, ask.lines, commit.batch));
    commit.entries.back().entry.subject_root = lines.subject_root;
    commit.entries.back().entry.sealed_digest = lines.sealed_digest;
  }
  commit.batch.RequireAbsent(Family::kExchange, OutKey(request.exchange));
  commit.batch.Put(Family::kExchange, OutKey(request.exchange), row.Encode());
  commit.batch.Put(Family::kExchange, OutRefKey(request.ref, request.exchange), {});
  const auto keep = [&](std::string_view part, ByteView bytes) {
    PutPrivate(commit.batch, key, part, request.from, request.exchange, bytes, context_.entropy);
  };
  keep("ephemeral", ephemeral.secret.view());
  keep("request", AsBytes(signed_request.Encode()));
  keep("sealed", sealed);
  keep("body", AsBytes(canon::Write(record::ToValue(ask.body))));
  TRY(context_.log.Append(std::move(commit), now));
  return row;
}

// A private part of one of our own exchanges.
Result<Bytes> Requester::GetOwn(std::string_view part, const Uuid& exchange) const {
  return GetPrivate(context_.store, context_.keys, part, context_.self.party, exchange);
}

Result<Requester::Answered> Requester::Fetch(const OutRow& row,
                                             const std::string& request_bytes,
                                             Instant now) {
  const auto view = context_.covenants.At(now);
  const Bytes sealed = TRY(GetOwn("sealed", row.exchange));
  Collector collector;
  TRY(link_.Send(row.to, {request_bytes, sealed}, collector));
  if (!collector.opening())
    return Because(Unavailable("the partner closed without an answer"), Reason::kPeerFailed);
  const Opening& opening = *collector.opening();

  const SignedStatement signed_request = TRY(SignedStatement::Parse(request_bytes));
  const SignedStatement signed_answer = TRY(SignedStatement::Parse(opening.answer));
  auto answer = TRY(covenant::VerifyByParty<Answer>(
      signed_answer, view->TrustedOf(row.to), row.to, statement::KeyUse::kStatement, now));
  const SignedStatement signed_receipt = TRY(SignedStatement::Parse(opening.receipt));
  const auto receipt = TRY(covenant::VerifyByParty<Receipt>(
      signed_receipt, view->TrustedOf(row.to), row.to, statement::KeyUse::kLog, now));
  Answered answered{signed_request,
                    TRY(statement::ParseAs<Request>(signed_request)),
                    signed_answer,
                    std::move(answer.content),
                    signed_receipt,
                    opening.status,
                    std::move(collector.frames())};
  const Answer& content = answered.content;
  if (content.exchange != row.exchange || content.from != row.to ||
      content.to != context_.self.party || content.request != row.request ||
      receipt.content.exchange != row.exchange || receipt.content.statement != row.request) {
    return Denied("an answer to another request");
  }
  return answered;
}

Result<OutRow> Requester::Continue(const Uuid& exchange, Instant now) {
  Taken taken = TRY(ContinueTaking(exchange, now));
  if (taken.fresh) DeliverReceipt(taken.row);
  return std::move(taken.row);
}

Result<Taken> Requester::ContinueTaking(const Uuid& exchange, Instant now) {
  TRY(context_.recovery.CheckContent());
  std::optional<OutRow> found = TRY(FindOut(context_.store, exchange));
  if (!found) return NotFound("no such exchange");
  if (found->state == OutState::kPending) return ContinuePending(*std::move(found), now);
  if (found->state != OutState::kSent) return Taken{*std::move(found), false, {}};
  if (now >= found->expires) {
    TRY(EndAs(*found, "EXPIRED"));
    return Taken{TRY(FindOut(context_.store, exchange)).value_or(*found), false, {}};
  }
  // What was asked under is over: the question is not sent again, for it names persons.
  if (!TRY(MaySendAgain(*found, now))) {
    TRY(EndAs(*found, "LAPSED"));
    return Taken{TRY(FindOut(context_.store, exchange)).value_or(*found), false, {}};
  }
  // The partner may have restarted since, and with it forgotten our status: greet before asking.
  TRY(context_.statuses.Greet(link_, found->to, context_.log.Checkpoint(), now));
  // The greeting may have brought an end.
  if (!TRY(MaySendAgain(*found, now))) {
    TRY(EndAs(*found, "LAPSED"));
    return Taken{TRY(FindOut(context_.store, exchange)).value_or(*found), false, {}};
  }
  return SendAndTake(*std::move(found), now);
}

// Asks whether the partner closed the cells that wait. It has the question already, so asking tells
// nobody anything.
Result<Taken> Requester::ContinuePending(OutRow row, Instant now) {
  const auto as_stored = [&]() -> Result<Taken> {
    return Taken{TRY(FindOut(context_.store, row.exchange)).value_or(row), false, {}};
  };
  if (now >= row.expires) {
    TRY(EndAs(row, "EXPIRED"));
    return as_stored();
  }
  // What waits is made when its asker comes with the receipt for what went before.
  DeliverReceipt(row);
  const auto view = context_.covenants.At(now);
  const bool over = row.covenant != view->document().hash ||
                    !view->CheckEnded(context_.self.party, row.to).empty();
  const auto greeted = context_.statuses.Greet(link_, row.to, context_.log.Checkpoint(), now);
  auto taken = greeted ? SendAndTake(row, now) : Result<Taken>(greeted.error());
  const bool waits = !taken || taken->row.state == OutState::kPending;
  if (!over || !waits) return taken;
  // What waits under a version lapses with it, also where the partner cannot say so.
  TRY(EndAs(TRY(FindOut(context_.store, row.exchange)).value_or(row), "LAPSED"));
  return as_stored();
}

// The question may go to the partner once more: what it was asked under goes on, or was replaced so
// lately that the answer still counts, and then names nobody that the new version keeps from it.
Result<bool> Requester::MaySendAgain(const OutRow& row, Instant now) const {
  const auto view = context_.covenants.At(now);
  const Hash under = view->Under(row.covenant).document().hash;
  if (!view->CheckEnded(context_.self.party, row.to).empty()) return false;
  if (now >= view->document().valid_until) return false;
  if (!view->CheckAnswerUnder(under, now).empty()) return false;
  if (under == view->document().hash) return true;
  const auto asked = TRY(statement::ParseAs<Request>(
      TRY(SignedStatement::Parse(AsText(TRY(GetOwn("request", row.exchange)))))));
  return CheckOpenedFields(TRY(BodyOf(row.exchange)), asked, view->document()).ok();
}

Result<Taken> Requester::SendAndTake(OutRow row, Instant now) {
  const std::string request_bytes = ToText(TRY(GetOwn("request", row.exchange)));
  Answered answered = TRY(Fetch(row, request_bytes, now));
  return Accept(std::move(row), std::move(answered), now);
}

Result<OutRow> Requester::Run(const Ask& ask, Instant now) {
  Taken taken = TRY(RunTaking(ask, now));
  if (taken.fresh) DeliverReceipt(taken.row);
  return std::move(taken.row);
}

Result<Taken> Requester::RunTaking(const Ask& ask, Instant now) {
  Taken taken = TRY(SendAndTake(TRY(Start(ask, now)), now));
  if (taken.row.state != OutState::kEnded) return taken;
  if (taken.fresh) DeliverReceipt(taken.row);
  return SendAndTake(TRY(Start(ask, now)), now);
}

// The receipt travels on its own time; what is not delivered now is due.
void Requester::DeliverReceipt(OutRow& row) {
  if (row.receipt_due && DeliverOne(row)) row.receipt_due = false;
}

}  // namespace schakel::exchange
