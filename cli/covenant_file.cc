#include "cli/covenant_file.h"

#include <algorithm>

#include "cli/home.h"
#include "cli/text.h"
#include "node/base/limits.h"
#include "node/covenant/tests.h"

namespace schakel::cli {
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

Result<covenant::RootSignatures> CountFor(const covenant::Document& document,
                                          const statement::SignedStatement& signed_statement,
                                          Instant now) {
  if (signed_statement.type() == statement::Type::kAccept) {
    const auto accept = TRY(statement::ParseAs<statement::Accept>(signed_statement));
    if (accept.covenant != document.hash || accept.version != document.version ||
        accept.previous != document.previous) {
      return Denied("accepts another version or other bytes");
    }
  } else if (signed_statement.type() == statement::Type::kDelegation) {
    const auto delegation = TRY(statement::ParseAs<statement::Delegation>(signed_statement));
    if (now >= delegation.not_after) return Denied("the delegation has expired");
  } else {
    return Denied("is neither an accept nor a delegation");
  }
  return covenant::CountRootSignatures(signed_statement, document);
}

Standing StandingOf(const covenant::Document& document,
                    const std::vector<StatementFile>& statements,
                    Instant now) {
  Standing standing;
  for (const StatementFile& file : statements) {
    const auto counted = CountFor(document, file.statement, now);
    if (!counted) {
      standing.wrong.push_back({file.path, counted.error().detail});
      continue;
    }
    const statement::Type type = file.statement.type();
    auto& most = type == statement::Type::kAccept ? standing.accepts : standing.delegations;
    most[counted->party] = std::max(most[counted->party], counted->given);
    if (counted->given < counted->needed) standing.partial.push_back({file.path, type, *counted});
  }
  return standing;
}

Outcome<void> CheckNotEnded(const covenant::Document& document, Instant now) {
  if (now < document.valid_until) return {};
  return Failure{Exit::kFailed,
                 "EXPIRED",
                 "the covenant ended on " + LastDay(document.valid_until),
                 "prepare a new one"};
}

std::string StatementPath(const std::string& folder,
                          const std::string& party,
                          statement::Type type,
                          const char* suffix) {
  return InFolder(folder, party + "." + statement::TypeName(type) + suffix);
}

std::string OutOf(int given, int needed) {
  return std::to_string(given) + " of " + std::to_string(needed) +
         (needed == 1 ? " root" : " roots");
}

}  // namespace schakel::cli
