// Internal to `audit`: where findings gather, and the bounded reading of files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/audit/report.h"
#include "node/audit/source.h"
#include "node/base/result.h"

namespace schakel::audit {

inline constexpr uint64_t kMaxStatementFileBytes = 64 << 20;
inline constexpr uint64_t kMaxReceiptFileBytes = uint64_t{1} << 30;

class Collector {
 public:
  explicit Collector(const Source& source) : source_(source) {}

  // Drops an exact repetition, and everything after kMaxFindings.
  void Add(Finding finding);
  // Shorthand for a finding about a file or thing of a party.
  void Add(Problem problem, std::string party, std::string subject);
  [[nodiscard]] std::vector<Finding>& findings() { return findings_; }
  [[nodiscard]] bool more() const { return more_; }

  // `<party>/<name>`; nullopt when it is absent or too large (the latter is a finding).
  Result<std::optional<std::string>> Read(const std::string& party,
                                          const std::string& name,
                                          uint64_t max_bytes);
  // Calls `line` with every line and its number from 1. A last line without newline is damage.
  // False when the file is absent.
  Result<bool> ReadLines(const std::string& party,
                         const std::string& name,
                         uint64_t max_bytes,
                         const std::function<void(size_t, std::string_view)>& line);
  [[nodiscard]] const Source& source() const { return source_; }

 private:
  const Source& source_;
  std::vector<Finding> findings_;
  bool more_ = false;
};

}  // namespace schakel::audit
