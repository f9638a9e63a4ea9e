// Canonical JSON (RFC 8785 subset): the one form in which things are signed, hashed and stored.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "node/base/result.h"
#include "node/canon/value.h"

namespace schakel::canon {

// The canonical bytes. Precondition (CHECKed): keys are ASCII, strings are UTF-8 without U+007F and
// integers lie within +-(2^53-1); ParseJson and the typed writers only make such values.
std::string Write(const Value& value);

// For people and tools: the same value over several lines, two spaces deep.
std::string WritePretty(const Value& value);

// Reads exactly the bytes that Write would give for the value; every other spelling is refused
// (kMalformed): white space, unsorted or repeated keys, escapes that are not needed, floats,
// exponents, null, a BOM, surrogates, anything after the value, nesting deeper than kMaxJsonDepth.
// On a failure `at` is the byte where it was seen.
Result<Value> ParseCanonical(std::string_view bytes, size_t* at = nullptr);

// As ParseCanonical, but white space, key order and needless escapes are free: for JSON that people
// and tools write. Refuses duplicates, floats, null and all else that ParseCanonical refuses.
Result<Value> ParseJson(std::string_view text, size_t* at = nullptr);

}  // namespace schakel::canon
