#include "node/crypto/seal.h"

#include <algorithm>

#include <sodium.h>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace schakel::crypto {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kFrameOverhead = crypto_secretstream_xchacha20poly1305_ABYTES;
static_assert(kAeadOverhead == kNonceBytes + kTagBytes);
static_assert(kStreamOverhead == kFrameOverhead);
constexpr size_t kLengthBytes = 4;

Error DoesNotOpen() {
  return Corrupt("sealed bytes do not open");
}

// Seals behind the nonce that `sealed` starts with.
void SealBehindNonce(const Key32& key,
                     ByteView associated,
                     ByteView plaintext,
                     std::span<uint8_t> sealed) {
  CHECK(sealed.size() == kAeadOverhead + plaintext.size());
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes,
                                                   nullptr,
                                                   plaintext.data(),
                                                   plaintext.size(),
                                                   associated.data(),
                                                   associated.size(),
                                                   nullptr,
                                                   sealed.data(),
                                                   key.view().data()) == 0);
}

}  // namespace

X25519Pair GenerateX25519(Entropy& entropy) {
  Key32 secret;
  entropy.Fill(secret.mutable_view());
  return X25519FromSecret(secret.view());
}

X25519Pair X25519FromSecret(ByteView secret32) {
  X25519Pair pair;
  CHECK(secret32.size() == pair.secret.mutable_view().size());
  std::copy(secret32.begin(), secret32.end(), pair.secret.mutable_view().begin());
  CHECK(crypto_scalarmult_base(pair.public_key.data(), pair.secret.view().data()) == 0);
  return pair;
}

Result<Key32> AgreeKey(const Key32& secret,
                       const X25519Public& peer,
                       std::span<const ByteView> parts) {
  Key32 shared;
  if (crypto_scalarmult(shared.mutable_view().data(), secret.view().data(), peer.data()) != 0) {
    return Denied("the peer's X25519 key gives a zero shared secret");
  }
  Hash derived = Blake2b(shared.view(), Frame(parts));
  Key32 key(derived);
  Wipe(derived);
  return key;
}

Bytes AeadSeal(const Key32& key, ByteView associated, ByteView plaintext, Entropy& entropy) {
  Bytes sealed;
  AeadSealOnto(key, associated, plaintext, entropy, sealed);
  return sealed;
}

void AeadSealOnto(
    const Key32& key, ByteView associated, ByteView plaintext, Entropy& entropy, Bytes& out) {
  const size_t before = out.size();
  out.resize(before + kAeadOverhead + plaintext.size());
  const std::span<uint8_t> sealed = std::span(out).subspan(before);
  entropy.Fill(sealed.first(kNonceBytes));
  SealBehindNonce(key, associated, plaintext, sealed);
}

Bytes AeadSealWithNonce(const Key32& key,
                        ByteView nonce24,
                        ByteView associated,
                        ByteView plaintext) {
  CHECK(nonce24.size() == kNonceBytes);
  Bytes sealed(kAeadOverhead + plaintext.size());
  std::copy(nonce24.begin(), nonce24.end(), sealed.begin());
  SealBehindNonce(key, associated, plaintext, sealed);
  return sealed;
}

Result<Bytes> AeadOpen(const Key32& key, ByteView associated, ByteView sealed) {
  if (sealed.size() < kAeadOverhead) return DoesNotOpen();
  Bytes plaintext(sealed.size() - kAeadOverhead);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext.data(),
                                                 nullptr,
                                                 nullptr,
                                                 sealed.data() + kNonceBytes,
                                                 sealed.size() - kNonceBytes,
                                                 associated.data(),
                                                 associated.size(),
                                                 sealed.data(),
                                                 key.view().data()) != 0) {
    return DoesNotOpen();
  }
  return plaintext;
}

Bytes Pad(ByteView content) {
  CHECK(content.size() <= UINT32_MAX - kLengthBytes);
  Bytes padded;
  const uint64_t size = PadmeLength(kLengthBytes + content.size());
  padded.reserve(size);
  AppendU32(padded, static_cast<uint32_t>(content.size()));
  Append(padded, content);
  padded.resize(size);
  return padded;
}

