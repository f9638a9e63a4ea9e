#include "node/report/text.h"

#include <algorithm>

#include "node/report/view.h"
#include "node/report/words.h"

namespace schakel::report {
namespace {

constexpr size_t kLeastWidth = 60;
constexpr size_t kLabelWidth = 11;
constexpr size_t kHashStart = 8;
constexpr size_t kIndent = 3;

using M = Message;

class Writer {
 public:
  Writer(const ScanReport& report, const TextOptions& options)
      : report_(report), options_(options), totals_(TotalsOf(report)) {
    options_.paper.width = std::max(options_.paper.width, kLeastWidth);
  }

  std::string Write() {
    Heading();
    Summary();
    Gaps();
    GroupPicture();
    Names();
    Part(Say(M::kPerPerson));
    if (totals_.soft > 0) Line(Say(M::kSoftMeans), Ink::kQuiet);
    for (const Person& person : report_.persons)
      OnePerson(person);
    if (report_.persons.empty()) Line(Say(M::kNoPersons));
    Provenance();
    Next();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string Say(Message message,
                                std::initializer_list<std::string_view> arguments = {}) const {
    return report::Say(options_.language, message, arguments);
  }
  [[nodiscard]] std::string Day(schakel::Day day) const { return DayText(options_.language, day); }
  [[nodiscard]] std::string Time(const std::optional<Instant>& instant) const {
    return instant ? InstantText(options_.language, *instant, options_.zone) : std::string();
  }
  [[nodiscard]] std::string List(const std::vector<std::string>& items) const {
    return ListText(options_.language, items);
  }

  void Line(std::string_view text, Ink ink = Ink::kPlain, size_t indent = 0) {
    for (const std::string& line : Wrap(text, options_.paper.width - indent)) {
      out_.append(indent, ' ');
      out_ += Inked(line, ink, options_.paper) + "\n";
    }
  }
  // The title of a part, in capitals as far as they are ASCII, after an empty line.
  void Part(std::string title) {
    for (char& c : title) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    out_ += '\n';
    Line(title, Ink::kStrong);
  }
  void Put(const Table& table, size_t indent = 0) { out_ += table.Write(options_.paper, indent); }

  void Heading();
  void Summary();
  void Gaps();
  void GroupPicture();
  void Names();
  void OnePerson(const Person& person);
  void Facts(const std::vector<Fact>& facts, size_t indent);
  void Provenance();
  void Next();

  const ScanReport& report_;
  TextOptions options_;
  const Totals totals_;
  std::string out_;
};

void Writer::Heading() {
  std::string title = Say(M::kTitleVersion, {report_.name, NumberText(report_.version)});
  // The name of the group keeps its own spelling: only the fixed words before it are raised.
  const size_t words = Wording(options_.language, M::kTitleVersion).find('{');
  for (size_t i = 0; i < std::min(words, title.size()); ++i) {
    if (title[i] >= 'a' && title[i] <= 'z') title[i] = static_cast<char>(title[i] - 'a' + 'A');
  }
  const bool open = totals_.open > 0;
  const std::string cells = NumberText(totals_.cells);
  const std::string state =
      open ? Say(M::kIncomplete, {NumberText(totals_.open), cells}) : Say(M::kComplete, {cells});
  const Ink ink = open ? Ink::kWarn : Ink::kPlain;
  const size_t used = DisplayWidth(title) + DisplayWidth(state);
  if (used + 2 <= options_.paper.width) {
    out_ += Inked(Printable(title), Ink::kStrong, options_.paper);
    out_.append(options_.paper.width - used, ' ');
    out_ += Inked(state, ink, options_.paper) + "\n";
  } else {
    Line(title, Ink::kStrong);
    Line(state, ink);
  }
  std::string line;
  if (totals_.police) line = Say(M::kWithPolice) + ".  ";
  Line(line + Say(M::kConfidential), Ink::kWarn);
}

void Writer::Summary() {
  Table table;
  const auto row = [&](Message label, const std::string& text) {
    table.Add({{Say(label)}, {text}});
  };
  std::string group = report_.ref;
  if (!report_.step.empty()) group += ", " + Say(M::kStep, {report_.step});
  if (!report_.areas.empty()) group += ", " + Say(M::kAreas, {List(report_.areas)});
  row(M::kGroup, group);
  const std::string reference = Day(report_.reference_day);
  row(M::kReferenceDay,
      report_.expires ? Say(M::kReferenceDayExpires, {reference, Day(*report_.expires)})
                      : reference);
  row(M::kCovenant,
      Say(M::kCovenantText,
          {report_.covenant_title,
           NumberText(report_.covenant_version),
           report_.covenant_hash.substr(0, kHashStart)}));
  for (const Decision& decision : report_.decisions) {
    row(M::kDecision,
        Say(M::kDecisionText, {decision.step, Time(decision.issued), List(decision.signed_by)}));
  }
  std::string names = Say(
      M::kListText,
      {NumberText(static_cast<int64_t>(report_.persons.size())), NumberText(report_.list_version)});
  if (report_.list_established) {
    names += " " + Say(M::kListTime, {Time(report_.list_established)});
  }
  if (totals_.shielded == 1) names += "; " + Say(M::kShieldedCountOne);
  if (totals_.shielded > 1) {
    names += "; " + Say(M::kShieldedCountMany, {NumberText(totals_.shielded)});
  }
  row(M::kNames, names);
  std::string facts = Say(M::kFactsText, {NumberText(totals_.hard), NumberText(totals_.soft)});
  if (!report_.group_facts.empty()) {
    facts +=
        "; " + Say(M::kAboutGroup, {NumberText(static_cast<int64_t>(report_.group_facts.size()))});
  }
  row(M::kFacts, facts);
  table.AtLeast(0, kLabelWidth - 2);
  Put(table);
}

void Writer::Gaps() {
  Part(Say(M::kGaps));
  Table table({Say(M::kParty), Say(M::kCategory), Say(M::kStand), Say(M::kDeadline)});
  for (const Gap& gap : report_.gaps) {
    std::string stand = StandText(options_.language, gap.stand, gap.code);
    if (gap.stand == Stand::kDelivered && gap.at) {
      stand += " " + Day(DayOf(*gap.at, options_.zone));
    }
    const Ink ink = IsOpen(gap.stand) ? Ink::kWarn : Ink::kPlain;
    table.Add({{gap.party},
               {CategoryName(options_.language, gap.category)},
               {stand, ink},
               {IsOpen(gap.stand) ? Time(gap.deadline) : std::string()}});
  }
  Put(table);
  Line(Say(M::kNeverSays), Ink::kQuiet);
}

void Writer::GroupPicture() {
  Part(Say(M::kGroupPicture));
  if (report_.counts.empty()) {
    Line(Say(M::kNoCounts));
  } else {
    Table table({Say(M::kCategory), Say(M::kTotal), Say(M::kMonth)});
    table.AlignRight(1);
    for (const auto& [category, periods] : report_.counts) {
      int total = 0;
      std::string months;
      for (auto period = periods.rbegin(); period != periods.rend(); ++period) {
        total += period->second;
        if (!months.empty()) months += ", ";
        months += MonthText(options_.language, period->first) + ": " + NumberText(period->second);
      }
      table.Add({{CategoryName(options_.language, category)}, {NumberText(total)}, {months}});
    }
    Put(table);
    Line(Say(M::kNotSummed), Ink::kQuiet);
  }
  if (!report_.group_facts.empty()) {
    out_ += '\n';
    Facts(report_.group_facts, 0);
  }
}

void Writer::Names() {
  if (report_.persons.empty()) return;
  Part(Say(M::kListOfNames) + ", " + Say(M::kVersion, {NumberText(report_.list_version)}));
  Table table({Say(M::kNumber), Say(M::kName), Say(M::kBorn), Say(M::kAge), Say(M::kListedBy)});
  table.AlignRight(0);
  for (const Person& person : report_.persons) {
    table.Add({{NumberText(person.number)},
               {person.name},
               {DateText(options_.language, person.birth)},
               {person.age ? AgeText(options_.language, *person.age) : std::string()},
               {List(person.listed_by)}});
  }
  Put(table);
}

void Writer::Facts(const std::vector<Fact>& facts, size_t indent) {
  Table table({Say(M::kDate),
               Say(M::kKind),
               Say(M::kWhat),
               Say(M::kSource),
               Say(M::kExpires),
               Say(M::kOnward)});
  table.AlignRight(3);
  for (const Fact& fact : facts) {
    const FactView view = ViewOf(options_.language, report_, fact);
    std::string what = view.what;
    if (!view.details.empty()) what += ": " + view.details;
    std::string onward = Say(fact.onward.empty() ? M::kNotOnwardShort : M::kOnwardTo);
    if (!fact.onward.empty()) onward = List(fact.onward);
    if (view.own) onward = Say(M::kOwnShort);
    table.Add({{view.date},
               {Say(fact.soft ? M::kSoft : M::kHard), fact.soft ? Ink::kWarn : Ink::kPlain},
               {what},
               {NumberText(fact.source)},
               {view.expires},
               {onward}});
  }
  Put(table, indent);
}

void Writer::OnePerson(const Person& person) {
  out_ += '\n';
  std::string name = person.name;
  if (person.age) name += ", " + AgeText(options_.language, *person.age);
  Table title;
  title.Add({{NumberText(person.number), Ink::kStrong}, {name, Ink::kStrong}});
  Put(title);
  std::string address = Say(M::kAddressUnknown);
  if (person.address == Address::kShown) address = person.address_text;
  if (person.address == Address::kShielded) address = Say(M::kShielded);
  Table identity;
  identity.Add({{Say(M::kBorn)}, {DateText(options_.language, person.birth)}});
  identity.Add({{Say(M::kAddress)},
                {address, person.address == Address::kShielded ? Ink::kWarn : Ink::kPlain}});
  if (!person.listed_by.empty()) {
    identity.Add({{Say(M::kListedBy)}, {List(person.listed_by)}});
  }
  if (!person.reasons.empty()) identity.Add({{Say(M::kReasons)}, {List(person.reasons)}});
  Put(identity, kIndent);
  if (person.facts.empty()) {
    Line(Say(M::kNoFacts), Ink::kPlain, kIndent);
  } else {
    Facts(person.facts, kIndent);
  }
  const std::vector<EmptyCell> empty = EmptyCells(report_, person);
  if (empty.empty()) return;
  Table cells;
  bool first = true;
  for (const EmptyCell& cell : empty) {
    cells.Add({{first ? Say(M::kWithoutFacts) : std::string()},
               {cell.party + " " + CategoryName(options_.language, cell.category)},
               {StandText(options_.language, cell.stand, cell.code),
                IsOpen(cell.stand) ? Ink::kWarn : Ink::kPlain}});
    first = false;
  }
  Put(cells, kIndent);
}

void Writer::Provenance() {
  if (report_.sources.empty()) return;
  Part(Say(M::kProvenance));
  Table table({Say(M::kNumber),
               Say(M::kSource),
               Say(M::kExchange),
               Say(M::kRule),
               Say(M::kBasis),
               Say(M::kReceived)});
  table.AlignRight(0);
  for (const Source& source : report_.sources) {
    const std::string who = source.party + ", " + CategoryName(options_.language, source.category);
    table.Add({{NumberText(source.number)},
               {who},
               {source.own ? Say(M::kOwnData) : source.ref},
               {List(source.rules)},
               {List(source.bases)},
               {Time(source.received)}});
  }
  Put(table);
}

void Writer::Next() {
  out_ += '\n';
  const auto given = std::find_if(
      report_.sources.begin(), report_.sources.end(), [](const Source& s) { return !s.own; });
  if (given != report_.sources.end()) Line(Say(M::kCheck, {given->ref}));
  Line(Say(totals_.open > 0 ? M::kNextIncomplete : M::kNextComplete, {report_.ref}));
}

}  // namespace

std::string WriteText(const ScanReport& report, const TextOptions& options) {
  return Writer(report, options).Write();
}

}  // namespace schakel::report
