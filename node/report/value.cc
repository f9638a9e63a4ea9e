// The report as a JSON value and back.
#include <limits>
#include <map>

#include "node/canon/reader.h"
#include "node/report/model.h"

namespace schakel::report {
namespace {

using canon::ObjectReader;
using canon::Value;

constexpr int kFormat = 1;  // Of the JSON; another shape gets another number.

// ---- to a value

Value Texts(const std::vector<std::string>& texts) {
  Value::Array out;
  for (const std::string& text : texts)
    out.emplace_back(text);
  return out;
}

template <typename T, typename Make>
Value List(const std::vector<T>& items, Make make) {
  Value::Array out;
  for (const T& item : items)
    out.emplace_back(make(item));
  return out;
}

Value DecisionValue(const Decision& decision) {
  return Value::Object{{"step", decision.step},
                       {"document", decision.document},
                       {"signed_by", Texts(decision.signed_by)},
                       {"issued", ToMillis(decision.issued)}};
}

Value FactValue(const Fact& fact) {
  Value::Array fields;
  for (const FieldText& field : fact.fields) {
    if (!IsForDisplay(field)) continue;
    fields.emplace_back(
        Value::Object{{"name", field.name}, {"form", field.form}, {"text", field.text}});
  }
  Value::Object out{{"category", fact.category},
                    {"soft", fact.soft},
                    {"source", fact.source},
                    {"onward", Texts(fact.onward)}};
  out["fields"] = std::move(fields);
  if (fact.expires) out["expires"] = ToIso(*fact.expires);
  return out;
}

const char* AddressName(Address address) {
  switch (address) {
    case Address::kUnknown:
      return "unknown";
    case Address::kShown:
      return "shown";
    case Address::kShielded:
      return "shielded";
  }
  return "unknown";
}

Value PersonValue(const Person& person) {
  Value::Array cells;
  for (const auto& [cell, stand] : person.cells) {
    cells.emplace_back(Value::Object{
        {"party", cell.first}, {"category", cell.second}, {"stand", StandName(stand)}});
  }
  Value::Object out{{"number", person.number},
                    {"row", person.row},
                    {"name", person.name},
                    {"birth", ToIso(person.birth)},
                    {"address", AddressName(person.address)},
                    {"listed_by", Texts(person.listed_by)},
                    {"reasons", Texts(person.reasons)}};
  // Moved in, because a braced list copies what it holds.
  out["facts"] = List(person.facts, FactValue);
  out["cells"] = std::move(cells);
  if (person.age) out["age"] = Value::Object{{"low", person.age->low}, {"high", person.age->high}};
  if (person.address == Address::kShown) out["address_text"] = person.address_text;
  return out;
}

Value GapValue(const Gap& gap) {
  Value::Object out{
      {"party", gap.party}, {"category", gap.category}, {"stand", StandName(gap.stand)}};
  if (!gap.code.empty()) out["code"] = gap.code;
  if (gap.at) out["at"] = ToMillis(*gap.at);
  if (gap.deadline) out["deadline"] = ToMillis(*gap.deadline);
  return out;
}

Value SourceValue(const Source& source) {
  Value::Object out{{"number", source.number},
                    {"party", source.party},
                    {"party_name", source.party_name},
                    {"category", source.category},
                    {"own", source.own},
                    {"ref", source.ref},
                    {"exchange", source.exchange},
                    {"rules", Texts(source.rules)},
                    {"bases", Texts(source.bases)}};
  if (source.received) out["received"] = ToMillis(*source.received);
  return out;
}

Value CountsValue(const std::map<std::string, std::map<std::string, int>>& counts) {
  Value::Array out;
  for (const auto& [category, periods] : counts) {
    for (const auto& [period, count] : periods) {
      out.emplace_back(Value::Object{{"category", category}, {"period", period}, {"count", count}});
    }
  }
  return out;
}

// ---- from a value

Result<int> SmallInt(ObjectReader& in, std::string_view key) {
  return static_cast<int>(
      TRY(in.Int(key, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max())));
}

Result<std::optional<Instant>> OptionalTime(ObjectReader& in, std::string_view key) {
  if (!in.Has(key)) return std::optional<Instant>();
  return std::optional<Instant>(TRY(in.Time(key)));
}

Result<IncompleteDate> Date(ObjectReader& in, std::string_view key) {
  const Result<IncompleteDate> date = ParseIsoDate(TRY(in.Text(key)));
  if (!date) return in.Fault(key, "is no date");
  return *date;
}

Result<Day> WholeDay(ObjectReader& in, std::string_view key) {
  const IncompleteDate date = TRY(Date(in, key));
  if (!date.complete()) return in.Fault(key, "is no whole day");
  return date.Earliest();
}

Result<std::optional<Day>> OptionalDay(ObjectReader& in, std::string_view key) {
  if (!in.Has(key)) return std::optional<Day>();
  return std::optional<Day>(TRY(WholeDay(in, key)));
}

Result<Stand> ReadStand(ObjectReader& in) {
  const std::string name = TRY(in.Text("stand"));
  for (const Stand stand : {Stand::kDelivered,
                            Stand::kNoResult,
                            Stand::kPending,
                            Stand::kRefused,
                            Stand::kNoAnswer,
                            Stand::kNotAsked,
                            Stand::kOwn}) {
    if (name == StandName(stand)) return stand;
  }
  return in.Fault("stand", "is not a known one");
}

Result<Address> ReadAddress(ObjectReader& in) {
  const std::string name = TRY(in.Text("address"));
  for (const Address address : {Address::kUnknown, Address::kShown, Address::kShielded}) {
    if (name == AddressName(address)) return address;
  }
  return in.Fault("address", "is not a known one");
}

template <typename T, typename Read>
Result<std::vector<T>> ReadList(ObjectReader& in, std::string_view key, Read read) {
  std::vector<T> out;
  for (const Value& item : *TRY(in.Array(key)))
    out.push_back(TRY(read(item)));
  return out;
}

Result<Decision> ReadDecision(const Value& value) {
  ObjectReader in(value, "decision");
  Decision out;
  out.step = TRY(in.Text("step"));
  out.document = TRY(in.Text("document"));
  out.signed_by = TRY(in.Texts("signed_by"));
  out.issued = TRY(in.Time("issued"));
  TRY(in.Done());
  return out;
}

Result<FieldText> ReadField(const Value& value) {
  ObjectReader in(value, "field");
  FieldText out;
  out.name = TRY(in.Text("name"));
  out.form = TRY(in.Text("form"));
  out.text = TRY(in.Text("text"));
  TRY(in.Done());
  return out;
}

Result<Fact> ReadFact(const Value& value) {
  ObjectReader in(value, "fact");
  Fact out;
  out.category = TRY(in.Text("category"));
  out.soft = TRY(in.Bool("soft"));
  out.fields = TRY(ReadList<FieldText>(in, "fields", ReadField));
  out.source = TRY(SmallInt(in, "source"));
  out.expires = TRY(OptionalDay(in, "expires"));
  out.onward = TRY(in.Texts("onward"));
  TRY(in.Done());
  return out;
}

Result<IntInterval> ReadAge(const Value& value) {
  ObjectReader in(value, "age");
  IntInterval out;
  out.low = TRY(in.Int("low"));
  out.high = TRY(in.Int("high"));
  TRY(in.Done());
  return out;
}

Result<Person> ReadPerson(const Value& value) {
  ObjectReader in(value, "person");
  Person out;
  out.number = TRY(SmallInt(in, "number"));
  out.row = TRY(in.Text("row"));
  out.name = TRY(in.Text("name"));
  out.birth = TRY(Date(in, "birth"));
  if (in.Has("age")) out.age = TRY(ReadAge(*TRY(in.Any("age"))));
  out.address = TRY(ReadAddress(in));
  if (out.address == Address::kShown) out.address_text = TRY(in.Text("address_text"));
  out.listed_by = TRY(in.Texts("listed_by"));
  out.reasons = TRY(in.Texts("reasons"));
  out.facts = TRY(ReadList<Fact>(in, "facts", ReadFact));
  for (const Value& item : *TRY(in.Array("cells"))) {
    ObjectReader cell(item, "cell");
    std::string party = TRY(cell.Text("party"));
    std::string category = TRY(cell.Text("category"));
    const Stand stand = TRY(ReadStand(cell));
    TRY(cell.Done());
    out.cells[{std::move(party), std::move(category)}] = stand;
  }
  TRY(in.Done());
  return out;
}

Result<Gap> ReadGap(const Value& value) {
  ObjectReader in(value, "gap");
  Gap out;
  out.party = TRY(in.Text("party"));
  out.category = TRY(in.Text("category"));
  out.stand = TRY(ReadStand(in));
  out.code = TRY(in.OptionalText("code")).value_or("");
  out.at = TRY(OptionalTime(in, "at"));
  out.deadline = TRY(OptionalTime(in, "deadline"));
  TRY(in.Done());
  return out;
}

Result<Source> ReadSource(const Value& value) {
  ObjectReader in(value, "source");
  Source out;
  out.number = TRY(SmallInt(in, "number"));
  out.party = TRY(in.Text("party"));
  out.party_name = TRY(in.Text("party_name"));
  out.category = TRY(in.Text("category"));
  out.own = TRY(in.Bool("own"));
  out.ref = TRY(in.Text("ref"));
  out.exchange = TRY(in.Text("exchange"));
  out.rules = TRY(in.Texts("rules"));
  out.bases = TRY(in.Texts("bases"));
  out.received = TRY(OptionalTime(in, "received"));
  TRY(in.Done());
  return out;
}

Result<void> ReadCounts(ObjectReader& in, ScanReport& out) {
  for (const Value& item : *TRY(in.Array("counts"))) {
    ObjectReader count(item, "count");
    const std::string category = TRY(count.Text("category"));
    const std::string period = TRY(count.Text("period"));
    out.counts[category][period] = TRY(SmallInt(count, "count"));
    TRY(count.Done());
  }
  return {};
}

// The namenlijst and the covenant are objects of their own in the JSON.
Result<void> ReadGrounds(ObjectReader& in, ScanReport& out) {
  ObjectReader covenant(*TRY(in.Any("covenant")), "covenant");
  out.covenant_title = TRY(covenant.Text("title"));
  out.covenant_version = TRY(covenant.Int("version"));
  out.covenant_hash = TRY(covenant.Text("hash"));
  TRY(covenant.Done());
  ObjectReader list(*TRY(in.Any("list")), "list");
  out.list_version = TRY(SmallInt(list, "version"));
  out.list_established = TRY(OptionalTime(list, "established"));
  return list.Done();
}

}  // namespace

Value ToValue(const ScanReport& report) {
  Value::Object list{{"version", report.list_version}};
  if (report.list_established) list["established"] = ToMillis(*report.list_established);
  Value::Object out{{"format", kFormat},
                    {"ref", report.ref},
                    {"name", report.name},
                    {"areas", Texts(report.areas)},
                    {"step", report.step},
                    {"decisions", List(report.decisions, DecisionValue)},
                    {"version", report.version},
                    {"complete", report.Complete()},
                    {"reference_day", ToIso(report.reference_day)},
                    {"municipality", report.municipality},
                    {"covenant",
                     Value::Object{{"title", report.covenant_title},
                                   {"version", report.covenant_version},
                                   {"hash", report.covenant_hash}}},
                    {"list", std::move(list)},
                    {"gaps", List(report.gaps, GapValue)},
                    {"sources", List(report.sources, SourceValue)},
                    {"counts", CountsValue(report.counts)}};
  out["group_facts"] = List(report.group_facts, FactValue);
  out["persons"] = List(report.persons, PersonValue);
  if (report.expires) out["expires"] = ToIso(*report.expires);
  return out;
}

Result<ScanReport> ParseScanReport(const Value& value) {
  ObjectReader in(value, "report");
  TRY(in.Int("format", kFormat, kFormat));
  ScanReport out;
  out.ref = TRY(in.Text("ref"));
  out.name = TRY(in.Text("name"));
  out.areas = TRY(in.Texts("areas"));
  out.step = TRY(in.Text("step"));
  out.decisions = TRY(ReadList<Decision>(in, "decisions", ReadDecision));
  out.version = TRY(SmallInt(in, "version"));
  TRY(in.Bool("complete"));
  out.reference_day = TRY(WholeDay(in, "reference_day"));
  out.expires = TRY(OptionalDay(in, "expires"));
  out.municipality = TRY(in.Text("municipality"));
  TRY(ReadGrounds(in, out));
  out.group_facts = TRY(ReadList<Fact>(in, "group_facts", ReadFact));
  out.persons = TRY(ReadList<Person>(in, "persons", ReadPerson));
  out.gaps = TRY(ReadList<Gap>(in, "gaps", ReadGap));
  out.sources = TRY(ReadList<Source>(in, "sources", ReadSource));
  TRY(ReadCounts(in, out));
  TRY(in.Done());
  // What the members cannot show one by one: a cell named twice, another order, a field that is not
  // for display, a `complete` that contradicts the gaps.
  if (ToValue(out) != value) return Malformed("report: no report that this program writes");
  return out;
}

}  // namespace schakel::report
