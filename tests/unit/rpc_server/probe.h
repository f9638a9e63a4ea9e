// Raw clients: bytes over TCP, and OpenSSL without this project's rules.
#pragma once

#include <memory>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/crypto/certificate.h"

namespace schakel::rpc {

// A TCP connection to the port of this machine.
class Socket {
 public:
  explicit Socket(int port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

  // Sends the bytes and gives what comes back until the other side closes.
  [[nodiscard]] std::string Converse(const std::string& bytes) const {
    EXPECT_EQ(send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
    std::string out;
    char buffer[4096];
    while (true) {
      const ssize_t read = recv(fd_, buffer, sizeof(buffer), 0);
      if (read <= 0) break;
      out.append(buffer, static_cast<size_t>(read));
    }
    return out;
  }

 private:
  int fd_;
};

// Connects with one version of TLS, every cipher suite that OpenSSL has, and the certificate if
// there is one; trusts any server.
class TlsProbe {
 public:
  TlsProbe(int port, int version, const crypto::TlsIdentity* identity) : socket_(port) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    EXPECT_EQ(SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0"), 1);
    EXPECT_EQ(SSL_CTX_set_min_proto_version(context.get(), version), 1);
    EXPECT_EQ(SSL_CTX_set_max_proto_version(context.get(), version), 1);
    static constexpr unsigned char kHttp2[] = {2, 'h', '2'};
    SSL_CTX_set_alpn_protos(context.get(), kHttp2, sizeof(kHttp2));
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(context.get(), [](SSL* ssl, SSL_SESSION*) {
      ++static_cast<TlsProbe*>(SSL_get_app_data(ssl))->tickets_;
      return 0;
    });
    if (identity != nullptr) Use(context.get(), *identity);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    SSL_set_app_data(ssl.get(), this);
    SSL_set_fd(ssl.get(), socket_.fd());
    connected_ = SSL_connect(ssl.get()) == 1;
    // An HTTP/2 server speaks first; one that refused the certificate closes instead.
    char byte = 0;
    served_ = connected_ && SSL_read(ssl.get(), &byte, 1) == 1;
  }

  // Our side of the handshake is over; in TLS 1.3 the server has not yet looked at us then.
  [[nodiscard]] bool connected() const { return connected_; }
  // The server speaks HTTP/2 to us.
  [[nodiscard]] bool served() const { return served_; }
  [[nodiscard]] int tickets() const { return tickets_; }

 private:
  static void Use(SSL_CTX* context, const crypto::TlsIdentity& identity) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> certificate(
        BIO_new_mem_buf(identity.certificate_pem.data(), -1), BIO_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> key(
        BIO_new_mem_buf(identity.private_key_pem.data(), -1), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(
        PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pkey(
        PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    EXPECT_EQ(SSL_CTX_use_certificate(context, x509.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context, pkey.get()), 1);
  }

  Socket socket_;
  bool connected_ = false;
  bool served_ = false;
  int tickets_ = 0;
};

inline std::string PemOf(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  EXPECT_EQ(write(bio.get()), 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

// A self-signed Ed25519 certificate as anybody can make one: without a delegation.
inline crypto::TlsIdentity BareIdentity() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
  X509_set_pubkey(x509.get(), key.get());
  EXPECT_GT(X509_sign(x509.get(), key.get(), nullptr), 0);
  crypto::TlsIdentity out;
  out.certificate_pem = PemOf([&](BIO* bio) { return PEM_write_bio_X509(bio, x509.get()); });
  out.private_key_pem = PemOf([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return out;
}

}  // namespace schakel::rpc
