// Activating a version and taking what partners and operators bring: what CovenantState writes.
#include <algorithm>

#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/covenant/tests.h"
#include "node/exchange/covenant_state.h"

namespace schakel::exchange {
namespace {

using covenant::Document;
using statement::SignedStatement;
using statement::Type;

std::string Number(int64_t version) {
  return std::to_string(version);
}

// Until it says that it has what this node has, the partner is told again.
void MarkUnconfirmed(CovenantState::Change& change, const std::string& party) {
  change.unconfirmed.insert(party);
  PutUnconfirmed(change.batch, party, /*unconfirmed=*/true);
}

// Where `next` stands behind the highest version that was ever activated here.
Result<void> CheckPlace(const Document& highest, const Document& next) {
  if (next.lineage != highest.lineage) {
    return Because(Denied("a covenant of another lineage"), Reason::kCovenantOther);
  }
  if (next.hash == highest.hash)
    return Because(Conflict("this version is in force"), Reason::kCovenantInForce);
  const ReasonArguments numbers{{"given", Number(next.version)},
                                {"highest", Number(highest.version)}};
  if (next.version < highest.version) {
    return Because(Denied("version " + Number(next.version) + " is older than version " +
                          Number(highest.version) + ", which was activated"),
                   Reason::kVersionLower,
                   numbers);
  }
  if (next.version == highest.version) {
    return Because(Conflict("another text with number " + Number(next.version) + " was activated"),
                   Reason::kVersionTwice,
                   {{"given", EncodeHex(next.hash)}, {"held", EncodeHex(highest.hash)}});
  }
  if (next.version > highest.version + 1) {
    return Because(Denied("version " + Number(next.version) + " does not follow version " +
                          Number(highest.version)),
                   Reason::kVersionSkips,
                   numbers);
  }
  if (next.previous != highest.hash) {
    return Because(Denied("`previous` is not the hash of version " + Number(highest.version)),
                   Reason::kVersionPrevious,
                   {{"expected", EncodeHex(highest.hash)}});
  }
  return {};
}

// Of the parties that join with `document` an operator has compared the roots by telephone; those
// that were there accepted any change of their roots under the old ones.
Result<void> CheckConfirmed(const Document& document,
                            const Document* highest,
                            const std::string& self,
                            const Fingerprints& confirmed) {
  for (const auto& [id, party] : document.parties) {
    if (id == self || (highest != nullptr && highest->parties.contains(id))) continue;
    const auto seen = confirmed.find(id);
    const std::string expected = covenant::RootFingerprint(party.roots);
    if (seen == confirmed.end()) {
      return Because(Denied("confirm the roots of " + id + ": --confirm " + id + "=" + expected),
                     Reason::kRootsUnconfirmed,
                     {{"party", id}, {"expected", expected}});
    }
    if (seen->second != expected) {
      return Because(Denied("the roots of " + id + " have fingerprint " + expected +
                            ", not the confirmed " + seen->second),
                     Reason::kRootsDiffer,
                     {{"party", id}, {"expected", expected}, {"given", seen->second}});
    }
  }
  return {};
}

std::string PartyOf(const SignedStatement& signed_statement) {
  const canon::Value* const party = signed_statement.value().Find("party");
  return party == nullptr || party->AsString() == nullptr ? std::string() : *party->AsString();
}

const covenant::VersionStanding& StandingOf(const covenant::Lifecycle& lifecycle,
                                            const Hash& hash) {
  return *std::find_if(lifecycle.versions.begin(),
                       lifecycle.versions.end(),
                       [&](const auto& standing) { return standing.document->hash == hash; });
}

// An event for every party that is seen only now to have accepted two texts under one number.
void AddEquivocations(const Kept& before,
                      const Kept& after,
                      Instant now,
                      CovenantState::Change& change) {
  const auto known = before.LifecycleAt(now).equivocations;
  for (const covenant::Equivocation& found : after.LifecycleAt(now).equivocations) {
    if (std::find(known.begin(), known.end(), found) == known.end())
      change.events.push_back({"covenant_equivocation", found.party});
  }
}

// One addition on its way: what is held, and what comes to it.
class Addition {
 public:
  // `held` outlives this.
  Addition(const Kept& held, const Offered& offered, Instant now)
      : held_(held), kept_(held), offered_(offered), now_(now) {}

