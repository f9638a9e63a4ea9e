#include "node/audit/report.h"

#include <algorithm>
#include <utility>

namespace schakel::audit {
namespace {

using canon::Value;

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kVerified:
      return "verified";
    case Verdict::kIncomplete:
      return "incomplete";
    case Verdict::kNotVerified:
      return "not verified";
  }
  return "unknown";
}

Value::Array Texts(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

template <typename T>
void AddIf(Value::Object& object, const char* key, const std::optional<T>& value) {
  if (value) object.emplace(key, Value(*value));
}

void AddIf(Value::Object& object, const char* key, const std::string& text) {
  if (!text.empty()) object.emplace(key, Value(text));
}

void AddIf(Value::Object& object, const char* key, const std::optional<Instant>& instant) {
  if (instant) object.emplace(key, Value(ToMillis(*instant)));
}

Value FindingValue(const Finding& finding) {
  Value::Object out{{"problem", ProblemName(finding.problem)},
                    {"text", ToSentence(finding, Language::kEnglish)}};
  AddIf(out, "party", finding.party);
  AddIf(out, "index", finding.index);
  AddIf(out, "last", finding.last);
  AddIf(out, "ref", finding.ref);
  AddIf(out, "since", finding.since);
  AddIf(out, "subject", finding.subject);
  if (!finding.shown_by.empty()) out.emplace("shown_by", Texts(finding.shown_by));
  return Value(std::move(out));
}

Value ExchangeValue(const ExchangeReport& exchange) {
  Value::Object out{{"exchange", ToString(exchange.id)},
                    {"from", exchange.from},
                    {"to", exchange.to},
                    {"match", MatchName(exchange.match)},
                    {"released", Texts(exchange.released)}};
  AddIf(out, "ref", exchange.ref);
  AddIf(out, "issued", exchange.issued);
  AddIf(out, "request_at_from", exchange.request_at_from);
  AddIf(out, "request_at_to", exchange.request_at_to);
  AddIf(out, "answer_at_from", exchange.answer_at_from);
  AddIf(out, "answer_at_to", exchange.answer_at_to);
  return Value(std::move(out));
}

Value LogValue(const LogReport& log) {
  Value::Object out{{"party", log.party}, {"present", log.present}, {"verified", log.verified}};
  if (log.present) {
    out.emplace("origin", log.origin);
    out.emplace("size", log.size);
    out.emplace("root", EncodeHex(log.root));
    out.emplace("proved_size", log.proved_size);
    out.emplace("refused_calls", log.refused_calls);
    out.emplace("line_entries", log.line_entries);
    out.emplace("lines_opened", log.lines_opened);
    out.emplace("lines_erased", log.lines_erased);
  }
  return Value(std::move(out));
}

Value PairValue(const PairReport& pair) {
  return Value(Value::Object{{"a", pair.a},
                             {"b", pair.b},
                             {"count_at_a", pair.count_at_a},
                             {"count_at_b", pair.count_at_b},
                             {"head_at_a", EncodeHex(pair.head_at_a)},
                             {"head_at_b", EncodeHex(pair.head_at_b)},
                             {"equal", pair.equal()}});
}

}  // namespace

