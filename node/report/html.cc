#include "node/report/html.h"

#include <algorithm>
#include <map>
#include <set>

#include "node/report/html_builder.h"
#include "node/report/html_style.h"
#include "node/report/view.h"
#include "node/report/words.h"

namespace schakel::report {
namespace {

constexpr int kChartMonths = 12;

using M = Message;

// `2026-03`.
std::string MonthKey(const IncompleteDate& month) {
  return ToIso(IncompleteDate{month.year, month.month, 1}).substr(0, 7);
}

class Page {
 public:
  Page(const ScanReport& report, const HtmlOptions& options)
      : report_(report), options_(options), totals_(TotalsOf(report)) {}

  std::string Write() {
    Head();
    KeyFigures();
    Contents();
    GroupPicture();
    Names();
    Persons();
    Gaps();
    Provenance();
    Foot();
    return out_.text();
  }

 private:
  [[nodiscard]] std::string Say(Message message,
                                std::initializer_list<std::string_view> arguments = {}) const {
    return report::Say(options_.language, message, arguments);
  }
  [[nodiscard]] std::string Time(const std::optional<Instant>& instant) const {
    return instant ? InstantText(options_.language, *instant, options_.zone) : std::string();
  }
  [[nodiscard]] std::string List(const std::vector<std::string>& items) const {
    return ListText(options_.language, items);
  }
  [[nodiscard]] std::string Category(std::string_view id) const {
    return CategoryName(options_.language, id);
  }
  [[nodiscard]] std::string Title(char letter, Message message) const {
    return std::string(1, letter) + ". " + Say(message);
  }

  void Head();
  void Alert();
  void KeyFigures();
  void Figure(Message label, int64_t value, std::string_view more);
  void Contents();
  void Part(const char (&id)[2], char letter, Message title);
  void GroupPicture();
  void Chart();
  void Counts();
  void Names();
  void Persons();
  void OnePerson(const Person& person);
  void WithoutFacts(const Person& person);
  Html Facts(std::string_view caption, const std::vector<Fact>& facts) const;
  [[nodiscard]] Html Terms(const Fact& fact, const FactView& view) const;
  [[nodiscard]] Html AddressOf(const Person& person) const;
  [[nodiscard]] Html StandOf(Stand stand, std::string_view code) const;
  void Gaps();
  void Provenance();
  void Decisions();
  void Foot();

