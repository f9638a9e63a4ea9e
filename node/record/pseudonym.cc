#include "node/record/pseudonym.h"

#include <algorithm>
#include <array>
#include <utility>

#include "node/base/bytes.h"
#include "node/crypto/hash.h"

namespace schakel::record {
namespace {

constexpr std::string_view kRecipientDomain = "schakel.nl/pseudonym/recipient/v1";
constexpr std::string_view kCovenantDomain = "schakel.nl/pseudonym/covenant/v1";
constexpr size_t kMacBytes = 16;
constexpr size_t kDigits = 2 * kMacBytes;

std::string Short(const Hash& mac) {
  return EncodeHex(ByteView(mac).first(kMacBytes));
}

// As MakeUuidV4 draws it and ToString writes it.
bool IsRandomUuid(std::string_view text) {
  const auto uuid = ParseUuid(text);
  return uuid.ok() && ToString(*uuid) == text && uuid->bytes[6] >> 4 == 4 &&
         uuid->bytes[8] >> 6 == 2;
}

}  // namespace

Pseudonyms::Pseudonyms(const Uuid& lineage,
                       std::string purpose,
                       std::string recipient,
                       const crypto::Key32& secret)
    : lineage_(lineage),
      purpose_(std::move(purpose)),
      recipient_(std::move(recipient)),
      secret_(secret.view()) {}

std::string Pseudonyms::ForRecipient(std::string_view value) const {
  const std::array<ByteView, 5> parts{AsBytes(kRecipientDomain),
                                      ByteView(lineage_.bytes),
                                      AsBytes(purpose_),
                                      AsBytes(recipient_),
                                      AsBytes(value)};
  return Short(crypto::HmacSha256(secret_.view(), crypto::Frame(parts)));
}

std::optional<std::string> Pseudonyms::ForCovenant(std::string_view value) const {
  if (!IsRandomUuid(value)) return std::nullopt;
  const std::array<ByteView, 2> key{AsBytes(kCovenantDomain), ByteView(lineage_.bytes)};
  const std::array<ByteView, 2> parts{AsBytes(purpose_), AsBytes(value)};
  return Short(
      crypto::HmacSha256(crypto::Sha256(ByteView(crypto::Frame(key))), crypto::Frame(parts)));
}

crypto::Key32 PseudonymSecret(const store::KeyTable& keys) {
  return keys.IndexKey("record/pseudonym");
}

bool IsPseudonym(std::string_view text) {
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace schakel::record
