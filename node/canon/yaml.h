// A strict reader for the YAML that people write: covenant, config and mapping files.
//
// Refused with line and column (README.md lists the ids): duplicate keys, anchors, aliases, tags,
// merge keys, directives, a second document, empty and null values, a tab, a BOM, characters that
// people cannot see (unseen.h; escaped ones too), invalid UTF-8, keys that are not ASCII, nesting
// deeper than kMaxJsonDepth, a file over `max_bytes`. Only plain scalars are typed (integers,
// true/false); a quoted scalar is always text. `012`, `1.5`, `yes` and `0x1f` are text, never
// numbers; `~` and `null` are refused, because elsewhere they are no text.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"
#include "node/canon/value.h"

namespace schakel::canon {

// 1-based, as editors count.
struct Position {
  int line = 1;
  int column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// Of the byte at `offset` of UTF-8 text; behind its end: of the end.
Position PositionOf(std::string_view text, size_t offset);

// Something to say about a file: `file:line:column: error E012 message`, and how to mend it.
struct Finding {
  enum class Severity { kError, kWarning };
  std::string file;
  Position position;
  Severity severity = Severity::kError;
  std::string id;       // E001, W003
  std::string message;  // what is wrong
  std::string fix;      // what to write instead; may be empty
  // For the findings that somebody meets who does not write such files: see base/reason.h.
  Reason reason{};
  ReasonArguments arguments{};
};
std::string ToString(const Finding& finding);

struct YamlNode {
  enum class Kind { kScalar, kSequence, kMapping };
  struct Entry;
  Kind kind = Kind::kScalar;
  Position position;
  std::string scalar;           // kScalar: the text after YAML's own unescaping
  bool quoted = false;          // kScalar: '...', "..." or a block scalar
  std::vector<YamlNode> items;  // kSequence
  std::vector<Entry> entries;   // kMapping, in the file's order

  // The value under the key, or null. Only for mappings; null for other kinds.
  [[nodiscard]] const YamlNode* Find(std::string_view key) const;
};

struct YamlNode::Entry {
  std::string key;
  Position position;
  YamlNode value;
};

// The document, or every finding that could be made before reading had to stop (at least one, all
// of severity kError). `file` only goes into the findings.
struct YamlResult {
  std::optional<YamlNode> root;
  std::vector<Finding> findings;
};
YamlResult ParseYaml(std::string_view text, std::string_view file, size_t max_bytes);

// The JSON value of a node: plain integers within +-(2^53-1) and true/false become themselves,
// every other scalar text. An empty plain scalar is refused (write "" for an empty text).
Result<Value> ToValue(const YamlNode& node);

}  // namespace schakel::canon
