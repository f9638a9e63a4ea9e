#include "node/crypto/certificate.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "node/base/check.h"
#include "node/base/mutex.h"
#include "node/crypto/hash.h"

namespace schakel::crypto {
namespace {

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using ObjectPtr = std::unique_ptr<ASN1_OBJECT, Free<ASN1_OBJECT_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

// Takes back what OpenSSL leaves in the thread's error queue: gRPC reads the same queue.
class ErrorMark {
 public:
  ErrorMark() { ERR_set_mark(); }
  ~ErrorMark() { ERR_pop_to_mark(); }
  ErrorMark(const ErrorMark&) = delete;
  ErrorMark& operator=(const ErrorMark&) = delete;
};

constexpr size_t kPemLineDigits = 64;
constexpr std::string_view kCertificate = "CERTIFICATE";
constexpr std::string_view kPrivateKey = "PRIVATE KEY";
// The delegation, and room for the rest of the certificate.
constexpr size_t kMaxCertificateBytes = kMaxDelegationBytes + 2048;
constexpr size_t kMaxNameBytes = 64;  // ub-common-name (RFC 5280, appendix A)

constexpr time_t kLastSecond = 253'402'300'799;  // of the year 9999, the last that X.509 can write

// RFC 8410 7: PKCS#8 of an Ed25519 key, up to the 32 bytes of the seed.
constexpr std::array<uint8_t, 16> kPkcs8Prefix = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
// What stands between the signed part of an Ed25519 certificate and its 64 bytes of signature: the
// algorithm without parameters (RFC 8410 3) and the head of a bit string without unused bits.
constexpr std::array<uint8_t, 10> kSignaturePrefix = {
    0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x41, 0x00};

// RFC 7468, as OpenSSL and so gRPC write it.
std::string EncodePem(std::string_view label, ByteView der) {
  std::string digits = EncodeBase64(der);
  std::string pem = "-----BEGIN " + std::string(label) + "-----\n";
  for (size_t i = 0; i < digits.size(); i += kPemLineDigits) {
    pem.append(digits, i, kPemLineDigits);
    pem.push_back('\n');
  }
  pem += "-----END " + std::string(label) + "-----\n";
  Wipe({reinterpret_cast<uint8_t*>(digits.data()), digits.size()});
  return pem;
}

// Takes EncodePem's spelling and no other.
Result<Bytes> DecodePem(std::string_view label, std::string_view pem) {
  const std::string begin = "-----BEGIN " + std::string(label) + "-----\n";
  const std::string end = "-----END " + std::string(label) + "-----\n";
  if (pem.size() > kMaxCertificateBytes * 3 / 2) return Malformed("PEM is too long");
  if (pem.size() < begin.size() + end.size() || !pem.starts_with(begin) || !pem.ends_with(end)) {
    return Malformed("not one PEM block");
  }
  const std::string_view body = pem.substr(begin.size(), pem.size() - begin.size() - end.size());
  std::string digits(body);
  digits.erase(std::remove(digits.begin(), digits.end(), '\n'), digits.end());
  Bytes der = TRY(DecodeBase64(digits));
  if (der.size() > kMaxCertificateBytes) return Malformed("the certificate is too long");
  if (EncodePem(label, der) != pem) return Malformed("PEM in another form than RFC 7468's");
  return der;
}

ObjectPtr DelegationObject() {
  ObjectPtr object(OBJ_txt2obj(kDelegationOid, /*no_name=*/1));
  CHECK(object != nullptr);
  return object;
}

bool IsUsableName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

time_t ToSeconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

Result<Instant> FromAsn1(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return Malformed("a date that is none");
  const std::chrono::year_month_day date{
      std::chrono::year{parts.tm_year + 1900},
      std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
      std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!date.ok()) return Malformed("a date that is none");
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{parts.tm_hour} +
         std::chrono::minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec};
}

// Distinct per content, as RFC 5280 4.1.2.2 wants, and needs no entropy: 127 bits of a hash.
IntegerPtr SerialNumber(const PublicKey& key, ByteView delegation, time_t not_before) {
  Bytes content(key.bytes.begin(), key.bytes.end());
  AppendU64(content, static_cast<uint64_t>(not_before));
  Append(content, delegation);
  Hash hash = Sha256(content);
  hash[0] = static_cast<uint8_t>((hash[0] & 0x7f) | 0x40);
  const BignumPtr number(BN_bin2bn(hash.data(), 16, nullptr));
  CHECK(number != nullptr);
  IntegerPtr serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  CHECK(serial != nullptr);
  return serial;
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

// What an extension holds: DER, here of an octet string.
OctetsPtr InOctetString(ByteView bytes) {
  const OctetsPtr inner(ASN1_OCTET_STRING_new());
  CHECK(inner != nullptr);
  CHECK(ASN1_OCTET_STRING_set(inner.get(), bytes.data(), static_cast<int>(bytes.size())) == 1);
  uint8_t* der = nullptr;
  const int size = i2d_ASN1_OCTET_STRING(inner.get(), &der);
  CHECK(size > 0);
  OctetsPtr outer(ASN1_OCTET_STRING_new());
  CHECK(outer != nullptr);
  ASN1_STRING_set0(outer.get(), der, size);  // owns der from here
  return outer;
}

void AddDelegation(X509* certificate, ByteView delegation) {
  const OctetsPtr outer = InOctetString(delegation);
  const ObjectPtr object = DelegationObject();
  // Not critical: that would make every verifier but ours refuse the certificate.
  const ExtensionPtr extension(
      X509_EXTENSION_create_by_OBJ(nullptr, object.get(), /*crit=*/0, outer.get()));
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension.get(), -1) == 1);
}

