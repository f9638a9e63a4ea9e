#include "cli/command.h"

#include <algorithm>

#include "cli/text.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/crypto/sign.h"

namespace schakel::cli {
namespace {

constexpr size_t kWidth = 78;
constexpr size_t kNames = 24;  // columns for an option's names in the help

constexpr std::string_view kGlobals =
    "Every command also takes:\n"
    "  --home DIR            the node's folder (or SCHAKEL_HOME)\n"
    "  --as OPERATOR         who acts (or SCHAKEL_OPERATOR; default: the only key)\n"
    "  --json                one JSON document on standard output, errors too\n"
    "  --lang nl|en          language of what people read (default: nl)\n"
    "  -h, --help            this text\n"
    "Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 incomplete.\n";

// Lines of at most the screen's width, those after the first behind `indent`; no newline at the
// end.
std::string Wrapped(const std::string& text, size_t width, const std::string& indent) {
  std::string out;
  for (const std::string& line : report::Wrap(text, width - indent.size()))
    out += (out.empty() ? "" : "\n" + indent) + line;
  return out;
}

bool IsList(const Option& option) {
  return std::holds_alternative<std::vector<std::string>*>(option.target);
}

std::string Shown(const Option& option) {
  return option.value.empty() ? option.name : option.name + " " + option.value;
}

std::string UsageOf(const Command& command) {
  std::string usage = "Usage: schakel " + command.name;
  bool optional = false;
  for (const Option& option : command.options) {
    optional = optional || !option.required;
    if (option.required) usage += " " + Shown(option) + (IsList(option) ? "..." : "");
  }
  if (optional) usage += " [options]";
  return Wrapped(usage, kWidth, "         ") + "\n";
}

// Names on the left, what it is on the right; a long name gets a line of its own.
std::string Entry(const std::string& left, const std::string& right) {
  std::string line = "  " + left;
  if (DisplayWidth(line) + 2 > kNames) {
    line += "\n" + std::string(kNames, ' ');
  } else {
    line = PadRight(line, kNames);
  }
  return line + Wrapped(right, kWidth, std::string(kNames, ' ')) + "\n";
}

}  // namespace

Language LanguageFor(std::string_view given, Reader reader) {
  if (given == "en") return Language::kEnglish;
  if (given == "nl") return Language::kDutch;
  return reader == Reader::kTechnician ? Language::kEnglish : Language::kDutch;
}

std::string HelpFor(const Command& command) {
  std::string out =
      Wrapped("schakel " + command.name + ": " + command.purpose, kWidth, "  ") + "\n\n";
  out += UsageOf(command);
  if (!command.options.empty()) out += "\n";
  for (const Option& option : command.options) {
    std::string help = option.help;
    if (IsList(option) && option.name.starts_with("-")) help += " (more than one may be given)";
    out += Entry(Shown(option), help);
  }
  if (!command.notes.empty()) out += "\n" + Wrapped(command.notes, kWidth, "") + "\n";
  out += command.examples.size() == 1 ? "\nExample:\n" : "\nExamples:\n";
  for (const std::string& example : command.examples)
    out += "  " + example + "\n";
  out += "\n";
  out += kGlobals;
  return out;
}

std::string Overview(const std::vector<Command>& commands, std::string_view noun) {
  std::string out =
      noun.empty() ? "schakel: exchange what a covenant permits, and prove it\n\n"
                     "Usage: schakel COMMAND [options]   (schakel COMMAND --help tells more)\n\n"
                   : "Usage: schakel " + std::string(noun) + " COMMAND [options]\n\n";
  for (const Command& command : commands) {
    const std::string first = command.name.substr(0, command.name.find(' '));
    if (!noun.empty() && first != noun) continue;
    out += Entry(command.name, command.purpose);
  }
  if (noun.empty()) out += Entry("--version", "print the version");
  out += "\n";
  out += kGlobals;
  return out;
}

Wrong CheckRef(const std::string& value) {
  return ParseRef(value) ? Wrong{}
                         : Wrong{"is geen kenmerk zoals VLD-2026-001, VLD-2026-001/2 of /2@om",
                                 "is no reference such as VLD-2026-001, VLD-2026-001/2 or /2@om"};
}

Wrong CheckGroup(const std::string& value) {
  const auto ref = ParseRef(value);
  const bool group = ref && !ref->group.empty() && !ref->round && ref->party.empty();
  return group ? Wrong{}
               : Wrong{"is geen groep zoals VLD-2026-001", "is no group such as VLD-2026-001"};
}

Wrong CheckName(const std::string& value) {
  return IsName(value)
             ? Wrong{}
             : Wrong{"is geen naam: een kleine letter, dan kleine letters, cijfers, - of _",
                     "is no id: a small letter, then small letters, digits, - or _"};
}

Wrong CheckDay(const std::string& value) {
  const auto date = ParseIsoDate(value);
  return date && date->complete() ? Wrong{}
                                  : Wrong{"is geen dag; schrijf die als 2026-12-31",
                                          "is no day; write it as 2026-12-31"};
}

Wrong CheckKeyId(const std::string& value) {
  return crypto::ParseKeyId(value)
             ? Wrong{}
             : Wrong{"is geen sleutelkenmerk (ed25519:...)", "is no key id (ed25519:...)"};
}

Wrong CheckHash(const std::string& value) {
  return DecodeHash(value) ? Wrong{}
                           : Wrong{"is geen SHA-256: 64 tekens 0-9 en a-f",
                                   "is no SHA-256: 64 digits 0-9 and a-f"};
}

Wrong CheckUuid(const std::string& value) {
  return ParseUuid(value) ? Wrong{}
                          : Wrong{"is geen UUID in kleine letters", "is no UUID in small letters"};
}

Wrong CheckAddress(const std::string& value) {
  const size_t colon = value.rfind(':');
  const Wrong wrong{"is geen adres zoals node.example:7443",
                    "is no address such as node.example:7443"};
  if (colon == std::string::npos || colon == 0) return wrong;
  const std::string port = value.substr(colon + 1);
  const bool digits =
      !port.empty() && port.size() <= 5 &&
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c < 0x7f; });
  const int number = digits ? std::stoi(port) : 0;
  return plain && number >= 1 && number <= 65535 ? Wrong{} : wrong;
}

Wrong CheckText(const std::string& value) {
  if (value.empty()) return {"is leeg", "is empty"};
  return Printable(value) == value
             ? Wrong{}
             : Wrong{"is geen tekst in UTF-8", "holds bytes that are no text in UTF-8"};
}

}  // namespace schakel::cli
