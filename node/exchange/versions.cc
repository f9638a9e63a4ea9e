#include "node/exchange/versions.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/covenant/tests.h"
#include "node/crypto/hash.h"

namespace schakel::exchange {
namespace {

using covenant::Covenant;
using covenant::Document;
using statement::SignedStatement;
using statement::Type;
using store::Family;
using store::KeyBuilder;

constexpr std::string_view kActive = "active";  // the highest version that was ever activated
constexpr std::string_view kVersion = "version";
constexpr std::string_view kDocument = "document";
constexpr std::string_view kDraft = "draft";
constexpr std::string_view kStatement = "statement";
constexpr std::string_view kUnconfirmed = "unconfirmed";
constexpr std::string_view kOverlay = "overlay";    // the one that holds
constexpr std::string_view kOverlays = "overlays";  // all there were, by hash

Bytes ActiveKey() {
  return KeyBuilder().Text(kActive).Build();
}
Bytes VersionKey(int64_t version) {
  return KeyBuilder().Text(kVersion).U64(static_cast<uint64_t>(version)).Build();
}
Bytes DocumentKey(const Hash& hash) {
  return KeyBuilder().Text(kDocument).Raw(hash).Build();
}
Bytes DraftKey(const Hash& hash) {
  return KeyBuilder().Text(kDraft).Raw(hash).Build();
}
Bytes OverlayKey() {
  return KeyBuilder().Text(kOverlay).Build();
}
Bytes StatementKey(const SignedStatement& signed_statement) {
  return KeyBuilder().Text(kStatement).Raw(crypto::Sha256(signed_statement.Encode())).Build();
}
Bytes UnconfirmedKey(std::string_view party) {
  return KeyBuilder().Text(kUnconfirmed).Text(party).Build();
}

// That a version was activated, and when. The row of the highest reads the same.
struct Activated {
  Hash hash{};
  int64_t version = 0;
  Instant at;
};

Bytes Encode(const Document& document, Instant at) {
  return ToBytes(canon::Write(canon::Value::Object{{"covenant", EncodeHex(document.hash)},
                                                   {"version", document.version},
                                                   {"activated", ToMillis(at)}}));
}

Result<Activated> DecodeActivated(ByteView row) {
  const canon::Value value = TRY(canon::ParseCanonical(AsText(row)));
  canon::ObjectReader in(value, "activated covenant");
  Activated out;
  out.hash = TRY(in.HashHex("covenant"));
  out.version = TRY(in.Int("version"));
  out.at = TRY(in.Time("activated"));
  TRY(in.Done());
  return out;
}

Result<KeptVersion> DecodeDraft(ByteView row) {
  const canon::Value value = TRY(canon::ParseCanonical(AsText(row)));
  canon::ObjectReader in(value, "draft");
  KeptVersion draft;
  draft.covenant = TRY(CompileVersion(TRY(in.Text("covenant"))));
  draft.offered_by = TRY(in.Text("from"));
  draft.kept = TRY(in.Time("kept"));
  TRY(in.Done());
  return draft;
}

class Loader {
 public:
  explicit Loader(const store::Store& store) : store_(store) {}

  Result<Kept> Run() {
    const std::optional<Bytes> active = TRY(store_.Get(Family::kCovenant, ActiveKey()));
    if (!active) return std::move(kept_);
    const Activated highest = TRY(DecodeActivated(*active));
    TRY(Each(kVersion, [&](ByteView row) -> Result<void> {
      return TakeActivated(TRY(DecodeActivated(row)));
    }));
    // A store from before versions had rows of their own.
    if (kept_.versions.empty()) TRY(TakeActivated(highest));
    const KeptVersion* const found = kept_.Highest();
    if (found->document().hash != highest.hash || found->document().version != highest.version) {
      return Corrupt("the stored covenant is not the highest that was activated");
    }
    TRY(Each(kDraft, [&](ByteView row) -> Result<void> {
      KeptVersion draft = TRY(DecodeDraft(row));
      if (!kept_.versions.contains(draft.document().hash)) kept_.Put(std::move(draft));
      return {};
    }));
    TRY(Each(kStatement, [&](ByteView row) { return TakeStatement(row); }));
    TRY(store_.Scan(
        Family::kCovenant, KeyBuilder().Text(kUnconfirmed).Build(), [&](ByteView, ByteView party) {
          kept_.unconfirmed.emplace(AsText(party));
          return true;
        }));
    if (const auto overlay = TRY(store_.Get(Family::kCovenant, OverlayKey()))) {
      auto read = covenant::ParseOverlay(AsText(*overlay), kept_.Highest()->document());
      if (!read) return Corrupt("the stored overlay: " + read.error().detail);
      kept_.overlay = *std::move(read);
    }
    return std::move(kept_);
  }

