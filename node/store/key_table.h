// The key table: data keys wrapped under the master key, in a small store of their own that no
// back-up series contains (exchange.md 11). Deleting a row closes what was encrypted under it, for
// that subject and nobody else.
//
// Rows, all in Family::kMeta of the table's own store:
//   "header" 0x00       version 1, 16 bytes that tell whether the master key is the one that made
//                       the table, and the index secret under the master key
//   "key" 0x00 id       a data key under the master key
// What is under the master key is a 24-byte nonce and XChaCha20-Poly1305 with the row key as
// associated data, so that a row that was altered or moved to another id does not open.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/seams.h"
#include "node/crypto/seal.h"
#include "node/crypto/secret.h"
#include "node/store/store.h"

namespace schakel::store {

// Random; stands in front of every value encrypted under the key. Says nothing about its owner.
using DataKeyId = std::array<uint8_t, 16>;

struct DataKey {
  DataKeyId id{};
  crypto::Key32 key;
};

// Safe for concurrent use. Locks: the refill lock, then the pool's; a write holds the first only.
class KeyTable {
 public:
  static constexpr size_t kMasterKeyBytes = 32;
  // How many keys Take draws at once when nobody called Refill in time.
  static constexpr size_t kPoolKeys = 256;

  // Makes the table in an empty store. `store` and `entropy` outlive the table; `master_key` is
  // copied into guarded memory. kMalformed unless it has 32 bytes; kDenied when it is not the key
  // that made the table; kCorrupt when the header is damaged or gone.
  static Result<std::unique_ptr<KeyTable>> Open(Store& store,
                                                ByteView master_key,
                                                Entropy& entropy);

  // A fresh key whose row is already durable: taken from a pool that is refilled by one synced
  // write, so that no exchange waits for it. A key is handed out once in its life: the pool is in
  // memory, so keys that were pooled when a process ended are never handed out (their rows of about
  // 100 bytes stay). kUnavailable when the pool is empty and the disk refuses.
  Result<DataKey> Take() REQUIRES_LOCK(!refill_mutex_, !mutex_);
  // Fills the pool up to `count`; call when idle.
  Result<void> Refill(size_t count) REQUIRES_LOCK(!refill_mutex_, !mutex_);

  // kNotFound once it was shredded; kCorrupt when the row does not open.
  Result<crypto::Key32> Get(const DataKeyId& id) const;

  // Deletes the rows and makes them unrecoverable from the table's files. Missing ids are no error:
  // after a failure the whole call is repeated.
  Result<void> Shred(const std::vector<DataKeyId>& ids) REQUIRES_LOCK(!mutex_);

  // A key derived from the table's own index secret, for look-up tokens and pseudonyms: stable over
  // restarts, one per purpose. BLAKE2b(index secret, purpose).
  [[nodiscard]] crypto::Key32 IndexKey(std::string_view purpose) const;

 private:
  KeyTable(Store& store, ByteView master_key, Entropy& entropy);
  // Reads the index secret from the header, or makes both.
  Result<void> LoadHeader();
  Result<void> CreateHeader();
  [[nodiscard]] Bytes Wrap(ByteView row_key, ByteView secret) const;
  // The 32 bytes that were wrapped; kCorrupt.
  [[nodiscard]] Result<crypto::Key32> Unwrap(ByteView row_key, ByteView wrapped) const;
  [[nodiscard]] Result<std::vector<DataKey>> DrawKeys(size_t count);

  Store& store_;
  Entropy& entropy_;
  crypto::SecretBytes master_;
  crypto::SecretBytes index_;
  Mutex refill_mutex_;
  Mutex mutex_;
  std::vector<DataKey> pool_ GUARDED_BY(mutex_);
};

// Encrypted values: version byte 1, key id, nonce, ciphertext (57 bytes more than the plaintext);
// associated data = family name, zero byte, row key: a value moved to another row does not open.
inline constexpr size_t kSealedOverhead = 1 + 16 + crypto::kAeadOverhead;
Bytes SealValue(
    const DataKey& key, Family family, ByteView row_key, ByteView plaintext, Entropy& entropy);
// The key that a sealed value names, without opening it; kCorrupt when it is no sealed value.
Result<DataKeyId> KeyOfValue(ByteView value);
// kNotFound when the key was shredded; kCorrupt when anything else differs from what was sealed.
Result<Bytes> OpenValue(const KeyTable& keys, Family family, ByteView row_key, ByteView value);

// Opens values one after the other and fetches a key again only when it is another than the value
// before had: the rows of one person have one key. For one pass over rows, no longer, because it
// does not see that its key was shredded meanwhile. For one thread.
class ValueReader {
 public:
  explicit ValueReader(const KeyTable& keys) : keys_(keys) {}
  // As OpenValue.
  Result<Bytes> Open(Family family, ByteView row_key, ByteView value);

 private:
  const KeyTable& keys_;
  std::optional<DataKey> key_;  // of the last value
};

}  // namespace schakel::store
