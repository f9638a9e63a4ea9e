// The decision line of one person (exchange.md 5): what fixes it under the `subject_root` of its
// entry, and what a node hands over when it opens part of it for an auditor (README, "Decision
// lines"). A line has a part for every category that was asked, so that one category can be opened
// and the rest stays closed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/canon/value.h"

namespace schakel::statement {

// The parts of a line {match, records, told}, one per category, in that order: canonical JSON
// {category, match, records, told} with the decisions about that category. An empty line (a dummy)
// has parts without match and records.
std::vector<std::string> LineParts(std::string_view line, std::span<const std::string> categories);

// The decisions of a line or of a part, one per record. kMalformed when it is neither.
Result<canon::Value::Array> LineRecords(const canon::Value& line);

// What hides a part until it is opened; `secret` is the line's own.
Hash PartSalt(ByteView secret, std::string_view category);
Hash CommitPart(const Hash& salt, std::string_view part);
// Over the parts' commitments, in order.
Hash CommitLine(std::span<const Hash> parts);
// The leaf under `subject_root`. `sealed` is the SHA-256 of the sealed line.
Hash LineLeaf(const Hash& commitment, const Hash& sealed);

// A line as it is handed over.
struct OpenedLine {
  uint64_t entry = 0;  // of the log
  uint64_t line = 0;   // under its subject_root
  Hash commitment{};
  Hash sealed{};
  std::vector<Hash> path;  // to the subject_root
  bool erased = false;     // its key was destroyed: nothing opens
  struct Part {
    Hash salt{};
    std::vector<Hash> path;  // to the commitment
    canon::Value part;
    [[nodiscard]] std::string category() const;  // empty: it names none
  };
  std::vector<Part> parts;  // none when erased

  [[nodiscard]] canon::Value ToValue() const;
  static Result<OpenedLine> Parse(std::string_view json);

  // The number of lines that the path implies.
  [[nodiscard]] uint64_t count() const { return uint64_t{1} << path.size(); }
  // kDenied unless the line is under the root and each part is the line's own for its category.
  [[nodiscard]] Result<void> Verify(const Hash& subject_root,
                                    std::span<const std::string> categories) const;
};

}  // namespace schakel::statement
