// The one table of what programs say to people, per language. A message without wording in one of
// the languages does not compile.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "node/base/result.h"

namespace schakel::report {

enum class Language { kDutch, kEnglish };

// `nl`, `en`; kMalformed for anything else.
Result<Language> ParseLanguage(std::string_view name);
// `nl`, `en`: for --lang and the lang attribute of a page.
const char* LanguageName(Language language);

// {0}, {1}, ... in a wording are the arguments, in the order in which the comment gives them.
enum class Message {
  // The heading.
  kTitle,         // group
  kTitleVersion,  // group, version
  kWithPolice,
  kIncomplete,  // open cells, all cells
  kComplete,    // all cells
  kIncompleteAlert,
  kConfidential,
  kGroup,
  kReferenceDay,
  kReferenceDayExpires,  // reference day, expiry
  kExpiresOn,            // day
  kCovenant,
  kCovenantText,  // title, version, start of the hash
  kDecision,
  kDecisionText,  // step, time, parties
  kStep,          // step
  kAreas,         // areas
  kNames,
  kFacts,
  kFactsText,  // hard, soft
  kAboutGroup,
  kShieldedCountOne,
  kShieldedCountMany,
  kListText,  // persons, version
  kListTime,  // time
  // Parts of the report.
  kGroupPicture,
  kListOfNames,
  kPerPerson,
  kGaps,
  kProvenance,
  kContents,
  // Columns and labels.
  kNumber,
  kName,
  kBorn,
  kAge,
  kAddress,
  kListedBy,
  kReasons,
  kDate,
  kKind,
  kWhat,
  kDetails,
  kSource,
  kExpires,
  kOnward,
  kParty,
  kCategory,
  kStand,
  kDeadline,
  kExchange,
  kRule,
  kBasis,
  kReceived,
  kMonth,
  kTotal,
  kSignedBy,
  kDocument,
  kReference,
  kVersion,
  // Values.
  kHard,
  kSoft,
  kShielded,
  kAddressUnknown,
  kNotOnward,
  kNotOnwardShort,
  kOnwardTo,  // parties
  kOwnShort,
  kExpiresShort,  // month
  kUnknownDate,
  kDayUnknown,    // month and year
  kMonthUnknown,  // year
  kYears,         // age
  kYearsBetween,  // lowest, highest
  kYearOnly,      // year
  kAnd,
  // Stands of a cell.
  kDelivered,
  kNoResult,
  kPending,
  kRefused,  // why
  kRefusedPlain,
  kNoAnswer,
  kNotAsked,
  kOwnData,
  // Sentences.
  kNeverSays,
  kSoftMeans,
  kNumbersMean,
  kNoFacts,
  kNoPersons,
  kNoCounts,
  kWithoutFacts,
  kChart,  // first month, last month
  kCountsCaption,
  kNotSummed,
  kCovenantHash,    // hash
  kNextComplete,    // group
  kNextIncomplete,  // group
  kCheck,           // group
  // On the page only.
  kGrounds,  // title, version
  kDueBy,    // time
  kSeeGaps,  // title of the part
  kPersons,
  kListVersion,  // version
  kHardFacts,
  kSoftFacts,
  kLabelled,
  kOpenCells,
  kOfCells,  // all cells
  kShieldedAddresses,
  kGroupFacts,
  kSourceNumber,  // number
  kTerms,
  kDecisions,
  kStepHead,
  kIssued,
  kLast
};

inline constexpr size_t kMessageCount = static_cast<size_t>(Message::kLast);

// The wording as it stands in the table. Lives as long as the program.
std::string_view Wording(Language language, Message message);

// The wording with its arguments filled in. An argument that is missing leaves nothing; braces in
// an argument are text.
std::string Say(Language language,
                Message message,
                std::initializer_list<std::string_view> arguments = {});

}  // namespace schakel::report
