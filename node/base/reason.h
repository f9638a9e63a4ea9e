// The failures that a person can meet, each with a stable id and the names of its arguments. From
// them a command makes a sentence in the reader's language (cli/reasons.h); a failure without one
// is shown with its English detail.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "node/base/result.h"

namespace schakel {

// By name. The ids travel to the operator, so an id keeps its meaning.
enum class Reason : uint16_t {
  kNone = 0,
  kAcceptMissing,
  kCallNoText,
  kCallOtherNode,
  kCallRepeated,
  kCallSignature,
  kCallTime,
  kCallTooLarge,
  kCallUnsigned,
  kContentWaits,
  kCovenantExpired,
  kCovenantInForce,
  kCovenantNone,
  kCovenantOther,
  kExchangeUnknown,
  kExchangesSeveral,
  kFactExpired,
  kFactNoSay,
  kFactOfOtherCovenant,
  kFactTooEarly,
  kFactUnknown,
  kFactValueUnknown,
  kFileExists,
  kFileIsFolder,
  kFileMissing,
  kFileNoRight,
  kFileTooLarge,
  kFileUnreadable,
  kGroupExists,
  kGroupLimited,
  kGroupUnknown,
  kGroupsSeveral,
  kImportBool,
  kImportBsn,
  kImportBytes,
  kImportCellLong,
  kImportCells,
  kImportCode,
  kImportControl,
  kImportDate,
  kImportEncoding,
  kImportGroup,
  kImportHeader,
  kImportKeyEmpty,
  kImportKeyLong,
  kImportKeyTwice,
  kImportName,
  kImportNameLong,
  kImportQuote,
  kImportQuoteOpen,
  kImportRowLong,
  kImportRows,
  kImportSurname,
  kImportUtf16,
  kImportValue,
  kImportZero,
  kKeyFileFormat,
  kKeyFileOpen,
  kListNone,
  kListUnnamed,
  kMappingCategory,
  kMappingColumn,
  kMappingColumnTwice,
  kMappingEntry,
  kMappingKeyMissing,
  kMappingKeyUnknown,
  kMappingValue,
  kMotivationMissing,
  kNodeSilent,
  kOperatorExists,
  kOperatorKeyTaken,
  kOperatorNotPending,
  kOperatorSelf,
  kOperatorUnknown,
  kOwnRootsDiffer,
  kPartyNotInCovenant,
  kPartyUnknown,
  kPeerFailed,
  kPeerKey,
  kPeerNoAddress,
  kPeerOther,
  kPeerRefuses,
  kPeerSilent,
  kPeerSlow,
  kRecovering,
  kRecoveryDiffers,
  kRecoveryNone,
  kRecoverySettled,
  kRoleNeeded,
  kRoleUnknown,
  kRootsDiffer,
  kRootsUnconfirmed,
  kRoundNext,
  kRoundUnknown,
  kScanNoVersion,
  kScanNone,
};
inline constexpr Reason kLastReason = Reason::kScanNone;

struct ReasonEntry {
  Reason reason;
  std::string_view id;         // words of a-z and 0-9 joined by `_`
  std::string_view arguments;  // their names in order, joined by commas; empty: none
};
// Every reason but kNone, in the enum's order.
std::span<const ReasonEntry> AllReasons();
// Empty for kNone.
std::string_view ReasonId(Reason reason);
std::optional<Reason> ParseReason(std::string_view id);

// The same failure with its reason. A promise: `arguments` are exactly those of the reason.
Error Because(Error error, Reason reason, ReasonArguments arguments = {});

}  // namespace schakel