Result<ByteView> Unpad(ByteView padded) {
  if (padded.size() < kLengthBytes) return Malformed("padded bytes without a length");
  const uint64_t length = ReadU32(padded);
  const ByteView rest = padded.subspan(kLengthBytes);
  if (length > rest.size()) return Malformed("a length beyond the padded bytes");
  if (padded.size() != PadmeLength(kLengthBytes + length)) {
    return Malformed("padded to another length than Padme's");
  }
  const ByteView zeros = rest.subspan(length);
  if (std::any_of(zeros.begin(), zeros.end(), [](uint8_t byte) { return byte != 0; })) {
    return Malformed("padding that is not zero");
  }
  return rest.first(length);
}

struct StreamSealer::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
  std::array<uint8_t, crypto_secretstream_xchacha20poly1305_HEADERBYTES> header{};
  bool finished = false;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sodium_memzero(&stream, sizeof(stream)); }
};

StreamSealer::StreamSealer(const Key32& key) : state_(std::make_unique<State>()) {
  Init();
  CHECK(crypto_secretstream_xchacha20poly1305_init_push(
            &state_->stream, state_->header.data(), key.view().data()) == 0);
}
StreamSealer::~StreamSealer() = default;
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;

const std::array<uint8_t, 24>& StreamSealer::header() const {
  return state_->header;
}

Bytes StreamSealer::Seal(ByteView plaintext, bool final) {
  CHECK(!state_->finished);
  Bytes frame(plaintext.size() + kFrameOverhead);
  const uint8_t tag = final ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                            : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  CHECK(crypto_secretstream_xchacha20poly1305_push(&state_->stream,
                                                   frame.data(),
                                                   nullptr,
                                                   plaintext.data(),
                                                   plaintext.size(),
                                                   nullptr,
                                                   0,
                                                   tag) == 0);
  state_->finished = final;
  return frame;
}

struct StreamOpener::State {
  enum class Phase { kOpen, kFinished, kBroken };
  crypto_secretstream_xchacha20poly1305_state stream{};
  Phase phase = Phase::kOpen;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { sodium_memzero(&stream, sizeof(stream)); }
};

StreamOpener::StreamOpener() : state_(std::make_unique<State>()) {}
StreamOpener::~StreamOpener() = default;
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;

Result<StreamOpener> StreamOpener::Create(const Key32& key, ByteView header) {
  if (header.size() != crypto_secretstream_xchacha20poly1305_HEADERBYTES) return DoesNotOpen();
  StreamOpener opener;
  if (crypto_secretstream_xchacha20poly1305_init_pull(
          &opener.state_->stream, header.data(), key.view().data()) != 0) {
    return DoesNotOpen();
  }
  return opener;
}

Result<Bytes> StreamOpener::Open(ByteView frame) {
  if (state_->phase != State::Phase::kOpen) return DoesNotOpen();
  // Broken until the frame has opened: one bad frame ends the stream.
  state_->phase = State::Phase::kBroken;
  if (frame.size() < kFrameOverhead) return DoesNotOpen();
  Bytes plaintext(frame.size() - kFrameOverhead);
  uint8_t tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->stream,
                                                 plaintext.data(),
                                                 nullptr,
                                                 &tag,
                                                 frame.data(),
                                                 frame.size(),
                                                 nullptr,
                                                 0) != 0) {
    return DoesNotOpen();
  }
  if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
    state_->phase = State::Phase::kFinished;
  } else if (tag == crypto_secretstream_xchacha20poly1305_TAG_MESSAGE) {
    state_->phase = State::Phase::kOpen;
  } else {
    return DoesNotOpen();  // PUSH and REKEY are no part of the protocol
  }
  return plaintext;
}

bool StreamOpener::finished() const {
  return state_->phase == State::Phase::kFinished;
}

}  // namespace schakel::crypto
