#include "cli/commands/covenant_ask.h"

#include <cstdint>
#include <fstream>
#include <istream>
#include <map>
#include <ostream>
#include <utility>
#include <variant>

#include "cli/policy_file.h"
#include "cli/text.h"
#include "node/canon/json.h"
#include "node/covenant/ask.h"

namespace schakel::cli {
namespace {

constexpr size_t kHeldBytes = 64 << 10;

std::string In(Language language, const char* dutch, const char* english) {
  return language == Language::kDutch ? dutch : english;
}

// What is wrong in Dutch, by the id; the reader of covenants speaks English.
std::string Dutch(const covenant::AskFault& fault) {
  static const std::map<std::string, std::string, std::less<>> kSentences{
      {"E007", "is geen JSON zoals hier hoort"},
      {"E101", "hoort niet in een vraag"},
      {"E102", "mist een verplicht deel"},
      {"E103", "heeft een waarde van een verkeerde soort"},
      {"E104", "heeft een waarde die te klein of te groot is"},
      {"E105", "staat niet in het convenant"},
      {"E106", "staat er twee keer"}};
  const auto sentence = kSentences.find(fault.id);
  std::string out = fault.path.empty() ? "deze regel" : "`" + fault.path + "`";
  out += " " + (sentence == kSentences.end() ? "is fout" : sentence->second);
  return out + " (" + fault.message + ")";
}

// What to write instead, likewise.
std::string DutchFix(const std::string& fix) {
  constexpr std::string_view kMeant = "did you mean ";
  if (fix.starts_with(kMeant)) return "bedoelt u " + fix.substr(kMeant.size());
  return fix.empty() ? "" : "zet het tussen dubbele aanhalingstekens";
}

Failure AtLine(const Context& context,
               const std::string& name,
               uint64_t line,
               const covenant::AskFault& fault) {
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kMalformed);
  failure.message = name + ":" + std::to_string(line) + ":" + std::to_string(fault.column) + ": ";
  if (context.language() == Language::kDutch) {
    failure.message += Dutch(fault);
    failure.hint = DutchFix(fault.fix);
  } else {
    failure.message += (fault.path.empty() ? "" : "`" + fault.path + "`: ") + fault.message;
    failure.hint = fault.fix;
  }
  if (failure.hint.empty()) {
    failure.hint = In(context.language(),
                      "policies/README.md zegt wat in een vraag staat",
                      "policies/README.md says what stands in a question");
  }
  return failure;
}

// Lines of a stream, each at most one byte longer than a question can be.
class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(*in.rdbuf()) {}

  // False at the end.
  bool Next(std::string& line) {
    constexpr int kEnd = std::istream::traits_type::eof();
    line.clear();
    for (int c = in_.sbumpc(); c != kEnd; c = in_.sbumpc()) {
      if (c == '\n') return true;
      line += static_cast<char>(c);
      if (line.size() > covenant::kMaxAskBytes) return true;
    }
    return !line.empty();
  }

  // Whether the next line may have to be waited for.
  [[nodiscard]] bool Waits() { return in_.in_avail() <= 0; }

 private:
  std::streambuf& in_;
};

Outcome<Exit> Answer(Context& context,
                     const covenant::Covenant& covenant,
                     std::istream& in,
                     const std::string& name) {
  LineReader reader(in);
  std::string held;
  const auto write = [&] {
    context.out() << held << std::flush;
    held.clear();
    return context.out().good();
  };
  std::string line;
  for (uint64_t number = 1; reader.Next(line); ++number) {
    auto asked = covenant::ReadAsk(covenant.document(), line);
    if (const auto* fault = std::get_if<covenant::AskFault>(&asked)) {
      write();
      return AtLine(context, name, number, *fault);
    }
    const auto& question = std::get<covenant::Question>(asked);
    held += canon::Write(covenant::AnswerValue(covenant.Decide(question)));
    held += '\n';
    if ((held.size() >= kHeldBytes || reader.Waits()) && !write()) break;
  }
  if (write()) return Exit::kDone;
  Failure failure;
  failure.code = ErrorCodeName(ErrorCode::kUnavailable);
  failure.message = In(context.language(),
                       "de standaarduitvoer kan niet geschreven worden",
                       "standard output cannot be written");
  return failure;
}

}  // namespace

Outcome<Exit> Ask(Context& context, const std::string& covenant, const std::string& questions) {
  const Policy loaded = TRY(LoadCovenant(context, covenant));
  if (loaded.draft) {
    context.Warn(In(context.language(),
                    "sjabloon: zolang de data niet zijn ingevuld, loopt het een jaar vanaf vandaag",
                    "a template: until its dates are filled in, its term is a year from today"));
  }
  if (questions == "-") return Answer(context, *loaded.covenant, context.in(), questions);
  std::ifstream file(questions, std::ios::binary);
  // Of a folder only reading fails.
  if (!file || (file.peek() == std::ifstream::traits_type::eof() && file.bad())) {
    Failure failure;
    failure.code = ErrorCodeName(ErrorCode::kNotFound);
    failure.message = Printable(questions) + ": " +
                      In(context.language(), "kan niet gelezen worden", "cannot be read");
    failure.hint = In(context.language(), "controleer het pad", "check the path");
    return failure;
  }
  return Answer(context, *loaded.covenant, file, questions);
}

}  // namespace schakel::cli
