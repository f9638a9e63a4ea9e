// Words and numbers as people write them, in their language. Pure functions; what they return may
// hold text from partners and is made safe where it is written (table.h, html.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/date.h"
#include "node/report/messages.h"
#include "node/report/model.h"

namespace schakel::report {

// `3 118`, with a space that does not break.
std::string NumberText(int64_t number);
// `1 persoon`, `3 personen`.
std::string Plural(int64_t count, std::string_view one, std::string_view many);
// `gemeente`, `gemeente en politie`, `gemeente, om en politie`; empty for none.
std::string ListText(Language language, const std::vector<std::string>& items);

// `08-12-2026`; English `8 Dec 2026`.
std::string DayText(Language language, Day day);
// `24-11-2026 14:05`; English `24 Nov 2026 14:05`.
std::string InstantText(Language language, Instant instant, Zone zone);
// `okt 2026`, of the day's month or of `2026-10`; another text comes back as it is.
std::string MonthText(Language language, Day day);
std::string MonthText(Language language, std::string_view month);
// `jan`, 1 to 12.
std::string_view MonthName(Language language, unsigned month);
// `14-03-2009`, `mei 2009 (dag onbekend)`, `2009 (dag en maand onbekend)`, `onbekend`.
std::string DateText(Language language, const IncompleteDate& date);
// `16 jaar`, `16 of 17 jaar`.
std::string AgeText(Language language, const IntInterval& age);

// `6 maanden`, `1 jaar`, `24 uur`; a period that this does not know stays as it is.
std::string PeriodText(Language language, std::string_view period);

// A category of the covenant as people call it: several (`incidenten`) or one of it (`incident`).
// An unknown one is called by its id.
std::string CategoryName(Language language, std::string_view category);
std::string CategoryOne(Language language, std::string_view category);
std::string FieldName(Language language, std::string_view field);
// A fact of the covenant, such as `step`: `stap`.
std::string FactName(Language language, std::string_view fact);
// A form in which a field may go: `maand`, `buurt`, `volledig`, ...
std::string FormName(Language language, std::string_view form);
// A structural code of exchange.md 15 in people's words; a fact's name stands for the fact that was
// missing or too low. An unknown code stays as it is.
std::string CodeText(Language language, std::string_view code);
// `geleverd`, `geweigerd: stap`, ...
std::string StandText(Language language, Stand stand, std::string_view code = {});

// The value as it came: dates in people's writing, `BU99990102 (buurt)` for a coarser place.
std::string ValueText(Language language, const FieldText& field);

}  // namespace schakel::report
