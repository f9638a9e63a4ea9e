// The tree as the store keeps it: the hash of every complete subtree, so that appending and proving
// take O(log n) rows. For this module.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/merkle.h"
#include "node/store/store.h"

namespace schakel::log {

// Reads; holds nothing. `store` outlives it. Safe for concurrent use. Rows below a size that a
// checkpoint names never change, so proofs for such sizes need no lock.
class StoredTree {
 public:
  StoredTree(const store::Store& store, std::string origin);

  // The hash of leaves [index << level, (index + 1) << level). kCorrupt when the row is missing or
  // of the wrong length.
  [[nodiscard]] Result<Hash> Node(int level, uint64_t index) const;
  [[nodiscard]] Result<Hash> Root(uint64_t size) const;
  // The roots of the perfect subtrees of the tree of that size, checked for nothing.
  [[nodiscard]] Result<crypto::Frontier> LoadFrontier(uint64_t size) const;
  // Preconditions: index < size; old_size <= size.
  [[nodiscard]] Result<std::vector<Hash>> Inclusion(uint64_t index, uint64_t size) const;
  [[nodiscard]] Result<std::vector<Hash>> Consistency(uint64_t old_size, uint64_t size) const;

 private:
  // MTH of leaves [begin, end); `begin` is a multiple of the smallest power of two >= end - begin.
  [[nodiscard]] Result<Hash> Range(uint64_t begin, uint64_t end) const;

  const store::Store& store_;
  std::string origin_;
};

// How far a checkpoint that may be damaged can be followed: `size`, but at most one entry beyond
// the last that is stored.
Result<uint64_t> KnownSize(const store::Store& store, std::string_view origin, uint64_t size);

// A c2sp.org/tlog-proof@v1: the path of an entry and the checkpoint it leads to.
std::string TlogProofText(uint64_t index, std::span<const Hash> path, std::string_view checkpoint);

// Appends a leaf: puts the rows of the subtrees that it completes, and moves the frontier.
void AppendLeaf(std::string_view origin,
                const Hash& leaf,
                crypto::Frontier& frontier,
                store::Batch& batch);

}  // namespace schakel::log
