// The report model: everything a rendering of a scan shows, as facts without wording. `scan` fills
// it; the writers turn it into text, JSON or HTML in a language. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/date.h"
#include "node/base/result.h"
#include "node/base/seams.h"
#include "node/canon/value.h"

namespace schakel::report {

// What the gap table knows about a cell (exchange.md 5). Nothing else is ever shown there.
enum class Stand {
  kDelivered,  // geleverd
  kNoResult,   // geen gegevens te verstrekken
  kPending,    // in behandeling
  kRefused,    // geweigerd, with a structural code
  kNoAnswer,   // geen antwoord
  kNotAsked,   // niet gevraagd: the asker may not name that person there
  kOwn         // eigen gegevens
};
const char* StandName(Stand stand);  // "delivered", "no_result", ...: for JSON
// Still waiting: pending or without answer.
bool IsOpen(Stand stand);

// Where facts come from; its number stands behind each of them.
struct Source {
  int number = 0;
  std::string party;
  std::string party_name;
  std::string category;
  bool own = false;
  std::string ref;                 // VLD-2026-001/2@om; empty for own data
  std::string exchange;            // its id
  std::vector<std::string> rules;  // the giver's rules
  std::vector<std::string> bases;  // the law behind them, as the covenant words it
  std::optional<Instant> received;
};

// A value in the form in which it came: `form` is "plain", "month", "year", "coarse(buurt)", ...
struct FieldText {
  std::string name;
  std::string form;
  std::string text;  // "2026-03", "BU99990102", "vernieling"; dates ISO, with 00 for unknown parts
};
// False for a BSN: it serves to compare persons and is never shown, in no rendering and no JSON.
bool IsForDisplay(const FieldText& field);

struct Fact {
  std::string category;
  bool soft = false;
  std::vector<FieldText> fields;
  int source = 0;
  std::optional<Day> expires;       // when it must be gone
  std::vector<std::string> onward;  // parties to whom it may go on; empty: nobody
};

// The address is one of three things, never a guess.
enum class Address { kUnknown, kShown, kShielded };  // kShielded: "adres afgeschermd"

struct Person {
  int number = 0;
  std::string row;  // id on the namenlijst
  std::string name;
  IncompleteDate birth;
  std::optional<IntInterval> age;  // on the reference day
  Address address = Address::kUnknown;
  std::string address_text;            // kShown only
  std::vector<std::string> listed_by;  // parties that named the person
  std::vector<std::string> reasons;    // codes, in the givers' words
  std::vector<Fact> facts;
  std::map<std::pair<std::string, std::string>, Stand> cells;  // (party, category)
};

struct Gap {
  std::string party;
  std::string category;
  Stand stand = Stand::kNoAnswer;
  std::string code;                 // kRefused
  std::optional<Instant> at;        // kDelivered, kNoResult, kRefused: when it came
  std::optional<Instant> deadline;  // kPending, kNoAnswer
};

struct Decision {
  std::string step;
  std::string document;  // SHA-256, hex
  std::vector<std::string> signed_by;
  Instant issued;
};

struct ScanReport {
  std::string ref;
  std::string name;  // the group's working name
  std::vector<std::string> areas;
  std::string step;
  std::vector<Decision> decisions;
  int version = 0;
  Day reference_day;           // peildatum
  std::optional<Day> expires;  // the earliest day on which something in it must be gone
  std::string municipality;    // the requester's name in the covenant
  std::string covenant_title;
  int64_t covenant_version = 0;
  std::string covenant_hash;  // hex
  int list_version = 0;
  std::optional<Instant> list_established;
  std::vector<Fact> group_facts;  // categories about the group
  std::vector<Person> persons;    // by number
  std::vector<Gap> gaps;
  std::vector<Source> sources;  // by number
  // How many facts per (category, month) there are, for the group picture; months as "2026-03".
  // A fact whose form is coarser than a month counts under its year.
  std::map<std::string, std::map<std::string, int>> counts;

  [[nodiscard]] bool Complete() const;  // no cell is pending or without answer
};

// README, "JSON". Fields that are not for display and the text of an address that is not shown are
// left out. Precondition: texts are UTF-8 without U+007F, instants are not before 1970.
canon::Value ToValue(const ScanReport& report);
// For stored versions. kMalformed for anything that ToValue does not make; the detail names the
// member and holds nothing of its content.
Result<ScanReport> ParseScanReport(const canon::Value& value);

}  // namespace schakel::report
