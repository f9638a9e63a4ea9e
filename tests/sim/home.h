// What somebody finds who holds a node's whole home, its master key included.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/crypto/secret.h"
#include "node/store/key_table.h"
#include "node/store/store.h"
#include "tests/sim/world.h"

namespace schakel::sim {

using RowName = std::pair<store::Family, Bytes>;

struct OpenedValue {
  store::DataKeyId key{};
  Bytes plaintext;
};

// Every row of every family.
std::map<RowName, Bytes> AllRows(const store::Store& store);

// Every value in the party's store that its key table still opens.
std::map<RowName, OpenedValue> OpenAll(const Party& party);

// The ids in the party's key table.
std::vector<store::DataKeyId> KeyIds(const Party& party);

// Takes one row out of the key table and returns the values that no longer open; expects that they
// are those sealed under it.
std::set<RowName> ClosedBy(Party& party, const store::DataKeyId& id);

// Opens a sealed value under a key of the caller's choice, as the key table would under its own.
Result<Bytes> OpenUnder(const crypto::Key32& key, const RowName& row, ByteView sealed);

// Every secret of 32 bytes in the home: master key, index secret, data keys, seeds of the signing
// keys and what they are as X25519 keys, and every value of that size that opens.
std::vector<crypto::Key32> SecretsIn(const Party& party);

}  // namespace schakel::sim
