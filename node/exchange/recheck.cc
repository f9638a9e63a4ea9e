#include "node/exchange/recheck.h"

#include <algorithm>

#include "node/record/namenlijst.h"

namespace schakel::exchange {
namespace {

constexpr const char* kPersoon = "persoon";

}  // namespace

Result<void> CheckOpenedFields(const record::Body& body,
                               const statement::Request& request,
                               const covenant::Document& document) {
  if (body.subjects.empty()) return {};
  const auto persoon = document.categories.find(kPersoon);
  if (persoon == document.categories.end()) return Denied("persons are not asked for here");
  for (size_t i = 0; i < body.subjects.size(); ++i) {
    const record::ListedSubject& subject = body.subjects[i];
    const record::BodyDecision& decision = body.decision[i];
    // A request that names a person is a disclosure: it is held to the same rules as a release.
    record::Release named;
    named.category = kPersoon;
    named.row = subject.row;
    named.by = decision.by;
    named.retain = decision.retain;
    named.onward = decision.onward;
    for (const auto& [field, opening] : subject.open) {
      const auto type = persoon->second.fields.find(field);
      if (type == persoon->second.fields.end()) return Denied("an undeclared field is opened");
      named.fields[field] = TRY(record::ReadCommitted(opening.value, type->second));
    }
    TRY(record::CheckRelease(named, document, {request.from, request.to, request.purpose}));
  }
  return {};
}

Result<std::vector<record::Release>> CheckReleases(const std::vector<Bytes>& releases,
                                                   const statement::Request& request,
                                                   const statement::Answer& answer,
                                                   const std::set<Uuid>& asked_rows,
                                                   const covenant::Covenant& covenant,
                                                   const covenant::Facts& stated) {
  const covenant::Document& document = covenant.document();
  std::vector<record::Release> checked;
  checked.reserve(releases.size());
  std::set<Uuid> ids;
  record::ReleaseChecker checker(
      covenant, {request.to, request.from, request.purpose}, stated, request.issued);
  for (const Bytes& bytes : releases) {
    record::Release release = TRY(record::DecodeRelease(bytes, document));
    const auto cell = answer.cells.find(release.category);
    if (cell == answer.cells.end() || cell->second.state != statement::CellState::kReleased) {
      return Denied("a release in a cell that was not released");
    }
    const bool about_person = document.categories.at(release.category).about_person;
    if (about_person != release.row.has_value()) return Denied("a release without its row");
    if (about_person && !asked_rows.empty() && !asked_rows.contains(*release.row)) {
      return Denied("a release about somebody who was not asked");
    }
    if (!ids.insert(release.id).second) return Denied("a release twice");
    TRY(checker.Check(release));
    checked.push_back(std::move(release));
  }
  return checked;
}

bool StillAllowed(const std::vector<record::Release>& releases,
                  const statement::Request& request,
                  const covenant::Covenant& covenant,
                  const covenant::Facts& stated,
                  Instant now) {
  record::ReleaseChecker checker(
      covenant, {request.to, request.from, request.purpose}, stated, now);
  return std::all_of(releases.begin(), releases.end(), [&](const record::Release& release) {
    return checker.Check(release).ok();
  });
}

}  // namespace schakel::exchange
