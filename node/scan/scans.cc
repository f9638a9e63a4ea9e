#include "node/scan/scans.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/record/facts.h"
#include "node/scan/assembly.h"
#include "node/scan/numbered.h"

namespace schakel::scan {
namespace {

using store::Family;
using store::KeyBuilder;

Bytes VersionPrefix(std::string_view group) {
  return KeyBuilder().Text("scan").Text(group).Build();
}
Bytes VersionKey(std::string_view group, int version) {
  return KeyBuilder().Text("scan").Text(group).U64(static_cast<uint64_t>(version)).Build();
}
Bytes PersonPrefix(std::string_view group, int version) {
  return KeyBuilder().Text("scan-person").Text(group).U64(static_cast<uint64_t>(version)).Build();
}

}  // namespace

Result<report::ScanReport> Scans::Assemble(const Round& round,
                                           const std::vector<Round>& before_list,
                                           Instant now) const {
  if (!round.names_persons) return Denied("a round that names nobody makes no scan");
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  std::shared_ptr<const List> list = round.list;
  if (list == nullptr) {
    auto read = TRY(lists_.Version(round.group, round.list_version));
    if (read) list = std::make_shared<const List>(*std::move(read));
  }
  const auto group = TRY(groups_.Find(round.group));
  if (!list || !group) return Corrupt("the list or the group of this round is not in the store");
  Assembly assembly(context_, requester_, *view, *group, *list, now);
  TRY(assembly.AddDecisions(TRY(groups_.FactsAbout(round.group, now))));
  for (const Round& other : before_list)
    TRY(assembly.AddRound(other));
  TRY(assembly.AddRound(round));
  TRY(assembly.AddOwn());
  report::ScanReport report = assembly.Finish();
  report.version = TRY(LatestVersion(round.group)) + 1;
  return report;
}

Result<store::Batch> Scans::Keep(report::ScanReport report) const {
  store::Batch batch;
  const store::DataKey group_key = TRY(groups_.KeyOf(report.ref));
  const std::vector<report::Person> persons = std::exchange(report.persons, {});
  const Bytes row = VersionKey(report.ref, report.version);
  batch.RequireAbsent(Family::kGroup, row);
  batch.Put(Family::kGroup,
            row,
            store::SealValue(group_key,
                             Family::kGroup,
                             row,
                             AsBytes(canon::Write(report::ToValue(report))),
                             context_.entropy));
  for (const report::Person& person : persons) {
    const Uuid id = TRY(ParseUuid(person.row));
    const store::DataKey key = TRY(lists_.KeyOf(report.ref, report.list_version, id));
    report::ScanReport alone;
    alone.persons.push_back(person);
    Bytes person_row = PersonPrefix(report.ref, report.version);
    AppendU64(person_row, static_cast<uint64_t>(person.number));
    batch.Put(Family::kGroup,
              person_row,
              store::SealValue(key,
                               Family::kGroup,
                               person_row,
                               AsBytes(canon::Write(report::ToValue(alone))),
                               context_.entropy));
  }
  return batch;
}

Result<int> Scans::LatestVersion(std::string_view group) const {
  return static_cast<int>(TRY(LastNumber(context_.store, Family::kGroup, VersionPrefix(group))));
}

Result<std::optional<report::ScanReport>> Scans::Version(std::string_view group,
                                                         std::optional<int> version) const {
  const int wanted = version ? *version : TRY(LatestVersion(group));
  const Bytes row = VersionKey(group, wanted);
  const std::optional<Bytes> sealed = TRY(context_.store.Get(Family::kGroup, row));
  if (!sealed) return std::optional<report::ScanReport>();
  const Bytes head = TRY(store::OpenValue(context_.keys, Family::kGroup, row, *sealed));
  report::ScanReport report =
      TRY(report::ParseScanReport(TRY(canon::ParseCanonical(AsText(head)))));
  Result<void> read;
  TRY(context_.store.Scan(
      Family::kGroup, PersonPrefix(group, wanted), [&](ByteView key, ByteView value) {
        const auto load = [&]() -> Result<void> {
          auto plain = store::OpenValue(context_.keys, Family::kGroup, key, value);
          if (!plain && plain.error().code == ErrorCode::kNotFound) return {};  // erased since
          if (!plain) return plain.error();
          report::ScanReport alone =
              TRY(report::ParseScanReport(TRY(canon::ParseCanonical(AsText(*plain)))));
          for (report::Person& person : alone.persons)
            report.persons.push_back(std::move(person));
          return {};
        };
        read = load();
        return read.ok();
      }));
  TRY(std::move(read));
  return std::optional<report::ScanReport>(std::move(report));
}

}  // namespace schakel::scan
