// An export of any bytes gives a report: no crash, no end, the same twice, and a verdict that its
// findings account for.
//
// Input: (path, space, decimal size, newline, that many bytes)*; what does not parse ends the list.
// The covenant hash is the one in the first covenant file's name.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "node/audit/report.h"
#include "node/audit/source.h"
#include "node/audit/verify.h"
#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/canon/json.h"
#include "node/crypto/secret.h"

namespace {

using namespace schakel::audit;

std::map<std::string, std::string> Unpack(std::string_view rest) {
  std::map<std::string, std::string> files;
  while (true) {
    const size_t end = rest.find('\n');
    const size_t space = rest.substr(0, end).find(' ');
    if (end == std::string_view::npos || space == std::string_view::npos) return files;
    size_t size = 0;
    const char* const last = rest.data() + end;
    const auto parsed = std::from_chars(rest.data() + space + 1, last, size);
    if (parsed.ec != std::errc() || parsed.ptr != last) return files;
    const std::string path(rest.substr(0, space));
    rest.remove_prefix(end + 1);
    if (size > rest.size()) return files;
    files[path] = rest.substr(0, size);
    rest.remove_prefix(size);
  }
}

std::optional<schakel::Hash> CovenantIn(const std::map<std::string, std::string>& files) {
  for (const auto& [path, bytes] : files) {
    const size_t at = path.find("/covenant/");
    if (at == std::string::npos) continue;
    const auto hash = schakel::DecodeHash(std::string_view(path).substr(at + 10, 64));
    if (hash) return *hash;
  }
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  schakel::crypto::Init();
  auto files = Unpack(schakel::AsText({data, size}));
  const auto covenant = CovenantIn(files);
  if (!covenant) return 0;
  const MemorySource source(std::move(files));
  const auto report = Verify(source, *covenant);
  CHECK(report.ok());
  const bool sound =
      std::all_of(report->findings.begin(), report->findings.end(), [](const Finding& finding) {
        return finding.problem == Problem::kUnknownFolder;
      });
  CHECK(sound == (report->verdict == Verdict::kVerified));
  const std::string json = schakel::canon::Write(ToValue(*report));
  CHECK(schakel::canon::ParseCanonical(json).ok());
  CHECK(!ToText(*report, Language::kDutch).empty());
  const auto again = Verify(source, *covenant);
  CHECK(again.ok() && schakel::canon::Write(ToValue(*again)) == json);
  return 0;
}
