#include "node/exchange/contributor.h"

#include <algorithm>
#include <set>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/exchange/budget.h"
#include "node/exchange/contributor_incoming.h"
#include "node/exchange/disclosure.h"
#include "node/exchange/facts.h"
#include "node/exchange/lines.h"
#include "node/exchange/payload.h"
#include "node/exchange/recheck.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using statement::Answer;
using statement::Direction;
using statement::Request;
using statement::SignedStatement;
using store::Durability;
using store::Family;
using store::KeyBuilder;

constexpr size_t kOutboxBatchBytes = 1 << 20;

// Frames on their way to the outbox, in bounded unsynced batches.
class OutboxWriter {
 public:
  OutboxWriter(store::Store& store, const Uuid& exchange, ByteView attempt)
      : store_(store), exchange_(exchange), attempt_(attempt) {}

  Result<void> Add(ByteView frame) {
    batch_.Put(Family::kOutbox, OutboxKey(exchange_, attempt_, count_++), frame);
    if (batch_.bytes() >= kOutboxBatchBytes) return Flush();
    return {};
  }

  Result<void> Flush() {
    if (batch_.empty()) return {};
    TRY(store_.Write(batch_, Durability::kUnsynced));
    batch_ = {};
    return {};
  }

  [[nodiscard]] int64_t count() const { return static_cast<int64_t>(count_); }

 private:
  store::Store& store_;
  const Uuid& exchange_;
  ByteView attempt_;
  store::Batch batch_;
  uint64_t count_ = 0;
};

}  // namespace

Result<void> Contributor::Handle(std::string_view caller,
                                 const SendMessage& message,
                                 Instant now,
                                 const WaitUntil& wait_until,
                                 ReplySink& sink) {
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  if (const auto moves = context_.recovery.CheckContent(); !moves) {
    log::Commit commit;
    commit.entries.push_back(EventEntry("request_held", caller, "", "RECOVERY"));
    TRY(context_.local_log.Append(std::move(commit), now));
    return moves.error();
  }
  TRY(context_.log.CheckClock(now));

  auto parsed = SignedStatement::Parse(message.request);
  auto request = parsed ? statement::ParseAs<Request>(*parsed) : Result<Request>(parsed.error());
  // Signed by the party that it says it is from; whether that is the caller comes next. Who is no
  // party any more is known by the keys of before, and told so.
  const bool party = request && view->document().parties.contains(request->from);
  auto verified = request
                      ? covenant::VerifyByParty<Request>(*parsed,
                                                         party ? view->delegations : view->known,
                                                         request->from,
                                                         statement::KeyUse::kStatement,
                                                         now)
                      : Result<statement::Verified<Request>>(request.error());
  if (!verified) {
    log::Commit commit;
    commit.entries.push_back(EventEntry("request_unverified", caller, "", "DENIED"));
    TRY(context_.local_log.Append(std::move(commit), now));
    return Denied("a request that does not parse or verify");
  }
  Incoming incoming{std::string(caller),
                    view,
                    *std::move(parsed),
                    *std::move(request),
                    message.body,
                    now,
                    {},
                    {},
                    {},
                    {},
                    {}};
  const Request& asked = incoming.request;
  if (asked.from != caller || asked.to != context_.self.party) {
    return Refuse(incoming, "PARTY_MISMATCH", sink);
  }
  const auto known = TRY(FindIn(context_.store, caller, asked.exchange));
  if (known) {
    const bool same = known->request == incoming.signed_request.Digest() &&
                      known->body == crypto::Sha256(message.body);
    if (!same) return Refuse(incoming, "ID_REUSED", sink);
    // The asker has what could go at once, and comes for the rest.
    if (known->receipt_seen && !PendingOf(known->cells).empty())
      return Close(incoming, *known, wait_until, sink);
    return Resend(incoming, *known, wait_until, sink);
  }
  std::string code = TRY(CheckStructure(incoming));
  if (code.empty()) code = TRY(OpenAndCheck(incoming));
  if (!code.empty()) return Refuse(incoming, code, sink);
  return Release(incoming, wait_until, sink);
}

// The gates before the body is opened, in the order of exchange.md 4; empty text: pass.
Result<std::string> Contributor::CheckStructure(Incoming& incoming) {
  const Request& request = incoming.request;
  const covenant::Document& document = incoming.view->document();
  if (request.lineage != document.lineage) return std::string("COVENANT_UNKNOWN");
  if (request.version != document.version) return std::string("NOT_ACTIVE");
  if (request.covenant != document.hash) return std::string("HASH_MISMATCH");
  const std::string flow =
      incoming.view->CheckFlow(context_.self.party, incoming.caller, incoming.now);
  if (!flow.empty()) return flow;
  if (std::chrono::abs(request.issued - incoming.now) > kIssuedTolerance) {
    return std::string("ISSUED");
  }
  if (request.expires <= incoming.now) return std::string("EXPIRED");
  // The exchange's key and outbox stay until the Request's own expiry when no receipt comes.
  if (request.expires - request.issued > TRY(MaxRequestLife(document))) {
    return std::string("LIMIT");
  }
  if (!document.purposes.contains(request.purpose)) return std::string("PURPOSE_UNKNOWN");
  for (const std::string& category : request.categories) {
    if (!document.categories.contains(category)) return std::string("CATEGORY_UNKNOWN");
  }
  return context_.statuses.CheckFresh(incoming.caller, incoming.now);
}

