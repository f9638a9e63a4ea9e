#include "tests/sim/home.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sodium.h>

#include "node/crypto/seal.h"

namespace schakel::sim {
namespace {

using store::Family;
using store::KeyBuilder;

crypto::Key32 KeyOf(ByteView bytes) {
  crypto::Key32 key;
  std::copy_n(bytes.begin(), 32, key.mutable_view().begin());
  return key;
}

Bytes KeyRow(const store::DataKeyId& id) {
  return KeyBuilder().Text("key").Raw(id).Build();
}

// The index secret, out of the table's header (node/store/key_table.h).
crypto::Key32 IndexSecret(const Party& party) {
  const Bytes row = KeyBuilder().Text("header").Build();
  const auto header = party.key_store().Get(Family::kMeta, row);
  EXPECT_TRUE(header.ok() && *header && (*header)->size() > 17);
  const auto secret =
      crypto::AeadOpen(KeyOf(party.master_key), row, ByteView(**header).subspan(17));
  EXPECT_TRUE(secret.ok());
  return KeyOf(*secret);
}

}  // namespace

std::map<RowName, Bytes> AllRows(const store::Store& store) {
  std::map<RowName, Bytes> rows;
  for (int number = 0; number < store::kFamilyCount; ++number) {
    const auto family = static_cast<Family>(number);
    const auto read = store.Scan(family, {}, [&](ByteView key, ByteView value) {
      rows.emplace(RowName{family, Bytes(key.begin(), key.end())},
                   Bytes(value.begin(), value.end()));
      return true;
    });
    EXPECT_TRUE(read.ok());
  }
  return rows;
}

std::map<RowName, OpenedValue> OpenAll(const Party& party) {
  std::map<RowName, OpenedValue> opened;
  for (const auto& [row, value] : AllRows(party.store())) {
    const auto id = store::KeyOfValue(value);
    if (!id) continue;
    auto plaintext = store::OpenValue(party.engine->keys(), row.first, row.second, value);
    if (plaintext) opened.emplace(row, OpenedValue{*id, *std::move(plaintext)});
  }
  return opened;
}

std::vector<store::DataKeyId> KeyIds(const Party& party) {
  std::vector<store::DataKeyId> ids;
  const Bytes prefix = KeyBuilder().Text("key").Build();
  const auto read = party.key_store().Scan(Family::kMeta, prefix, [&](ByteView key, ByteView) {
    store::DataKeyId id{};
    EXPECT_EQ(key.size(), prefix.size() + id.size());
    std::copy(key.begin() + static_cast<std::ptrdiff_t>(prefix.size()), key.end(), id.begin());
    ids.push_back(id);
    return true;
  });
  EXPECT_TRUE(read.ok());
  return ids;
}

std::set<RowName> ClosedBy(Party& party, const store::DataKeyId& id) {
  std::set<RowName> closed;
  const auto before = OpenAll(party);
  store::Batch batch;
  batch.Delete(Family::kMeta, KeyRow(id));
  EXPECT_TRUE(party.key_store().Write(batch, store::Durability::kSynced).ok());
  const auto after = OpenAll(party);
  for (const auto& [row, value] : before) {
    if (!after.contains(row)) closed.insert(row);
    EXPECT_EQ(!after.contains(row), value.key == id);
  }
  EXPECT_EQ(before.size() - closed.size(), after.size());
  return closed;
}

Result<Bytes> OpenUnder(const crypto::Key32& key, const RowName& row, ByteView sealed) {
  const size_t header = 1 + store::DataKeyId{}.size();
  if (sealed.size() < header) return Corrupt("no sealed value");
  const Bytes context = KeyBuilder().Text(store::FamilyName(row.first)).Raw(row.second).Build();
  return crypto::AeadOpen(key, context, sealed.subspan(header));
}

std::vector<crypto::Key32> SecretsIn(const Party& party) {
  std::vector<crypto::Key32> secrets = {KeyOf(party.master_key), IndexSecret(party)};
  for (const store::DataKeyId& id : KeyIds(party)) {
    const auto key = party.engine->keys().Get(id);
    if (key) secrets.push_back(*key);
  }
  for (const auto* signer : {&party.statement_key, &party.log_key, &party.tls_key}) {
    const ByteView seed = (*signer)->seed();
    secrets.push_back(KeyOf(seed));
    Bytes ed25519(seed.begin(), seed.end());
    Append(ed25519, (*signer)->public_key().bytes);
    crypto::Key32 x25519;
    EXPECT_EQ(crypto_sign_ed25519_sk_to_curve25519(x25519.mutable_view().data(), ed25519.data()),
              0);
    secrets.push_back(x25519);
  }
  for (const auto& [row, value] : OpenAll(party)) {
    if (value.plaintext.size() == 32) secrets.push_back(KeyOf(value.plaintext));
  }
  return secrets;
}

}  // namespace schakel::sim
