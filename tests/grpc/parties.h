// The parties of policies/veldrijk.yaml with all their keys, and the covenant that they signed for
// the days around the present one: what an honest partner has, and what a hostile one starts from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/seams.h"
#include "node/covenant/document.h"
#include "node/crypto/certificate.h"
#include "node/crypto/entropy.h"
#include "node/crypto/sign.h"
#include "node/exchange/covenant_state.h"
#include "node/statement/signed.h"
#include "node/statement/types.h"

namespace schakel::hostile {

inline constexpr const char* kAuditor = "auditdienst";

// The value, or the end of the test program with the error's detail.
void Must(const Result<void>& result, const char* what);
template <typename T>
T Must(Result<T> result, const char* what) {
  if (!result) Must(Result<void>(result.error()), what);
  return *std::move(result);
}

struct PartyKeys {
  std::string id;
  std::vector<crypto::SigningKey> roots;
  int threshold;
  crypto::SigningKey statement;
  crypto::SigningKey log;
  crypto::SigningKey tls;
  [[nodiscard]] std::string node() const { return id + ".veldrijk.example"; }
};

class Parties {
 public:
  Parties();

  [[nodiscard]] const PartyKeys& operator[](std::string_view id) const;
  [[nodiscard]] const covenant::Document& document() const { return document_; }
  [[nodiscard]] const std::vector<statement::SignedStatement>& accepts() const { return accepts_; }
  [[nodiscard]] exchange::Fingerprints fingerprints() const;

  // The party's delegation as it should be, for the test to bend before it is signed.
  [[nodiscard]] statement::Delegation Delegation(std::string_view party,
                                                 std::string_view address,
                                                 int64_t seq = 1) const;
  // Signed by the party's own roots, or by those of `signer`.
  [[nodiscard]] statement::SignedStatement Sign(const statement::Delegation& delegation,
                                                std::string_view signer = {}) const;

 private:
  void Add(const std::string& id, int roots, int threshold);
  void Prepare();

  crypto::SeededEntropy entropy_{7};
  Instant now_;
  std::map<std::string, PartyKeys, std::less<>> keys_;
  covenant::Document document_;
  std::vector<statement::SignedStatement> accepts_;
};

// Signs a statement with one key.
statement::SignedStatement SignBy(const crypto::SigningKey& key,
                                  statement::Type type,
                                  const canon::Value& value);

// A certificate with the key and the delegation, whatever they are to each other.
crypto::TlsIdentity IdentityOf(const crypto::SigningKey& key,
                               const statement::Delegation& delegation,
                               const statement::SignedStatement& signed_delegation);

std::string ReadFile(const std::string& path);

}  // namespace schakel::hostile
