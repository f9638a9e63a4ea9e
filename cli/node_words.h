// Words for what a node reports about itself: parts of its health, entries of its logs, steps of a
// test of a partner. What this build does not know stays as it is.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/messages.h"

namespace schakel::cli {

// A part of node.status' `health`: `clock` is `klok`.
std::string HealthWords(std::string_view part, Language language);
// The type of a log entry, of a statement or of what people did: `answer` is `antwoord`.
std::string EntryWords(std::string_view type, Language language);
// `in`, `out`, `local`.
std::string WayWords(std::string_view direction, Language language);
// `ok`, or a code of the protocol.
std::string OutcomeWords(std::string_view outcome, Language language);
// A step of peer.test, and what it found when it went well: `port 7443` is `poort 7443`.
std::string StepWords(std::string_view step, Language language);
std::string FoundWords(std::string_view step, std::string_view detail, Language language);

// One row of the tables behind them; all of them for a test that both languages are complete.
struct NodeWord {
  std::string_view id;
  const char* dutch;
  const char* english;
};
std::span<const NodeWord> AllEntryWords();

}  // namespace schakel::cli
