// The sentences of the command line in Dutch and in English, one table. Dutch is what a regisseur,
// an infodesk, an officer or an auditor reads; for a beheerder or a developer the commands have
// English sentences of their own.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "node/report/messages.h"

namespace schakel::cli {

using report::Language;

// By name.
enum class Message {
  kAbout,
  kAboutGroup,
  kAboutPersons,
  kAnswered,
  kAreas,
  kAskAgain,
  kAtMost,
  kBytes,
  kCategory,
  kCollectIncomplete,
  kCollected,
  kComplete,
  kCovenant,
  kCovenantText,
  kCreated,
  kDecision,
  kDoubtful,
  kDoubtfulAsked,
  kDoubtfulImported,
  kDoubtfulNext,
  kDraftTitle,
  kExchange,
  kExported,
  kFactFileHint,
  kFactInForce,
  kFactNextSign,
  kFactOfOtherDocument,
  kFactOfOtherDocumentHint,
  kFactOfOtherGroup,
  kFactSigned,
  kFactText,
  kFactWaits,
  kFields,
  kFiles,
  kFound,
  kFrom,
  kGroup,
  kGroupOpened,
  kInForce,
  kIncomplete,
  kIssued,
  kLeft,
  kLinesNotForYou,
  kLinesNotForYouHint,
  kLinesTotal,
  kListEstablished,
  kListVersion,
  kLogEntries,
  kMatched,
  kMayBe,
  kMotivation,
  kMotivationMissing,
  kName,
  kNameList,
  kNameListText,
  kNextAuditVerify,
  kNextDecide,
  kNextEstablish,
  kNextExchangeShow,
  kNextRequest,
  kNextRequestOrShow,
  kNextSend,
  kNextShow,
  kNoAnswer,
  kNoCovenant,
  kNoExchanges,
  kNoGroups,
  kNoMatch,
  kNobody,
  kNobodyDoubtful,
  kNotAsked,
  kNotAskedCount,
  kNotCollected,
  kNotInForce,
  kNotSent,
  kNothing,
  kNumber,
  kOfTheGroup,
  kOpened,
  kOutcome,
  kOwnPerson,
  kPartner,
  kPartnerSilent,
  kParty,
  kPersons,
  kPersonsFound,
  kPersonsShort,
  kReceiptDue,
  kReceiptSeen,
  kReceived,
  kRecords,
  kRecordsShort,
  kRefused,
  kRemark,
  kRound,
  kRow,
  kRule,
  kScanVersion,
  kSentTitle,
  kSigned,
  kStand,
  kStayed,
  kStep,
  kTime,
  kTo,
  kUnproved,
  kUpTo,
  kValid,
  kVersion,
  kWithheldTitle,
  kWithheldTotal,
  kWorkName,
  kYouGive,
  kYouGiveNothing,
};
inline constexpr Message kLastMessage = Message::kYouGiveNothing;

struct Sentence {
  Message message;
  const char* dutch;
  const char* english;
};
// Every message, in the enum's order. Marks stand in braces: {ref}.
std::span<const Sentence> AllSentences();

using Marks = std::map<std::string, std::string>;
// The sentence with its marks filled in; what is filled in is made printable.
std::string Say(Message message, Language language, const Marks& marks = {});

}  // namespace schakel::cli
