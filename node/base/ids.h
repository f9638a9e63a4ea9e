// Names of things: UUIDs, and the references that people say to each other.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/result.h"
#include "node/base/seams.h"

namespace schakel {

// RFC 9562. Spelled in lower case, 8-4-4-4-12; no other spelling is read.
struct Uuid {
  std::array<uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

std::string ToString(const Uuid& uuid);
Result<Uuid> ParseUuid(std::string_view text);
Uuid MakeUuidV4(Entropy& entropy);
// Version 7: the first 48 bits are `now`, so ids sort by time; 74 bits are random.
Uuid MakeUuidV7(Instant now, Entropy& entropy);

// `VLD-2026-003` (group), `VLD-2026-003/2` (round), `VLD-2026-003/2@om` (exchange).
// A short form (`/2`, `/2@om`) leaves `group` empty: the caller fills in the group it works on.
struct Ref {
  std::string group;
  std::optional<int> round;
  std::string party;  // empty: the whole round
  friend bool operator==(const Ref&, const Ref&) = default;
};

// Group: 2-6 capital letters, a year, 3-6 digits. Round: 1-9999 without leading zero.
Result<Ref> ParseRef(std::string_view text);
std::string ToString(const Ref& ref);

// Party and other short ids in covenants: [a-z][a-z0-9_-]{0,39}.
bool IsName(std::string_view text);

}  // namespace schakel