  Result<CovenantState::Change> Run(const Self& self) {
    for (const std::string& canonical : offered_.documents)
      TRY(Skip(TakeDraft(canonical)));
    for (const SignedStatement& signed_statement : offered_.statements) {
      TRY(CheckNotForged(signed_statement));
      TRY(Skip(TakeStatement(signed_statement)));
    }
    if (by_partner()) DropUnaccepted();
    if (change_.statements.empty() && change_.versions.empty()) return std::move(change_);
    for (const KeptVersion& draft : change_.versions)
      PutDraft(change_.batch, draft);
    if (!by_partner()) Push(self);
    AddEvents();
    return std::move(change_);
  }

 private:
  [[nodiscard]] bool by_partner() const { return !offered_.from.empty(); }

  // What a partner sends and cannot be kept is left out; an operator is told.
  Result<void> Skip(Result<void> taken) {
    if (taken || !by_partner()) return taken;
    ++change_.skipped;
    return {};
  }

  // A key that nobody here knows may be a root of a version to come. Who signs for another party
  // with roots of its own refuses itself a hearing; who passes such a thing on does not.
  Result<void> CheckNotForged(const SignedStatement& signed_statement) const {
    const std::string named = PartyOf(signed_statement);
    for (const auto& [hash, version] : held_.versions) {
      if (!version.activated) continue;
      for (const auto& [party, described] : version.document().parties) {
        if (party == named || (by_partner() && party != offered_.from)) continue;
        for (const statement::Signature& signature : signed_statement.signatures()) {
          const auto& roots = described.roots;
          if (std::find(roots.begin(), roots.end(), signature.key) != roots.end())
            return Denied("a statement signed by a root of another party");
        }
      }
    }
    return {};
  }

  Result<void> TakeDraft(std::string_view canonical) {
    if (canonical.size() > kMaxCovenantBytes) return Exhausted("a covenant over the size limit");
    KeptVersion draft;
    draft.covenant = TRY(CompileVersion(canonical));
    draft.offered_by = offered_.from;
    draft.kept = now_;
    const Document& document = draft.document();
    if (kept_.versions.contains(document.hash)) return {};
    TRY(CheckPlace(kept_.Highest()->document(), document));
    const auto of_sender =
        std::count_if(kept_.versions.begin(), kept_.versions.end(), [&](const auto& held) {
          return !held.second.activated && held.second.offered_by == offered_.from &&
                 held.second.document().version == document.version;
        });
    if (static_cast<size_t>(of_sender) >= kMaxDraftsPerSender) {
      return Because(Exhausted("too many drafts of one version"), Reason::kDraftsTooMany);
    }
    kept_.Put(draft);
    change_.versions.push_back(std::move(draft));
    return {};
  }

  Result<void> TakeStatement(const SignedStatement& signed_statement) {
    std::string key = KeptKey(signed_statement);
    if (kept_.statements.contains(key)) return {};
    KeptStatement read = kept_.Read(signed_statement);
    const std::string party = PartyOf(signed_statement);
    const bool vouched = kept_.Vouched(read);
    if (!vouched && kept_.DraftAcceptedBy(read) == nullptr) {
      return Because(Denied("a statement that no roots of its party signed"),
                     Reason::kStatementUnknown,
                     {{"party", party}});
    }
    if (!kept_.AddsTo(read)) return {};
    if (kept_.Contradicts(read)) {
      return Because(Denied("accepts a version by another number than its own"),
                     Reason::kStatementUnknown,
                     {{"party", party}});
    }
    const bool room = vouched ? MakeRoom(key, std::move(read)) : FitsDraft(key, std::move(read));
    if (!room) {
      return Because(Exhausted("too many statements of " + party),
                     Reason::kStatementsTooMany,
                     {{"party", party}});
    }
    PutStatement(change_.batch, signed_statement);
    change_.statements.push_back(signed_statement);
    return {};
  }

