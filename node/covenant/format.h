// The normal form of a covenant's YAML: the layout of policies/veldrijk.yaml (README, "Layout").
// The text means the same before and after, its comments included; only tools use this.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/yaml.h"

namespace schakel::covenant {

// The text in normal form; no text when there is a finding. It need not be a covenant that can be
// read: a template, an unknown key, a name that is not declared all stay as they are. What is
// promised: the result reads as the same value with the same places for `fill`, holds every
// comment, and is its own normal form.
struct FormattedYaml {
  std::optional<std::string> text;
  std::vector<canon::Finding> findings;
};
FormattedYaml FormatYaml(std::string_view text, std::string_view file);

// The readable form of canonical bytes, with dates where they have instants: ConvertYaml gives the
// same bytes back. kMalformed for other bytes, for an instant that is no end or beginning of a day
// in the covenant's zone, and for texts that YAML may not hold (canon/README.md); kExhausted above
// kMaxCovenantBytes.
Result<std::string> FormatCanonical(std::string_view canonical);

}  // namespace schakel::covenant
