// The report as JSON for programs: `ToValue` and nothing else (README, "JSON").
#pragma once

#include <string>

#include "node/report/model.h"

namespace schakel::report {

// Several lines, two spaces deep, with a newline at the end.
std::string WriteJson(const ScanReport& report);

}  // namespace schakel::report
