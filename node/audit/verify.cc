#include "node/audit/verify.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "node/audit/collect.h"
#include "node/audit/lines.h"
#include "node/audit/match.h"
#include "node/audit/party_log.h"
#include "node/audit/trust.h"

namespace schakel::audit {
namespace {

// What alone does not make the verdict "not verified".
bool OnlyMissing(const Finding& finding) {
  return finding.problem == Problem::kLogMissing || finding.problem == Problem::kUnknownFolder;
}

Verdict VerdictOf(const Report& report) {
  if (!std::all_of(report.findings.begin(), report.findings.end(), OnlyMissing)) {
    return Verdict::kNotVerified;
  }
  const bool missing =
      std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
        return finding.problem == Problem::kLogMissing;
      });
  return missing ? Verdict::kIncomplete : Verdict::kVerified;
}

// The parties of the newest version, and those of earlier ones that are still among the files.
std::set<std::string> PartiesOf(const Trust& trust, const std::vector<std::string>& folders) {
  std::set<std::string> parties;
  for (const auto& [party, unused] : trust.newest().parties)
    parties.insert(party);
  for (const covenant::Document& document : trust.versions) {
    for (const std::string& folder : folders) {
      if (document.parties.count(folder) != 0) parties.insert(folder);
    }
  }
  return parties;
}

LogReport Describe(const PartyLog& log, uint64_t proved_size) {
  LogReport report;
  report.party = log.party;
  report.present = log.files.present;
  report.origin = log.files.origin;
  report.size = log.files.size;
  report.root = log.files.root;
  report.proved_size = proved_size;
  report.refused_calls = log.refused_calls;
  return report;
}

void Finish(Collector& collector, Report& report) {
  report.findings = std::move(collector.findings());
  report.more_findings = collector.more();
  std::stable_sort(
      report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
        return std::tie(a.problem, a.party, a.index, a.subject) <
               std::tie(b.problem, b.party, b.index, b.subject);
      });
  for (LogReport& log : report.logs) {
    log.verified = log.present &&
                   std::none_of(report.findings.begin(),
                                report.findings.end(),
                                [&](const Finding& finding) { return finding.party == log.party; });
  }
  report.verdict = VerdictOf(report);
}

}  // namespace

Result<Report> Verify(const Source& source, const Hash& covenant, const Options& options) {
  Report report;
  report.covenant = covenant;
  report.mandate = options.mandate;
  Collector collector(source);
  const Trust trust = TRY(BuildTrust(covenant, collector));
  if (trust.versions.empty()) {
    Finish(collector, report);
    return report;
  }
  report.title = trust.newest().title;
  report.first_version = trust.versions.back().version;
  report.last_version = trust.newest().version;

  PartyLogs logs;
  for (const std::string& party : PartiesOf(trust, TRY(source.Folders()))) {
    logs.emplace(party, TRY(ReadPartyLog(party, trust, collector)));
  }
  const std::map<std::string, uint64_t> proved = CheckReceipts(logs, trust, collector);
  report.pairs = ComparePairs(logs);
  const std::map<std::string, LineCounts> lines = TRY(CheckLines(logs, trust, options, collector));
  report.exchanges = MatchExchanges(logs, trust, collector);
  for (const auto& [party, log] : logs) {
    const auto size = proved.find(party);
    LogReport described = Describe(log, size == proved.end() ? 0 : size->second);
    const LineCounts& counts = lines.at(party);
    described.line_entries = counts.entries;
    described.lines_opened = counts.opened;
    described.lines_erased = counts.erased;
    report.logs.push_back(std::move(described));
    for (const auto& [index, entry] : log.entries) {
      if (!entry.genuine) continue;
      report.first = std::min(report.first.value_or(entry.time), entry.time);
      report.last = std::max(report.last.value_or(entry.time), entry.time);
    }
  }
  Finish(collector, report);
  return report;
}

}  // namespace schakel::audit
