#include "node/audit/collect.h"

#include <algorithm>
#include <utility>

namespace schakel::audit {
namespace {

constexpr size_t kMaxSubject = 200;

// A subject may come out of a file that nobody vouches for and ends on somebody's terminal.
std::string Printable(std::string text) {
  text.resize(std::min(text.size(), kMaxSubject));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace

void Collector::Add(Finding finding) {
  finding.subject = Printable(std::move(finding.subject));
  if (findings_.size() >= kMaxFindings) {
    more_ = true;
    return;
  }
  if (std::find(findings_.begin(), findings_.end(), finding) != findings_.end()) return;
  findings_.push_back(std::move(finding));
}

void Collector::Add(Problem problem, std::string party, std::string subject) {
  Finding finding;
  finding.problem = problem;
  finding.party = std::move(party);
  finding.subject = std::move(subject);
  Add(std::move(finding));
}

Result<std::optional<std::string>> Collector::Read(const std::string& party,
                                                   const std::string& name,
                                                   uint64_t max_bytes) {
  Result<std::optional<std::string>> bytes = source_.Read(party + "/" + name, max_bytes);
  if (!bytes && bytes.error().code == ErrorCode::kExhausted) {
    Add(Problem::kFileDamaged, party, name);
    return std::optional<std::string>();
  }
  return bytes;
}

Result<bool> Collector::ReadLines(const std::string& party,
                                  const std::string& name,
                                  uint64_t max_bytes,
                                  const std::function<void(size_t, std::string_view)>& line) {
  const std::optional<std::string> bytes = TRY(Read(party, name, max_bytes));
  if (!bytes) return false;
  std::string_view rest = *bytes;
  for (size_t number = 1; !rest.empty(); ++number) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      Add(Problem::kFileDamaged, party, name);
      break;
    }
    line(number, rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace schakel::audit