Bytes ToDer(const X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  CHECK(size > 0);
  Bytes der(static_cast<size_t>(size));
  uint8_t* out = der.data();
  CHECK(i2d_X509(certificate, &out) == size);
  return der;
}

std::string PrivateKeyPem(const SigningKey& key) {
  SecretBytes der(kPkcs8Prefix.size() + key.seed().size());
  const auto out = der.mutable_view();
  std::copy(kPkcs8Prefix.begin(), kPkcs8Prefix.end(), out.begin());
  std::copy(key.seed().begin(), key.seed().end(), out.begin() + kPkcs8Prefix.size());
  return EncodePem(kPrivateKey, der.view());
}

// The signature is checked by libsodium over the bytes that stand in the certificate, not by
// OpenSSL, whose verdict is wider (README.md, "Whose verdict").
Result<void> VerifySelfSignature(ByteView der, const PublicKey& key) {
  constexpr size_t kTailBytes = kSignaturePrefix.size() + 64;
  const uint8_t* cursor = der.data();
  long content = 0;
  int tag = 0;
  int type = 0;
  const int head = ASN1_get_object(&cursor, &content, &tag, &type, static_cast<long>(der.size()));
  const auto head_bytes = static_cast<size_t>(cursor - der.data());
  if (head != V_ASN1_CONSTRUCTED || tag != V_ASN1_SEQUENCE ||
      head_bytes + static_cast<size_t>(content) != der.size() ||
      static_cast<size_t>(content) <= kTailBytes) {
    return Malformed("not a certificate's sequence");
  }
  const ByteView tail = der.last(kTailBytes);
  if (!std::equal(kSignaturePrefix.begin(), kSignaturePrefix.end(), tail.begin())) {
    return Malformed("not an Ed25519 signature");
  }
  const ByteView to_be_signed = der.subspan(head_bytes, der.size() - head_bytes - kTailBytes);
  SignatureBytes signature{};
  std::copy_n(tail.begin() + kSignaturePrefix.size(), signature.size(), signature.begin());
  if (!VerifySignature(key, to_be_signed, signature)) {
    return Malformed("the certificate's own signature does not verify");
  }
  return {};
}

Result<PublicKey> KeyOf(const X509* certificate) {
  const EVP_PKEY* pkey = X509_get0_pubkey(certificate);
  PublicKey key;
  size_t size = key.bytes.size();
  if (pkey == nullptr || EVP_PKEY_get_id(pkey) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(pkey, key.bytes.data(), &size) != 1 || size != key.bytes.size() ||
      !IsValidPublicKey(key)) {
    return Malformed("not a usable Ed25519 key");
  }
  return key;
}

Result<Bytes> DelegationOf(const X509* certificate) {
  const ObjectPtr object = DelegationObject();
  const int index = X509_get_ext_by_OBJ(certificate, object.get(), -1);
  if (index < 0) return Malformed("no delegation in the certificate");
  if (X509_get_ext_by_OBJ(certificate, object.get(), index) >= 0) {
    return Malformed("two delegations in the certificate");
  }
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(certificate, index));
  const uint8_t* cursor = ASN1_STRING_get0_data(value);
  const OctetsPtr inner(d2i_ASN1_OCTET_STRING(nullptr, &cursor, ASN1_STRING_length(value)));
  if (inner == nullptr) return Malformed("the delegation is no octet string");
  const uint8_t* bytes = ASN1_STRING_get0_data(inner.get());
  Bytes delegation(bytes, bytes + ASN1_STRING_length(inner.get()));
  if (delegation.empty() || delegation.size() > kMaxDelegationBytes) {
    return Malformed("a delegation of no bytes or too many");
  }
  // d2i also reads what DER does not write, and stops before bytes that follow.
  const OctetsPtr again = InOctetString(delegation);
  if (ASN1_OCTET_STRING_cmp(again.get(), value) != 0) {
    return Malformed("the delegation's octet string is not DER");
  }
  return delegation;
}

}  // namespace

