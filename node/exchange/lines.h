// Sealed decision lines: what the contributor keeps per person considered, under keys that can be
// destroyed (exchange.md 5, 11; exchange-log.md 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/exchange/context.h"
#include "node/exchange/disclosure.h"

namespace schakel::exchange {

inline constexpr size_t kMinLines = 8;
// A line about somebody unknown is as long as one about a person with one record, and beyond that
// the length, a power of two, says little: it stays readable when the line itself was destroyed.
inline constexpr size_t kMinLineBytes = 1024;

struct SealedLines {
  Hash subject_root{};   // RFC 6962 root over the sealed lines
  Hash sealed_digest{};  // SHA-256 of the sealed lines in order
};

// Seals the lines, each under its subject's log key (made when there is none) or the exchange's
// key, all to one length, with dummies behind them up to a power of two, at least kMinLines. Adds
// the rows to `batch`. The order is that of `lines`.
Result<SealedLines> SealLines(const Context& context,
                              std::string_view asker,
                              const Uuid& exchange,
                              const store::DataKey& exchange_key,
                              const std::vector<DecisionLine>& lines,
                              store::Batch& batch);

// The lines of `asker`'s exchange that still open, as canonical JSON; one that was erased, and a
// dummy, is empty. kNotFound when the exchange has none.
Result<std::vector<std::string>> OpenLines(const Context& context,
                                           std::string_view asker,
                                           const Uuid& exchange);

}  // namespace schakel::exchange
