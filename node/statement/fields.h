// Fields that several statements share, read strictly. Internal to statement.
#pragma once

#include <string>
#include <string_view>

#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/canon/reader.h"
#include "node/crypto/seal.h"

namespace schakel::statement {

inline constexpr int64_t kMaxInteger = 9007199254740991;  // 2^53 - 1

// `length` lower-case hex digits.
bool IsHexId(std::string_view text, size_t length);
// 1 to `max` ASCII characters from `!` to `~`: no spaces, so no sentences.
bool IsToken(std::string_view text, size_t max);
// A code of exchange.md 15 in capitals, or the name of a fact.
bool IsCode(std::string_view text);

// Each names the member when it refuses.
Result<Uuid> ReadUuid(canon::ObjectReader& in, std::string_view key);
Result<std::string> ReadName(canon::ObjectReader& in, std::string_view key);
Result<std::string> ReadToken(canon::ObjectReader& in, std::string_view key, size_t max);
Result<std::string> ReadCode(canon::ObjectReader& in, std::string_view key);
Result<std::string> ReadGroup(canon::ObjectReader& in, std::string_view key);
Result<std::string> ReadHexId(canon::ObjectReader& in, std::string_view key, size_t length);
Result<crypto::X25519Public> ReadX25519(canon::ObjectReader& in, std::string_view key);

}  // namespace schakel::statement
