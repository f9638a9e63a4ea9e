#include "node/record/sorted_batch.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace schakel::record {

void SortedBatch::Put(store::Family family, Bytes key, Bytes value) {
  bytes_ += key.size() + value.size();
  operations_.push_back({family, std::move(key), std::move(value)});
}

void SortedBatch::Delete(store::Family family, Bytes key) {
  bytes_ += key.size();
  operations_.push_back({family, std::move(key), std::nullopt});
}

void SortedBatch::Clear() {
  operations_.clear();
  bytes_ = 0;
}

store::Batch SortedBatch::Take() {
  std::stable_sort(operations_.begin(), operations_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.family, a.key) < std::tie(b.family, b.key);
  });
  store::Batch batch;
  batch.Reserve(operations_.size());
  for (store::Batch::Operation& operation : operations_)
    batch.Add(std::move(operation));
  Clear();
  return batch;
}

}  // namespace schakel::record
