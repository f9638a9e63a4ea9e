#include "node/exchange/status.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/base/reason.h"

namespace schakel::exchange {

using statement::SignedStatement;
using statement::Status;

namespace {

// One statement more might not have fitted.
bool MayGoOn(const Greeting& greeting) {
  size_t bytes = kMaxStatementBytes;
  for (const std::string& statement : greeting.statements)
    bytes += statement.size();
  for (const std::string& document : greeting.documents)
    bytes += document.size();
  return bytes > kMaxGreetingBytes || greeting.statements.size() == kMaxStatementsPerGreeting;
}

}  // namespace

std::string StatusBook::Make(std::string_view checkpoint, Instant now) {
  const auto view = covenants_.At(now);
  const covenant::Document& document = view->document();
  Status status;
  status.lineage = document.lineage;
  status.version = document.version;
  status.covenant = document.hash;
  status.statements = view->statement_set;
  status.software = self_.software;
  status.schema = statement::kSchema;
  status.checkpoint = std::string(checkpoint);
  status.prekey = prekeys_.Current(now);
  status.issued = now;
  const auto max_age = ToMilliseconds(document.status_max_age);
  status.expires = now + (max_age ? *max_age : std::chrono::hours{24});
  const crypto::SigningKey* const keys[] = {&self_.statement_key};
  return SignedStatement::Sign(statement::Type::kStatus, status.ToValue(), keys).Encode();
}

Result<Status> StatusBook::Take(std::string_view party, const Greeting& greeting, Instant now) {
  if (!covenants_.At(now)) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  Offered offered;
  for (const std::string& bytes : greeting.statements)
    offered.statements.push_back(TRY(SignedStatement::Parse(bytes)));
  offered.documents = greeting.documents;
  offered.from = std::string(party);
  if (!offered.statements.empty() || !offered.documents.empty()) TRY(covenants_.Take(offered, now));
  const auto view = covenants_.At(now);
  const SignedStatement parsed = TRY(SignedStatement::Parse(greeting.status));
  const auto verified = TRY(covenant::VerifyByParty<Status>(
      parsed, view->TrustedOf(party), party, statement::KeyUse::kStatement, now));
  const Status& status = verified.content;
  if (status.lineage != view->document().lineage) return Denied("a status of another lineage");
  // Whatever another schema says may mean something else here, so nothing of it is kept. Both
  // numbers stand in the two statuses.
  if (status.schema != statement::kSchema) {
    return Denied("status of " + std::string(party) + " has schema " +
                  std::to_string(status.schema) + ", this node has " +
                  std::to_string(statement::kSchema));
  }
  if (status.prekey.id != statement::PrekeyId(status.prekey.key)) {
    return Denied("the prekey's id is not its own");
  }
  if (status.expires <= now) return Denied("an expired status");
  if (status.issued > now + kIssuedTolerance) return Denied("a status from the future");
  {
    const MutexLock lock(mutex_);
    const auto held = held_.find(party);
    if (held != held_.end() && status.issued < held->second.issued) {
      return Conflict("an older status than the one held");
    }
    held_.insert_or_assign(std::string(party), status);
  }
  return status;
}

std::string StatusBook::CheckFresh(std::string_view party, Instant now) const {
  const auto view = covenants_.At(now);
  const MutexLock lock(mutex_);
  const auto held = held_.find(party);
  if (held == held_.end() || held->second.expires <= now) return "STATUS_STALE";
  const auto max_age = ToMilliseconds(view->document().status_max_age);
  if (!max_age || held->second.issued + *max_age <= now) return "STATUS_STALE";
  if (held->second.covenant != view->document().hash) return "HASH_MISMATCH";
  if (held->second.statements != view->statement_set) return "STATUS_STALE";
  return {};
}

std::optional<Status> StatusBook::Of(std::string_view party) const {
  const MutexLock lock(mutex_);
  const auto held = held_.find(party);
  if (held == held_.end()) return std::nullopt;
  return held->second;
}

std::vector<std::string> StatusBook::NextStatements(std::string_view party, size_t room) {
  const auto view = covenants_.view();
  const auto& all = view->statements;
  std::vector<std::string> page;
  const MutexLock lock(mutex_);
  std::string& last = given_[std::string(party)];
  auto next = all.upper_bound(last);
  while (page.size() < std::min(all.size(), kMaxStatementsPerGreeting)) {
    if (next == all.end()) next = all.begin();
    std::string bytes = next->second.Encode();
    if (bytes.size() > room) break;
    room -= bytes.size();
    page.push_back(std::move(bytes));
    last = next->first;
    ++next;
  }
  return page;
}

std::vector<std::string> StatusBook::OwnDelegations() const {
  const auto view = covenants_.view();
  std::vector<const statement::Verified<statement::Delegation>*> own;
  for (const auto& delegation : view->known.all()) {
    if (delegation.content.party == self_.party) own.push_back(&delegation);
  }
  std::stable_sort(own.begin(), own.end(), [](const auto* a, const auto* b) {
    return a->content.seq > b->content.seq;
  });
  std::vector<std::string> encoded;
  size_t room = kMaxGreetingBytes;
  for (const auto* delegation : own) {
    std::string bytes = delegation->bytes.Encode();
    if (bytes.size() > room || encoded.size() == kMaxStatementsPerGreeting) break;
    room -= bytes.size();
    encoded.push_back(std::move(bytes));
  }
  return encoded;
}

Greeting StatusBook::Whole(std::string_view party, std::string_view checkpoint, Instant now) {
  int64_t known = 0;
  {
    const MutexLock lock(mutex_);
    const auto held = held_.find(party);
    if (held != held_.end()) known = held->second.version;
  }
  Greeting whole{Make(checkpoint, now), {}, covenants_.ToOffer(known)};
  size_t room = kMaxGreetingBytes;
  for (const std::string& document : whole.documents)
    room -= document.size();
  whole.statements = NextStatements(party, room);
  return whole;
}

bool StatusBook::Agrees(const Status& status, Instant now) const {
  const auto view = covenants_.At(now);
  return status.statements == view->statement_set && status.covenant == view->document().hash;
}

Result<Status> StatusBook::Greet(PeerLink& link,
                                 std::string_view party,
                                 std::string_view checkpoint,
                                 Instant now) {
  if (!covenants_.At(now)) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  // Our own delegations always go along: after a rotation the partner could not verify us without.
  Greeting reply = TRY(link.Greet(party, {Make(checkpoint, now), OwnDelegations()}));
  Status status = TRY(Take(party, reply, now));
  const bool push = covenants_.Unconfirmed(party);
  // The sets differ: both sides get all of the other's, and agree (exchange.md 3).
  bool all_given = false;
  bool all_got = false;
  size_t given = 0;
  for (int i = 0; i < kMaxGreetings; ++i) {
    const bool differ = status.statements != covenants_.At(now)->statement_set;
    if (!differ && (!push || all_given)) break;
    if (all_given && all_got) break;  // they are of two minds, and more of the same helps nobody
    const Greeting mine = Whole(party, checkpoint, now);
    reply = TRY(link.Greet(party, mine));
    status = TRY(Take(party, reply, now));
    given += mine.statements.size();
    all_given = given >= covenants_.view()->statements.size();
    all_got = !MayGoOn(reply);
  }
  if (push && all_given && Agrees(status, now)) TRY(covenants_.Confirm(party));
  return status;
}

Result<Greeting> StatusBook::Answer(std::string_view party,
                                    const Greeting& greeting,
                                    std::string_view checkpoint,
                                    Instant now) {
  const Status status = TRY(Take(party, greeting, now));
  if (status.statements != covenants_.At(now)->statement_set) return Whole(party, checkpoint, now);
  return Greeting{Make(checkpoint, now), OwnDelegations()};
}

}  // namespace schakel::exchange