  // Over the limit the same statements stay at every node, whichever came first. So a party that
  // signs without end only loses its own.
  bool MakeRoom(const std::string& key, KeptStatement read) {
    const std::string party = read.party;
    kept_.statements.emplace(key, std::move(read));
    const std::vector<KeptStatement> out = kept_.Trim(party);
    for (const KeptStatement& dropped : out) {
      const std::string dropped_key = KeptKey(dropped.bytes);
      if (dropped_key == key) continue;
      std::erase_if(change_.statements,
                    [&](const SignedStatement& taken) { return KeptKey(taken) == dropped_key; });
      DropStatement(change_.batch, dropped.bytes);
      change_.dropped.push_back(dropped.bytes);
    }
    return kept_.statements.contains(key);
  }

  // By roots that only a draft names: any one of a party's accepts is as good as another.
  bool FitsDraft(const std::string& key, KeptStatement read) {
    const KeptVersion* const draft = kept_.DraftAcceptedBy(read);
    const auto alike =
        std::count_if(kept_.statements.begin(), kept_.statements.end(), [&](const auto& held) {
          return held.second.party == read.party && !kept_.Vouched(held.second) &&
                 kept_.DraftAcceptedBy(held.second) == draft;
        });
    if (static_cast<size_t>(alike) >= kMaxAcceptsPerDraft) return false;
    kept_.statements.emplace(key, std::move(read));
    return true;
  }

  // A draft is taken from who put its own roots under it, and from nobody else: else one partner
  // could fill every node with texts that nobody wants.
  void DropUnaccepted() {
    std::erase_if(change_.versions, [&](const KeptVersion& draft) {
      const Hash hash = draft.document().hash;
      const bool accepted =
          std::any_of(kept_.statements.begin(), kept_.statements.end(), [&](const auto& held) {
            return held.second.bytes.type() == Type::kAccept && held.second.named == hash &&
                   held.second.party == offered_.from && kept_.Vouched(held.second);
          });
      if (accepted) return false;
      ++change_.skipped;
      kept_.Erase(hash);
      // What only this draft's roots signed goes with it.
      std::erase_if(change_.statements, [&](const SignedStatement& taken) {
        const auto held = kept_.statements.find(KeptKey(taken));
        if (kept_.Vouched(held->second) || kept_.DraftAcceptedBy(held->second) != nullptr)
          return false;
        kept_.statements.erase(held);
        return true;
      });
      return true;
    });
    change_.batch = {};
    for (const SignedStatement& dropped : change_.dropped)
      DropStatement(change_.batch, dropped);
    for (const SignedStatement& taken : change_.statements)
      PutStatement(change_.batch, taken);
  }

  void Push(const Self& self) {
    for (const auto& [hash, version] : kept_.versions) {
      if (!version.activated) continue;
      for (const auto& [party, described] : version.document().parties) {
        if (party != self.party) MarkUnconfirmed(change_, party);
      }
    }
  }

  void AddEvents() {
    for (const SignedStatement& taken : change_.statements) {
      const char* type = nullptr;
      if (taken.type() == Type::kRevoke) type = "covenant_revoked";
      if (taken.type() == Type::kLeave) type = "covenant_left";
      if (taken.type() == Type::kUndelegate) type = "covenant_undelegated";
      if (type != nullptr) change_.events.push_back({type, PartyOf(taken)});
    }
    for (const KeptVersion& draft : change_.versions)
      change_.events.push_back({"covenant_offered", draft.offered_by});
    AddEquivocations(held_, kept_, now_, change_);
  }

