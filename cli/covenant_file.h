// A prepared covenant and the statements that go with it, as files.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "node/covenant/decide.h"
#include "node/covenant/trust.h"
#include "node/statement/types.h"

namespace schakel::cli {

// A covenant that may be signed and activated: canonical bytes (a newline behind them is forgiven)
// that this build supports, that compile and whose own tests pass.
Outcome<std::unique_ptr<const covenant::Covenant>> LoadCovenant(const std::string& path);

// What signed statements mean for this covenant.
struct Standing {
  // The most root signatures that one file brings together: of the accepts, and of the delegations
  // that have not ended at `now`. Somebody of whom there is no file is absent.
  std::map<std::string, int> accepts;      // parties
  std::map<std::string, int> delegations;  // parties and auditors
  // Files that are right as far as they go, and short of their party's threshold.
  struct Partial {
    std::string path;
    statement::Type type = statement::Type::kAccept;
    covenant::RootSignatures signatures;
  };
  std::vector<Partial> partial;
  struct Wrong {
    std::string path;
    Error why;
  };
  std::vector<Wrong> wrong;  // files that do not verify or are about something else
};
Standing StandingOf(const covenant::Document& document,
                    const std::vector<StatementFile>& statements,
                    Instant now);

// Whether a statement is about exactly this covenant, and how many roots signed it. kDenied when
// it accepts other bytes, when its delegation has ended, and as CountRootSignatures does.
Result<covenant::RootSignatures> CountFor(const covenant::Document& document,
                                          const statement::SignedStatement& signed_statement,
                                          Instant now);

// What is signed, before anybody did. As a file: `{type, statement}`, canonical, a newline behind
// it.
struct Unsigned {
  statement::Type type = statement::Type::kAccept;
  canon::Value statement;
};

// Fails with the code EXPIRED from the covenant's end on.
Outcome<void> CheckNotEnded(const covenant::Document& document, Instant now);

// "1 of 2 roots".
std::string RootsOf(const Context& context, int given, int needed);

// `<folder>/<party>.<type><suffix>`.
std::string StatementPath(const std::string& folder,
                          const std::string& party,
                          statement::Type type,
                          const char* suffix = ".json");
}  // namespace schakel::cli
