// The forms of fields and the reasons of decisions, in words.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "cli/messages.h"
#include "node/canon/value.h"

namespace schakel::cli {

// "maand" for month, "buurt" for coarse(buurt); nothing for plain. A form that this build does not
// know stays as it is.
std::string FormWords(std::string_view form, Language language);

// The ids of the rules that forbid, in a covenant as covenant.show gives it.
std::set<std::string> DenyIds(const canon::Value& covenant);

// Why a record stayed here, from its entry in a decision line: the rules that forbade it with what
// they found (`X2: wpg TRUE`), or the permit that came nearest with what it missed (`I01: since
// FALSE`). `denies` tells the two kinds of rules apart.
std::string WithheldBy(const canon::Value& decision, const std::set<std::string>& denies);
// The same in people's words: `X2: artikel Wpg`, `I01: eerste verwerking voldoet niet`.
std::string WithheldBy(const canon::Value& decision,
                       const std::set<std::string>& denies,
                       Language language);

}  // namespace schakel::cli
