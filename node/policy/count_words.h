// Internal to `policy`: what a category of counts lets through, said as record/aggregate.h and
// exchange/counts.h do it.
#pragma once

#include <string>

#include "node/covenant/document.h"
#include "node/report/messages.h"

namespace schakel::policy {

// "telling per kwartaal, niet onder 5, afgerond op 5".
std::string CountBrief(report::Language language, const covenant::Aggregate& counts);

// The whole rule, in sentences: which periods, what is left out, how it is rounded, and that a
// period is told once. Of the giver's own numbers (no `of`) it says what is not known of them.
std::string CountRule(report::Language language, const covenant::Aggregate& counts);

}  // namespace schakel::policy