 private:
  template <typename Take>
  Result<void> Each(std::string_view kind, const Take& take) {
    Result<void> taken;
    TRY(store_.Scan(
        Family::kCovenant, KeyBuilder().Text(kind).Build(), [&](ByteView, ByteView row) {
          taken = take(row);
          return taken.ok();
        }));
    if (!taken) return Corrupt("what is stored of the covenant: " + taken.error().detail);
    return {};
  }

  Result<void> TakeActivated(const Activated& activated) {
    const auto canonical = TRY(store_.Get(Family::kCovenant, DocumentKey(activated.hash)));
    if (!canonical) return Corrupt("a version that was activated is not in the store");
    KeptVersion version;
    version.covenant = TRY(covenant::LoadActivated(AsText(*canonical), activated.hash));
    version.activated = activated.at;
    if (version.document().version != activated.version) {
      return Corrupt("the stored covenant is not the one that was activated");
    }
    kept_.Put(std::move(version));
    return {};
  }

  Result<void> TakeStatement(ByteView row) {
    KeptStatement held = kept_.Read(TRY(SignedStatement::Parse(AsText(row))));
    if (!kept_.Vouched(held) && kept_.DraftAcceptedBy(held) == nullptr) {
      return Corrupt("a stored statement does not verify");
    }
    std::string key = KeptKey(held.bytes);
    kept_.statements.insert_or_assign(std::move(key), std::move(held));
    return {};
  }

