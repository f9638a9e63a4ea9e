// The report as one page that needs nothing else: no script, no style sheet, no font, no picture
// from elsewhere, and a content policy that forbids them. For a screen, a phone and paper.
#pragma once

#include <string>
#include <string_view>

#include "node/base/date.h"
#include "node/report/messages.h"
#include "node/report/model.h"

namespace schakel::report {

struct HtmlOptions {
  Language language = Language::kDutch;
  Zone zone = Zone::kAmsterdam;
};

// The printable form of `text` (table.h) with & < > " ' escaped: safe as text and in a quoted
// attribute.
std::string EscapeHtml(std::string_view text);

// A whole HTML 5 document in UTF-8.
std::string WriteHtml(const ScanReport& report, const HtmlOptions& options);

}  // namespace schakel::report
