#include "node/base/reason.h"

#include <algorithm>
#include <array>

#include "node/base/check.h"

namespace schakel {
namespace {

constexpr std::array kReasons{
    ReasonEntry{Reason::kAcceptMissing, "accept_missing", "party"},
    ReasonEntry{Reason::kApprovalChanged, "approval_changed", ""},
    ReasonEntry{Reason::kApprovalDecided, "approval_decided", ""},
    ReasonEntry{Reason::kApprovalNone, "approval_none", ""},
    ReasonEntry{Reason::kApprovalReason, "approval_reason", ""},
    ReasonEntry{Reason::kApprovalRole, "approval_role", "role"},
    ReasonEntry{Reason::kApprovalSeveral, "approval_several", "ref"},
    ReasonEntry{Reason::kCallNoText, "call_no_text", ""},
    ReasonEntry{Reason::kCallOtherNode, "call_other_node", ""},
    ReasonEntry{Reason::kCallRepeated, "call_repeated", ""},
    ReasonEntry{Reason::kCallSignature, "call_signature", "operator"},
    ReasonEntry{Reason::kCallTime, "call_time", ""},
    ReasonEntry{Reason::kCallTooLarge, "call_too_large", "limit"},
    ReasonEntry{Reason::kCallUnsigned, "call_unsigned", ""},
    ReasonEntry{Reason::kContentEnded, "content_ended", "code,party"},
    ReasonEntry{Reason::kContentWaits, "content_waits", "code,party"},
    ReasonEntry{Reason::kCovenantEnded, "covenant_ended", "day"},
    ReasonEntry{Reason::kCovenantExpired, "covenant_expired", ""},
    ReasonEntry{Reason::kCovenantFile, "covenant_file", "detail,file"},
    ReasonEntry{Reason::kCovenantInForce, "covenant_in_force", ""},
    ReasonEntry{Reason::kCovenantNone, "covenant_none", ""},
    ReasonEntry{Reason::kCovenantOther, "covenant_other", ""},
    ReasonEntry{Reason::kCovenantRevoked, "covenant_revoked", "party"},
    ReasonEntry{Reason::kCovenantTest, "covenant_test", "expected,got,test"},
    ReasonEntry{Reason::kDiffUnconfirmed, "diff_unconfirmed", "class,from,to"},
    ReasonEntry{Reason::kDraftUnknown, "draft_unknown", "hash"},
    ReasonEntry{Reason::kDraftsTooMany, "drafts_too_many", ""},
    ReasonEntry{Reason::kExchangeUnknown, "exchange_unknown", "ref"},
    ReasonEntry{Reason::kExchangesSeveral, "exchanges_several", "ref,refs"},
    ReasonEntry{Reason::kFactExpired, "fact_expired", ""},
    ReasonEntry{Reason::kFactNoSay, "fact_no_say", "fact,party"},
    ReasonEntry{Reason::kFactOfOtherCovenant, "fact_of_other_covenant", ""},
    ReasonEntry{Reason::kFactTooEarly, "fact_too_early", ""},
    ReasonEntry{Reason::kFactUnknown, "fact_unknown", "fact"},
    ReasonEntry{Reason::kFactValueUnknown, "fact_value_unknown", "fact,value"},
    ReasonEntry{Reason::kFileExists, "file_exists", "file"},
    ReasonEntry{Reason::kFileIsFolder, "file_is_folder", "file"},
    ReasonEntry{Reason::kFileMissing, "file_missing", "file"},
    ReasonEntry{Reason::kFileNoRight, "file_no_right", "file"},
    ReasonEntry{Reason::kFileTooLarge, "file_too_large", "file,limit"},
    ReasonEntry{Reason::kFileUnreadable, "file_unreadable", "file"},
    ReasonEntry{Reason::kGroupExists, "group_exists", "group"},
    ReasonEntry{Reason::kGroupLimited, "group_limited", ""},
    ReasonEntry{Reason::kGroupUnknown, "group_unknown", "group"},
    ReasonEntry{Reason::kGroupsSeveral, "groups_several", "count"},
    ReasonEntry{Reason::kImportBool, "import_bool", ""},
    ReasonEntry{Reason::kImportBsn, "import_bsn", ""},
    ReasonEntry{Reason::kImportBytes, "import_bytes", "encoding"},
    ReasonEntry{Reason::kImportCellLong, "import_cell_long", "limit"},
    ReasonEntry{Reason::kImportCells, "import_cells", "count,header"},
    ReasonEntry{Reason::kImportCode, "import_code", ""},
    ReasonEntry{Reason::kImportControl, "import_control", ""},
    ReasonEntry{Reason::kImportDate, "import_date", ""},
    ReasonEntry{Reason::kImportEncoding, "import_encoding", "encoding"},
    ReasonEntry{Reason::kImportFieldBytes, "import_field_bytes", "field"},
    ReasonEntry{Reason::kImportFieldLong, "import_field_long", "field,limit"},
    ReasonEntry{Reason::kImportGroup, "import_group", ""},
    ReasonEntry{Reason::kImportGroupMissing, "import_group_missing", ""},
    ReasonEntry{Reason::kImportHeader, "import_header", "detail,line"},
    ReasonEntry{Reason::kImportKeyEmpty, "import_key_empty", ""},
    ReasonEntry{Reason::kImportKeyLong, "import_key_long", "limit"},
    ReasonEntry{Reason::kImportKeyTwice, "import_key_twice", "line"},
    ReasonEntry{Reason::kImportName, "import_name", ""},
    ReasonEntry{Reason::kImportNameLong, "import_name_long", "limit"},
    ReasonEntry{Reason::kImportPersonKey, "import_person_key", "limit"},
    ReasonEntry{Reason::kImportQuote, "import_quote", ""},
    ReasonEntry{Reason::kImportQuoteOpen, "import_quote_open", ""},
    ReasonEntry{Reason::kImportRowLong, "import_row_long", "limit"},
    ReasonEntry{Reason::kImportRows, "import_rows", "limit"},
    ReasonEntry{Reason::kImportSurname, "import_surname", ""},
    ReasonEntry{Reason::kImportUtf16, "import_utf16", ""},
    ReasonEntry{Reason::kImportValue, "import_value", ""},
    ReasonEntry{Reason::kImportZero, "import_zero", ""},
    ReasonEntry{Reason::kKeyFileFormat, "key_file_format", "file"},
    ReasonEntry{Reason::kKeyFileOpen, "key_file_open", "file"},
    ReasonEntry{Reason::kListNone, "list_none", "group"},
    ReasonEntry{Reason::kListUnnamed, "list_unnamed", "group"},
    ReasonEntry{Reason::kLogCheckpoint, "log_checkpoint", ""},
    ReasonEntry{Reason::kLogCounter, "log_counter", ""},
    ReasonEntry{Reason::kLogEntryChanged, "log_entry_changed", ""},
    ReasonEntry{Reason::kLogEntryMissing, "log_entry_missing", ""},
    ReasonEntry{Reason::kLogEntryPair, "log_entry_pair", ""},
    ReasonEntry{Reason::kLogEntryTime, "log_entry_time", ""},
    ReasonEntry{Reason::kLogEntryUnreadable, "log_entry_unreadable", ""},
    ReasonEntry{Reason::kLogLastTime, "log_last_time", ""},
    ReasonEntry{Reason::kLogLeafMissing, "log_leaf_missing", ""},
    ReasonEntry{Reason::kLogReceiptFormat, "log_receipt_format", ""},
    ReasonEntry{Reason::kLogReceiptOther, "log_receipt_other", ""},
    ReasonEntry{Reason::kLogReceiptSigner, "log_receipt_signer", ""},
    ReasonEntry{Reason::kLogRoot, "log_root", ""},
    ReasonEntry{Reason::kLogRowMissing, "log_row_missing", ""},
    ReasonEntry{Reason::kLogRowUnknown, "log_row_unknown", ""},
    ReasonEntry{Reason::kLogShort, "log_short", ""},
    ReasonEntry{Reason::kLogTree, "log_tree", "node"},
    ReasonEntry{Reason::kMappingAttribute, "mapping_attribute", "attribute"},
    ReasonEntry{Reason::kMappingBool, "mapping_bool", "value"},
    ReasonEntry{Reason::kMappingCategory, "mapping_category", "category"},
    ReasonEntry{Reason::kMappingCodes, "mapping_codes", ""},
    ReasonEntry{Reason::kMappingCodesType, "mapping_codes_type", ""},
    ReasonEntry{Reason::kMappingColumn, "mapping_column", "column"},
    ReasonEntry{Reason::kMappingColumnTwice, "mapping_column_twice", "column"},
    ReasonEntry{Reason::kMappingColumns, "mapping_columns", ""},
    ReasonEntry{Reason::kMappingConstantType, "mapping_constant_type", ""},
    ReasonEntry{Reason::kMappingDateColumn, "mapping_date_column", ""},
    ReasonEntry{Reason::kMappingEntry, "mapping_entry", "category,key,part"},
    ReasonEntry{Reason::kMappingFactValue, "mapping_fact_value", "value"},
    ReasonEntry{Reason::kMappingGroupMissing, "mapping_group_missing", ""},
    ReasonEntry{Reason::kMappingGroupRef, "mapping_group_ref", ""},
    ReasonEntry{Reason::kMappingKeyMissing, "mapping_key_missing", "key"},
    ReasonEntry{Reason::kMappingKeyUnknown, "mapping_key_unknown", "key"},
    ReasonEntry{Reason::kMappingKeys, "mapping_keys", ""},
    ReasonEntry{Reason::kMappingMeta, "mapping_meta", "meta"},
    ReasonEntry{Reason::kMappingOneWay, "mapping_one_way", ""},
    ReasonEntry{Reason::kMappingPersonColumn, "mapping_person_column", ""},
    ReasonEntry{Reason::kMappingPersonMissing, "mapping_person_missing", ""},
    ReasonEntry{Reason::kMappingPersonName, "mapping_person_name", ""},
    ReasonEntry{Reason::kMappingPersonUnwanted, "mapping_person_unwanted", ""},
    ReasonEntry{Reason::kMappingSourceName, "mapping_source_name", ""},
    ReasonEntry{Reason::kMappingTextEmpty, "mapping_text_empty", ""},
    ReasonEntry{Reason::kMappingValue, "mapping_value", "choices,value"},
    ReasonEntry{Reason::kMappingVersion, "mapping_version", ""},
    ReasonEntry{Reason::kMappingYaml, "mapping_yaml", "detail"},
    ReasonEntry{Reason::kMotivationMissing, "motivation_missing", ""},
    ReasonEntry{Reason::kNodeSilent, "node_silent", "home,socket"},
    ReasonEntry{Reason::kOperatorExists, "operator_exists", "operator"},
    ReasonEntry{Reason::kOperatorKeyTaken, "operator_key_taken", "operator"},
    ReasonEntry{Reason::kOperatorNotPending, "operator_not_pending", "operator"},
    ReasonEntry{Reason::kOperatorSelf, "operator_self", ""},
    ReasonEntry{Reason::kOperatorUnknown, "operator_unknown", "operator"},
    ReasonEntry{Reason::kOverlayElsewhere, "overlay_elsewhere", "party"},
    ReasonEntry{Reason::kOverlayUnfit, "overlay_unfit", "detail"},
    ReasonEntry{Reason::kOwnRootsDiffer, "own_roots_differ", "party"},
    ReasonEntry{Reason::kPartyFileFormat, "party_file_format", "detail,file"},
    ReasonEntry{Reason::kPartyNotInCovenant, "party_not_in_covenant", "party"},
    ReasonEntry{Reason::kPartyUnknown, "party_unknown", "party"},
    ReasonEntry{Reason::kPeerFailed, "peer_failed", ""},
    ReasonEntry{Reason::kPeerKey, "peer_key", ""},
    ReasonEntry{Reason::kPeerNoAddress, "peer_no_address", ""},
    ReasonEntry{Reason::kPeerOther, "peer_other", ""},
    ReasonEntry{Reason::kPeerRefuses, "peer_refuses", ""},
    ReasonEntry{Reason::kPeerSilent, "peer_silent", ""},
    ReasonEntry{Reason::kPeerSlow, "peer_slow", ""},
    ReasonEntry{Reason::kRecovering, "recovering", ""},
    ReasonEntry{Reason::kRecoveryDiffers, "recovery_differs", "party"},
    ReasonEntry{Reason::kRecoveryNone, "recovery_none", ""},
    ReasonEntry{Reason::kRecoverySettled, "recovery_settled", "party"},
    ReasonEntry{Reason::kRoleNeeded, "role_needed", "call,roles"},
    ReasonEntry{Reason::kRoleUnknown, "role_unknown", "role,roles"},
    ReasonEntry{Reason::kRootsDiffer, "roots_differ", "expected,given,party"},
    ReasonEntry{Reason::kRootsUnconfirmed, "roots_unconfirmed", "expected,party"},
    ReasonEntry{Reason::kRoundNext, "round_next", "ref"},
    ReasonEntry{Reason::kRoundUnknown, "round_unknown", "ref"},
    ReasonEntry{Reason::kScanNoVersion, "scan_no_version", "group,version"},
    ReasonEntry{Reason::kScanNone, "scan_none", "group"},
    ReasonEntry{Reason::kStatementExpired, "statement_expired", ""},
    ReasonEntry{Reason::kStatementFormat, "statement_format", "file"},
    ReasonEntry{Reason::kStatementKind, "statement_kind", ""},
    ReasonEntry{Reason::kStatementLineage, "statement_lineage", ""},
    ReasonEntry{Reason::kStatementNobody, "statement_nobody", ""},
    ReasonEntry{Reason::kStatementOther, "statement_other", ""},
    ReasonEntry{Reason::kStatementSigned, "statement_signed", ""},
    ReasonEntry{Reason::kStatementSigner, "statement_signer", ""},
    ReasonEntry{Reason::kStatementUnknown, "statement_unknown", "party"},
    ReasonEntry{Reason::kStatementsTooMany, "statements_too_many", "party"},
    ReasonEntry{Reason::kVersionLower, "version_lower", "given,highest"},
    ReasonEntry{Reason::kVersionPrevious, "version_previous", "expected"},
    ReasonEntry{Reason::kVersionSkips, "version_skips", "given,highest"},
    ReasonEntry{Reason::kVersionTwice, "version_twice", "given,held"},
};
static_assert(kReasons.size() == static_cast<size_t>(kLastReason));

#ifndef NDEBUG
bool Fits(Reason reason, const ReasonArguments& arguments) {
  std::string names;
  for (const auto& [name, value] : arguments)
    names += (names.empty() ? "" : ",") + name;
  return names == kReasons.at(static_cast<size_t>(reason) - 1).arguments;
}
#endif

}  // namespace

std::span<const ReasonEntry> AllReasons() {
  return kReasons;
}

std::string_view ReasonId(Reason reason) {
  if (reason == Reason::kNone) return {};
  return kReasons.at(static_cast<size_t>(reason) - 1).id;
}

std::optional<Reason> ParseReason(std::string_view id) {
  const auto known = std::find_if(
      kReasons.begin(), kReasons.end(), [&](const ReasonEntry& entry) { return entry.id == id; });
  if (known == kReasons.end()) return std::nullopt;
  return known->reason;
}

Error Because(Error error, Reason reason, ReasonArguments arguments) {
  ASSUME(Fits(reason, arguments));
  error.reason = reason;
  error.arguments = std::move(arguments);
  return error;
}

}  // namespace schakel
