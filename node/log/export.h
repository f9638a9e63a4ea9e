// A log as files: what an auditor is handed (node/audit/README.md, "Layout").
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/store/store.h"

namespace schakel::log {

// Takes the next bytes of the file `path` (relative, '/' between parts). Calls for one file follow
// each other; a new path ends the file before it. An error stops the export.
using FileSink = std::function<Result<void>(const std::string& path, ByteView bytes)>;

// Writes `checkpoint`, `tile/...`, `tile/entries/...` (C2SP tlog-tiles) and `receipts.jsonl` (own
// receipts in order of index, one canonical signed statement a line) for the stored checkpoint.
// Everything is the stored bytes, nothing is recomputed or verified: a missing entry becomes one of
// no bytes, a missing node 32 zero bytes, so that a damaged log is handed over as it is and its
// damage named by whoever verifies. kNotFound without a checkpoint, kCorrupt when it does not
// parse. Safe beside an appender; memory for one bundle of 256 entries.
Result<void> ExportFiles(const store::Store& store, std::string_view origin, const FileSink& sink);

// `N` of tlog-tiles: groups of three digits, all but the last behind an x; `.p/W` when width < 256.
std::string TileName(uint64_t number, uint64_t width);

}  // namespace schakel::log
