// Proofs of a small tree, made right and then changed as the input says: exactly the unchanged ones
// hold. And proofs that are nothing but input, over any sizes: none holds, none reads too far.
#include <algorithm>
#include <string>
#include <vector>

#include "node/base/check.h"
#include "node/crypto/hash.h"
#include "node/crypto/merkle.h"

namespace {

using schakel::ByteView;
using schakel::Hash;
using namespace schakel::crypto;

constexpr size_t kHeadBytes = 3;

// Puts the rest of the input over the path: a first byte of where, then bytes to add bit by bit.
std::vector<Hash> Changed(std::vector<Hash> path, ByteView input) {
  if (input.empty() || path.empty()) return path;
  Hash& hash = path[input[0] % path.size()];
  for (size_t i = 1; i < input.size() && i <= hash.size(); ++i)
    hash[i - 1] ^= input[i];
  if (input.size() > 40) path.resize(input[40] % 8);
  return path;
}

void OwnTree(ByteView input) {
  std::vector<Hash> leaves;
  const size_t size = 1 + input[0] % 64;
  for (size_t i = 0; i < size; ++i)
    leaves.push_back(LeafHash(schakel::AsBytes(std::to_string(i))));
  const Hash root = MerkleRoot(leaves);
  const size_t index = input[1] % size;
  const size_t old_size = 1 + input[2] % size;
  const Hash old_root = MerkleRoot(std::span(leaves).first(old_size));

  const std::vector<Hash> audit = InclusionPath(leaves, index);
  const std::vector<Hash> changed_audit = Changed(audit, input.subspan(kHeadBytes));
  CHECK(VerifyInclusion(leaves[index], index, size, changed_audit, root).ok() ==
        (changed_audit == audit));

  const std::vector<Hash> proof = ConsistencyPath(leaves, old_size);
  const std::vector<Hash> changed_proof = Changed(proof, input.subspan(kHeadBytes));
  CHECK(VerifyConsistency(old_size, old_root, size, root, changed_proof).ok() ==
        (changed_proof == proof));
}

void AnySizes(ByteView input) {
  const uint64_t size = schakel::ReadU64(input);
  const uint64_t part = schakel::ReadU64(input.subspan(8));
  std::vector<Hash> path;
  for (input = input.subspan(16); input.size() >= sizeof(Hash); input = input.subspan(32)) {
    Hash hash;
    std::copy_n(input.begin(), hash.size(), hash.begin());
    path.push_back(hash);
  }
  const Hash leaf = LeafHash(schakel::AsBytes("leaf"));
  const Hash root = LeafHash(schakel::AsBytes("root"));
  CHECK(!VerifyInclusion(leaf, part, size, path, root).ok());
  CHECK(!VerifyConsistency(part, leaf, size, root, path).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView input(data, size);
  if (size >= kHeadBytes) OwnTree(input);
  if (size >= 16) AnySizes(input);
  return 0;
}
