#include "node/store/key_table.h"

#include <algorithm>
#include <utility>

#include "node/crypto/hash.h"

namespace schakel::store {
namespace {

constexpr Family kKeys = Family::kMeta;
constexpr uint8_t kHeaderVersion = 1;
constexpr uint8_t kValueVersion = 1;
constexpr size_t kCheckBytes = 16;
constexpr size_t kSecretBytes = 32;
constexpr std::string_view kCheckDomain = "schakel/v1/key-table/check";

Bytes HeaderKey() {
  return KeyBuilder().Text("header").Build();
}

Bytes RowKey(const DataKeyId& id) {
  return KeyBuilder().Text("key").Raw(id).Build();
}

// Tells one master key from another and nothing about either.
Bytes MasterCheck(ByteView master_key) {
  const Hash whole = crypto::Blake2b(master_key, AsBytes(kCheckDomain));
  return {whole.begin(), whole.begin() + kCheckBytes};
}

crypto::Key32 CopyKey(ByteView secret) {
  crypto::Key32 key;
  std::copy_n(secret.begin(), key.mutable_view().size(), key.mutable_view().begin());
  return key;
}

Bytes ValueContext(Family family, ByteView row_key) {
  return KeyBuilder().Text(FamilyName(family)).Raw(row_key).Build();
}

}  // namespace

KeyTable::KeyTable(Store& store, ByteView master_key, Entropy& entropy)
    : store_(store), entropy_(entropy), master_(master_key) {}

Result<std::unique_ptr<KeyTable>> KeyTable::Open(Store& store,
                                                 ByteView master_key,
                                                 Entropy& entropy) {
  if (master_key.size() != kMasterKeyBytes) return Malformed("the master key has not 32 bytes");
  std::unique_ptr<KeyTable> table(new KeyTable(store, master_key, entropy));
  TRY(table->LoadHeader());
  return table;
}

Result<void> KeyTable::LoadHeader() {
  const std::optional<Bytes> header = TRY(store_.Get(kKeys, HeaderKey()));
  if (!header) return CreateHeader();
  if (header->size() < 1 + kCheckBytes || header->front() != kHeaderVersion) {
    return Corrupt("the key table's header is damaged or of another version");
  }
  const ByteView check = ByteView(*header).subspan(1, kCheckBytes);
  auto index = Unwrap(HeaderKey(), ByteView(*header).subspan(1 + kCheckBytes));
  const bool same = crypto::EqualConstantTime(check, MasterCheck(master_.view()));
  // Only when both tell the same story is it the key rather than the header that is wrong.
  if (!same && !index) return Denied("the master key is not the one that made the key table");
  if (!same || !index) return Corrupt("the key table's header is damaged");
  index_ = crypto::SecretBytes(index->view());
  return {};
}

Result<void> KeyTable::CreateHeader() {
  bool found = false;
  TRY(store_.Scan(kKeys, {}, [&found](ByteView, ByteView) {
    found = true;
    return false;
  }));
  // New secrets beside old rows would leave look-ups that find nothing: better to refuse.
  if (found) return Corrupt("the key table has rows but no header");
  index_ = crypto::SecretBytes(kSecretBytes);
  entropy_.Fill(index_.mutable_view());
  Bytes header = {kHeaderVersion};
  Append(header, MasterCheck(master_.view()));
  Append(header, Wrap(HeaderKey(), index_.view()));
  Batch batch;
  batch.RequireAbsent(kKeys, HeaderKey());
  batch.Put(kKeys, HeaderKey(), header);
  return store_.Write(batch, Durability::kSynced);
}

Bytes KeyTable::Wrap(ByteView row_key, ByteView secret) const {
  return crypto::AeadSeal(CopyKey(master_.view()), row_key, secret, entropy_);
}

Result<crypto::Key32> KeyTable::Unwrap(ByteView row_key, ByteView wrapped) const {
  Bytes secret = TRY(crypto::AeadOpen(CopyKey(master_.view()), row_key, wrapped));
  if (secret.size() != kSecretBytes) return Corrupt("a wrapped key has not 32 bytes");
  crypto::Key32 key = CopyKey(secret);
  crypto::Wipe(secret);
  return key;
}

Result<std::vector<DataKey>> KeyTable::DrawKeys(size_t count) {
  std::vector<DataKey> drawn(count);
  // All ids in one call, in order: rows that lie near each other are found and written sooner.
  Bytes ids(count * std::tuple_size_v<DataKeyId>);
  entropy_.Fill(ids);
  for (size_t i = 0; i < count; ++i)
    std::copy_n(ids.data() + i * drawn[i].id.size(), drawn[i].id.size(), drawn[i].id.begin());
  std::sort(
      drawn.begin(), drawn.end(), [](const DataKey& a, const DataKey& b) { return a.id < b.id; });
  // The keys in one call too: each would be one to the kernel.
  crypto::SecretBytes secrets(count * kSecretBytes);
  entropy_.Fill(secrets.mutable_view());
  Batch batch;
  for (size_t i = 0; i < count; ++i) {
    DataKey& key = drawn[i];
    key.key = CopyKey(secrets.view().subspan(i * kSecretBytes, kSecretBytes));
    const Bytes row_key = RowKey(key.id);
    batch.RequireAbsent(kKeys, row_key);
    batch.Put(kKeys, row_key, Wrap(row_key, key.key.view()));
  }
  TRY(store_.Write(batch, Durability::kSynced));
  return drawn;
}

Result<void> KeyTable::Refill(size_t count) {
  const MutexLock refill(refill_mutex_);
  size_t missing = 0;
  {
    const MutexLock lock(mutex_);
    missing = count > pool_.size() ? count - pool_.size() : 0;
  }
  if (missing == 0) return {};
  std::vector<DataKey> drawn = TRY(DrawKeys(missing));
  const MutexLock lock(mutex_);
  pool_.insert(pool_.end(), drawn.begin(), drawn.end());
  return {};
}

Result<DataKey> KeyTable::Take() {
  while (true) {
    {
      const MutexLock lock(mutex_);
      if (!pool_.empty()) {
        DataKey key = pool_.back();
        pool_.pop_back();
        return key;
      }
    }
    // Others may empty it again before this thread gets one; then it fills it once more.
    TRY(Refill(kPoolKeys));
  }
}

Result<crypto::Key32> KeyTable::Get(const DataKeyId& id) const {
  const Bytes row_key = RowKey(id);
  const std::optional<Bytes> wrapped = TRY(store_.Get(kKeys, row_key));
  if (!wrapped) return NotFound("the data key was destroyed");
  auto key = Unwrap(row_key, *wrapped);
  if (!key) return Corrupt("a row of the key table does not open");
  return key;
}

Result<void> KeyTable::Shred(const std::vector<DataKeyId>& ids) {
  Batch batch;
  for (const DataKeyId& id : ids)
    batch.Delete(kKeys, RowKey(id));
  {
    const MutexLock lock(mutex_);
    std::erase_if(pool_, [&ids](const DataKey& key) {
      return std::find(ids.begin(), ids.end(), key.id) != ids.end();
    });
  }
  TRY(store_.Write(batch, Durability::kSynced));
  return store_.Purge(kKeys);
}

crypto::Key32 KeyTable::IndexKey(std::string_view purpose) const {
  Hash derived = crypto::Blake2b(index_.view(), AsBytes(purpose));
  crypto::Key32 key(derived);
  crypto::Wipe(derived);
  return key;
}

Bytes SealValue(
    const DataKey& key, Family family, ByteView row_key, ByteView plaintext, Entropy& entropy) {
  Bytes value = {kValueVersion};
  value.reserve(kSealedOverhead + plaintext.size());
  Append(value, key.id);
  crypto::AeadSealOnto(key.key, ValueContext(family, row_key), plaintext, entropy, value);
  return value;
}

Result<DataKeyId> KeyOfValue(ByteView value) {
  if (value.size() < kSealedOverhead || value.front() != kValueVersion) {
    return Corrupt("a stored value is not a sealed value of version 1");
  }
  DataKeyId id{};
  std::copy_n(value.begin() + 1, id.size(), id.begin());
  return id;
}

Result<Bytes> OpenValue(const KeyTable& keys, Family family, ByteView row_key, ByteView value) {
  return ValueReader(keys).Open(family, row_key, value);
}

Result<Bytes> ValueReader::Open(Family family, ByteView row_key, ByteView value) {
  const DataKeyId id = TRY(KeyOfValue(value));
  if (!key_ || key_->id != id) {
    key_.reset();
    key_ = DataKey{id, TRY(keys_.Get(id))};
  }
  auto plaintext =
      crypto::AeadOpen(key_->key, ValueContext(family, row_key), value.subspan(1 + id.size()));
  if (!plaintext)
    return Corrupt(std::string("a value of family ") + FamilyName(family) + " does not open");
  return plaintext;
}

}  // namespace schakel::store
