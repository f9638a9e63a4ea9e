// A batch that is written in the order of its keys: RocksDB then inserts each row next to the one
// before, which saves it most of its search. For this module's own files.
#pragma once

#include <vector>

#include "node/store/store.h"

namespace schakel::record {

class SortedBatch {
 public:
  void Put(store::Family family, Bytes key, Bytes value);
  void Delete(store::Family family, Bytes key);
  [[nodiscard]] size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return operations_.empty(); }
  void Clear();
  // What was added, by family and key; of one key, in the order of adding. Empty afterwards.
  store::Batch Take();

 private:
  std::vector<store::Batch::Operation> operations_;
  size_t bytes_ = 0;
};

}  // namespace schakel::record