// Opens the body and holds what it says against the covenant; empty text: pass.
Result<std::string> Contributor::OpenAndCheck(Incoming& incoming) {
  const Request& request = incoming.request;
  const covenant::Document& document = incoming.view->document();
  if (crypto::Sha256(incoming.sealed_body) != request.body) return std::string("BODY_HASH");
  const auto secret = context_.prekeys.Find(request.prekey, incoming.now);
  if (!secret) return std::string("PREKEY_UNKNOWN");
  // The public half, from the private one: the ring gave the secret for this very id.
  const crypto::X25519Pair prekey = crypto::X25519FromSecret(secret->view());
  const auto key =
      BodyKey(*secret, request.ephemeral, request.ephemeral, prekey.public_key, request);
  if (!key) return std::string("BODY");
  auto json = record::OpenBody(*key, incoming.sealed_body);
  if (!json) return std::string("BODY");
  auto body = record::ParseBody(*json);
  if (!body) return std::string("BODY");
  incoming.body_json = *std::move(json);
  incoming.body = *std::move(body);

  const auto limit = static_cast<size_t>(document.limits.subjects_per_request);
  if (limit != 0 && incoming.body.subjects.size() > limit) return std::string("LIMIT");
  const auto excess = CheckOpenedFields(incoming.body, request, document);
  if (!excess) return std::string("EXCESS");
  incoming.facts = TRY(
      TakeFacts(incoming.body.facts, request.group, *incoming.view, context_.store, incoming.now));
  incoming.persons = AskedPersons(incoming.body, incoming.facts, document);
  const Budget budget(context_.store, context_.keys);
  incoming.identity_tokens = budget.Tokens(incoming.body.subjects);
  const bool within = TRY(budget.Within(request.from,
                                        request.group,
                                        incoming.identity_tokens,
                                        document.limits.persons_per_group_per_quarter,
                                        DayOf(incoming.now, document.zone)));
  if (!within) return std::string("LIMIT");
  return std::string();
}

Result<void> Contributor::Release(Incoming& incoming,
                                  const WaitUntil& wait_until,
                                  ReplySink& sink) {
  const Request& request = incoming.request;
  const Disclosure disclosure = TRY(
      DecideAll(context_, *incoming.view, request, incoming.persons, incoming.facts, incoming.now));
  const store::DataKey exchange_key = TRY(context_.keys.Take());
  InRow row = NewRow(incoming, disclosure);
  row.key = exchange_key.id;
  context_.entropy.Fill(row.attempt);

  log::Commit commit;
  const SignedStatement answer =
      TRY(SealAnswer(incoming, disclosure, exchange_key, std::nullopt, row, commit.batch));
  row.answer = answer.Encode();
  log::NewEntry in = StatementEntry(context_.self,
                                    Direction::kIn,
                                    incoming.caller,
                                    request.exchange,
                                    request.purpose,
                                    incoming.signed_request,
                                    "ok",
                                    /*keep_bytes=*/true);
  in.receipt = log::ReceiptOrder{request.exchange, row.request, /*accepted=*/true, {}};
  log::NewEntry out = StatementEntry(context_.self,
                                     Direction::kOut,
                                     incoming.caller,
                                     request.exchange,
                                     request.purpose,
                                     answer,
                                     "ok",
                                     /*keep_bytes=*/true);
  out.entry.subject_root = row.subject_root;
  out.entry.sealed_digest = row.sealed_digest;
  commit.entries.push_back(std::move(in));
  commit.entries.push_back(std::move(out));
  AddRows(incoming, disclosure, exchange_key, row, commit.batch);

  auto committed = context_.log.Append(std::move(commit), incoming.now);
  if (!committed) {
    if (committed.error().code != ErrorCode::kConflict) return committed.error();
    // The same Request, sent twice at once: the other one was first, and its Answer counts.
    const auto winner = TRY(FindIn(context_.store, incoming.caller, request.exchange));
    if (!winner || winner->request != row.request) return committed.error();
    return Resend(incoming, *winner, wait_until, sink);
  }
  return Resend(incoming, row, wait_until, sink);
}

InRow Contributor::NewRow(const Incoming& incoming, const Disclosure& disclosure) const {
  const Request& request = incoming.request;
  InRow row;
  row.exchange = request.exchange;
  row.from = incoming.caller;
  row.ref = request.ref;
  row.group = request.group;
  row.categories = request.categories;
  row.covenant = request.covenant;
  row.overlay = incoming.view->overlay;
  row.request = incoming.signed_request.Digest();
  row.body = request.body;
  row.cells = disclosure.cells;
  row.created = incoming.now;
  row.expires = request.expires;
  row.not_before = incoming.body.subjects.size() < kSmallRequestSubjects
                       ? incoming.now + kSmallRequestFloor
                       : incoming.now;
  row.subjects = static_cast<int64_t>(incoming.body.subjects.size());
  row.matched = disclosure.matched;
  row.doubtful = disclosure.doubtful;
  row.releases = static_cast<int64_t>(disclosure.releases.size());
  return row;
}