  const ScanReport& report_;
  const HtmlOptions options_;
  const Totals totals_;
  Html out_;
};

void Page::Head() {
  const std::string version = NumberText(report_.version);
  out_.Raw("<!doctype html>\n<html lang=\"").Text(LanguageName(options_.language));
  out_.Raw(
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex, noarchive\">\n<title>");
  out_.Text(Say(M::kTitleVersion, {report_.name, version})).Raw("</title>\n<style>");
  out_.Raw(kStyle).Raw("</style>\n</head>\n<body>\n<header>\n<div class=\"conf\"><strong>");
  out_.Text(Say(M::kConfidential)).Raw("</strong><span>").Text(report_.municipality);
  out_.Raw("</span><span>").Text(Say(M::kReference, {report_.ref, version}));
  out_.Raw("</span><span>").Text(Say(M::kReferenceDay)).Raw(" ");
  out_.Text(DayText(options_.language, report_.reference_day)).Raw("</span></div>\n<h1>");
  out_.Text(Say(M::kTitle, {report_.name})).Raw("</h1>\n<p class=\"lead\">");
  if (totals_.police) out_.Text(Say(M::kWithPolice)).Raw(". ");
  if (report_.expires) {
    out_.Text(Say(M::kExpiresOn, {DayText(options_.language, *report_.expires)})).Raw(". ");
  }
  out_.Text(Say(M::kGrounds, {report_.covenant_title, NumberText(report_.covenant_version)}));
  if (!report_.step.empty()) out_.Raw("; ").Text(Say(M::kStep, {report_.step}));
  if (!report_.areas.empty()) out_.Raw("; ").Text(Say(M::kAreas, {List(report_.areas)}));
  out_.Raw(".</p>\n</header>\n<main>\n");
  Alert();
}

void Page::Alert() {
  if (totals_.open == 0) return;
  out_.Raw("<div class=\"alert\" role=\"note\"><strong>");
  out_.Text(Say(M::kIncompleteAlert, {NumberText(totals_.open), NumberText(totals_.cells)}));
  out_.Raw("</strong><ul>\n");
  for (const Gap& gap : report_.gaps) {
    if (!IsOpen(gap.stand)) continue;
    out_.Raw("<li>").Text(gap.party + ", " + Category(gap.category) + ": ");
    out_.Text(StandText(options_.language, gap.stand));
    if (gap.deadline) out_.Text(", " + Say(M::kDueBy, {Time(gap.deadline)}));
    out_.Raw("</li>\n");
  }
  out_.Raw("</ul><a href=\"#f\">").Text(Say(M::kSeeGaps, {Title('F', M::kGaps)}));
  out_.Raw("</a></div>\n");
}

void Page::Figure(Message label, int64_t value, std::string_view more) {
  out_.Raw("<div><dt>").Text(Say(label)).Raw("</dt><dd>").Text(NumberText(value));
  if (!more.empty()) out_.Raw("<small>").Text(more).Raw("</small>");
  out_.Raw("</dd></div>\n");
}

void Page::KeyFigures() {
  out_.Raw("<dl class=\"key\">\n");
  Figure(M::kPersons,
         static_cast<int64_t>(report_.persons.size()),
         Say(M::kListVersion, {NumberText(report_.list_version)}));
  Figure(M::kHardFacts, totals_.hard, {});
  Figure(M::kSoftFacts, totals_.soft, totals_.soft > 0 ? Say(M::kLabelled) : std::string());
  Figure(M::kOpenCells, totals_.open, Say(M::kOfCells, {NumberText(totals_.cells)}));
  Figure(M::kShieldedAddresses, totals_.shielded, {});
  out_.Raw("</dl>\n");
}

void Page::Contents() {
  out_.Raw("<nav aria-label=\"").Text(Say(M::kContents)).Raw("\"><ul>");
  out_.Raw("<li><a href=\"#a\">").Text(Title('A', M::kGroupPicture)).Raw("</a></li>");
  out_.Raw("<li><a href=\"#b\">").Text(Title('B', M::kListOfNames)).Raw("</a></li>");
  out_.Raw("<li><a href=\"#c\">").Text(Title('C', M::kPerPerson)).Raw("</a></li>");
  out_.Raw("<li><a href=\"#f\">").Text(Title('F', M::kGaps)).Raw("</a></li>");
  out_.Raw("<li><a href=\"#g\">").Text(Title('G', M::kProvenance)).Raw("</a></li>");
  out_.Raw("</ul></nav>\n");
}

void Page::Part(const char (&id)[2], char letter, Message title) {
  out_.Raw("<h2 id=\"").Raw(id).Raw("\">").Text(Title(letter, title)).Raw("</h2>\n");
}

void Page::GroupPicture() {
  Part("a", 'A', M::kGroupPicture);
  if (report_.counts.empty()) {
    out_.Raw("<p>").Text(Say(M::kNoCounts)).Raw("</p>\n");
  } else {
    out_.Raw("<p class=\"quiet\">").Text(Say(M::kNotSummed)).Raw("</p>\n");
    Chart();
    Counts();
  }
  if (!report_.group_facts.empty()) {
    out_.Add(Facts(Say(M::kGroupFacts), report_.group_facts));
  }
}

// The year up to the reference day, every category together; a fact of which only the year is known
// stands in the table alone.
void Page::Chart() {
  const IncompleteDate last = FromDay(report_.reference_day);
  std::vector<Bar> bars;
  std::string first;
  for (int back = kChartMonths - 1; back >= 0; --back) {
    const int months = last.year * 12 + static_cast<int>(last.month) - 1 - back;
    const IncompleteDate month{months / 12, static_cast<unsigned>(months % 12) + 1, 0};
    const std::string key = MonthKey(month);
    Bar bar;
    bar.label = MonthName(options_.language, month.month);
    if (bars.empty() || month.month == 1) bar.below = std::to_string(month.year);
    if (bars.empty()) first = MonthText(options_.language, key);
    for (const auto& [category, periods] : report_.counts) {
      const auto count = periods.find(key);
      if (count != periods.end()) bar.value += count->second;
    }
    bars.push_back(std::move(bar));
  }
  const std::string caption =
      Say(M::kChart, {first, MonthText(options_.language, report_.reference_day)});
  out_.Add(BarChart(caption, bars));
}

void Page::Counts() {
  std::set<std::string, std::greater<>> all;
  std::vector<std::string> heads = {Say(M::kMonth)};
  for (const auto& [category, periods] : report_.counts) {
    heads.push_back(Category(category));
    for (const auto& [period, count] : periods)
      all.insert(period);
  }
  heads.push_back(Say(M::kTotal));
  HtmlTable table(Say(M::kCountsCaption), heads);
  for (const std::string& period : all) {
    const bool year = period.size() == 4;
    std::vector<Html> row = {
        EscapedText(year ? Say(M::kYearOnly, {period}) : MonthText(options_.language, period))};
    int total = 0;
    for (const auto& [category, periods] : report_.counts) {
      const auto count = periods.find(period);
      row.push_back(count == periods.end() ? Html() : EscapedText(NumberText(count->second)));
      if (count != periods.end()) total += count->second;
    }
    row.push_back(EscapedText(NumberText(total)));
    table.Add(row);
  }
  out_.Add(table.Write());
}

void Page::Names() {
  Part("b", 'B', M::kListOfNames);
  if (report_.persons.empty()) {
    out_.Raw("<p>").Text(Say(M::kNoPersons)).Raw("</p>\n");
    return;
  }
  std::string caption = Say(
      M::kListText,
      {NumberText(static_cast<int64_t>(report_.persons.size())), NumberText(report_.list_version)});
  if (report_.list_established) {
    caption += " " + Say(M::kListTime, {Time(report_.list_established)});
  }
  HtmlTable table(caption,
                  {Say(M::kNumber),
                   Say(M::kName),
                   Say(M::kBorn),
                   Say(M::kAge),
                   Say(M::kAddress),
                   Say(M::kListedBy),
                   Say(M::kReasons)});
  for (const Person& person : report_.persons) {
    Html name;
    name.Raw("<a href=\"#p").Number(person.number).Raw("\"><bdi>").Text(person.name);
    name.Raw("</bdi></a>");
    table.Add({EscapedText(NumberText(person.number)),
               name,
               EscapedText(DateText(options_.language, person.birth)),
               EscapedText(person.age ? AgeText(options_.language, *person.age) : std::string()),
               AddressOf(person),
               EscapedText(List(person.listed_by)),
               EscapedText(List(person.reasons))});
  }
  out_.Add(table.Write());
}

Html Page::AddressOf(const Person& person) const {
  Html out;
  switch (person.address) {
    case Address::kShown:
      return out.Raw("<bdi>").Text(person.address_text).Raw("</bdi>");
    case Address::kShielded:
      return out.Raw("<span class=\"open\">").Text(Say(M::kShielded)).Raw("</span>");
    case Address::kUnknown:
      break;
  }
  return out.Text(Say(M::kAddressUnknown));
}

Html Page::StandOf(Stand stand, std::string_view code) const {
  Html out;
  const std::string text = StandText(options_.language, stand, code);
  if (!IsOpen(stand)) return out.Text(text);
  return out.Raw("<span class=\"open\">").Text(text).Raw("</span>");
}

// Until when the fact may be kept and to whom it may go on; own data have neither from others.
Html Page::Terms(const Fact& fact, const FactView& view) const {
  Html out;
  if (view.own) return out.Text(Say(M::kOwnData));
  if (!view.expires.empty()) out.Text(Say(M::kExpiresShort, {view.expires}));
  out.Raw("<small>");
  if (fact.onward.empty()) {
    out.Text(Say(M::kNotOnward));
  } else {
    out.Text(Say(M::kOnwardTo, {List(fact.onward)}));
  }
  return out.Raw("</small>");
}

Html Page::Facts(std::string_view caption, const std::vector<Fact>& facts) const {
  HtmlTable table(
      caption, {Say(M::kDate), Say(M::kWhat), Say(M::kDetails), Say(M::kSource), Say(M::kTerms)});
  for (const Fact& fact : facts) {
    const FactView view = ViewOf(options_.language, report_, fact);
    Html what = EscapedText(view.what);
    if (fact.soft) {
      what.Raw(" <span class=\"tag soft\">").Text(Say(M::kSoft)).Raw("</span>");
    } else {
      what.Raw(" <span class=\"tag\">").Text(Say(M::kHard)).Raw("</span>");
    }
    const Source* const found = FindSource(report_, fact.source);
    Html source = EscapedText(found == nullptr ? std::string() : found->party);
    source.Raw("<a class=\"src\" href=\"#h").Number(fact.source).Raw("\" aria-label=\"");
    source.Text(Say(M::kSourceNumber, {NumberText(fact.source)})).Raw("\">");
    source.Number(fact.source).Raw("</a>");
    Html details;
    if (!view.details.empty()) details.Raw("<bdi>").Text(view.details).Raw("</bdi>");
    table.Add({EscapedText(view.date), what, details, source, Terms(fact, view)}, fact.soft);
  }
  return table.Write();
}

void Page::Persons() {
  Part("c", 'C', M::kPerPerson);
  if (totals_.soft > 0) {
    out_.Raw("<p class=\"quiet\">").Text(Say(M::kSoftMeans)).Raw("</p>\n");
  }
  for (const Person& person : report_.persons)
    OnePerson(person);
  if (report_.persons.empty()) out_.Raw("<p>").Text(Say(M::kNoPersons)).Raw("</p>\n");
}

void Page::OnePerson(const Person& person) {
  out_.Raw("<section id=\"p").Number(person.number).Raw("\">\n<h3>");
  out_.Text(NumberText(person.number) + " · ").Raw("<bdi>").Text(person.name).Raw("</bdi>");
  if (person.age) out_.Text(", " + AgeText(options_.language, *person.age));
  out_.Raw("</h3>\n<dl class=\"id\"><dt>").Text(Say(M::kBorn)).Raw("</dt><dd>");
  out_.Text(DateText(options_.language, person.birth)).Raw("</dd><dt>").Text(Say(M::kAddress));
  out_.Raw("</dt><dd>").Add(AddressOf(person)).Raw("</dd>");
  if (!person.listed_by.empty()) {
    out_.Raw("<dt>").Text(Say(M::kListedBy)).Raw("</dt><dd>").Text(List(person.listed_by));
    out_.Raw("</dd>");
  }
  if (!person.reasons.empty()) {
    out_.Raw("<dt>").Text(Say(M::kReasons)).Raw("</dt><dd>").Text(List(person.reasons));
    out_.Raw("</dd>");
  }
  out_.Raw("</dl>\n");
  if (person.facts.empty()) {
    out_.Raw("<p>").Text(Say(M::kNoFacts)).Raw("</p>\n");
  } else {
    out_.Add(Facts(Say(M::kFacts), person.facts));
  }
  WithoutFacts(person);
  out_.Raw("</section>\n");
}

// By stand, so that the one sentence that most cells get is read once.
void Page::WithoutFacts(const Person& person) {
  std::map<std::pair<Stand, std::string>, std::vector<std::string>> by_stand;
  for (const EmptyCell& cell : EmptyCells(report_, person))
    by_stand[{cell.stand, cell.code}].push_back(cell.party + " " + Category(cell.category));
  if (by_stand.empty()) return;
  out_.Raw("<p class=\"quiet\">").Text(Say(M::kWithoutFacts)).Raw("</p>\n<dl class=\"id\">");
  for (const auto& [stand, cells] : by_stand) {
    out_.Raw("<dt>").Add(StandOf(stand.first, stand.second)).Raw("</dt><dd>").Text(List(cells));
    out_.Raw("</dd>\n");
  }
  out_.Raw("</dl>\n");
}

void Page::Gaps() {
  Part("f", 'F', M::kGaps);
  HtmlTable table(Say(M::kNeverSays),
                  {Say(M::kParty), Say(M::kCategory), Say(M::kStand), Say(M::kDeadline)});
  for (const Gap& gap : report_.gaps) {
    Html stand = StandOf(gap.stand, gap.code);
    if (gap.stand == Stand::kDelivered && gap.at) {
      stand.Text(" " + DayText(options_.language, DayOf(*gap.at, options_.zone)));
    }
    table.Add({EscapedText(gap.party),
               EscapedText(Category(gap.category)),
               stand,
               EscapedText(IsOpen(gap.stand) ? Time(gap.deadline) : std::string())});
  }
  out_.Add(table.Write());
}

void Page::Provenance() {
  Part("g", 'G', M::kProvenance);
  HtmlTable table(Say(M::kNumbersMean),
                  {Say(M::kNumber),
                   Say(M::kSource),
                   Say(M::kExchange),
                   Say(M::kRule),
                   Say(M::kBasis),
                   Say(M::kReceived)});
  for (const Source& source : report_.sources) {
    Html number;
    number.Raw("<span id=\"h").Number(source.number).Raw("\">");
    number.Number(source.number).Raw("</span>");
    Html exchange = EscapedText(source.own ? Say(M::kOwnData) : source.ref);
    if (!source.exchange.empty()) {
      exchange.Raw("<small>").Text(source.exchange).Raw("</small>");
    }
    table.Add({number,
               EscapedText(source.party_name + ", " + Category(source.category)),
               exchange,
               EscapedText(List(source.rules)),
               EscapedText(List(source.bases)),
               EscapedText(Time(source.received))});
  }
  out_.Add(table.Write());
  Decisions();
}

void Page::Decisions() {
  if (report_.decisions.empty()) return;
  HtmlTable table(Say(M::kDecisions),
                  {Say(M::kStepHead), Say(M::kIssued), Say(M::kSignedBy), Say(M::kDocument)});
  for (const Decision& decision : report_.decisions) {
    Html document;
    document.Raw("<span class=\"hash\">").Text(decision.document).Raw("</span>");
    table.Add({EscapedText(decision.step),
               EscapedText(Time(decision.issued)),
               EscapedText(List(decision.signed_by)),
               document});
  }
  out_.Add(table.Write());
}

void Page::Foot() {
  out_.Raw("</main>\n<footer>")
      .Text(Say(M::kReference, {report_.ref, NumberText(report_.version)}));
  out_.Raw(". ").Text(Say(M::kCovenantHash, {report_.covenant_hash})).Raw(". ");
  const auto given = std::find_if(
      report_.sources.begin(), report_.sources.end(), [](const Source& s) { return !s.own; });
  if (given != report_.sources.end()) out_.Text(Say(M::kCheck, {given->ref}));
  out_.Raw("</footer>\n</body>\n</html>\n");
}

}  // namespace

std::string WriteHtml(const ScanReport& report, const HtmlOptions& options) {
  return Page(report, options).Write();
}

}  // namespace schakel::report