  const store::Store& store_;
  Kept kept_;
};

// The first version of the chain names the roots that this node was initialised with; each later
// one was accepted under those of the version before it.
Result<void> CheckChain(const Kept& kept, const Self& self) {
  const covenant::Lifecycle lifecycle = kept.LifecycleAt({});
  const Document* previous = nullptr;
  for (const covenant::VersionStanding& standing : lifecycle.versions) {
    if (!standing.activated) continue;
    const Document& document = *standing.document;
    if (previous == nullptr) {
      TRY(CheckOwnRoots(document, self));
    } else {
      TRY(covenant::CheckSuccession(*previous, document));
    }
    if (!standing.missing.empty()) {
      return Corrupt("the stored covenant: the accept of " + *standing.missing.begin() +
                     " is missing");
    }
    previous = &document;
  }
  return {};
}

// No delegation with the digest is held, or one that verifies under the document.
bool GaveOrUnheld(const Kept& kept, const Hash& digest, const Document& document) {
  bool held_any = false;
  for (const auto& [key, held] : kept.statements) {
    if (held.bytes.type() != Type::kDelegation || held.digest != digest) continue;
    held_any = true;
    if (held.signed_for.contains(document.hash)) return true;
  }
  return !held_any;
}

covenant::Delegations DelegationsBy(const Kept& kept, const std::vector<const Document*>& vouch) {
  covenant::Delegations delegations;
  for (const auto& [key, held] : kept.statements) {
    for (const Document* document : vouch) {
      if (!held.signed_for.contains(document->hash)) continue;
      if (held.bytes.type() == Type::kDelegation) {
        auto delegation = covenant::VerifyDelegation(held.bytes, *document);
        if (delegation) delegations.Add(*std::move(delegation));
      } else if (held.bytes.type() == Type::kUndelegate) {
        // Roots end what they gave, and nothing that others gave after them.
        const auto ended = statement::ParseAs<statement::Undelegate>(held.bytes);
        if (ended && GaveOrUnheld(kept, ended->delegation, *document)) delegations.End(*ended);
      }
    }
  }
  return delegations;
}

// What the party gives by. An overlay that does not fit the version was refused when either was
// taken; should one be there all the same, nothing goes.
std::shared_ptr<const Covenant> Giving(const std::shared_ptr<const Covenant>& covenant,
                                       const covenant::Overlay& overlay) {
  auto narrowed = covenant::Narrow(covenant->document(), overlay);
  if (narrowed) {
    auto compiled = Covenant::Compile(*std::move(narrowed));
    if (compiled) return *std::move(compiled);
  }
  Document nothing = covenant->document();
  nothing.permits.clear();
  auto compiled = Covenant::Compile(std::move(nothing));
  CHECK(compiled.ok());
  return *std::move(compiled);
}

Hash SetUnder(const Kept& kept, const Document& document) {
  std::set<std::string> parties;
  for (const auto& [key, held] : kept.statements)
    parties.insert(held.party);
  std::vector<Hash> digests;
  for (const std::string& party : parties) {
    const std::set<Hash> staying = kept.StayingUnder(document, party);
    digests.insert(digests.end(), staying.begin(), staying.end());
  }
  return statement::StatementSet(std::move(digests));
}

}  // namespace

Result<std::shared_ptr<const Covenant>> CompileVersion(std::string_view canonical) {
  Document document = TRY(covenant::ParseDocument(canonical));
  return std::shared_ptr<const Covenant>(TRY(Covenant::Compile(std::move(document))));
}

Result<void> CheckOwnRoots(const Document& document, const Self& self) {
  const auto own = document.parties.find(self.party);
  if (own == document.parties.end()) {
    return Because(Denied("this node's party '" + self.party + "' is not in the covenant"),
                   Reason::kPartyNotInCovenant,
                   {{"party", self.party}});
  }
  if (covenant::RootFingerprint(own->second.roots) !=
          covenant::RootFingerprint(self.pinned_roots) ||
      own->second.threshold != self.pinned_threshold) {
    return Because(Denied("the covenant names other roots for " + self.party +
                          " than those this node was initialised with"),
                   Reason::kOwnRootsDiffer,
                   {{"party", self.party}});
  }
  return {};
}

Result<Kept> LoadKept(const store::Store& store, const Self& self) {
  // Named: GCC ends a temporary inside TRY twice.
  Loader loader(store);
  Kept kept = TRY(loader.Run());
  TRY(CheckChain(kept, self));
  return kept;
}

std::shared_ptr<const LineageView> ViewOf(const Kept& kept, const covenant::Lifecycle& lifecycle) {
  if (lifecycle.in_force == nullptr) return nullptr;
  auto view = std::make_shared<LineageView>();
  std::vector<const Document*> vouching;
  for (const covenant::VersionStanding& standing : lifecycle.versions) {
    if (!standing.activated) continue;
    view->activated.push_back(kept.versions.at(standing.document->hash).covenant);
    view->since.push_back(std::max(standing.document->valid_from, *standing.activated));
    vouching.push_back(standing.document);
  }
  const Document& document = *lifecycle.in_force->document;
  view->covenant = kept.versions.at(document.hash).covenant;
  view->giving = view->covenant;
  if (kept.overlay) {
    view->giving = Giving(view->covenant, *kept.overlay);
    view->overlay = kept.overlay->hash;
  }
  if (lifecycle.before != nullptr) {
    view->before = kept.versions.at(lifecycle.before->document->hash).covenant;
  }
  view->revoked = lifecycle.revoked();
  view->suspended = lifecycle.suspended;
  view->delegations = DelegationsBy(kept, std::vector<const Document*>{&document});
  view->known = DelegationsBy(kept, vouching);
  for (const auto& [key, held] : kept.statements)
    view->statements.emplace(key, held.bytes);
  view->statement_set = SetUnder(kept, document);
  return view;
}

void PutStatement(store::Batch& batch, const SignedStatement& signed_statement) {
  batch.Put(Family::kCovenant, StatementKey(signed_statement), AsBytes(signed_statement.Encode()));
}

void DropStatement(store::Batch& batch, const SignedStatement& signed_statement) {
  batch.Delete(Family::kCovenant, StatementKey(signed_statement));
}

void PutDraft(store::Batch& batch, const KeptVersion& draft) {
  batch.Put(Family::kCovenant,
            DraftKey(draft.document().hash),
            AsBytes(canon::Write(canon::Value::Object{{"covenant", draft.document().canonical},
                                                      {"from", draft.offered_by},
                                                      {"kept", ToMillis(draft.kept)}})));
}

void PutActivation(store::Batch& batch, const KeptVersion& version, const KeptVersion* highest) {
  const Document& document = version.document();
  if (highest == nullptr) {
    batch.RequireAbsent(Family::kCovenant, ActiveKey());
  } else {
    const Bytes before = Encode(highest->document(), *highest->activated);
    batch.RequireValue(Family::kCovenant, ActiveKey(), before);
    batch.Put(Family::kCovenant, VersionKey(highest->document().version), before);
  }
  const Bytes row = Encode(document, *version.activated);
  batch.Put(Family::kCovenant, ActiveKey(), row);
  batch.Put(Family::kCovenant, VersionKey(document.version), row);
  batch.Put(Family::kCovenant, DocumentKey(document.hash), AsBytes(document.canonical));
  batch.Delete(Family::kCovenant, DraftKey(document.hash));
}

void PutOverlay(store::Batch& batch, const std::optional<covenant::Overlay>& overlay) {
  if (!overlay) {
    batch.Delete(Family::kCovenant, OverlayKey());
    return;
  }
  batch.Put(Family::kCovenant, OverlayKey(), AsBytes(overlay->canonical));
  batch.Put(Family::kCovenant,
            KeyBuilder().Text(kOverlays).Raw(overlay->hash).Build(),
            AsBytes(overlay->canonical));
}

void PutUnconfirmed(store::Batch& batch, std::string_view party, bool unconfirmed) {
  if (unconfirmed) {
    batch.Put(Family::kCovenant, UnconfirmedKey(party), AsBytes(party));
  } else {
    batch.Delete(Family::kCovenant, UnconfirmedKey(party));
  }
}

Bytes DocumentPrefix() {
  return KeyBuilder().Text(kDocument).Build();
}

}  // namespace schakel::exchange
