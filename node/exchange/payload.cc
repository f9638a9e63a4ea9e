#include "node/exchange/payload.h"

#include <algorithm>
#include <array>

#include "node/base/limits.h"
#include "node/crypto/merkle.h"

namespace schakel::exchange {
Result<crypto::Key32> PayloadKey(const crypto::Key32& own_secret,
                                 const crypto::X25519Public& other,
                                 const crypto::X25519Public& request_ephemeral,
                                 const crypto::X25519Public& answer_ephemeral,
                                 const Hash& request_digest) {
  const std::array<ByteView, 4> parts = {
      AsBytes("schakel/v1/payload"), request_ephemeral, answer_ephemeral, request_digest};
  return crypto::AgreeKey(own_secret, other, parts);
}

std::vector<Hash> ContentLeaves(ByteView k, const std::vector<Bytes>& releases) {
  std::vector<Hash> leaves;
  leaves.reserve(releases.size());
  for (const Bytes& release : releases) {
    leaves.push_back(crypto::LeafHash(crypto::HmacSha256(k, release)));
  }
  return leaves;
}

Hash ContentRoot(ByteView k, const std::vector<Bytes>& releases) {
  return crypto::MerkleRoot(ContentLeaves(k, releases));
}

Result<ContentProof> ProveRelease(ByteView k, const std::vector<Hash>& leaves, ByteView release) {
  const Hash leaf = crypto::LeafHash(crypto::HmacSha256(k, release));
  const auto found = std::find(leaves.begin(), leaves.end(), leaf);
  if (found == leaves.end()) return NotFound("no release of this exchange");
  ContentProof proof;
  proof.k = Bytes(k.begin(), k.end());
  proof.index = static_cast<uint64_t>(found - leaves.begin());
  proof.size = leaves.size();
  proof.path = crypto::InclusionPath(leaves, proof.index);
  return proof;
}

Result<void> VerifyRelease(const ContentProof& proof, ByteView release, const Hash& content_root) {
  const Hash leaf = crypto::LeafHash(crypto::HmacSha256(proof.k, release));
  return crypto::VerifyInclusion(leaf, proof.index, proof.size, proof.path, content_root);
}

Result<SealedPayload> SealPayload(const crypto::Key32& key,
                                  ByteView k,
                                  const std::vector<Bytes>& releases,
                                  const Emit& emit) {
  if (k.size() != kKBytes) return Internal("k has 32 bytes");
  size_t items = 4 + kKBytes;
  for (const Bytes& release : releases)
    items += 4 + release.size();
  if (items > kMaxPayloadBytes) return Exhausted("the payload is too large");

  Bytes plaintext;
  plaintext.reserve(PadmeLength(4 + items));
  AppendU32(plaintext, static_cast<uint32_t>(items));
  AppendU32(plaintext, kKBytes);
  Append(plaintext, k);
  for (const Bytes& release : releases) {
    AppendU32(plaintext, static_cast<uint32_t>(release.size()));
    Append(plaintext, release);
  }
  plaintext.resize(PadmeLength(plaintext.size()));

  SealedPayload sealed;
  sealed.padded_size = static_cast<int64_t>(plaintext.size());
  crypto::StreamSealer sealer(key);
  crypto::Sha256Stream hash;
  hash.Add(sealer.header());
  TRY(emit(sealer.header()));
  for (size_t offset = 0; offset < plaintext.size(); offset += kFramePlaintextBytes) {
    const size_t size = std::min(kFramePlaintextBytes, plaintext.size() - offset);
    const bool last = offset + size == plaintext.size();
    const Bytes frame = sealer.Seal(ByteView(plaintext).subspan(offset, size), /*final=*/last);
    hash.Add(frame);
    TRY(emit(frame));
    ++sealed.frames;
  }
  crypto::Wipe(plaintext);
  sealed.ciphertext = hash.Finish();
  return sealed;
}

PayloadReader::PayloadReader(const crypto::Key32& key, const statement::Answer::Payload& announced)
    : key_(key), announced_(announced) {}

Result<void> PayloadReader::Add(ByteView frame) {
  if (!opener_) {
    opener_.emplace(TRY(crypto::StreamOpener::Create(key_, frame)));
    hash_.Add(frame);
    return {};
  }
  if (frames_ == announced_.frames) return Corrupt("more frames than announced");
  ++frames_;
  hash_.Add(frame);
  Bytes opened = TRY(opener_->Open(frame));
  const bool last = frames_ == announced_.frames;
  if (last != opener_->finished()) return Corrupt("the final tag is not on the last frame");
  if (opened.size() > kFramePlaintextBytes || (!last && opened.size() != kFramePlaintextBytes)) {
    return Corrupt("a frame of the wrong size");
  }
  if (plaintext_.size() + opened.size() > kMaxPayloadBytes + kFramePlaintextBytes) {
    return Corrupt("the payload is too large");
  }
  Append(plaintext_, opened);
  crypto::Wipe(opened);
  return {};
}

Result<OpenedPayload> PayloadReader::Finish() {
  if (!opener_ || !opener_->finished() || frames_ != announced_.frames) {
    return Corrupt("the payload ends early");
  }
  if (hash_.Finish() != announced_.ciphertext) return Corrupt("the ciphertext hash differs");
  if (plaintext_.size() < 4 || static_cast<int64_t>(plaintext_.size()) != announced_.padded_size) {
    return Corrupt("the padded size differs");
  }
  const ByteView all = plaintext_;
  const size_t length = ReadU32(all);
  if (length > all.size() - 4 || PadmeLength(4 + length) != all.size()) {
    return Corrupt("the payload is not padded as agreed");
  }
  const ByteView padding = all.subspan(4 + length);
  if (std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
    return Corrupt("the padding is not zero");
  }
  OpenedPayload opened;
  bool first = true;
  ByteView items = all.subspan(4, length);
  while (!items.empty()) {
    if (items.size() < 4 || ReadU32(items) > items.size() - 4) return Corrupt("a cut item");
    const size_t size = ReadU32(items);
    const ByteView item = items.subspan(4, size);
    items = items.subspan(4 + size);
    if (first) {
      if (size != kKBytes) return Corrupt("k has the wrong length");
      opened.k.assign(item.begin(), item.end());
      first = false;
      continue;
    }
    if (size > kMaxReleaseBytes || opened.releases.size() == kMaxReleases) {
      return Corrupt("a release or their number is too large");
    }
    opened.releases.emplace_back(item.begin(), item.end());
  }
  if (first) return Corrupt("k is missing");
  if (ContentRoot(opened.k, opened.releases) != announced_.content_root) {
    return Corrupt("the content root differs");
  }
  crypto::Wipe(plaintext_);
  return opened;
}

}  // namespace schakel::exchange
