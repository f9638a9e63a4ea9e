// What one party keeps at home by itself: an overlay narrows what its node gives under a covenant
// that it signed with others (covenant.md, "Amend"). Everything it says can only take away: denies,
// and a shorter term. The signed text stays what it is; partners need not know.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/canon/yaml.h"
#include "node/covenant/document.h"

namespace schakel::covenant {

inline constexpr size_t kMaxOverlayBytes = size_t{64} * 1024;
// Every rule id of an overlay begins with this, so that in a log nobody takes it for a rule that
// the partners signed.
inline constexpr const char* kOverlayPrefix = "lokaal-";

struct Overlay {
  std::string canonical;  // the bytes
  Hash hash{};            // SHA-256 of them
  Uuid lineage;
  std::string party;
  std::string reason;
  std::vector<Deny> denies;      // of what `party` gives, each `from` exactly it
  std::optional<Period> retain;  // what it gives is kept no longer than this
};

// An overlay for a party of this document, strictly: known keys and names only, no permit, no deny
// of what another party gives, ids with the prefix. kMalformed with the first finding and its
// place; kExhausted over kMaxOverlayBytes.
Result<Overlay> ParseOverlay(std::string_view canonical, const Document& document);

// The same from YAML, with every finding in its place.
struct AuthoredOverlay {
  std::optional<Overlay> overlay;
  std::vector<canon::Finding> findings;
};
AuthoredOverlay ReadOverlayYaml(std::string_view text,
                                std::string_view file,
                                const Document& document);

// The document with the overlay's denies behind its own and the terms of what the party gives cut
// to its `retain`; hash and bytes stay those of the document. Compiled, it decides a subset of what
// the document decides (property (e) of covenant.md): no field more, no form finer, no term longer.
// kMalformed when the overlay is not for this document: another lineage, a name that is not there.
Result<Document> Narrow(const Document& document, const Overlay& overlay);

}  // namespace schakel::covenant
