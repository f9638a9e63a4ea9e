#include "node/covenant/lifecycle.h"

#include <algorithm>
#include <utility>

namespace schakel::covenant {
namespace {

using statement::Accept;
using statement::Leave;
using statement::Revoke;
using statement::SignedStatement;
using statement::Type;
using statement::Undelegate;

class Reading {
 public:
  Reading(std::span<const HeldVersion> held,
          std::span<const SignedStatement> statements,
          Instant now)
      : statements_(statements), now_(now) {
    for (const HeldVersion& version : held) {
      VersionStanding standing;
      standing.document = version.document;
      standing.activated = version.activated;
      out_.versions.push_back(std::move(standing));
    }
    std::sort(out_.versions.begin(), out_.versions.end(), [](const auto& a, const auto& b) {
      return std::pair(a.document->version, a.document->hash) <
             std::pair(b.document->version, b.document->hash);
    });
  }

  Lifecycle Run() {
    for (const SignedStatement& signed_statement : statements_)
      Take(signed_statement);
    for (VersionStanding& standing : out_.versions)
      FindMissing(standing);
    FindEquivocations();
    PickInForce();
    for (VersionStanding& standing : out_.versions)
      standing.state = StateOf(standing);
    FindBefore();
    if (out_.in_force != nullptr) Suspend();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const VersionStanding* Activated(int64_t version) const {
    for (const VersionStanding& standing : out_.versions) {
      if (standing.activated && standing.document->version == version) return &standing;
    }
    return nullptr;
  }
  [[nodiscard]] const VersionStanding* Newest() const {
    const VersionStanding* newest = nullptr;
    for (const VersionStanding& standing : out_.versions)
      if (standing.activated) newest = &standing;
    return newest;
  }

  void Take(const SignedStatement& signed_statement) {
    if (signed_statement.type() == Type::kAccept) TakeAccept(signed_statement);
    if (signed_statement.type() == Type::kRevoke) TakeEnding<Revoke>(signed_statement);
    if (signed_statement.type() == Type::kLeave) TakeEnding<Leave>(signed_statement);
  }

  void TakeAccept(const SignedStatement& signed_accept) {
    const auto accept = statement::ParseAs<Accept>(signed_accept);
    if (!accept) return;
    for (VersionStanding& standing : out_.versions) {
      const Document& document = *standing.document;
      if (accept->covenant != document.hash || accept->version != document.version ||
          accept->previous != document.previous) {
        continue;
      }
      if (VerifyAccept(signed_accept, document)) standing.accepted.insert(accept->party);
    }
    const VersionStanding* at = Activated(accept->version);
    // Once the version is here its own roots alone prove anything: who stole those of before could
    // otherwise have the party suspended.
    const VersionStanding* const before =
        Activated(accept->version - 1) != nullptr ? Activated(accept->version - 1) : Newest();
    const VersionStanding* const vouching = at != nullptr ? at : before;
    if (vouching == nullptr || !VerifyAccept(signed_accept, *vouching->document)) return;
    Equivocation& seen = seen_[{accept->version, accept->party}];
    seen.party = accept->party;
    seen.version = accept->version;
    seen.covenants.insert(accept->covenant);
    seen.statements.insert(signed_accept.Digest());
  }

  template <typename T>
  void TakeEnding(const SignedStatement& signed_ending) {
    const auto ending = statement::ParseAs<T>(signed_ending);
    if (!ending) return;
    for (VersionStanding& standing : out_.versions) {
      if (ending->version != standing.document->version ||
          ending->covenant != standing.document->hash || !standing.activated ||
          !standing.document->parties.contains(ending->party)) {
        continue;
      }
      const bool genuine =
          std::any_of(out_.versions.begin(), out_.versions.end(), [&](const auto& vouching) {
            return vouching.activated && vouching.document->version >= ending->version &&
                   VerifyEnding<T>(signed_ending, *vouching.document).ok();
          });
      if (!genuine) continue;
      auto& ended = T::kType == Type::kRevoke ? standing.revoked_by : standing.left;
      ended.insert(ending->party);
    }
  }

  void FindMissing(VersionStanding& standing) const {
    const VersionStanding* const previous = Activated(standing.document->version - 1);
    for (const auto& [id, party] : standing.document->parties) {
      const bool before = previous == nullptr || !previous->document->parties.contains(id) ||
                          AcceptedUnder(*previous->document, *standing.document, id);
      if (!standing.accepted.contains(id) || !before) standing.missing.insert(id);
    }
  }

  // The party's roots in `vouching` accepted `document`.
  [[nodiscard]] bool AcceptedUnder(const Document& vouching,
                                   const Document& document,
                                   const std::string& party) const {
    return std::any_of(statements_.begin(), statements_.end(), [&](const SignedStatement& held) {
      if (held.type() != Type::kAccept) return false;
      const auto accept = statement::ParseAs<Accept>(held);
      return accept && accept->party == party && accept->covenant == document.hash &&
             accept->version == document.version && accept->previous == document.previous &&
             VerifyAccept(held, vouching).ok();
    });
  }

  void FindEquivocations() {
    for (auto& [of, seen] : seen_) {
      if (seen.covenants.size() > 1) out_.equivocations.push_back(std::move(seen));
    }
  }

  void PickInForce() {
    const VersionStanding* lowest = nullptr;
    for (const VersionStanding& standing : out_.versions) {
      if (!standing.activated) continue;
      if (lowest == nullptr) lowest = &standing;
      if (standing.document->valid_from <= now_) {
        out_.in_force = &standing;
        out_.from = standing.document->valid_from;
      } else if (!out_.until || standing.document->valid_from < *out_.until) {
        out_.until = standing.document->valid_from;
      }
    }
    if (out_.in_force == nullptr) out_.in_force = lowest;
  }

  [[nodiscard]] VersionState StateOf(const VersionStanding& standing) const {
    const Document& document = *standing.document;
    if (!standing.activated) {
      const VersionStanding* const newest = Newest();
      if (newest != nullptr && document.version <= newest->document->version) {
        return VersionState::kSuperseded;
      }
      return standing.missing.empty() ? VersionState::kAccepted : VersionState::kDraft;
    }
    const bool ends = document.on_leave == OnLeave::kEnd && !standing.left.empty();
    if (!standing.revoked_by.empty() || ends) return VersionState::kRevoked;
    if (document.version > out_.in_force->document->version) return VersionState::kAccepted;
    if (document.version == out_.in_force->document->version) {
      if (now_ >= document.valid_until) return VersionState::kExpired;
      return now_ < document.valid_from ? VersionState::kAccepted : VersionState::kActive;
    }
    const VersionStanding* const next = Activated(document.version + 1);
    const bool ended = next != nullptr && document.valid_until <= next->document->valid_from;
    return ended ? VersionState::kExpired : VersionState::kSuperseded;
  }

  void FindBefore() {
    if (out_.in_force == nullptr || now_ < out_.in_force->document->valid_from) return;
    const VersionStanding* const before = Activated(out_.in_force->document->version - 1);
    if (before != nullptr && before->state == VersionState::kSuperseded) out_.before = before;
  }

  void Suspend() {
    out_.suspended = out_.in_force->left;
    for (const Equivocation& found : out_.equivocations) {
      if (found.version >= out_.in_force->document->version) out_.suspended.insert(found.party);
    }
  }

  std::span<const SignedStatement> statements_;
  Instant now_;
  Lifecycle out_;
  std::map<std::pair<int64_t, std::string>, Equivocation> seen_;
};

}  // namespace

const char* VersionStateName(VersionState state) {
  switch (state) {
    case VersionState::kDraft:
      return "draft";
    case VersionState::kAccepted:
      return "accepted";
    case VersionState::kActive:
      return "active";
    case VersionState::kSuperseded:
      return "superseded";
    case VersionState::kRevoked:
      return "revoked";
    case VersionState::kExpired:
      return "expired";
  }
  return "draft";
}

Lifecycle LifecycleOf(std::span<const HeldVersion> held,
                      std::span<const SignedStatement> statements,
                      Instant now) {
  return Reading(held, statements, now).Run();
}

bool IsGenuine(const SignedStatement& signed_statement, const Document& document) {
  switch (signed_statement.type()) {
    case Type::kDelegation:
      return VerifyDelegation(signed_statement, document).ok();
    case Type::kAccept:
      return VerifyAccept(signed_statement, document).ok();
    case Type::kRevoke:
      return VerifyEnding<Revoke>(signed_statement, document).ok();
    case Type::kLeave:
      return VerifyEnding<Leave>(signed_statement, document).ok();
    case Type::kUndelegate:
      return VerifyEnding<Undelegate>(signed_statement, document).ok();
    case Type::kStatus:
    case Type::kFact:
    case Type::kRequest:
    case Type::kAnswer:
    case Type::kReceipt:
      break;
  }
  return false;
}

}  // namespace schakel::covenant
