// The failures that have a reason (node/base/reason.h) in Dutch and in English: what happened, and
// what to do next. One table, complete by test.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/messages.h"
#include "node/base/reason.h"

namespace schakel::cli {

// Marks stand in braces, only those of the reason's arguments. A hint may be empty: about a row of
// an import the command itself says what to do.
struct ReasonText {
  Reason reason;
  const char* dutch;
  const char* english;
  const char* dutch_hint;
  const char* english_hint;
};
// Every reason but kNone, in the enum's order.
std::span<const ReasonText> AllReasonTexts();
// The parts of the table, each in a file of its own, in any order.
std::span<const ReasonText> GeneralReasonTexts();
std::span<const ReasonText> CovenantReasonTexts();
std::span<const ReasonText> ImportReasonTexts();
std::span<const ReasonText> ProofReasonTexts();

struct Worded {
  std::string message;
  std::string hint;
};
// Nothing for an id that this build does not know, and when an argument that the sentence needs is
// missing: a node of another version said it. Codes of the protocol among the arguments are worded.
std::optional<Worded> Word(std::string_view id,
                           const ReasonArguments& arguments,
                           Language language);

// What to do next about a failure of which only the code is known; empty for an unknown code.
std::string HintFor(std::string_view code, Language language);

// What to do next about a code of the protocol with which a partner's answer ended, or our own
// check of it. Takes {party} and {group}; nothing for a code after which there is nothing to do.
std::string NextAfter(std::string_view code, const Marks& marks, Language language);
// The codes that have one.
std::vector<std::string_view> CodesWithNext();

}  // namespace schakel::cli
