// What one version of a covenant lets through that another does not: exactly, by asking both every
// question that can differ (space.h), with a witness for each change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/policy/space.h"

namespace schakel::policy {

// What a change does to what the parties may see. Narrowing never shows more, keeps longer or hands
// on further; widening never less; kNeutral neither; kMixed both, or what this cannot tell.
enum class Direction { kNeutral, kNarrowing, kWidening, kMixed };
std::string_view NameOf(Direction direction);
// Both together.
Direction Join(Direction a, Direction b);

// One way in which the answers of a cell changed, and the question that shows it.
struct Change {
  enum class Kind {
    kAllowed,     // a record that was denied goes
    kDenied,      // a record that went is denied
    kFieldAdded,  // of a record that went and goes
    kFieldGone,
    kFiner,  // a field's form
    kCoarser,
    kOtherForm,  // neither finer nor coarser
    kKeptLonger,
    kKeptShorter,
    kOnwardMore,  // to parties that it did not go on to
    kOnwardFewer,
    kApprovalGone,  // what waited for an approval goes at once
    kApprovalAdded,
    kApprovalOther,
  };
  Kind kind = Kind::kAllowed;
  Direction direction = Direction::kNeutral;
  Cell cell;
  std::string field;   // of the kinds about fields
  std::string before;  // the form, the period, the parties, the rule or code; may be empty
  std::string after;
  // The question with the fewest unknown facts that shows it, and how many do.
  covenant::Facts witness;
  std::string witness_text;  // "age=12.. listed=true", in order of the facts' names
  std::string absent;        // a field that the record lacks, or empty
  Instant at;
  uint64_t cases = 0;
};
std::string_view NameOf(Change::Kind kind);

// A difference in the text: of a limit, a term, a party, a fact's source, a rule, a test. What a
// rule's text does is among the changes; here it is neutral, but for the legal basis.
struct SettingChange {
  std::string path;    // "/limits/subjects_per_request", "/rules/K1/permit/basis"
  std::string before;  // canonical JSON, or empty where there was nothing
  std::string after;
  Direction direction = Direction::kNeutral;
  // Why kMixed: this comparison cannot tell what it means for what goes.
  bool unclear = false;
  // Where `before` and `after` are moments: the days in each covenant's zone, of an end the last.
  std::optional<Day> day_before{}, day_after{};
};

struct Difference {
  std::vector<Change> changes;  // by cell, kind, field, before, after
  std::vector<SettingChange> settings;
  Direction direction = Direction::kNeutral;
  uint64_t questions = 0;
  // Cells whose partly known facts were too many to ask about too; their single values and unknown
  // facts were asked about like all others.
  std::vector<Cell> partly;
  // False when the terms of the two do not meet: then only settings were compared.
  bool compared = true;
};

// Pure. The parties, categories and facts are compared by name. Decisions are compared in the time
// that both are in force, once per stretch between the ends of legal bases.
Difference Compare(const covenant::Covenant& before, const covenant::Covenant& after);

// Internal to Compare: the settings alone.
std::vector<SettingChange> CompareSettings(const covenant::Document& before,
                                           const covenant::Document& after);

}  // namespace schakel::policy