// Seals lines and payload, and signs the Answer over both. Without an open cell there is neither.
Result<SignedStatement> Contributor::SealAnswer(const Incoming& incoming,
                                                const Disclosure& disclosure,
                                                const store::DataKey& exchange_key,
                                                const std::optional<Hash>& follows,
                                                InRow& row,
                                                store::Batch& batch) {
  const Request& request = incoming.request;
  Answer answer;
  answer.exchange = request.exchange;
  answer.from = context_.self.party;
  answer.to = request.from;
  answer.request = row.request;
  answer.cells = disclosure.cells;
  answer.issued = incoming.now;
  answer.follows = follows;
  if (disclosure.open) {
    std::set<std::string> categories;
    for (const auto& [category, cell] : answer.cells)
      categories.insert(category);
    const SealedLines lines = TRY(SealLines(context_,
                                            request.from,
                                            request.exchange,
                                            exchange_key,
                                            categories,
                                            disclosure.lines,
                                            batch,
                                            follows ? LineSet::kSecond : LineSet::kFirst));
    row.subject_root = lines.subject_root;
    row.sealed_digest = lines.sealed_digest;
    // The ephemeral secret and the payload key end with this scope: the contributor cannot open its
    // own outbox.
    const crypto::X25519Pair ephemeral = crypto::GenerateX25519(context_.entropy);
    const crypto::Key32 key = TRY(PayloadKey(
        ephemeral.secret, request.ephemeral, request.ephemeral, ephemeral.public_key, row.request));
    std::array<uint8_t, kKBytes> k{};
    context_.entropy.Fill(k);
    OutboxWriter outbox(context_.store, request.exchange, row.attempt);
    const SealedPayload sealed = TRY(SealPayload(
        key, k, disclosure.releases, [&](ByteView frame) { return outbox.Add(frame); }));
    TRY(outbox.Flush());
    row.frames = outbox.count();
    answer.payload = Answer::Payload{ephemeral.public_key,
                                     sealed.frames,
                                     sealed.padded_size,
                                     sealed.ciphertext,
                                     ContentRoot(k, disclosure.releases),
                                     lines.subject_root};
    // k with the leaves, not the releases: enough to prove one that is shown, too little to read
    // the outbox with.
    Bytes proof(k.begin(), k.end());
    for (const Hash& leaf : ContentLeaves(k, disclosure.releases))
      Append(proof, leaf);
    PutPrivate(batch,
               exchange_key,
               follows ? kSecondK : kFirstK,
               request.from,
               request.exchange,
               proof,
               context_.entropy);
    crypto::Wipe(proof);
    crypto::Wipe(k);
  }
  const crypto::SigningKey* const signers[] = {&context_.self.statement_key};
  return SignedStatement::Sign(statement::Type::kAnswer, answer.ToValue(), signers);
}

// Who matched in doubt, for a person's decision at this node.
void Contributor::AddDoubtful(const Incoming& incoming,
                              const Disclosure& disclosure,
                              store::Batch& batch) const {
  const Request& request = incoming.request;
  for (const auto& [asked_row, candidates] : disclosure.doubtful_rows) {
    Value::Array ids;
    for (const Uuid& candidate : candidates)
      ids.emplace_back(ToString(candidate));
    batch.Put(Family::kExchange,
              DoubtfulKey(request.from, request.exchange, asked_row),
              AsBytes(canon::Write(Value::Object{
                  {"from", request.from}, {"ref", request.ref}, {"candidates", ids}})));
  }
}

// Everything that becomes true together with the Answer's entry.
void Contributor::AddRows(Incoming& incoming,
                          const Disclosure& disclosure,
                          const store::DataKey& exchange_key,
                          const InRow& row,
                          store::Batch& batch) {
  const Request& request = incoming.request;
  const Bytes row_key = InKey(incoming.caller, request.exchange);
  batch.RequireAbsent(Family::kExchange, row_key);
  batch.Put(Family::kExchange, row_key, row.Encode());
  PutPrivate(batch,
             exchange_key,
             "body",
             request.from,
             request.exchange,
             AsBytes(incoming.body_json),
             context_.entropy);
  AddDoubtful(incoming, disclosure, batch);
  for (const auto& [key, counts] : disclosure.counts)
    batch.Put(Family::kExchange, key, counts);
  if (disclosure.open || disclosure.pending()) {
    Budget(context_.store, context_.keys)
        .Spend(batch,
               request.from,
               request.group,
               incoming.identity_tokens,
               DayOf(incoming.now, incoming.view->document().zone));
  }
  batch.Merge(std::move(incoming.facts.seen));
}

}  // namespace schakel::exchange
