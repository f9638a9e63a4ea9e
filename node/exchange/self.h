// Who this node is: its party, its name, and the keys it signs with.
#pragma once

#include <string>
#include <vector>

#include "node/crypto/sign.h"

namespace schakel::exchange {

// References must outlive every object that is given a Self.
struct Self {
  std::string party;     // its id in the covenant
  std::string node;      // DNS name, the first part of its logs' origins
  std::string software;  // "schakel 0.1.0"
  const crypto::SigningKey& statement_key;
  const crypto::SigningKey& log_key;
  // The party's own roots and threshold as pinned at init: version 1 is accepted under these.
  std::vector<crypto::PublicKey> pinned_roots;
  int pinned_threshold = 1;
};

}  // namespace schakel::exchange
