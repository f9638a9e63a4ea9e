// The sentences of the command line in Dutch and in English, one table. Dutch is what a regisseur,
// an infodesk, an officer or an auditor reads; for a beheerder or a developer the commands have
// English sentences of their own.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "node/report/messages.h"

namespace schakel::cli {

using report::Language;

enum class Message {
  kYes,
  kNo,
  kNoCovenant,
  kVersion,
  kValid,
  kUpTo,
  kParty,
  kName,
  kSigned,
};
inline constexpr Message kLastMessage = Message::kSigned;

struct Sentence {
  Message message;
  const char* dutch;
  const char* english;
};
// Every message, in the enum's order. Marks stand in braces: {ref}.
std::span<const Sentence> AllSentences();

using Marks = std::map<std::string, std::string>;
// The sentence with its marks filled in; what is filled in is made printable.
std::string Say(Message message, Language language, const Marks& marks = {});

}  // namespace schakel::cli
