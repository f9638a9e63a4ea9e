#include "node/statement/operator_call.h"

#include "node/canon/json.h"
#include "node/crypto/hash.h"

namespace schakel::statement {

std::string OperatorSignedBytes(const OperatorCall& call) {
  const canon::Value value(canon::Value::Object{{"node", call.node},
                                                {"operator", call.operator_id},
                                                {"method", call.method},
                                                {"params", EncodeHex(crypto::Sha256(call.params))},
                                                {"time", ToMillis(call.time)},
                                                {"nonce", EncodeBase64(call.nonce)}});
  return "schakel/v1/operator-call\n" + canon::Write(value);
}

void SignOperatorCall(OperatorCall& call, const crypto::SigningKey& key) {
  call.signature = key.Sign(AsBytes(OperatorSignedBytes(call)));
}

Result<void> VerifyOperatorCall(const OperatorCall& call, const crypto::PublicKey& key) {
  return crypto::VerifySignature(key, AsBytes(OperatorSignedBytes(call)), call.signature);
}

}  // namespace schakel::statement
