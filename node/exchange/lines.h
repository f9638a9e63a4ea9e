// Sealed decision lines: what the contributor keeps per person considered, and the requester per
// person whom it could have named, under keys that can be destroyed (exchange.md 5, 11;
// exchange-log.md 4).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/canon/value.h"
#include "node/covenant/decide.h"
#include "node/exchange/context.h"
#include "node/log/export.h"
#include "node/statement/entry.h"

namespace schakel::exchange {

inline constexpr size_t kMinLines = 8;
// A line about somebody unknown is as long as one about a person with one record, and beyond that
// the length, a power of two, says little: it stays readable when the line itself was destroyed.
inline constexpr size_t kMinLineBytes = 1024;

// What is written down about one person considered (or about a group's own records): canonical JSON
// with the match, and per record its category, outcome, code, rule ids, forms and the truth of
// every condition. No value, no name.
struct DecisionLine {
  std::optional<Uuid> subject;  // whose key seals it; absent: the exchange's key
  std::string json;
};

// The line of {match, records}. Each of `records` is canonical JSON. A record that says the same as
// another is told once and counted: most say the same, and a line is stored padded.
std::string LineJson(std::string_view match, const std::vector<std::string>& records);

// A line of LineJson with each record's own text again; any other text as it is.
std::string UnfoldLine(std::string_view json);

// What became of one record under a decision: given with these fields, or kept back for `code`.
struct Told {
  std::string category;
  std::string code;                             // empty: given
  std::set<std::string> fields;                 // given
  std::map<std::string, std::string> withheld;  // field -> why

  auto operator<=>(const Told&) const = default;
};

// The same as a line says it: rules and conditions, never a value.
canon::Value DecisionValue(const covenant::Decision& decision, const Told& told);

// Lines under the first Answer (or the Request) of an exchange, and under the Answer that follows.
enum class LineSet : uint8_t { kFirst = 0, kSecond = 1 };

struct SealedLines {
  Hash subject_root{};   // RFC 6962 root over the lines' leaves (statement::LineLeaf)
  Hash sealed_digest{};  // SHA-256 of the sealed lines in order
};

// Seals the lines, each under its subject's log key (made when there is none) or the exchange's
// key, all to one length, with dummies behind them up to a power of two, at least kMinLines. Adds
// the rows to `batch`. The order is that of `lines`. `categories` are those that the lines may be
// about: each becomes a part that can be opened by itself.
Result<SealedLines> SealLines(const Context& context,
                              std::string_view asker,
                              const Uuid& exchange,
                              const store::DataKey& exchange_key,
                              const std::set<std::string>& categories,
                              const std::vector<DecisionLine>& lines,
                              store::Batch& batch,
                              LineSet set = LineSet::kFirst);

// Gives every subject a log key that has none, in one commit, so that sealing lines about one
// person in several exchanges at a time cannot make two.
Result<void> MakeLogKeys(const Context& context, const std::set<Uuid>& subjects);

// The lines of `asker`'s exchange that still open, as canonical JSON, LineJson's with each record's
// own decision; one that was erased, and a
// dummy, is empty. kNotFound when the exchange has none. `erased` gets how many have no key any
// more; when that was the exchange's own, dummies are among them.
Result<std::vector<std::string>> OpenLines(const Context& context,
                                           std::string_view asker,
                                           const Uuid& exchange,
                                           int64_t* erased = nullptr);

// The categories of the parts that lines under this entry have: those of an Answer's cells, and
// `persoon` for a Request's own lines. Empty: an entry without lines.
std::set<std::string> LineCategories(const statement::Entry& entry);

// Opens the lines of the log for an auditor: per entry with lines about one of `categories` (empty:
// any) a file `lines/<entry>.jsonl` with a statement::OpenedLine each, dummies too, of those
// categories' parts only; a line whose key is gone says so. Memory for one line and the leaves of
// one entry.
Result<void> ExportLines(const Context& context,
                         const std::vector<std::string>& categories,
                         const log::FileSink& sink);

}  // namespace schakel::exchange
