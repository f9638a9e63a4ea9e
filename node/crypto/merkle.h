// RFC 6962 trees: hashes, roots, proofs, and their verification. Pure functions over hashes.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace schakel::crypto {

Hash LeafHash(ByteView entry);                       // SHA-256(0x00 || entry)
Hash NodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash EmptyRoot();                                    // SHA-256("")

// MTH over leaf hashes (RFC 6962 2.1).
Hash MerkleRoot(std::span<const Hash> leaves);

// The audit path of leaf `index`, the leaf's sibling first (RFC 6962 2.1.1). Precondition: index <
// size.
std::vector<Hash> InclusionPath(std::span<const Hash> leaves, uint64_t index);
// The proof that the tree of `old_size` is a prefix (RFC 6962 2.1.2). Empty when the sizes are
// equal or old_size is 0. Precondition: old_size <= leaves.size().
std::vector<Hash> ConsistencyPath(std::span<const Hash> leaves, uint64_t old_size);

// kDenied when the proof does not hold; never reads beyond what the sizes imply.
Result<void> VerifyInclusion(
    const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> path, const Hash& root);
// old_size = 0 always fails: an empty tree proves nothing.
Result<void> VerifyConsistency(uint64_t old_size,
                               const Hash& old_root,
                               uint64_t size,
                               const Hash& root,
                               std::span<const Hash> path);

// The roots of the perfect subtrees of a growing tree, left to right: appending needs only these.
// A copyable value; `size` and `roots` are what the store keeps.
class Frontier {
 public:
  Frontier() = default;
  // kCorrupt when the number of roots is not the number of one-bits of size.
  static Result<Frontier> Create(uint64_t size, std::vector<Hash> roots);
  void Append(const Hash& leaf);
  [[nodiscard]] Hash Root() const;
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] const std::vector<Hash>& roots() const { return roots_; }

 private:
  uint64_t size_ = 0;
  std::vector<Hash> roots_;
};

}  // namespace schakel::crypto
