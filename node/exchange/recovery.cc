#include "node/exchange/recovery.h"

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using store::Family;

constexpr int64_t kVersion = 1;

Result<Settled> ParseSettled(std::string_view name) {
  for (const Settled how : {Settled::kReturned, Settled::kLost, Settled::kDiffers}) {
    if (name == SettledName(how)) return how;
  }
  return Corrupt("a recovery row with an unknown state");
}

}  // namespace

const char* SettledName(Settled how) {
  switch (how) {
    case Settled::kReturned:
      return "returned";
    case Settled::kLost:
      return "lost";
    case Settled::kDiffers:
      return "differs";
  }
  return "";
}

Bytes RecoveryRow::Key() {
  return store::KeyBuilder().Text("recovery").Build();
}

Bytes RecoveryRow::Encode() const {
  Value::Object parties;
  for (const auto& [party, how] : settled)
    parties[party] = SettledName(how);
  Value::Object object{
      {"v", kVersion}, {"since", ToMillis(since)}, {"settled", std::move(parties)}};
  return ToBytes(canon::Write(object));
}

Result<RecoveryRow> RecoveryRow::Decode(ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  canon::ObjectReader in(value, "recovery row");
  if (TRY(in.Int("v")) != kVersion) return Corrupt("a recovery row of another version");
  RecoveryRow row;
  row.since = TRY(in.Time("since"));
  for (const auto& [party, how] : *TRY(in.Object("settled"))) {
    if (how.AsString() == nullptr) return Corrupt("a recovery row with an unknown state");
    row.settled[party] = TRY(ParseSettled(*how.AsString()));
  }
  TRY(in.Done());
  return row;
}

std::set<std::string> RecoveryRow::Missing(const std::set<std::string>& partners) const {
  std::set<std::string> missing;
  for (const std::string& party : partners) {
    const auto how = settled.find(party);
    if (how == settled.end() || how->second == Settled::kDiffers) missing.insert(party);
  }
  return missing;
}

Result<std::optional<RecoveryRow>> Recovery::Row() const {
  const std::optional<Bytes> bytes = TRY(store_.Get(Family::kMeta, RecoveryRow::Key()));
  if (!bytes) return std::optional<RecoveryRow>();
  auto row = RecoveryRow::Decode(*bytes);
  if (!row) return Corrupt("the recovery row is damaged");
  return std::optional<RecoveryRow>(*std::move(row));
}

Result<void> Recovery::CheckContent() const {
  if (!TRY(Row())) return {};
  return Because(Unavailable("this node is in recovery: no content moves until each partner has "
                             "returned its copies or was declared lost"),
                 Reason::kRecovering);
}

}  // namespace schakel::exchange
