#include "node/audit/lines.h"

#include <algorithm>
#include <set>
#include <utility>

#include "node/statement/decision_line.h"

namespace schakel::audit {
namespace {

using statement::Direction;
using statement::OpenedLine;

constexpr uint64_t kMaxLinesFileBytes = 64 << 20;

// An entry of a party's own with lines under it, and what its lines are about.
struct Lined {
  uint64_t index = 0;
  Hash root{};
  std::vector<std::string> categories;
  const statement::Request* request = nullptr;  // null: it is not in this log
  std::string to;                               // who is given to
  Instant at;
};

class LineChecker {
 public:
  LineChecker(const PartyLog& log, const Trust& trust, const Options& options, Collector& collector)
      : log_(log), options_(options), collector_(collector) {
    const auto& auditors = trust.newest().auditors;
    const auto named = auditors.find(options.auditor);
    if (named == auditors.end() || named->second.detail != "decisions") return;
    const auto party = trust.newest().parties.find(log.party);
    const auto& scope = named->second.organisations;
    if (party != trust.newest().parties.end() &&
        std::find(scope.begin(), scope.end(), party->second.organisation) != scope.end()) {
      mandate_ = &named->second;
    }
  }

  Result<LineCounts> Run() {
    for (const Lined& entry : Entries())
      TRY(CheckEntry(entry));
    return counts_;
  }

 private:
  [[nodiscard]] std::vector<Lined> Entries() const {
    std::vector<Lined> out;
    const auto add = [&](uint64_t index,
                         const Hash& root,
                         std::vector<std::string> categories,
                         const statement::Request* request,
                         const std::string& to) {
      out.push_back({index, root, std::move(categories), request, to, log_.entries.at(index).time});
    };
    for (const auto& kept : log_.requests) {
      const auto& root = log_.entries.at(kept.index).subject_root;
      if (kept.direction != Direction::kOut || !root) continue;
      add(kept.index, *root, {"persoon"}, &kept.content, kept.peer);
    }
    for (const auto& kept : log_.answers) {
      if (kept.direction != Direction::kOut || !kept.content.payload) continue;
      std::vector<std::string> categories;
      for (const auto& [category, cell] : kept.content.cells)
        categories.push_back(category);
      const auto asked =
          std::find_if(log_.requests.begin(), log_.requests.end(), [&](const auto& request) {
            return request.direction == Direction::kIn && !request.refused &&
                   request.digest == kept.content.request;
          });
      // What was signed, not what the entry says beside it.
      add(kept.index,
          kept.content.payload->subject_root,
          std::move(categories),
          asked == log_.requests.end() ? nullptr : &asked->content,
          kept.peer);
    }
    std::sort(
        out.begin(), out.end(), [](const Lined& a, const Lined& b) { return a.index < b.index; });
    return out;
  }

  void Find(Problem problem, const Lined& entry, const std::string& subject) {
    Finding finding;
    finding.problem = problem;
    finding.party = log_.party;
    finding.index = entry.index;
    finding.subject = subject;
    collector_.Add(std::move(finding));
    sound_ = false;
  }

  // What the mandate opens of the entry; without a mandate what its first line does.
  [[nodiscard]] std::set<std::string> Mandated(const Lined& entry) const {
    std::set<std::string> out;
    if (mandate_ == nullptr) return out;
    for (const std::string& category : entry.categories) {
      const auto& scope = mandate_->categories;
      if (scope.empty() || std::find(scope.begin(), scope.end(), category) != scope.end()) {
        out.insert(category);
      }
    }
    return out;
  }

  Result<void> CheckEntry(const Lined& entry) {
    sound_ = true;
    std::set<std::string> expected = Mandated(entry);
    const std::string name = "lines/" + std::to_string(entry.index) + ".jsonl";
    std::vector<bool> seen;
    DecisionLines told;
    const bool there = TRY(collector_.ReadLines(
        log_.party, name, kMaxLinesFileBytes, [&](size_t number, std::string_view text) {
          const std::string place = name + ":" + std::to_string(number);
          const auto line = OpenedLine::Parse(text);
          if (!line || line->entry != entry.index || !line->Verify(entry.root, entry.categories)) {
            return Find(Problem::kLine, entry, place);
          }
          if (seen.empty()) seen.resize(line->count());
          // Under one root there is one number of lines; a path of another length does not verify.
          if (line->line >= seen.size() || seen[line->line]) {
            return Find(Problem::kLine, entry, place);
          }
          seen[line->line] = true;
          std::set<std::string> opened;
          for (const OpenedLine::Part& part : line->parts)
            opened.insert(part.category());
          if (expected.empty()) expected = opened;
          if (!line->erased && opened != expected) Find(Problem::kLineMissing, entry, place);
          Take(*line, told);
        }));
    if (!there) {
      if (!expected.empty()) Find(Problem::kLineMissing, entry, name);
      return {};
    }
    ++counts_.entries;
    if (seen.empty() || std::find(seen.begin(), seen.end(), false) != seen.end()) {
      Find(Problem::kLineMissing, entry, name);
    }
    if (sound_) Tell(entry, std::move(told));
    return {};
  }

  void Take(const OpenedLine& line, DecisionLines& told) {
    ++(line.erased ? counts_.erased : counts_.opened);
    if (line.erased) ++told.erased;
    canon::Value::Array records;
    for (const OpenedLine::Part& part : line.parts) {
      auto decisions = statement::LineRecords(part.part);
      if (!decisions) continue;
      std::move(decisions->begin(), decisions->end(), std::back_inserter(records));
    }
    if (records.empty() || !options_.on_lines) return;
    told.lines.push_back(canon::Value::Object{{"records", std::move(records)}});
  }

  void Tell(const Lined& entry, DecisionLines told) const {
    if (!options_.on_lines || entry.request == nullptr) return;
    told.from = log_.party;
    told.to = entry.to;
    told.purpose = entry.request->purpose;
    told.covenant = entry.request->covenant;
    told.at = entry.at;
    options_.on_lines(told);
  }

  const PartyLog& log_;
  const Options& options_;
  Collector& collector_;
  const covenant::Auditor* mandate_ = nullptr;  // that opens this party's lines
  LineCounts counts_;
  bool sound_ = true;  // the entry at hand
};

}  // namespace

Result<std::map<std::string, LineCounts>> CheckLines(const PartyLogs& logs,
                                                     const Trust& trust,
                                                     const Options& options,
                                                     Collector& collector) {
  std::map<std::string, LineCounts> counts;
  for (const auto& [party, log] : logs)
    counts.emplace(party, TRY(LineChecker(log, trust, options, collector).Run()));
  return counts;
}

}  // namespace schakel::audit
