// A question and a decision as one line of JSON each, in the shape of the tests inside a covenant:
// for comparing what this decides with what another evaluator decides. The internal tier of
// covenant.md: never for the party that asks. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "node/canon/value.h"
#include "node/covenant/decide.h"

namespace schakel::covenant {

inline constexpr size_t kMaxAskBytes = 64 << 10;

// What is wrong with a line, first of all that is.
struct AskFault {
  size_t column = 1;    // of bytes, from 1
  std::string id;       // E101 to E106, as in README.md; E007: no JSON of this kind
  std::string path;     // "facts.age"; empty: the line as a whole
  std::string message;  // names of the line's own, cut and made printable, and nothing else of it
  std::string fix;      // may be empty
};

// {from, to, purpose, category} and, when they are there, {facts, approved, present, now}. A party,
// a purpose, a category and a field that the covenant does not have are fit for a question: the
// decision has codes for them. All else that it does not have is a fault: another key, another
// fact, another value of an enum, a value of another type. `now` is in ms UTC, else valid.from.
std::variant<Question, AskFault> ReadAsk(const Document& document, std::string_view line);

// {decision, fields, withheld, by, onward, failed}; {code, retain, approval, nearest} when the
// decision has them (policies/README.md, "Questions in, decisions out"). Without the trace.
canon::Value AnswerValue(const Decision& decision);

// "permit", "needs", "deny".
std::string_view NameOf(Outcome outcome);

}  // namespace schakel::covenant
