#include "cli/covenant_file.h"

#include <algorithm>

#include "node/base/limits.h"
#include "node/covenant/tests.h"
#include "node/covenant/trust.h"

namespace schakel::cli {
namespace {

void AddOnce(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

Result<void> Place(const covenant::Document& document,
                   const statement::SignedStatement& signed_statement,
                   Instant now,
                   Standing& standing) {
  if (signed_statement.type() == statement::Type::kAccept) {
    const auto accept = TRY(covenant::VerifyAccept(signed_statement, document));
    if (accept.content.covenant != document.hash || accept.content.version != document.version ||
        accept.content.previous != document.previous) {
      return Denied("accepts another version or other bytes");
    }
    AddOnce(standing.accepted, accept.content.party);
    return {};
  }
  if (signed_statement.type() == statement::Type::kDelegation) {
    const auto delegation = TRY(covenant::VerifyDelegation(signed_statement, document));
    if (now >= delegation.content.not_after) return Denied("the delegation has expired");
    AddOnce(standing.delegated, delegation.content.party);
    return {};
  }
  return Denied("is neither an accept nor a delegation");
}

}  // namespace

Outcome<std::unique_ptr<const covenant::Covenant>> LoadCovenant(const std::string& path) {
  const std::string hint =
      "use the file as `schakel covenant prepare` made it; nobody may change a byte";
  std::string text = TRY(Hinted(ReadFile(path, kMaxCovenantBytes + 1), "check the path"));
  if (text.ends_with('\n')) text.pop_back();
  auto loaded = covenant::LoadForUse(text);
  if (!loaded) {
    Failure failure = FromError(loaded.error());
    failure.message = path + ": " + failure.message;
    failure.hint = hint;
    return failure;
  }
  return *std::move(loaded);
}

Standing StandingOf(const covenant::Document& document,
                    const std::vector<StatementFile>& statements,
                    Instant now) {
  Standing standing;
  for (const StatementFile& file : statements) {
    const auto placed = Place(document, file.statement, now, standing);
    if (!placed) standing.wrong.push_back({file.path, placed.error().detail});
  }
  return standing;
}

}  // namespace schakel::cli
