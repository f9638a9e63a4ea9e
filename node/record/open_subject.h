// A subject as one run of an import sees it. For this module's own files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/record/match.h"
#include "node/record/model.h"
#include "node/record/rows.h"
#include "node/store/key_table.h"
#include "node/store/store.h"

namespace schakel::record {

// How many rows say each view of one subject. A subject has few views, and an import has many
// subjects open: a list, not a map of nodes.
class RowCounts {
 public:
  // The count of the view; 0 when it is new.
  int64_t& operator[](uint32_t view);
  void Add(const RowCounts& more);
  void Clear() { counts_.clear(); }

 private:
  std::vector<std::pair<uint32_t, int64_t>> counts_;
};

// What the store holds and what the batch will add.
struct OpenSubject {
  Subject subject;
  store::DataKey key;
  std::vector<LookupToken> stored_tokens;  // sorted
  bool in_store = false;
  bool changed = false;  // its row must be written
  bool touched = false;  // the batch has rows of it
  // How many rows say each view. A view without rows goes; counting is only needed when a row
  // takes its word back, so most subjects never are.
  std::optional<RowCounts> stored_rows;  // what the store's records say
  RowCounts batch_rows;                  // what the batch adds
  std::optional<MatchKey> match_key;     // of the views, once needed
  // The tokens of every view, in any order, of a subject that the run made; absent once a view of
  // it may have gone.
  std::optional<std::vector<LookupToken>> noted;
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
