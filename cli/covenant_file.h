// A prepared covenant and the statements that go with it, as files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/failure.h"
#include "cli/files.h"
#include "node/covenant/decide.h"

namespace schakel::cli {

// A covenant that may be signed and activated: canonical bytes (a newline behind them is forgiven)
// that this build supports, that compile and whose own tests pass.
Outcome<std::unique_ptr<const covenant::Covenant>> LoadCovenant(const std::string& path);

// What a signed statement means for this covenant.
struct Standing {
  // party or auditor -> the files; for a party accepts under its own roots, for both delegations.
  std::vector<std::string> accepted;   // parties
  std::vector<std::string> delegated;  // parties and auditors, valid at `now`
  struct Wrong {
    std::string path;
    std::string why;
  };
  std::vector<Wrong> wrong;  // files that do not verify or are about something else
};
Standing StandingOf(const covenant::Document& document,
                    const std::vector<StatementFile>& statements,
                    Instant now);

}  // namespace schakel::cli