Result<TlsIdentity> MakeTlsIdentity(const SigningKey& tls_key,
                                    std::string_view name,
                                    ByteView delegation,
                                    Instant not_before,
                                    Instant not_after) {
  if (!IsUsableName(name)) return Malformed("a certificate's name is a DNS name of at most 64");
  if (delegation.empty() || delegation.size() > kMaxDelegationBytes) {
    return Malformed("a delegation of no bytes or too many");
  }
  const ErrorMark mark;
  const X509Ptr certificate(X509_new());
  CHECK(certificate != nullptr);
  CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  const IntegerPtr serial = SerialNumber(tls_key.public_key(), delegation, ToSeconds(not_before));
  CHECK(X509_set_serialNumber(certificate.get(), serial.get()) == 1);
  if (ToSeconds(not_before) < 0 || ToSeconds(not_before) >= ToSeconds(not_after) ||
      ToSeconds(not_after) > kLastSecond ||
      ASN1_TIME_set(X509_getm_notBefore(certificate.get()), ToSeconds(not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate.get()), ToSeconds(not_after)) == nullptr) {
    return Malformed("a certificate's dates are out of order or range");
  }
  const std::string text(name);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  CHECK(X509_NAME_add_entry_by_NID(subject,
                                   NID_commonName,
                                   MBSTRING_UTF8,
                                   reinterpret_cast<const uint8_t*>(text.data()),
                                   static_cast<int>(text.size()),
                                   -1,
                                   0) == 1);
  CHECK(X509_set_issuer_name(certificate.get(), subject) == 1);
  const PkeyPtr pkey(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, tls_key.seed().data(), tls_key.seed().size()));
  CHECK(pkey != nullptr);
  CHECK(X509_set_pubkey(certificate.get(), pkey.get()) == 1);
  AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  AddExtension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(certificate.get(), NID_subject_alt_name, "DNS:" + text);
  AddDelegation(certificate.get(), delegation);
  CHECK(X509_sign(certificate.get(), pkey.get(), /*md=*/nullptr) > 0);
  return TlsIdentity{EncodePem(kCertificate, ToDer(certificate.get())), PrivateKeyPem(tls_key)};
}

namespace {

// Certificates that were read. Every call of a connection shows the one of its handshake, and
// reading it costs OpenSSL most of a millisecond; what bytes say never changes. One place per hash.
class KnownCertificates {
 public:
  std::optional<PeerCertificate> Find(const Hash& name) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    const std::optional<Known>& known = known_[name[0] % kPlaces];
    if (!known || known->name != name) return std::nullopt;
    return known->certificate;
  }
  void Add(const Hash& name, const PeerCertificate& certificate) EXCLUDES_LOCK(mutex_) {
    const MutexLock lock(mutex_);
    known_[name[0] % kPlaces] = Known{name, certificate};
  }

 private:
  static constexpr size_t kPlaces = 16;
  struct Known {
    Hash name;
    PeerCertificate certificate;
  };
  Mutex mutex_;
  std::array<std::optional<Known>, kPlaces> known_ GUARDED_BY(mutex_);
};

Result<PeerCertificate> ReadCertificate(std::string_view pem) {
  const Bytes der = TRY(DecodePem(kCertificate, pem));
  const ErrorMark mark;
  const uint8_t* cursor = der.data();
  const X509Ptr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (certificate == nullptr || cursor != der.data() + der.size() ||
      X509_get_version(certificate.get()) != X509_VERSION_3) {
    return Malformed("not an X.509 certificate of version 3");
  }
  // Outside the signed part one value has one spelling too.
  if (ToDer(certificate.get()) != der) return Malformed("a certificate that is not DER");
  PeerCertificate peer;
  peer.key = TRY(KeyOf(certificate.get()));
  TRY(VerifySelfSignature(der, peer.key));
  peer.delegation = TRY(DelegationOf(certificate.get()));
  peer.not_before = TRY(FromAsn1(X509_get0_notBefore(certificate.get())));
  peer.not_after = TRY(FromAsn1(X509_get0_notAfter(certificate.get())));
  if (peer.not_before >= peer.not_after) return Malformed("dates out of order");
  return peer;
}

}  // namespace

Result<PeerCertificate> ParsePeerCertificate(std::string_view pem) {
  static KnownCertificates known;
  const Hash name = Sha256(AsBytes(pem));
  if (auto certificate = known.Find(name)) return *std::move(certificate);
  PeerCertificate certificate = TRY(ReadCertificate(pem));
  known.Add(name, certificate);
  return certificate;
}

}  // namespace schakel::crypto
