#include "node/log/tree.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "node/base/check.h"
#include "node/log/layout.h"

namespace schakel::log {

using store::Family;

StoredTree::StoredTree(const store::Store& store, std::string origin)
    : store_(store), origin_(std::move(origin)) {}

Result<Hash> StoredTree::Node(int level, uint64_t index) const {
  const std::optional<Bytes> row = TRY(store_.Get(Family::kLog, NodeKey(origin_, level, index)));
  if (!row || row->size() != Hash().size()) {
    return Corrupt("log: tree node " + std::to_string(level) + "/" + std::to_string(index) +
                   " is missing");
  }
  Hash hash{};
  std::copy(row->begin(), row->end(), hash.begin());
  return hash;
}

Result<Hash> StoredTree::Range(uint64_t begin, uint64_t end) const {
  const uint64_t count = end - begin;
  CHECK(count > 0);
  if (std::has_single_bit(count)) {
    const int level = std::countr_zero(count);
    return Node(level, begin >> level);
  }
  const uint64_t split = begin + std::bit_floor(count);
  const Hash left = TRY(Range(begin, split));
  const Hash right = TRY(Range(split, end));
  return crypto::NodeHash(left, right);
}

Result<Hash> StoredTree::Root(uint64_t size) const {
  if (size == 0) return crypto::EmptyRoot();
  return Range(0, size);
}

Result<crypto::Frontier> StoredTree::LoadFrontier(uint64_t size) const {
  std::vector<Hash> roots;
  uint64_t begin = 0;
  for (int level = 63; level >= 0; --level) {
    const uint64_t width = uint64_t{1} << level;
    if ((size & width) == 0) continue;
    roots.push_back(TRY(Node(level, begin >> level)));
    begin += width;
  }
  return crypto::Frontier::Create(size, std::move(roots));
}

// RFC 6962 2.1.1, from the root down; the path is then turned, the leaf's sibling first.
Result<std::vector<Hash>> StoredTree::Inclusion(uint64_t index, uint64_t size) const {
  CHECK(index < size);
  std::vector<Hash> path;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t split = begin + std::bit_ceil(end - begin) / 2;
    if (index < split) {
      path.push_back(TRY(Range(split, end)));
      end = split;
    } else {
      path.push_back(TRY(Range(begin, split)));
      begin = split;
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// RFC 6962 2.1.2: SUBPROOF(old_size, D[0:size], true), from the root down, then turned.
Result<std::vector<Hash>> StoredTree::Consistency(uint64_t old_size, uint64_t size) const {
  CHECK(old_size <= size);
  std::vector<Hash> path;
  if (old_size == 0 || old_size == size) return path;
  uint64_t begin = 0;
  uint64_t end = size;
  bool whole = true;  // the old tree starts at `begin` = 0, so its root is known to the verifier
  while (old_size != end) {
    const uint64_t split = begin + std::bit_ceil(end - begin) / 2;
    if (old_size <= split) {
      path.push_back(TRY(Range(split, end)));
      end = split;
    } else {
      path.push_back(TRY(Range(begin, split)));
      begin = split;
      whole = false;
    }
  }
  if (!whole) path.push_back(TRY(Range(begin, end)));
  std::reverse(path.begin(), path.end());
  return path;
}

Result<uint64_t> KnownSize(const store::Store& store, std::string_view origin, uint64_t size) {
  if (size == 0 || TRY(store.Get(Family::kLog, EntryKey(origin, size - 1)))) return size;
  const size_t key_size = EntryKey(origin, 0).size();
  uint64_t known = 0;
  TRY(store.Scan(Family::kLog, RowPrefix(origin, Row::kEntry), [&](ByteView key, ByteView) {
    if (key.size() == key_size) known = TrailingU64(key) + 1;
    return true;
  }));
  // One entry gone from the end is a missing entry, not a shorter log.
  return std::min(size, known + 1);
}

std::string TlogProofText(uint64_t index, std::span<const Hash> path, std::string_view checkpoint) {
  std::string proof = "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + "\n";
  for (const Hash& hash : path)
    proof += EncodeBase64(hash) + "\n";
  return proof + "\n" + std::string(checkpoint);
}

void AppendLeaf(std::string_view origin,
                const Hash& leaf,
                crypto::Frontier& frontier,
                store::Batch& batch) {
  // The perfect subtrees at the end of the frontier are the left siblings of what the leaf
  // completes, one for each trailing one-bit of its index.
  const std::vector<Hash>& roots = frontier.roots();
  size_t siblings = roots.size();
  Hash node = leaf;
  uint64_t index = frontier.size();
  int level = 0;
  batch.Put(Family::kLog, NodeKey(origin, level, index), node);
  while ((index & 1) != 0) {
    node = crypto::NodeHash(roots[--siblings], node);
    index >>= 1;
    batch.Put(Family::kLog, NodeKey(origin, ++level, index), node);
  }
  frontier.Append(leaf);
}

}  // namespace schakel::log
