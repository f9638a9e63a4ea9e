// The report as text for a terminal: complete, in fixed columns (screens.md, `scan show`).
#pragma once

#include <string>

#include "node/base/date.h"
#include "node/report/messages.h"
#include "node/report/model.h"
#include "node/report/table.h"

namespace schakel::report {

struct TextOptions {
  Language language = Language::kDutch;
  Paper paper;  // at least 60 columns; narrower paper is treated as 60
  Zone zone = Zone::kAmsterdam;
};

// Lines of at most the paper's width, each with a newline; the last one says what to do next. What
// came from partners cannot act on the terminal (`Printable`).
std::string WriteText(const ScanReport& report, const TextOptions& options);

}  // namespace schakel::report
