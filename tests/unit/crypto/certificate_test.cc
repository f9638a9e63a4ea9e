#include "node/crypto/certificate.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "node/crypto/entropy.h"
#include "tests/unit/crypto/vectors.h"

namespace schakel::crypto {
namespace {

using namespace std::chrono_literals;

const Instant kFrom = FromMillis(1'790'000'000'000);
const Instant kUntil = kFrom + std::chrono::days{90};

SigningKey Key(uint64_t seed) {
  SeededEntropy entropy(seed);
  return SigningKey::Generate(entropy);
}

std::string PemOf(ByteView der) {
  const std::string digits = EncodeBase64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (size_t i = 0; i < digits.size(); i += 64)
    pem += digits.substr(i, 64) + "\n";
  return pem + "-----END CERTIFICATE-----\n";
}

Bytes DerOf(const std::string& pem) {
  std::string digits = pem.substr(28, pem.size() - 28 - 26);
  std::erase(digits, '\n');
  auto der = DecodeBase64(digits);
  EXPECT_TRUE(der.ok());
  return *der;
}

TlsIdentity Identity(const SigningKey& key, std::string_view delegation = "{\"delegation\":1}") {
  auto identity =
      MakeTlsIdentity(key, "politie.veldrijk.example", AsBytes(delegation), kFrom, kUntil);
  EXPECT_TRUE(identity.ok());
  return *identity;
}

std::shared_ptr<X509> ReadX509(const std::string& pem) {
  const std::shared_ptr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                 BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

std::shared_ptr<EVP_PKEY> ReadKey(const std::string& pem) {
  const std::shared_ptr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                 BIO_free);
  return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

std::string WriteX509(X509* certificate) {
  const std::shared_ptr<BIO> bio(BIO_new(BIO_s_mem()), BIO_free);
  EXPECT_EQ(PEM_write_bio_X509(bio.get(), certificate), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

// The certificate after `change`, signed again with the key: only the change is wrong with it.
template <typename Change>
std::string Resigned(const SigningKey& key, Change change) {
  const TlsIdentity identity = Identity(key);
  const auto certificate = ReadX509(identity.certificate_pem);
  const auto pkey = ReadKey(identity.private_key_pem);
  change(certificate.get());
  EXPECT_GT(X509_sign(certificate.get(), pkey.get(), nullptr), 0);
  return WriteX509(certificate.get());
}

void ExpectMalformed(const std::string& pem, const std::string& what) {
  const auto peer = ParsePeerCertificate(pem);
  ASSERT_FALSE(peer.ok()) << what;
  EXPECT_EQ(peer.error().code, ErrorCode::kMalformed) << what;
}

TEST(CertificateTest, RoundTrips) {
  const SigningKey key = Key(1);
  const auto peer = ParsePeerCertificate(Identity(key, "bytes of a delegation").certificate_pem);
  ASSERT_TRUE(peer.ok()) << peer.error().detail;
  EXPECT_EQ(peer->key, key.public_key());
  EXPECT_EQ(ToText(peer->delegation), "bytes of a delegation");
  EXPECT_EQ(peer->not_before, kFrom);
  EXPECT_EQ(peer->not_after, kUntil);
}

TEST(CertificateTest, CutsDatesToSecondsAndPassesTheYear2050) {
  const SigningKey key = Key(1);
  const Instant far = FromMillis(2'540'000'000'000);  // 2050-06-28
  const auto identity = MakeTlsIdentity(key, "a", AsBytes("d"), kFrom + 999ms, far + 1ms);
  ASSERT_TRUE(identity.ok());
  const auto peer = ParsePeerCertificate(identity->certificate_pem);
  ASSERT_TRUE(peer.ok());
  EXPECT_EQ(peer->not_before, kFrom);
  EXPECT_EQ(peer->not_after, far);
}

TEST(CertificateTest, IsTheSameForTheSameInputAndAnotherForAnother) {
  const SigningKey key = Key(1);
  EXPECT_EQ(Identity(key).certificate_pem, Identity(key).certificate_pem);
  const auto one = ReadX509(Identity(key, "a").certificate_pem);
  const auto two = ReadX509(Identity(key, "b").certificate_pem);
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(one.get()), X509_get0_serialNumber(two.get())),
            0);
}

// What other software sees in it, gRPC first.
TEST(CertificateTest, IsWhatOpenSslReadsAndWrites) {
  const TlsIdentity identity = Identity(Key(1));
  const auto certificate = ReadX509(identity.certificate_pem);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(WriteX509(certificate.get()), identity.certificate_pem);
  EXPECT_EQ(X509_check_host(certificate.get(), "politie.veldrijk.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "om.veldrijk.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
  EXPECT_EQ(X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
  const auto pkey = ReadKey(identity.private_key_pem);
  ASSERT_NE(pkey, nullptr);
  EXPECT_EQ(X509_check_private_key(certificate.get(), pkey.get()), 1);
  EXPECT_EQ(X509_verify(certificate.get(), pkey.get()), 1);
}

TEST(CertificateTest, NamesHave1To64CharactersOfDns) {
  const SigningKey key = Key(1);
  const auto made = [&](const std::string& name) {
    return MakeTlsIdentity(key, name, AsBytes("d"), kFrom, kUntil).ok();
  };
  EXPECT_TRUE(made("a"));
  EXPECT_TRUE(made(std::string(64, 'a')));
  EXPECT_FALSE(made(""));
  EXPECT_FALSE(made(std::string(65, 'a')));
  for (const char* name : {"a,DNS:b", "a b", "A", "*.example", "a\n", "caf\xc3\xa9"})
    EXPECT_FALSE(made(name)) << name;
}

TEST(CertificateTest, DelegationsHave1To16384Bytes) {
  const SigningKey key = Key(1);
  const auto made = [&](size_t size) {
    return MakeTlsIdentity(key, std::string(64, 'a'), Bytes(size, 1), kFrom, kUntil);
  };
  EXPECT_FALSE(made(0).ok());
  EXPECT_FALSE(made(kMaxDelegationBytes + 1).ok());
  const auto largest = made(kMaxDelegationBytes);
  ASSERT_TRUE(largest.ok());
  const auto peer = ParsePeerCertificate(largest->certificate_pem);
  ASSERT_TRUE(peer.ok());
  EXPECT_EQ(peer->delegation.size(), kMaxDelegationBytes);
}

TEST(CertificateTest, DatesStandInOrder) {
  const SigningKey key = Key(1);
  const auto made = [&](Instant from, Instant until) {
    return MakeTlsIdentity(key, "a", AsBytes("d"), from, until).ok();
  };
  EXPECT_TRUE(made(kFrom, kFrom + 1s));
  EXPECT_FALSE(made(kFrom, kFrom));
  EXPECT_FALSE(made(kFrom, kFrom + 999ms));
  EXPECT_FALSE(made(kFrom + 1s, kFrom));
  const Instant end_of_9999 = FromMillis(253'402'300'799'999);
  EXPECT_TRUE(made(FromMillis(0), end_of_9999));
  EXPECT_FALSE(made(FromMillis(-1), end_of_9999));
  EXPECT_FALSE(made(FromMillis(0), end_of_9999 + 1ms));
  EXPECT_FALSE(made(kFrom, Instant::max()));
}

TEST(ParsePeerCertificateTest, RefusesEveryTruncationOfPemAndDer) {
  const std::string pem = Identity(Key(1)).certificate_pem;
  for (size_t size = 0; size < pem.size(); ++size)
    ExpectMalformed(pem.substr(0, size), "PEM cut at " + std::to_string(size));
  const Bytes der = DerOf(pem);
  ASSERT_EQ(PemOf(der), pem);
  for (size_t size = 0; size < der.size(); ++size)
    ExpectMalformed(PemOf(ByteView(der).first(size)), "DER cut at " + std::to_string(size));
}

TEST(ParsePeerCertificateTest, RefusesEveryFlippedBitOfPemAndDer) {
  const std::string pem = Identity(Key(1)).certificate_pem;
  for (size_t bit = 0; bit < pem.size() * 8; ++bit) {
    std::string changed = pem;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ExpectMalformed(changed, "bit of PEM " + std::to_string(bit));
  }
  const Bytes der = DerOf(pem);
  for (size_t bit = 0; bit < der.size() * 8; ++bit) {
    Bytes changed = der;
    changed[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    ExpectMalformed(PemOf(changed), "bit of DER " + std::to_string(bit));
  }
}

TEST(ParsePeerCertificateTest, RefusesAnythingAroundTheCertificate) {
  const std::string pem = Identity(Key(1)).certificate_pem;
  ExpectMalformed(pem + pem, "two certificates");
  ExpectMalformed("\n" + pem, "a line before");
  ExpectMalformed(pem + "\n", "a line after");
  ExpectMalformed(Identity(Key(1)).private_key_pem, "a private key");
  Bytes longer = DerOf(pem);
  longer.push_back(0);
  ExpectMalformed(PemOf(longer), "a byte after the DER");
  ExpectMalformed(PemOf(Bytes(kMaxDelegationBytes * 2)), "too long");
}

TEST(ParsePeerCertificateTest, RefusesABrokenSelfSignature) {
  const SigningKey key = Key(1);
  Bytes der = DerOf(Identity(key).certificate_pem);
  // A valid signature of another key over the right bytes: 4 bytes of head, 74 of tail.
  const ByteView to_be_signed = ByteView(der).subspan(4, der.size() - 4 - 74);
  const SignatureBytes own = key.Sign(to_be_signed);
  ASSERT_TRUE(std::equal(own.begin(), own.end(), der.end() - 64));
  const SignatureBytes other = Key(2).Sign(to_be_signed);
  std::copy(other.begin(), other.end(), der.end() - 64);
  ExpectMalformed(PemOf(der), "another key's signature");
  std::fill(der.end() - 64, der.end(), uint8_t{0});
  ExpectMalformed(PemOf(der), "a signature of zeros");
}

TEST(ParsePeerCertificateTest, WantsExactlyOneDelegation) {
  const SigningKey key = Key(1);
  ExpectMalformed(Resigned(key,
                           [](X509* certificate) {
                             X509_EXTENSION_free(
                                 X509_delete_ext(certificate, X509_get_ext_count(certificate) - 1));
                           }),
                  "none");
  ExpectMalformed(Resigned(key,
                           [](X509* certificate) {
                             X509_add_ext(
                                 certificate,
                                 X509_get_ext(certificate, X509_get_ext_count(certificate) - 1),
                                 -1);
                           }),
                  "two");
  EXPECT_TRUE(ParsePeerCertificate(Resigned(key, [](X509*) {})).ok());
}

TEST(ParsePeerCertificateTest, WantsTheDelegationInAnOctetString) {
  const auto with = [](const Bytes& value) {
    return Resigned(Key(1), [&](X509* certificate) {
      X509_EXTENSION* extension = X509_get_ext(certificate, X509_get_ext_count(certificate) - 1);
      ASN1_OCTET_STRING_set(
          X509_EXTENSION_get_data(extension), value.data(), static_cast<int>(value.size()));
    });
  };
  EXPECT_TRUE(ParsePeerCertificate(with({0x04, 0x01, 'd'})).ok());
  ExpectMalformed(with({'d'}), "bare bytes");
  ExpectMalformed(with({0x04, 0x00}), "an empty delegation");
  ExpectMalformed(with({0x04, 0x01, 'd', 0x00}), "a byte behind");
  ExpectMalformed(with({0x04, 0x02, 'd'}), "too short");
  ExpectMalformed(with({0x0c, 0x01, 'd'}), "another type");
  ExpectMalformed(with({0x04, 0x81, 0x01, 'd'}), "a length in two bytes");
  ExpectMalformed(with({0x24, 0x03, 0x04, 0x01, 'd'}), "in pieces");
}

TEST(ParsePeerCertificateTest, WantsAnEd25519KeyVersion3AndDatesInOrder) {
  const SigningKey key = Key(1);
  ExpectMalformed(
      Resigned(key, [](X509* certificate) { X509_set_version(certificate, X509_VERSION_1); }),
      "version 1");
  ExpectMalformed(Resigned(key,
                           [](X509* certificate) {
                             ASN1_TIME_set(X509_getm_notAfter(certificate), ToMillis(kFrom) / 1000);
                           }),
                  "no time between the dates");
  // An EC key that signs itself well.
  const std::shared_ptr<EVP_PKEY> ec(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const auto certificate = ReadX509(Identity(key).certificate_pem);
  X509_set_pubkey(certificate.get(), ec.get());
  ASSERT_GT(X509_sign(certificate.get(), ec.get(), EVP_sha256()), 0);
  ExpectMalformed(WriteX509(certificate.get()), "P-256");
}

TEST(ParsePeerCertificateTest, LeavesTheErrorQueueAsItWas) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 1);
  ExpectMalformed(PemOf(Bytes(100, 0x30)), "garbage");
  EXPECT_EQ(ERR_GET_LIB(ERR_get_error()), ERR_LIB_USER);
  EXPECT_EQ(ERR_get_error(), 0UL);
}

// ---- TLS

std::shared_ptr<SSL_CTX> Context(const SSL_METHOD* method, const TlsIdentity& identity) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const auto certificate = ReadX509(identity.certificate_pem);
  const auto pkey = ReadKey(identity.private_key_pem);
  EXPECT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), pkey.get()), 1);
  // As the node's own verifier does: the chain is not judged here, the certificate is asked for.
  SSL_CTX_set_verify(context.get(),
                     SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                     [](int, X509_STORE_CTX*) { return 1; });
  return context;
}

TEST(CertificateTest, CarriesAMutualTls13Handshake) {
  const SigningKey server_key = Key(1);
  const SigningKey client_key = Key(2);
  const std::string large(kMaxDelegationBytes, 'd');
  const auto server_context = Context(TLS_server_method(), Identity(server_key, large));
  const auto client_context = Context(TLS_client_method(), Identity(client_key, large));
  const std::shared_ptr<SSL> server(SSL_new(server_context.get()), SSL_free);
  const std::shared_ptr<SSL> client(SSL_new(client_context.get()), SSL_free);
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  ASSERT_EQ(BIO_new_bio_pair(&server_side, 1 << 20, &client_side, 1 << 20), 1);
  SSL_set_bio(server.get(), server_side, server_side);
  SSL_set_bio(client.get(), client_side, client_side);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  for (int round = 0; round < 8; ++round) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  ASSERT_EQ(SSL_is_init_finished(server.get()), 1);
  ASSERT_EQ(SSL_is_init_finished(client.get()), 1);
  EXPECT_EQ(SSL_version(client.get()), TLS1_3_VERSION);
  const std::shared_ptr<X509> seen(SSL_get1_peer_certificate(server.get()), X509_free);
  const auto peer = ParsePeerCertificate(WriteX509(seen.get()));
  ASSERT_TRUE(peer.ok());
  EXPECT_EQ(peer->key, client_key.public_key());
}

}  // namespace
}  // namespace schakel::crypto
