#include "tests/sim/views.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/exchange/lines.h"
#include "node/record/body.h"
#include "node/report/html.h"
#include "node/report/json.h"
#include "node/report/text.h"

namespace schakel::sim {
namespace {

using canon::Value;

// The member, which the line must have.
const Value& Member(const Value::Object& object, const std::string& name) {
  static const Value kNothing;
  const auto found = object.find(name);
  EXPECT_NE(found, object.end()) << name;
  return found == object.end() ? kNothing : found->second;
}

std::map<std::string, std::string> TextMap(const Value& value) {
  std::map<std::string, std::string> texts;
  if (value.AsObject() == nullptr) return texts;
  for (const auto& [name, text] : *value.AsObject())
    texts[name] = *text.AsString();
  return texts;
}

RecordLine ReadRecord(const Value& value) {
  const Value::Object& object = *value.AsObject();
  RecordLine line;
  line.category = *Member(object, "category").AsString();
  line.outcome = *Member(object, "outcome").AsString();
  if (object.contains("code")) line.code = *object.at("code").AsString();
  if (!object.contains("rules")) return line;
  for (const Value& rule : *Member(object, "by").AsArray())
    line.by.push_back(*rule.AsString());
  line.fields = TextMap(Member(object, "fields"));
  line.withheld = TextMap(Member(object, "withheld"));
  for (const auto& [rule, parts] : *Member(object, "rules").AsObject()) {
    line.rules[rule] = {*Member(*parts.AsObject(), "whole").AsString(),
                        TextMap(Member(*parts.AsObject(), "facts"))};
  }
  return line;
}

}  // namespace

std::vector<RecordLine> PersonLine::Of(std::string_view category) const {
  std::vector<RecordLine> of;
  for (const RecordLine& record : records) {
    if (record.category == category) of.push_back(record);
  }
  return of;
}

int PersonLine::Count(std::string_view category,
                      std::string_view rule,
                      std::string_view whole) const {
  int count = 0;
  for (const RecordLine& record : Of(category)) {
    const auto found = record.rules.find(std::string(rule));
    if (found != record.rules.end() && found->second.whole == whole) ++count;
  }
  return count;
}

std::vector<PersonLine> LinesAt(World& world,
                                std::string_view party,
                                std::string_view from,
                                const Uuid& exchange) {
  std::vector<PersonLine> lines;
  auto opened = exchange::OpenLines(world[party].lineage().context, from, exchange);
  EXPECT_TRUE(opened.ok()) << party;
  if (!opened) return lines;
  for (const std::string& json : *opened) {
    if (json.empty()) continue;
    const Value value = *canon::ParseCanonical(json);
    PersonLine line;
    line.match = *Member(*value.AsObject(), "match").AsString();
    for (const Value& record : *Member(*value.AsObject(), "records").AsArray()) {
      line.records.push_back(ReadRecord(record));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

const exchange::OutRow& ScanView::exchange(std::string_view party) const {
  for (const scan::PartnerPlan& partner : round.partners) {
    if (partner.party == party && partner.exchange) return *partner.exchange;
  }
  ADD_FAILURE() << "no exchange with " << party;
  std::abort();
}

const report::Person& ScanView::Person(std::string_view name, int year) const {
  for (const report::Person& person : report.persons) {
    const bool right = year == 0 || ToIso(person.birth).starts_with(std::to_string(year));
    if (person.name == name && right) return person;
  }
  ADD_FAILURE() << "nobody in the scan is called " << name;
  std::abort();
}

report::Stand ScanView::Cell(const report::Person& person,
                             std::string_view party,
                             std::string_view category) const {
  const auto cell = person.cells.find({std::string(party), std::string(category)});
  if (cell == person.cells.end()) {
    ADD_FAILURE() << "no cell " << party << " " << category;
    return report::Stand::kNoAnswer;
  }
  return cell->second;
}

const report::Gap& ScanView::Gap(std::string_view party, std::string_view category) const {
  for (const report::Gap& gap : report.gaps) {
    if (gap.party == party && gap.category == category) return gap;
  }
  ADD_FAILURE() << "no gap " << party << " " << category;
  std::abort();
}

ScanView Assemble(World& world, const scan::Round& round) {
  Party& gemeente = world["gemeente"];
  const Instant now = world.clock.Now();
  auto before_list = gemeente.lineage().rounds.BeforeList(kGroup, now);
  EXPECT_TRUE(before_list.ok());
  auto report = gemeente.lineage().scans.Assemble(round, *before_list, now);
  EXPECT_TRUE(report.ok()) << report.error().detail;
  return {round, *std::move(report)};
}

ScanView AskScan(World& world, std::optional<int> number) {
  ScanView view = Assemble(world, world.AskAboutPersons(number));
  Party& gemeente = world["gemeente"];
  auto batch = gemeente.lineage().scans.Keep(view.report);
  EXPECT_TRUE(batch.ok());
  EXPECT_TRUE(gemeente.engine->CommitLocal("scan_version", "regisseur", *std::move(batch)).ok());
  return view;
}

PersonLine LineAbout(World& world,
                     const ScanView& scan,
                     std::string_view party,
                     const report::Person& person) {
  const exchange::OutRow& row = scan.exchange(party);
  const auto body = world["gemeente"].lineage().requester.BodyOf(row.exchange);
  const std::vector<PersonLine> lines = LinesAt(world, party, "gemeente", row.exchange);
  EXPECT_EQ(lines.size(), body->subjects.size());
  for (size_t i = 0; i < body->subjects.size() && i < lines.size(); ++i) {
    if (ToString(body->subjects[i].row) == person.row) return lines[i];
  }
  ADD_FAILURE() << party << " was not asked about person " << person.number;
  return {};
}

PersonLine NamingLine(World& world,
                      const ScanView& scan,
                      std::string_view party,
                      const report::Person& person) {
  std::vector<std::string> rows;
  for (const scan::PartnerPlan& partner : scan.round.partners) {
    if (partner.party != party) continue;
    for (const scan::NamingDecision& naming : partner.persons)
      rows.push_back(ToString(naming.body.row));
    for (const scan::NamingDecision& naming : partner.left_out)
      rows.push_back(ToString(naming.body.row));
  }
  const std::vector<PersonLine> lines =
      LinesAt(world, "gemeente", "gemeente", scan.exchange(party).exchange);
  EXPECT_EQ(lines.size(), rows.size());
  for (size_t i = 0; i < rows.size() && i < lines.size(); ++i) {
    if (rows[i] == person.row) return lines[i];
  }
  ADD_FAILURE() << "nothing was decided about naming person " << person.number << " to " << party;
  return {};
}

std::vector<std::string> Texts(const report::Person& person,
                               std::string_view category,
                               std::string_view field) {
  std::vector<std::string> texts;
  for (const report::Fact& fact : person.facts) {
    if (fact.category != category) continue;
    for (const report::FieldText& text : fact.fields) {
      if (text.name == field) texts.push_back(text.text);
    }
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<record::Release> ReceivedAbout(World& world,
                                           const ScanView& scan,
                                           std::string_view party,
                                           const report::Person& person) {
  std::vector<record::Release> about;
  auto received = world["gemeente"].lineage().requester.Received(scan.exchange(party).exchange);
  EXPECT_TRUE(received.ok());
  for (record::Release& release : *received) {
    if (release.row && ToString(*release.row) == person.row) about.push_back(std::move(release));
  }
  return about;
}

std::string ReceivedBytes(World& world, std::string_view party) {
  std::string all;
  const exchange::Context& context = world[party].lineage().context;
  const auto scanned =
      context.store.Scan(store::Family::kReceived, {}, [&](ByteView key, ByteView value) {
        const auto opened = store::OpenValue(context.keys, store::Family::kReceived, key, value);
        EXPECT_TRUE(opened.ok());
        all += ToText(*opened);
        return true;
      });
  EXPECT_TRUE(scanned.ok());
  return all;
}

std::string BodyTo(World& world, const ScanView& scan, std::string_view party) {
  const auto body = world["gemeente"].lineage().requester.BodyOf(scan.exchange(party).exchange);
  EXPECT_TRUE(body.ok());
  return canon::Write(record::ToValue(*body));
}

std::map<std::string, std::string> Renderings(const report::ScanReport& report) {
  std::map<std::string, std::string> all;
  for (const auto language : {report::Language::kDutch, report::Language::kEnglish}) {
    const std::string suffix = language == report::Language::kDutch ? "nl" : "en";
    report::TextOptions text;
    text.language = language;
    all["text " + suffix] = report::WriteText(report, text);
    report::HtmlOptions html;
    html.language = language;
    all["html " + suffix] = report::WriteHtml(report, html);
  }
  all["json"] = report::WriteJson(report);
  return all;
}

}  // namespace schakel::sim
