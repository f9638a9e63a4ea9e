// Whatever the overlay readers accept only takes away: the narrowed document compiles, its permits
// are those of the document, and every deny is of the party's own.
#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/check.h"
#include "node/covenant/decide.h"
#include "node/covenant/overlay.h"
#include "node/crypto/secret.h"

namespace {

using namespace schakel::covenant;

Document Base() {
  Document document;
  document.lineage = *schakel::ParseUuid("7b0c4c7e-6f2a-4d53-9c55-5f4f5d0b9a11");
  document.valid_until = schakel::Instant{} + std::chrono::hours{24};
  for (const char* id : {"a", "b", "c"}) {
    document.parties[id].name = id;
    document.parties[id].organisation = id;
  }
  document.purposes["p"] = "P";
  document.bases["open"].giver = {"a"};
  document.bases["open"].purposes = {"p"};
  document.facts["age"].type = FactType::kAge;
  document.facts["age"].from_person = "geboortedatum";
  document.categories["k"].fields = {{"naam", FieldType::kName}, {"soort", FieldType::kCode}};
  document.default_retain = *schakel::ParsePeriod("P6M");
  document.default_journal = "both";
  Permit permit;
  permit.id = "K1";
  permit.from = "a";
  permit.to = "b";
  permit.purpose = "p";
  permit.basis = "open";
  permit.category = "k";
  permit.fields = {{"naam", {FormKind::kPlain, ""}}};
  document.permits.push_back(permit);
  return document;
}

void Check(const Document& document, const Overlay& overlay) {
  const auto again = ParseOverlay(overlay.canonical, document);
  CHECK(again.ok() && again->hash == overlay.hash && again->denies == overlay.denies);
  const auto narrowed = Narrow(document, overlay);
  CHECK(narrowed.ok());
  CHECK(narrowed->permits.size() == document.permits.size());
  for (const Deny& deny : narrowed->denies)
    CHECK(deny.from == std::set<std::string>{overlay.party});
  for (const Permit& permit : narrowed->permits) {
    CHECK(!permit.retain ||
          std::is_lteq(schakel::CompareLength(*permit.retain, document.default_retain)));
  }
  CHECK(Covenant::Compile(*narrowed).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  schakel::crypto::Init();
  static const Document document = Base();
  const std::string_view text = schakel::AsText({data, size});
  if (const auto overlay = ParseOverlay(text, document); overlay.ok()) {
    CHECK(overlay->canonical == text);
    Check(document, *overlay);
  }
  const AuthoredOverlay authored = ReadOverlayYaml(text, "fuzz.yaml", document);
  CHECK(authored.overlay.has_value() == authored.findings.empty());
  if (authored.overlay) Check(document, *authored.overlay);
  return 0;
}
