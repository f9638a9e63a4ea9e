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

namespace schakel::exchange {
namespace {

using statement::Answer;
using statement::Direction;
using statement::Receipt;
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

// The code when every cell was refused with one and the same code; else empty.
std::string WholeRefusal(const Answer& answer) {
  if (answer.payload) return {};
  std::string code;
  for (const auto& [category, cell] : answer.cells) {
    if (cell.state != statement::CellState::kRefused) return {};
    if (!code.empty() && cell.code != code) return "REFUSED";
    code = cell.code;
  }
  return code;
}

std::set<Uuid> AskedRows(const record::Body& body) {
  std::set<Uuid> rows;
  for (const record::ListedSubject& subject : body.subjects)
    rows.insert(subject.row);
  return rows;
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

// What came back, verified as far as signatures go; the content is not looked at yet.
struct Requester::Answered {
  SignedStatement request;
  Request asked;
  SignedStatement answer;
  Answer content;
  SignedStatement receipt;
  std::string status;
  std::vector<Bytes> frames;  // header first
};

namespace {

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
  const std::string stale = context_.statuses.CheckFresh(ask.to, now);
  if (!stale.empty()) {
    return Because(Unavailable("content to " + ask.to + " waits: " + stale),
                   Reason::kContentWaits,
                   {{"party", ask.to}, {"code", stale}});
  }
  const auto view = context_.covenants.view();
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
    const SealedLines lines =
        TRY(SealLines(context_, request.from, request.exchange, key, ask.lines, commit.batch));
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
  const auto view = context_.covenants.view();
  const Bytes sealed = TRY(GetOwn("sealed", row.exchange));
  Collector collector;
  TRY(link_.Send(row.to, {request_bytes, sealed}, collector));
  if (!collector.opening())
    return Because(Unavailable("the partner closed without an answer"), Reason::kPeerFailed);
  const Opening& opening = *collector.opening();

  const SignedStatement signed_request = TRY(SignedStatement::Parse(request_bytes));
  const SignedStatement signed_answer = TRY(SignedStatement::Parse(opening.answer));
  auto answer = TRY(covenant::VerifyByParty<Answer>(
      signed_answer, view->delegations, row.to, statement::KeyUse::kStatement, now));
  const SignedStatement signed_receipt = TRY(SignedStatement::Parse(opening.receipt));
  const auto receipt = TRY(covenant::VerifyByParty<Receipt>(
      signed_receipt, view->delegations, row.to, statement::KeyUse::kLog, now));
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
  if (found->state != OutState::kSent) return Taken{*std::move(found), false, {}};
  if (now >= found->expires) {
    TRY(EndExpired(*found));
    return Taken{TRY(FindOut(context_.store, exchange)).value_or(*found), false, {}};
  }
  // The partner may have restarted since, and with it forgotten our status: greet before asking.
  TRY(context_.statuses.Greet(link_, found->to, context_.log.Checkpoint(), now));
  return SendAndTake(*std::move(found), now);
}

Result<Taken> Requester::SendAndTake(OutRow row, Instant now) {
  const std::string request_bytes = ToText(TRY(GetOwn("request", row.exchange)));
  Answered answered = TRY(Fetch(row, request_bytes, now));
  return Accept(std::move(row), std::move(answered), now);
}

Result<Taken> Requester::Accept(OutRow row, Answered answered, Instant now) {
  const Answer& content = answered.content;
  const auto view = context_.covenants.view();
  std::set<std::string> categories;
  for (const auto& [category, cell] : content.cells)
    categories.insert(category);
  const bool complete = std::equal(
      categories.begin(), categories.end(), row.categories.begin(), row.categories.end());
  const std::string whole = WholeRefusal(content);
  if (complete && !content.payload) {
    row.state = EndsTheId(whole) ? OutState::kEnded : OutState::kRefused;
    if (row.state == OutState::kEnded && !answered.status.empty()) {
      // The partner's new prekey comes beside the refusal; a status that fails is asked for again.
      const auto taken = context_.statuses.Take(row.to, {answered.status, {}}, now);
      if (!taken && taken.error().code == ErrorCode::kInternal) return taken.error();
    }
    row.cells = content.cells;
    row.code = whole;
    return FinishWith(std::move(row), answered, {}, {}, now);
  }
  // What is our own is read first: only what is wrong with the answer itself may quarantine it.
  const record::Body body = TRY(BodyOf(row.exchange));
  const Bytes secret = TRY(GetOwn("ephemeral", row.exchange));
  const crypto::X25519Pair ephemeral = crypto::X25519FromSecret(secret);
  const covenant::Facts stated = FactsAt(body.facts, row.group, *view, answered.asked.issued);
  const auto open = [&]() -> Result<std::pair<OpenedPayload, std::vector<record::Release>>> {
    if (!complete) return Denied("an answer about other categories");
    const crypto::Key32 key = TRY(PayloadKey(ephemeral.secret,
                                             content.payload->ephemeral,
                                             answered.asked.ephemeral,
                                             content.payload->ephemeral,
                                             row.request));
    PayloadReader reader(key, *content.payload);
    for (const Bytes& frame : answered.frames)
      TRY(reader.Add(frame));
    OpenedPayload opened = TRY(reader.Finish());
    auto releases = TRY(CheckReleases(
        opened.releases, answered.asked, content, AskedRows(body), *view->covenant, stated));
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
  if (!opened) return Quarantine(std::move(row), answered, std::move(spent), now);

  // One key per subject received; group-level releases share one.
  std::map<std::optional<Uuid>, store::DataKey> keys;
  store::Batch received;
  for (size_t index = 0; index < opened->second.size(); ++index) {
    const auto [key, fresh] = keys.try_emplace(opened->second[index].row);
    if (fresh) key->second = TRY(context_.keys.Take());
    const Bytes row_key = ReceivedKey(row.exchange, index);
    // k stands with every release, so that each can be proved for as long as it exists.
    Bytes kept = opened->first.k;
    Append(kept, opened->first.releases[index]);
    received.Put(Family::kReceived,
                 row_key,
                 store::SealValue(key->second, Family::kReceived, row_key, kept, context_.entropy));
    if (received.bytes() >= kReceivedBatchBytes) {
      TRY(context_.store.Write(received, Durability::kUnsynced));
      received = {};
    }
  }
  if (!received.empty()) TRY(context_.store.Write(received, Durability::kUnsynced));
  row.state = OutState::kAnswered;
  row.cells = content.cells;
  row.releases = static_cast<int64_t>(opened->second.size());
  Taken taken = TRY(FinishWith(std::move(row), answered, std::move(spent), {}, now));
  if (taken.fresh) taken.releases = std::move(opened->second);
  return taken;
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
  row.state = OutState::kQuarantined;
  row.code = "RECHECK_FAILED";
  for (const std::string& category : row.categories) {
    row.cells[category] = {statement::CellState::kRefused, "RECHECK_FAILED"};
  }
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
  // Continued twice at once and the other one finished it: its answer stands.
  if (stored.state != OutState::kSent) return Taken{std::move(stored), false, {}};
  row.answered = now;
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
  commit.entries.push_back(StatementEntry(context_.self,
                                          Direction::kIn,
                                          row.to,
                                          row.exchange,
                                          row.purpose,
                                          answered.receipt,
                                          "ok",
                                          /*keep_bytes=*/true));
  commit.batch = std::move(batch);
  commit.batch.RequireValue(Family::kExchange, row_key, *before);
  commit.batch.Put(Family::kExchange, row_key, row.Encode());
  commit.batch.Put(Family::kExchange, ReceiptDueKey(row.to, row.exchange), {});
  auto committed = context_.log.Append(std::move(commit), now);
  if (!committed && committed.error().code == ErrorCode::kConflict) {
    // Continued twice at once: the other one finished it.
    std::optional<OutRow> finished = TRY(FindOut(context_.store, row.exchange));
    if (finished && finished->state != OutState::kSent)
      return Taken{*std::move(finished), false, {}};
  }
  if (!committed) return committed.error();
  return Taken{std::move(row), /*fresh=*/true, {}};
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
