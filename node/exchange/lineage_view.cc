#include "node/exchange/lineage_view.h"

#include "node/base/limits.h"

namespace schakel::exchange {

std::string LineageView::CheckFlow(std::string_view self,
                                   std::string_view partner,
                                   Instant now) const {
  if (now < document().valid_from) return "NOT_YET_VALID";
  if (now >= document().valid_until) return "EXPIRED";
  return CheckEnded(self, partner);
}

std::string LineageView::CheckEnded(std::string_view self, std::string_view partner) const {
  if (revoked) return "REVOKED";
  const auto& parties = document().parties;
  if (!parties.contains(std::string(partner)) || !parties.contains(std::string(self))) {
    return "PARTY_UNKNOWN";
  }
  if (suspended.contains(std::string(partner)) || suspended.contains(std::string(self))) {
    return "PARTY_SUSPENDED";
  }
  return {};
}

std::string LineageView::CheckAnswerUnder(const Hash& version, Instant now) const {
  if (version == document().hash) return {};
  const bool grace = before != nullptr && version == before->document().hash &&
                     now < document().valid_from + kSupersededGrace;
  return grace ? "" : "LAPSED";
}

std::shared_ptr<const covenant::Covenant> LineageView::Find(const Hash& hash) const {
  for (const auto& version : activated) {
    if (version->document().hash == hash) return version;
  }
  return nullptr;
}

const covenant::Covenant& LineageView::Under(const std::optional<Hash>& hash) const {
  const auto found = hash ? Find(*hash) : nullptr;
  return found ? *found : *activated.front();
}

const covenant::Covenant& LineageView::InForceAt(Instant at) const {
  const covenant::Covenant* found = activated.front().get();
  for (size_t i = 0; i < activated.size(); ++i)
    if (since[i] <= at) found = activated[i].get();
  return *found;
}

bool LineageView::Ended(const statement::SignedStatement& delegation) const {
  const auto given = statement::ParseAs<statement::Delegation>(delegation);
  if (!given) return false;
  const Hash digest = delegation.Digest();
  for (const auto& [key, held] : statements) {
    const auto ending = statement::ParseAs<statement::Undelegate>(held);
    if (!ending || ending->delegation != digest || ending->party != given->party) continue;
    for (const auto& version : activated) {
      if (covenant::VerifyDelegation(delegation, version->document()) &&
          covenant::VerifyEnding<statement::Undelegate>(held, version->document()))
        return true;
    }
  }
  return false;
}

}  // namespace schakel::exchange
