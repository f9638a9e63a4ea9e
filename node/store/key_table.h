// The key table: data keys wrapped under the master key, in a small store of their own that no
// back-up series contains (exchange.md 11). Deleting a row closes what was encrypted under it, for
// that subject and nobody else.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "node/base/mutex.h"
#include "node/base/seams.h"
#include "node/crypto/secret.h"
#include "node/store/store.h"

namespace schakel::store {

// Random; stands in front of every value encrypted under the key. Says nothing about its owner.
using DataKeyId = std::array<uint8_t, 16>;

struct DataKey {
  DataKeyId id{};
  crypto::Key32 key;
};

// Safe for concurrent use.
class KeyTable {
 public:
  // `store` outlives the table. kDenied when the master key does not open the table it made.
  static Result<std::unique_ptr<KeyTable>> Open(Store& store,
                                                ByteView master_key,
                                                Entropy& entropy);

  // A fresh key whose row is already durable: taken from a pool that is refilled by one synced
  // write, so that no exchange waits for it. A key is handed out once in its life.
  Result<DataKey> Take() EXCLUDES_LOCK(mutex_);
  // Fills the pool up to `count`; call when idle.
  Result<void> Refill(size_t count) EXCLUDES_LOCK(mutex_);

  // kNotFound once it was shredded; kCorrupt when the row does not open.
  Result<crypto::Key32> Get(const DataKeyId& id) const;

  // Deletes the rows and makes them unrecoverable from the table's files. Missing ids are no error.
  Result<void> Shred(const std::vector<DataKeyId>& ids) EXCLUDES_LOCK(mutex_);

  // A key derived from the table's own index secret, for look-up tokens and pseudonyms: stable over
  // restarts, one per purpose. BLAKE2b(index secret, purpose).
  [[nodiscard]] crypto::Key32 IndexKey(std::string_view purpose) const;

 private:
  KeyTable(Store& store, ByteView master_key, Entropy& entropy);
  Result<Bytes> Wrap(const DataKey& key) const;

  Store& store_;
  Entropy& entropy_;
  crypto::SecretBytes master_;
  crypto::SecretBytes index_;
  Mutex mutex_;
  std::vector<DataKey> pool_ GUARDED_BY(mutex_);
};

// Encrypted values: version byte, key id, nonce, ciphertext; associated data = family name, zero
// byte, row key: a value moved to another row does not open.
Bytes SealValue(
    const DataKey& key, Family family, ByteView row_key, ByteView plaintext, Entropy& entropy);
Result<DataKeyId> KeyOfValue(ByteView value);
// kNotFound when the key was shredded.
Result<Bytes> OpenValue(const KeyTable& keys, Family family, ByteView row_key, ByteView value);

}  // namespace schakel::store
