// A covenant as whoever writes or reads it has it: YAML with or without `fill`, or the canonical
// bytes. For looking at and comparing; what is signed comes from covenant_file.h.
#pragma once

#include <memory>
#include <string>

#include "cli/context.h"
#include "cli/failure.h"
#include "node/covenant/decide.h"

namespace schakel::cli {

struct Policy {
  std::unique_ptr<const covenant::Covenant> covenant;
  // Something stood in for what a template leaves open: nobody can sign this one.
  bool draft = false;
};

inline constexpr const char* kTooMany = "let the rules of that cell draw fewer bounds";

// By its name: *.json is canonical, all else YAML. A template counts from today. Every finding is
// told on the error stream, the first in the failure. Neither what this build cannot perform
// (approvals) nor a test that fails is in the way.
Outcome<Policy> LoadCovenant(Context& context, const std::string& path);

// The same for who asks every question there is: one with more than can be asked (policy/space.h)
// is refused.
Outcome<Policy> LoadPolicy(Context& context, const std::string& path);

}  // namespace schakel::cli
