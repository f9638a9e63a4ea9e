// The sealed body of a request (exchange.md 1, 15): what the asker tells the contributor and nobody
// else, the names included.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"
#include "node/crypto/secret.h"
#include "node/record/namenlijst.h"
#include "node/statement/signed.h"

namespace schakel::record {

inline constexpr size_t kMaxMotivationBytes = 16 << 10;
inline constexpr size_t kMaxBodyFacts = 64;

// The requester's own decision about naming this person (rules, retain, onward).
struct BodyDecision {
  Uuid row;
  std::vector<std::string> by;
  Period retain;
  std::set<std::string> onward;
};

struct Requester {
  std::string name;
  std::string function;
  std::string telephone;
};

struct Body {
  enum class About { kGroup, kPersons };
  About about = About::kGroup;
  std::vector<ListedSubject> subjects;  // kPersons: at least one
  std::vector<BodyDecision> decision;   // one per subject, in the same order
  std::string motivation;
  Requester requester;
  std::vector<statement::SignedStatement> facts;  // type fact; NOT verified
  std::string group_name;
};

canon::Value ToValue(const Body& body);

// Canonical bytes. kMalformed (code BODY) for everything that is not exactly the shape, a row named
// twice, subjects with `about: group` or none with `about: persons`, a decision for another row or
// none for one, a statement that is no fact. kExhausted over kMaxBodyBytes, kMaxSubjectsPerRequest
// or kMaxBodyFacts.
Result<Body> ParseBody(std::string_view canonical);

// u32be length || JSON || zeros up to Padme(4 + length); XChaCha20-Poly1305, empty associated data.
// SHA-256 of the result is Request::body. Refuses what ParseBody would refuse of rows and texts.
Result<Bytes> SealBody(const crypto::Key32& key, const Body& body, Entropy& entropy);
// The JSON, to be kept and given to ParseBody. kCorrupt when it does not open, kMalformed when the
// length or the padding is not exactly that.
Result<std::string> OpenBody(const crypto::Key32& key, ByteView sealed);

}  // namespace schakel::record
