#include "cli/covenant_file.h"

#include <algorithm>

#include "cli/home.h"
#include "cli/text.h"
#include "node/base/reason.h"
#include "node/covenant/tests.h"

namespace schakel::cli {
namespace {

// A revocation, or somebody leaving, ends exactly this version.
template <typename T>
Result<void> CheckEnds(const covenant::Document& document,
                       const statement::SignedStatement& signed_statement) {
  const T content = TRY(statement::ParseAs<T>(signed_statement));
  if (content.covenant == document.hash && content.version == document.version) return {};
  return Because(Denied("ends another version or other bytes"), Reason::kStatementOther);
}

}  // namespace

Outcome<std::unique_ptr<const covenant::Covenant>> LoadCovenant(const std::string& path) {
  std::string text = TRY(ReadCovenantFile(path));
  if (text.ends_with('\n')) text.pop_back();
  auto loaded = covenant::LoadForUse(text);
  if (!loaded) {
    const Error& error = loaded.error();
    return Because(Error{error.code, path + ": " + error.detail},
                   Reason::kCovenantFile,
                   {{"file", path}, {"detail", error.detail}});
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
      return Because(Denied("accepts another version or other bytes"), Reason::kStatementOther);
    }
  } else if (signed_statement.type() == statement::Type::kDelegation) {
    const auto delegation = TRY(statement::ParseAs<statement::Delegation>(signed_statement));
    if (now >= delegation.not_after) {
      return Because(Denied("the delegation has expired"), Reason::kStatementExpired);
    }
  } else if (signed_statement.type() == statement::Type::kRevoke) {
    TRY(CheckEnds<statement::Revoke>(document, signed_statement));
  } else if (signed_statement.type() == statement::Type::kLeave) {
    TRY(CheckEnds<statement::Leave>(document, signed_statement));
  } else if (signed_statement.type() != statement::Type::kUndelegate) {
    return Because(Denied("is no statement by a party's roots"), Reason::kStatementKind);
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
      standing.wrong.push_back({file.path, counted.error()});
      continue;
    }
    const statement::Type type = file.statement.type();
    if (type == statement::Type::kAccept || type == statement::Type::kDelegation) {
      auto& most = type == statement::Type::kAccept ? standing.accepts : standing.delegations;
      most[counted->party] = std::max(most[counted->party], counted->given);
    }
    if (counted->given < counted->needed) standing.partial.push_back({file.path, type, *counted});
  }
  return standing;
}

Outcome<void> CheckNotEnded(const covenant::Document& document, Instant now) {
  if (now < document.valid_until) return {};
  const std::string day = LastDay(document.valid_until);
  Failure failure = FromError(
      Because(Denied("the covenant ended on " + day), Reason::kCovenantEnded, {{"day", day}}));
  failure.code = "EXPIRED";
  return failure;
}

std::string RootsOf(const Context& context, int given, int needed) {
  return context.Say(needed == 1 ? Message::kRootsOfOne : Message::kRootsOf,
                     {{"given", std::to_string(given)}, {"needed", std::to_string(needed)}});
}

std::string StatementPath(const std::string& folder,
                          const std::string& party,
                          statement::Type type,
                          const char* suffix) {
  return InFolder(folder, party + "." + statement::TypeName(type) + suffix);
}

}  // namespace schakel::cli
