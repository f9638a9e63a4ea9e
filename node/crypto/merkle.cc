#include "node/crypto/merkle.h"

#include <algorithm>
#include <array>
#include <bit>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace schakel::crypto {
namespace {

// Short entries are hashed from the stack: one call into the digest and no allocation.
constexpr size_t kShortEntryBytes = 1024;

// The largest power of two below n (RFC 6962 2.1). Precondition: n >= 2.
uint64_t SplitPoint(uint64_t n) {
  return std::bit_floor(n - 1);
}

Error ProofFails() {
  return Denied("the Merkle proof does not hold");
}

}  // namespace

Hash LeafHash(ByteView entry) {
  if (entry.size() <= kShortEntryBytes) {
    std::array<uint8_t, kShortEntryBytes + 1> input;
    input[0] = 0x00;
    std::copy(entry.begin(), entry.end(), input.begin() + 1);
    return Sha256(ByteView(input.data(), entry.size() + 1));
  }
  Sha256Stream stream;
  constexpr std::array<uint8_t, 1> kPrefix = {0x00};
  stream.Add(kPrefix);
  stream.Add(entry);
  return stream.Finish();
}

Hash NodeHash(const Hash& left, const Hash& right) {
  std::array<uint8_t, 65> input;
  input[0] = 0x01;
  std::copy(left.begin(), left.end(), input.begin() + 1);
  std::copy(right.begin(), right.end(), input.begin() + 33);
  return Sha256(input);
}

Hash EmptyRoot() {
  return Sha256(ByteView{});
}

Hash MerkleRoot(std::span<const Hash> leaves) {
  Frontier frontier;
  for (const Hash& leaf : leaves)
    frontier.Append(leaf);
  return frontier.Root();
}

std::vector<Hash> InclusionPath(std::span<const Hash> leaves, uint64_t index) {
  CHECK(index < leaves.size());
  std::vector<Hash> path;  // from the root down, turned round at the end
  while (leaves.size() > 1) {
    const uint64_t split = SplitPoint(leaves.size());
    if (index < split) {
      path.push_back(MerkleRoot(leaves.subspan(split)));
      leaves = leaves.first(split);
    } else {
      path.push_back(MerkleRoot(leaves.first(split)));
      leaves = leaves.subspan(split);
      index -= split;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<Hash> ConsistencyPath(std::span<const Hash> leaves, uint64_t old_size) {
  CHECK(old_size <= leaves.size());
  std::vector<Hash> path;  // from the root down, turned round at the end
  if (old_size == 0 || old_size == leaves.size()) return path;
  // The verifier has the old root itself, so it is left out while it is still a left edge of the
  // tree (the flag b of RFC 6962 2.1.2).
  bool verifier_has_it = true;
  while (old_size != leaves.size()) {
    const uint64_t split = SplitPoint(leaves.size());
    if (old_size <= split) {
      path.push_back(MerkleRoot(leaves.subspan(split)));
      leaves = leaves.first(split);
    } else {
      path.push_back(MerkleRoot(leaves.first(split)));
      leaves = leaves.subspan(split);
      old_size -= split;
      verifier_has_it = false;
    }
  }
  if (!verifier_has_it) path.push_back(MerkleRoot(leaves));
  std::reverse(path.begin(), path.end());
  return path;
}

// RFC 9162 2.1.3.2, which verifies the paths of RFC 6962.
Result<void> VerifyInclusion(
    const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> path, const Hash& root) {
  if (index >= size) return ProofFails();
  uint64_t node = index;
  uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : path) {
    if (last == 0) return ProofFails();
    if ((node & 1) != 0 || node == last) {
      hash = NodeHash(sibling, hash);
      // A right edge without siblings of its own climbs until it is a right child.
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0 || hash != root) return ProofFails();
  return {};
}

// RFC 9162 2.1.4.2, which verifies the proofs of RFC 6962.
Result<void> VerifyConsistency(uint64_t old_size,
                               const Hash& old_root,
                               uint64_t size,
                               const Hash& root,
                               std::span<const Hash> path) {
  if (old_size == 0 || old_size > size) return ProofFails();
  if (old_size == size) {
    if (!path.empty() || old_root != root) return ProofFails();
    return {};
  }
  uint64_t node = old_size - 1;
  uint64_t last = size - 1;
  while ((node & 1) != 0) {
    node >>= 1;
    last >>= 1;
  }
  // An old tree of 2^k leaves is itself the node that the proof starts from.
  const bool starts_at_old_root = std::has_single_bit(old_size);
  if (!starts_at_old_root && path.empty()) return ProofFails();
  Hash old_hash = starts_at_old_root ? old_root : path.front();
  Hash new_hash = old_hash;
  for (const Hash& hash : path.subspan(starts_at_old_root ? 0 : 1)) {
    if (last == 0) return ProofFails();
    if ((node & 1) != 0 || node == last) {
      old_hash = NodeHash(hash, old_hash);
      new_hash = NodeHash(hash, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = NodeHash(new_hash, hash);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0 || old_hash != old_root || new_hash != root) return ProofFails();
  return {};
}

Result<Frontier> Frontier::Create(uint64_t size, std::vector<Hash> roots) {
  if (static_cast<size_t>(std::popcount(size)) != roots.size()) {
    return Corrupt("a tree's frontier does not fit its size");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.roots_ = std::move(roots);
  return frontier;
}

void Frontier::Append(const Hash& leaf) {
  Hash hash = leaf;
  // Each trailing one-bit of the size is a perfect subtree that the leaf completes a twin of.
  for (int merges = std::countr_one(size_); merges > 0; --merges) {
    hash = NodeHash(roots_.back(), hash);
    roots_.pop_back();
  }
  roots_.push_back(hash);
  ++size_;
}

Hash Frontier::Root() const {
  if (roots_.empty()) return EmptyRoot();
  Hash hash = roots_.back();
  for (size_t i = roots_.size() - 1; i > 0; --i)
    hash = NodeHash(roots_[i - 1], hash);
  return hash;
}

}  // namespace schakel::crypto
