// Release bytes: one record as it leaves under a decision (exchange.md 4; proto/README.md,
// "Release"). Made once by the giver; hashed, sent and kept by the recipient as they are.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/ids.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/covenant/decide.h"
#include "node/covenant/document.h"
#include "node/record/model.h"
#include "node/record/pseudonym.h"

namespace schakel::record {

struct Release {
  Uuid id;  // random, says nothing about the record
  std::string category;
  std::optional<Uuid> row;  // the asked person's row or a random handle; absent: about the group
  Hardness hardness = Hardness::kHard;
  std::vector<std::string> by;  // rule ids, sorted
  Period retain;
  std::set<std::string> onward;
  // In the form of the decision: plain values keep their alternative, coarser forms are text.
  Fields fields;
  friend bool operator==(const Release&, const Release&) = default;
};

// What becomes of a record under a decision.
struct Projection {
  std::optional<Release> release;
  std::string code;                             // when nothing leaves: NO_FIELDS, INCOMPLETE, ...
  std::map<std::string, std::string> withheld;  // field -> why: the decision's, and "form"
};

// Applies the decision's forms to the record. Nothing leaves when the decision is no permit (its
// code), when no field is left (NO_FIELDS), or when a rule of `by` requires a field that its form
// withholds, such as a birth date that straddles two bands (INCOMPLETE). `pseudonyms`: those
// towards the recipient; without, fields in such a form are withheld.
Projection Project(const covenant::Document& document,
                   const Record& record,
                   const covenant::Decision& decision,
                   const std::optional<Uuid>& row,
                   Day today,
                   const Pseudonyms* pseudonyms,
                   Entropy& entropy);

// Deterministic. Precondition (CHECKed): the category and its fields are declared in `document`,
// and there is at least one field. kExhausted over kMaxReleaseBytes.
Result<Bytes> EncodeRelease(const Release& release, const covenant::Document& document);

// Strict: exactly the bytes that EncodeRelease gives for the release; unknown and repeated fields,
// numbers outside the catalogue, unsorted lists, empty values and more than kMaxReleaseBytes are
// refused (kMalformed). Does not look at rules and forms: CheckRelease does.
Result<Release> DecodeRelease(ByteView bytes, const covenant::Document& document);

// The recipient's check of covenant.md ("recipient check accepts exactly the subsets of what decide
// allows"): every rule of `by` is a permit of this (from, to, purpose, category); every field is
// one that they permit, in exactly their form; what they require is there; retain is not longer and
// onward not wider than theirs; no deny without condition reaches the record or the field. kDenied
// otherwise, with the first reason.
struct ReleaseAxes {
  std::string from, to, purpose;
};
Result<void> CheckRelease(const Release& release,
                          const covenant::Document& document,
                          const ReleaseAxes& axes);
// And what the recipient knows besides: covenant::CheckDelivered with the stated facts that the
// request carried and the time of the answer.
Result<void> CheckRelease(const Release& release,
                          const covenant::Covenant& covenant,
                          const ReleaseAxes& axes,
                          const covenant::Facts& stated,
                          Instant now);

// CheckRelease for the releases of one answer. What it asks of a release's label (category, rules,
// field names, retain, onward) it asks once of every label; its row and its values of each release.
// Holds the labels that passed; not for use by several threads at once.
class ReleaseChecker {
 public:
  // `covenant` must outlive this.
  ReleaseChecker(const covenant::Covenant& covenant,
                 ReleaseAxes axes,
                 covenant::Facts stated,
                 Instant now);
  // As CheckRelease(release, covenant, axes, stated, now).
  Result<void> Check(const Release& release);

 private:
  struct Passed {
    bool about_person;
    std::vector<std::pair<covenant::FieldType, covenant::Form>> fields;  // in order of name
  };
  const covenant::Covenant& covenant_;
  const ReleaseAxes axes_;
  const covenant::Facts stated_;
  const Instant now_;
  std::unordered_map<std::string, Passed> passed_;  // by label
};

}  // namespace schakel::record
