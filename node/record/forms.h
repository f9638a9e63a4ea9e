// The forms in which a field leaves (covenant.md, "Document model").
#pragma once

#include <optional>

#include "node/base/date.h"
#include "node/covenant/document.h"
#include "node/record/model.h"
#include "node/record/pseudonym.h"

namespace schakel::record {

// The value in that form, or nullopt: withheld, because it is empty, has no such form, straddles
// two bands, or is a pseudonym without `pseudonyms` (a count, for one, names nobody).
//
// plain: the value as it is. match: the BSN. month: "2026-03". year: "2026". band(12,16,18,23): the
// years of age on the first day of the quarter of `today`: "0-11", "12-15", "16-17", "18-22",
// "23+". initials: first letters of given name and geslachtsnaam, "J.M.". coarse(buurt): the CBS
// code in front of a place ("BU99990102 Stationsplein 4" -> "BU99990102"). coarse(hoofdgroep): the
// first two parts of a SoortMisdrijf code of CBS 47018NED ("Bedreiging (1.4.4)" -> "1.4").
// pseudonym(recipient), pseudonym(covenant): Pseudonyms.
// reviewed: the text as it is; that somebody read and approved it is the caller's to know.
std::optional<FieldValue> ApplyForm(covenant::FieldType type,
                                    const covenant::Form& form,
                                    const FieldValue& value,
                                    Day today,
                                    const Pseudonyms* pseudonyms = nullptr);

// For the recipient: the value has exactly that form's shape. A finer value, another alternative,
// an empty value and a form that the type does not take are refused (kDenied).
Result<void> CheckForm(covenant::FieldType type,
                       const covenant::Form& form,
                       const FieldValue& value);

}  // namespace schakel::record