  const Kept& held_;
  Kept kept_;  // with what was taken
  const Offered& offered_;
  Instant now_;
  CovenantState::Change change_;
};

}  // namespace

Result<CovenantState::Change> CovenantState::PrepareActivation(
    std::string_view canonical,
    const std::vector<SignedStatement>& statements,
    const Fingerprints& confirmed,
    Instant now) const {
  KeptVersion next;
  next.covenant = TRY(CompileVersion(canonical));
  next.activated = now;
  const Document& document = next.document();
  Kept kept = Copy();
  const KeptVersion* const highest = kept.Highest();
  const Document* const previous = highest == nullptr ? nullptr : &highest->document();
  if (previous != nullptr) {
    TRY(CheckPlace(*previous, document));
    if (!document.parties.contains(self_.party)) {
      return Because(Denied("this node's party '" + self_.party + "' is not in the covenant"),
                     Reason::kPartyNotInCovenant,
                     {{"party", self_.party}});
    }
  }
  TRY(covenant::CheckSupported(document));
  if (previous == nullptr) TRY(CheckOwnRoots(document, self_));
  TRY(CheckConfirmed(document, previous, self_.party, confirmed));
  if (now >= document.valid_until)
    return Because(Denied("the covenant has expired"), Reason::kCovenantExpired);

  Change change;
  PutActivation(change.batch, next, highest);
  kept.Put(next);
  for (const SignedStatement& given : statements) {
    KeptStatement read = kept.Read(given);
    if (!kept.Vouched(read)) {
      return Denied("a statement that no roots of its party signed");
    }
    if (!kept.AddsTo(read)) continue;
    kept.statements.emplace(KeptKey(given), std::move(read));
    PutStatement(change.batch, given);
    change.statements.push_back(given);
  }
  const covenant::Lifecycle lifecycle = kept.LifecycleAt(now);
  const covenant::VersionStanding& standing = StandingOf(lifecycle, document.hash);
  if (!standing.missing.empty()) {
    const std::string& party = *standing.missing.begin();
    return Because(Denied("the accept of " + party + " is missing"),
                   Reason::kAcceptMissing,
                   {{"party", party}});
  }
  if (standing.state == covenant::VersionState::kRevoked) {
    return Because(
        Denied("this version was revoked"),
        Reason::kCovenantRevoked,
        {{"party",
          standing.revoked_by.empty() ? *standing.left.begin() : *standing.revoked_by.begin()}});
  }
  covenant::Delegations delegations;
  for (const auto& [key, held] : kept.statements) {
    auto delegation = covenant::VerifyDelegation(held.bytes, document);
    if (delegation) delegations.Add(*std::move(delegation));
  }
  if (delegations.Current(self_.party, now) == nullptr) {
    return Denied("the delegation of this node's own keys is missing");
  }
  if (kept.overlay) {
    const auto fits = covenant::Narrow(document, *kept.overlay);
    if (!fits) {
      return Because(Denied("the own overlay does not fit this version: " + fits.error().detail),
                     Reason::kOverlayUnfit,
                     {{"detail", fits.error().detail}});
    }
  }
  const std::vector<covenant::TestFailure> failures = covenant::RunTests(*next.covenant);
  if (!failures.empty()) {
    return Denied("the covenant's own test fails: " + failures.front().name);
  }
  AddEquivocations(Copy(), kept, now, change);
  // Partners of a first version have none that this could reach them under.
  if (previous != nullptr) {
    for (const auto& [party, described] : document.parties) {
      if (party != self_.party) MarkUnconfirmed(change, party);
    }
  }
  change.versions.push_back(std::move(next));
  return change;
}

Result<CovenantState::Change> CovenantState::PrepareOverlay(std::string_view canonical,
                                                            Instant now) const {
  const Kept kept = Copy();
  if (kept.Highest() == nullptr)
    return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  std::optional<covenant::Overlay> overlay;
  if (!canonical.empty()) {
    for (const auto& [hash, version] : kept.versions) {
      const bool over = now >= version.document().valid_until && &version != kept.Highest();
      if (!version.activated || over) continue;
      overlay = TRY(covenant::ParseOverlay(canonical, version.document()));
    }
    if (!overlay) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
    if (overlay->party != self_.party) {
      return Because(Denied("an overlay of " + overlay->party),
                     Reason::kOverlayElsewhere,
                     {{"party", overlay->party}});
    }
  }
  Change change;
  PutOverlay(change.batch, overlay);
  change.overlay = std::move(overlay);
  return change;
}

Result<CovenantState::Change> CovenantState::PrepareAddition(const Offered& offered,
                                                             Instant now) const {
  const Kept kept = Copy();
  if (kept.Highest() == nullptr)
    return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  return Addition(kept, offered, now).Run(self_);
}

}  // namespace schakel::exchange
