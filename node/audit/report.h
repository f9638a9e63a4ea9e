// What an audit found: one verdict, and for each problem the party, the entry and the exchange.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/ids.h"
#include "node/base/seams.h"
#include "node/canon/value.h"

namespace schakel::audit {

// What is wrong. Closed: each has its code (ProblemName) and its sentences in Dutch and English.
// The order is that of the report: what names an entry or a rewritten log comes first.
enum class Problem {
  kEntryAltered,     // an entry's bytes are not those of its leaf in the stored tree
  kEntryRemoved,     // the entry of a leaf is gone
  kLogRewritten,     // EQUIVOCATION: the log signed another root for a size than the one it shows
  kLogShortened,     // EQUIVOCATION: the log signed a larger size than the one it shows
  kReceiptBroken,    // RECEIPT_BROKEN: a leaf is not where the log promised it
  kLeafAltered,      // a leaf hash in the stored tree is not that of the entry that was signed
  kTreeAltered,      // the stored tree does not lead to the signed root
  kCheckpoint,       // no checkpoint signed by a log key that the party's roots delegated
  kForeignLog,       // the folder holds the log of another node or lineage
  kFileMissing,      // a file that the checkpoint implies is absent
  kFileDamaged,      // a file is cut off, too large or not in its format
  kEntryMalformed,   // an entry that is no entry
  kSignature,        // a statement is not signed by a key delegated for it at its time
  kParties,          // an entry's peer and direction do not fit its statement
  kOwnReceipt,       // the log's own receipt is wrong: signature, place, leaf, root or statement
  kReceiptMissing,   // an accepted statement without the log's own receipt
  kNotSent,          // RECEIVED_NOT_SENT: signed by a party that did not log it
  kDigestMismatch,   // DIGEST_MISMATCH: both sides logged, but other statements
  kGap,              // GAP: the numbers of a pair do not follow
  kTime,             // an entry before the one in front of it
  kCovenantMissing,  // the bytes of a covenant version are in no folder
  kCovenantDamaged,  // a file under a covenant's name has other bytes, or they do not parse
  kAcceptMissing,    // a party's accept is in no folder
  kStatement,        // a delegation or accept does not parse, or not under the covenant's roots
  kNotInCovenant,    // a request names something that its covenant version does not have
  kNotPermitted,     // released although no rule of the covenant permits the category
  kAnswerCells,      // the answer's categories are not the request's
  kLine,             // LINE: an opened decision line is not the one under its entry
  kLineMissing,      // LINE_MISSING: lines that the mandate opens, or others show, are not there
  kLogMissing,       // a party's log was not handed over: the audit is incomplete
  kUnknownFolder,    // a folder of nobody in the covenant
};
inline constexpr int kProblemCount = 31;
const char* ProblemName(Problem problem);

struct Finding {
  Problem problem = Problem::kEntryAltered;
  std::string party;              // whose log or folder it is; the party held to account
  std::optional<uint64_t> index;  // the entry in that party's log
  std::optional<uint64_t> last;   // kLogRewritten, kEntryRemoved: the last entry it may be about
  std::string ref;                // the exchange, as people say it; empty: unknown or none
  std::optional<Instant> since;   // an instant at which it still was as promised
  std::vector<std::string> shown_by;  // the parties whose evidence shows it
  std::string subject;                // file, party, category or field it is about; no content
  friend bool operator==(const Finding&, const Finding&) = default;
};

enum class Match {
  kMatched,          // MATCHED: request, answer and both receipts are the same on both sides
  kPending,          // PENDING: no answer yet, or one that says so
  kSentNoReceipt,    // SENT_NO_RECEIPT: sent, and the other side's receipt is not in the log
  kReceivedNotSent,  // RECEIVED_NOT_SENT
  kDigestMismatch,   // DIGEST_MISMATCH
  kReceiptBroken,    // RECEIPT_BROKEN
  kEntryAltered,     // ENTRY_ALTERED: an entry of it is not what was logged
  kLogMissing,       // LOG_MISSING: one side was not handed over
};
inline constexpr int kMatchCount = 8;
const char* MatchName(Match match);

struct ExchangeReport {
  Uuid id;
  std::string ref;
  std::string from;  // the requester
  std::string to;
  Match match = Match::kPending;
  std::optional<Instant> issued;      // of the request
  std::vector<std::string> released;  // categories
  std::optional<uint64_t> request_at_from, request_at_to, answer_at_from, answer_at_to;
};

struct LogReport {
  std::string party;
  bool present = false;
  bool verified = false;  // no finding is about this log
  std::string origin;
  uint64_t size = 0;
  Hash root{};
  // Entries below it are fixed by a receipt that another party logged; those from it on could still
  // be rewritten by the log's own node without anybody else's trace.
  uint64_t proved_size = 0;
  uint64_t refused_calls = 0;  // requests of which only the digest was kept
  // Decision lines that were opened: under how many entries, and how many; erased ones apart.
  uint64_t line_entries = 0, lines_opened = 0, lines_erased = 0;
};

// The head of a pair is the RFC 6962 root over the sorted digests of the Requests and Answers that
// a log holds in full to and from the other party. Equal heads: both logs hold the same exchanges.
// Unequal ones need not be wrong: something may be under way; the exchanges say what.
struct PairReport {
  std::string a, b;  // a < b
  uint64_t count_at_a = 0, count_at_b = 0;
  Hash head_at_a{}, head_at_b{};
  [[nodiscard]] bool equal() const { return head_at_a == head_at_b; }
};

enum class Verdict { kVerified, kIncomplete, kNotVerified };

struct Report {
  Verdict verdict = Verdict::kNotVerified;
  Hash covenant{};
  std::string title;  // of the covenant
  int64_t first_version = 0, last_version = 0;
  std::optional<Instant> first, last;     // of the entries
  std::vector<LogReport> logs;            // one per party of the covenant, by name
  std::vector<PairReport> pairs;          // of logs at hand, with something between them
  std::vector<ExchangeReport> exchanges;  // by request's time, then id
  std::vector<Finding> findings;          // in the order of Problem, then party and index
  bool more_findings = false;             // kMaxFindings was reached
  std::string mandate;                    // who asked; only shown
};
inline constexpr size_t kMaxFindings = 1000;

// How many exchanges match that way.
uint64_t CountOf(const Report& report, Match match);

// For --json: every member of the report, names as ProblemName and MatchName give them.
canon::Value ToValue(const Report& report);

enum class Language { kDutch, kEnglish };
// The verdict as people read it, several lines, the first one word first: GEVERIFIEERD,
// ONVOLLEDIG, NIET GEVERIFIEERD. Times in Dutch local time.
std::string ToText(const Report& report, Language language);
// One line: "verified, 4 exchanges matched on both sides".
std::string ToSentence(const Report& report, Language language);
// One finding as a sentence.
std::string ToSentence(const Finding& finding, Language language);

}  // namespace schakel::audit
