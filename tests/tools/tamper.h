// For tests and the demo only: what somebody with access to a node's database could do to its log.
#pragma once

#include <cstdint>
#include <string_view>

#include "node/base/result.h"
#include "node/crypto/sign.h"
#include "node/store/store.h"

namespace schakel::tamper {

// Rewrites the stored entry so that it still parses and every signature in it still holds: its time
// moves by one millisecond. Tree, checkpoint and receipts stay. kNotFound without such an entry.
Result<void> AlterEntry(store::Store& store, std::string_view origin, uint64_t index);

// Takes the entry's bytes away; tree, checkpoint and receipts stay.
Result<void> RemoveEntry(store::Store& store, std::string_view origin, uint64_t index);

// As a dishonest node would: puts `bytes` in the entry's place, or takes the entry out when they
// are empty, and makes the whole log anew from its entries: tree, checkpoint and own receipts,
// signed with its log key, so that the log holds within itself.
Result<void> RewriteLog(store::Store& store,
                        std::string_view origin,
                        const crypto::SigningKey& log_key,
                        uint64_t index,
                        std::string_view bytes);

}  // namespace schakel::tamper
