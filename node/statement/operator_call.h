// A signed operator call: what a person's key signs when they do something at their own node
// (exchange.md 9). The node verifies it, so that whoever holds the socket or a console cannot act
// for a person.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/crypto/sign.h"

namespace schakel::statement {

struct OperatorCall {
  std::string node;  // the node's name: a call is for one node
  std::string operator_id;
  std::string method;  // "group.decide"
  std::string params;  // canonical JSON; only its hash is signed
  Instant time;
  std::array<uint8_t, 16> nonce{};
  crypto::SignatureBytes signature{};
};

// "schakel/v1/operator-call\n" || canonical {node, operator, method, params (SHA-256), time,
// nonce}.
std::string OperatorSignedBytes(const OperatorCall& call);

// Fills in the signature.
void SignOperatorCall(OperatorCall& call, const crypto::SigningKey& key);

// kDenied when it is not the key's signature over this call.
Result<void> VerifyOperatorCall(const OperatorCall& call, const crypto::PublicKey& key);

}  // namespace schakel::statement