const char* ProblemName(Problem problem) {
  switch (problem) {
    case Problem::kEntryAltered:
      return "ENTRY_ALTERED";
    case Problem::kEntryRemoved:
      return "ENTRY_REMOVED";
    case Problem::kLogRewritten:
      return "EQUIVOCATION";
    case Problem::kLogShortened:
      return "EQUIVOCATION_SHORTER";
    case Problem::kReceiptBroken:
      return "RECEIPT_BROKEN";
    case Problem::kLeafAltered:
      return "LEAF_ALTERED";
    case Problem::kTreeAltered:
      return "TREE_ALTERED";
    case Problem::kCheckpoint:
      return "CHECKPOINT_SIGNATURE";
    case Problem::kForeignLog:
      return "FOREIGN_LOG";
    case Problem::kFileMissing:
      return "FILE_MISSING";
    case Problem::kFileDamaged:
      return "FILE_DAMAGED";
    case Problem::kEntryMalformed:
      return "ENTRY_MALFORMED";
    case Problem::kSignature:
      return "SIGNATURE";
    case Problem::kParties:
      return "PARTIES";
    case Problem::kOwnReceipt:
      return "OWN_RECEIPT";
    case Problem::kReceiptMissing:
      return "RECEIPT_MISSING";
    case Problem::kNotSent:
      return "RECEIVED_NOT_SENT";
    case Problem::kDigestMismatch:
      return "DIGEST_MISMATCH";
    case Problem::kGap:
      return "GAP";
    case Problem::kTime:
      return "TIME";
    case Problem::kCovenantMissing:
      return "COVENANT_MISSING";
    case Problem::kCovenantDamaged:
      return "COVENANT_DAMAGED";
    case Problem::kAcceptMissing:
      return "ACCEPT_MISSING";
    case Problem::kStatement:
      return "STATEMENT";
    case Problem::kNotInCovenant:
      return "NOT_IN_COVENANT";
    case Problem::kNotPermitted:
      return "NOT_PERMITTED";
    case Problem::kAnswerCells:
      return "ANSWER_CELLS";
    case Problem::kLine:
      return "LINE";
    case Problem::kLineMissing:
      return "LINE_MISSING";
    case Problem::kLogMissing:
      return "LOG_MISSING";
    case Problem::kUnknownFolder:
      return "UNKNOWN_FOLDER";
  }
  return "UNKNOWN";
}

const char* MatchName(Match match) {
  switch (match) {
    case Match::kMatched:
      return "MATCHED";
    case Match::kPending:
      return "PENDING";
    case Match::kSentNoReceipt:
      return "SENT_NO_RECEIPT";
    case Match::kReceivedNotSent:
      return "RECEIVED_NOT_SENT";
    case Match::kDigestMismatch:
      return "DIGEST_MISMATCH";
    case Match::kReceiptBroken:
      return "RECEIPT_BROKEN";
    case Match::kEntryAltered:
      return "ENTRY_ALTERED";
    case Match::kLogMissing:
      return "LOG_MISSING";
  }
  return "UNKNOWN";
}

uint64_t CountOf(const Report& report, Match match) {
  return static_cast<uint64_t>(std::count_if(
      report.exchanges.begin(), report.exchanges.end(), [match](const ExchangeReport& exchange) {
        return exchange.match == match;
      }));
}

Value ToValue(const Report& report) {
  Value::Object out{
      {"verdict", VerdictName(report.verdict)},
      {"sentence", ToSentence(report, Language::kEnglish)},
      {"covenant", EncodeHex(report.covenant)},
      {"first_version", report.first_version},
      {"last_version", report.last_version},
      {"more_findings", report.more_findings},
      // What no export can show (README, "What is not proved").
      {"not_proved",
       Value::Array{"content", "erasure at the receiver", "what both parties left out"}}};
  AddIf(out, "title", report.title);
  AddIf(out, "mandate", report.mandate);
  AddIf(out, "first", report.first);
  AddIf(out, "last", report.last);
  Value::Array logs;
  for (const LogReport& log : report.logs)
    logs.push_back(LogValue(log));
  Value::Array pairs;
  for (const PairReport& pair : report.pairs)
    pairs.push_back(PairValue(pair));
  Value::Array exchanges;
  for (const ExchangeReport& exchange : report.exchanges) {
    exchanges.push_back(ExchangeValue(exchange));
  }
  Value::Array findings;
  for (const Finding& finding : report.findings)
    findings.push_back(FindingValue(finding));
  out.emplace("logs", std::move(logs));
  out.emplace("pairs", std::move(pairs));
  out.emplace("exchanges", std::move(exchanges));
  out.emplace("findings", std::move(findings));
  return Value(std::move(out));
}

}  // namespace schakel::audit
