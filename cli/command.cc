#include "cli/command.h"

#include <algorithm>
#include <array>

#include "cli/text.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/crypto/sign.h"

namespace schakel::cli {
namespace {

constexpr size_t kWidth = 78;
constexpr size_t kNames = 24;  // columns for an option's names in the help

constexpr HelpText kGlobals{
    "Elke opdracht kent ook:\n"
    "  --home MAP            de map van de node (of SCHAKEL_HOME)\n"
    "  --as OPERATOR         wie u bent (of SCHAKEL_OPERATOR; anders: de enige\n"
    "                        sleutel)\n"
    "  --json                één JSON-document op standaarduitvoer, ook bij fouten\n"
    "  --lang nl|en          taal van wat mensen lezen (standaard: nl)\n"
    "  -h, --help            deze tekst\n"
    "Exitcodes: 0 gedaan, 1 geweigerd of mislukt, 2 fout gebruik, 3 onvolledig.\n",
    "Every command also takes:\n"
    "  --home DIR            the node's folder (or SCHAKEL_HOME)\n"
    "  --as OPERATOR         who acts (or SCHAKEL_OPERATOR; default: the only key)\n"
    "  --json                one JSON document on standard output, errors too\n"
    "  --lang nl|en          language of what people read (default: nl)\n"
    "  -h, --help            this text\n"
    "Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 incomplete.\n"};
constexpr HelpText kTitle{
    "schakel: wissel uit wat een convenant toestaat, en bewijs het\n\n"
    "Gebruik: schakel OPDRACHT [opties]   (schakel OPDRACHT --help vertelt meer)\n\n",
    "schakel: exchange what a covenant permits, and prove it\n\n"
    "Usage: schakel COMMAND [options]   (schakel COMMAND --help tells more)\n\n"};
constexpr HelpText kUsage{"Gebruik: schakel ", "Usage: schakel "};
constexpr HelpText kOneOf{" OPDRACHT [opties]\n\n", " COMMAND [options]\n\n"};
constexpr HelpText kOptions{" [opties]", " [options]"};
constexpr HelpText kMoreThanOne{" (meer dan één mag)", " (more than one may be given)"};
constexpr HelpText kExample{"\nVoorbeeld:\n", "\nExample:\n"};
constexpr HelpText kExamples{"\nVoorbeelden:\n", "\nExamples:\n"};
// One that tells where to go on, and one that runs.
constexpr std::array kProgramExamples{"schakel scan request --help",
                                      "schakel group list --home gemeente --as deboer"};
constexpr HelpText kVersionHelp{"toon de versie", "print the version"};

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

std::string Shown(const Option& option, Language language) {
  const std::string name = option.name.In(language);
  return option.value.empty() ? name : name + " " + option.value.In(language);
}

std::string UsageOf(const Command& command, Language language) {
  std::string usage = kUsage.In(language) + command.name;
  bool optional = false;
  for (const Option& option : command.options) {
    optional = optional || !option.required;
    const std::string shown = Shown(option, language) + (IsList(option) ? "..." : "");
    const bool positional = option.name.In(language).front() != '-';
    if (option.required) usage += " " + shown;
    if (!option.required && positional) usage += " [" + shown + "]";
  }
  if (optional) usage += kOptions.In(language);
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

// One example may go over several lines, each but its last with a backslash at the end.
std::string ExamplesOf(const std::vector<std::string>& lines, Language language) {
  const auto continued = [](const std::string& line) { return line.ends_with('\\'); };
  const auto goes_on = std::count_if(lines.begin(), lines.end(), continued);
  const bool one = static_cast<size_t>(goes_on) + 1 == lines.size();
  std::string out = (one ? kExample : kExamples).In(language);
  for (const std::string& line : lines)
    out += "  " + line + "\n";
  return out;
}

std::vector<std::string> FirstExample(const Command& command) {
  std::vector<std::string> lines;
  for (const std::string& line : command.examples) {
    lines.push_back(line);
    if (!line.ends_with('\\')) break;
  }
  return lines;
}

}  // namespace

std::string HelpText::In(Language language) const {
  return std::string(language == Language::kDutch && !dutch_.empty() ? dutch_ : english_);
}

Language LanguageFor(std::string_view given, Reader reader) {
  if (given == "en") return Language::kEnglish;
  if (given == "nl") return Language::kDutch;
  return reader == Reader::kTechnician ? Language::kEnglish : Language::kDutch;
}

bool HasDutchHelp(const Command& command) {
  return command.reader == Reader::kPeople;
}

std::string HelpFor(const Command& command, std::string_view given) {
  const Language language =
      HasDutchHelp(command) ? LanguageFor(given, Reader::kPeople) : Language::kEnglish;
  std::string out =
      Wrapped("schakel " + command.name + ": " + command.purpose.In(language), kWidth, "  ") +
      "\n\n";
  out += UsageOf(command, language);
  if (!command.options.empty()) out += "\n";
  for (const Option& option : command.options) {
    std::string help = option.help.In(language);
    if (IsList(option) && option.name.english().starts_with("-")) help += kMoreThanOne.In(language);
    out += Entry(Shown(option, language), help);
  }
  if (!command.notes.empty()) out += "\n" + Wrapped(command.notes.In(language), kWidth, "") + "\n";
  out += ExamplesOf(command.examples, language);
  out += "\n";
  out += kGlobals.In(language);
  return out;
}

std::string Overview(const std::vector<Command>& commands,
                     std::string_view noun,
                     std::string_view given) {
  std::vector<const Command*> shown;
  for (const Command& command : commands) {
    if (noun.empty() || command.name.substr(0, command.name.find(' ')) == noun)
      shown.push_back(&command);
  }
  // Where one of them is for people, they look for it here.
  const bool people = std::any_of(
      shown.begin(), shown.end(), [](const Command* command) { return HasDutchHelp(*command); });
  const Language language = LanguageFor(given, people ? Reader::kPeople : Reader::kTechnician);
  std::string out = noun.empty() ? kTitle.In(language)
                                 : kUsage.In(language) + std::string(noun) + kOneOf.In(language);
  for (const Command* command : shown)
    out += Entry(command->name, command->purpose.In(language));
  if (noun.empty()) out += Entry("--version", kVersionHelp.In(language));
  out += ExamplesOf(noun.empty() || shown.empty()
                        ? std::vector<std::string>(kProgramExamples.begin(), kProgramExamples.end())
                        : FirstExample(*shown.front()),
                    language);
  out += "\n";
  out += kGlobals.In(language);
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
