// A subject as one run of an import sees it. For this module's own files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/record/match.h"
#include "node/record/model.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::record {

// What the store holds and what the batch will add.
struct OpenSubject {
  Subject subject;
  store::DataKey key;
  std::vector<Bytes> stored_tokens;  // sorted
  bool in_store = false;
  bool changed = false;  // its row must be written
  bool touched = false;  // the batch has rows of it
  // How many rows say each view. A view without rows goes; counting is only needed when a row
  // takes its word back, so most subjects never are.
  std::optional<std::map<uint32_t, int64_t>> stored_rows;  // what the store's records say
  std::map<uint32_t, int64_t> batch_rows;                  // what the batch adds
  std::optional<MatchKey> match_key;                       // of the views, once needed
};

// What the subject is compared by.
const MatchKey& KeyOf(OpenSubject& open);

// The id of the view; one more row says it. `added` tells that no row said it before.
struct AttachedView {
  uint32_t id = 0;
  bool added = false;
};
AttachedView AttachView(OpenSubject& open, const std::string& source, const PersonRow& row);

// One row less says the view; when none is left it goes. Counts the subject's records in the store
// the first time.
Result<void> DetachView(OpenSubject& open,
                        uint32_t view,
                        const store::Store& store,
                        const store::KeyTable& keys);

// The batch is in the store.
void SettleViews(OpenSubject& open);

}  // namespace schakel::record
