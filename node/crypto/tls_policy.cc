#include "node/crypto/tls_policy.h"

#include <memory>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>

#include "node/base/check.h"

namespace schakel::crypto {
namespace {

// config(5), "SSL Configuration": the section `system_default` holds for every SSL_CTX.
constexpr std::string_view kPolicy =
    "openssl_conf = schakel\n"
    "[schakel]\n"
    "ssl_conf = schakel_ssl\n"
    "[schakel_ssl]\n"
    "system_default = schakel_tls\n"
    "[schakel_tls]\n"
    "NumTickets = 0\n";

}  // namespace

void ForbidTlsResumption() {
  // The machine's own configuration first: loaded later, it could replace this one.
  CHECK(OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr) == 1);
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(kPolicy.data(), static_cast<int>(kPolicy.size())), BIO_free);
  const std::unique_ptr<CONF, decltype(&NCONF_free)> policy(NCONF_new(nullptr), NCONF_free);
  CHECK(text != nullptr && policy != nullptr);
  long error_line = 0;
  CHECK(NCONF_load_bio(policy.get(), text.get(), &error_line) == 1);
  CHECK(CONF_modules_load(policy.get(), nullptr, 0) == 1);
}

}  // namespace schakel::crypto
