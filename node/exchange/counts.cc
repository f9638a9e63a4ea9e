#include "node/exchange/counts.h"

#include <map>
#include <optional>
#include <set>

#include "node/base/ids.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/crypto/hash.h"
#include "node/record/facts.h"

namespace schakel::exchange {
namespace {

using canon::Value;
using record::CountCell;
using store::Family;

// One period as it is told; without cells it stays untold.
struct Told {
  bool soft = false;  // a soft record was counted
  std::vector<CountCell> cells;
};
using Periods = std::map<std::string, Told>;

// Other numbers come out under another definition.
std::string DefinitionOf(const covenant::Aggregate& aggregate) {
  Value::Object by;
  for (const auto& [name, part] : aggregate.by)
    by[name] = Value::Object{{"field", part.field}, {"form", ToString(part.form)}};
  const Value value = Value::Object{{"of", aggregate.of},
                                    {"date", aggregate.date},
                                    {"by", by},
                                    {"span", static_cast<int64_t>(aggregate.span)},
                                    {"round", static_cast<int64_t>(aggregate.round)},
                                    {"min_cell", static_cast<int64_t>(aggregate.min_cell)}};
  return EncodeHex(crypto::Sha256(canon::Write(value)));
}

Bytes RowKey(const CountsAsked& asked) {
  return store::KeyBuilder()
      .Text("counts")
      .Text(asked.to)
      .Text(asked.category)
      .Text(asked.group)
      .Build();
}

Bytes EncodeRow(const std::string& definition, const Periods& periods) {
  Value::Object all;
  for (const auto& [period, settled] : periods) {
    Value::Array cells;
    for (const CountCell& cell : settled.cells) {
      Value::Object by;
      for (const auto& [name, value] : cell.by)
        by[name] = value;
      cells.emplace_back(Value::Object{{"by", by}, {"count", cell.count}});
    }
    all[period] = Value::Object{{"soft", settled.soft}, {"cells", cells}};
  }
  return ToBytes(canon::Write(Value::Object{{"definition", definition}, {"periods", all}}));
}

Result<Periods> DecodeRow(ByteView bytes, const std::string& definition) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  canon::ObjectReader in(value, "counts");
  Periods periods;
  // What was told under another definition is not told anew: two tellings of one period, each with
  // small cells of its own left out, could give a cell away.
  const bool same = TRY(in.Text("definition")) == definition;
  for (const auto& [period, stored] : *TRY(in.Object("periods"))) {
    canon::ObjectReader row(stored, "period");
    Told settled;
    settled.soft = TRY(row.Bool("soft"));
    const Value::Array* const cells = TRY(row.Array("cells"));
    for (const Value& cell_value : *cells) {
      canon::ObjectReader cell(cell_value, "cell");
      CountCell read;
      read.period = period;
      read.count = TRY(cell.Int("count"));
      for (const auto& [name, part] : *TRY(cell.Object("by"))) {
        const std::string* const text = part.AsString();
        if (text == nullptr) return Corrupt("a stored count has a part that is no text");
        read.by[name] = *text;
      }
      TRY(cell.Done());
      settled.cells.push_back(std::move(read));
    }
    TRY(row.Done());
    if (!same) settled.cells.clear();
    periods[period] = std::move(settled);
  }
  return periods;
}

// By number: a place among the ids of all rules (verdict.h).
std::set<uint32_t> ConditionalDenies(const covenant::Document& document) {
  std::set<std::string_view> ids;
  for (const covenant::Permit& permit : document.permits)
    ids.insert(permit.id);
  for (const covenant::Deny& deny : document.denies)
    ids.insert(deny.id);
  std::set<uint32_t> numbers;
  for (const covenant::Deny& deny : document.denies) {
    if (deny.when.empty() || !deny.fields.empty()) continue;
    numbers.insert(static_cast<uint32_t>(std::distance(ids.begin(), ids.find(deny.id))));
  }
  return numbers;
}

// The records to count, as far as no deny keeps them at home.
class Counter {
 public:
  Counter(const Context& context,
          const covenant::Covenant& covenant,
          const CountsAsked& asked,
          const covenant::Aggregate& aggregate,
          const covenant::KnownFacts& stated,
          Instant now)
      : context_(context),
        covenant_(covenant),
        asked_(asked),
        aggregate_(aggregate),
        category_(aggregate.of.empty() ? asked.category : aggregate.of),
        stated_(stated),
        known_(covenant),
        now_(now),
        today_(DayOf(now, covenant.document().zone)),
        axes_(covenant.AxesOf(asked.from, asked.to, asked.purpose, category_)),
        reader_(covenant, category_, today_),
        conditional_(ConditionalDenies(covenant.document())) {}

  Result<std::vector<record::Countable>> Run() {
    Result<void> failed;
    TRY(context_.records.ScanGroup(
        asked_.group, category_, [&](const Result<record::Record>& stored) {
          // One that does not open counts for nothing: damage is told elsewhere.
          if (stored) failed = Add(*stored);
          return failed.ok();
        }));
    TRY(std::move(failed));
    return std::move(counted_);
  }
  [[nodiscard]] const std::set<std::string>& soft() const { return soft_; }

 private:
  Result<void> Add(const record::Record& stored) {
    const covenant::Category& counted = covenant_.document().categories.at(category_);
    auto countable = aggregate_.of.empty()
                         ? record::CountableOf(aggregate_, stored)
                         : record::CountableOf(aggregate_, counted, stored, today_);
    if (!countable) return {};
    if (!aggregate_.of.empty() && TRY(StaysHome(stored))) return {};
    if (stored.hardness == record::Hardness::kSoft) soft_.insert(countable->period);
    counted_.push_back(*std::move(countable));
    return {};
  }

  // A deny about what this record or person is keeps it out of the count too, when it is TRUE or
  // UNKNOWN: a victim, a child. One without a condition says that no such record goes there as a
  // record, which is why there is a count.
  Result<bool> StaysHome(const record::Record& stored) {
    known_ = stated_;
    if (stored.subject) {
      auto subject = context_.records.LoadSubject(*stored.subject);
      if (!subject) {
        if (subject.error().code == ErrorCode::kUnavailable) return subject.error();
        return true;
      }
      reader_.ReadPerson(*subject, known_);
    }
    reader_.ReadRecord(stored, known_);
    covenant::Case question;
    question.axes = axes_;
    question.facts = &known_;
    question.now = now_;
    covenant_.Decide(question, verdict_);
    for (const covenant::Verdict::RuleTruth& rule : verdict_.rules) {
      if (rule.whole != covenant::Truth::kFalse && conditional_.contains(rule.rule)) return true;
    }
    return false;
  }

  const Context& context_;
  const covenant::Covenant& covenant_;
  const CountsAsked& asked_;
  const covenant::Aggregate& aggregate_;
  const std::string& category_;
  const covenant::KnownFacts& stated_;
  covenant::KnownFacts known_;
  covenant::Verdict verdict_;
  const Instant now_;
  const Day today_;
  const covenant::Axes axes_;
  const record::FactReader reader_;
  const std::set<uint32_t> conditional_;  // denies of whole records with a condition, by number
  std::vector<record::Countable> counted_;
  std::set<std::string> soft_;  // periods
};

record::Record RecordOf(const CountsAsked& asked,
                        const CountCell& cell,
                        bool soft,
                        Entropy& entropy) {
  record::Record record;
  record.id = MakeUuidV4(entropy);
  record.category = asked.category;
  record.group = asked.group;
  record.hardness = soft ? record::Hardness::kSoft : record::Hardness::kHard;
  record.fields[covenant::kPeriodField] = cell.period;
  record.fields[covenant::kCountField] = std::to_string(cell.count);
  for (const auto& [name, value] : cell.by)
    record.fields[name] = value;
  return record;
}

}  // namespace

Result<CountsGiven> CountFor(const Context& context,
                             const covenant::Covenant& covenant,
                             const CountsAsked& asked,
                             const covenant::KnownFacts& stated,
                             Instant now) {
  const covenant::Aggregate& aggregate =
      *covenant.document().categories.at(asked.category).aggregate;
  const std::string definition = DefinitionOf(aggregate);
  const Bytes key = RowKey(asked);
  Periods periods;
  if (const auto stored = TRY(context.store.Get(Family::kExchange, key))) {
    periods = TRY(DecodeRow(*stored, definition));
  }
  const size_t known = periods.size();
  Counter counter(context, covenant, asked, aggregate, stated, now);
  const Day today = DayOf(now, covenant.document().zone);
  std::map<std::string, std::vector<record::Countable>> fresh;
  for (record::Countable& record : TRY(counter.Run())) {
    const auto end = record::PeriodEnd(aggregate.span, record.period);
    if (!end || *end >= today || periods.contains(record.period)) continue;
    fresh[record.period].push_back(std::move(record));
  }
  for (const auto& [period, records] : fresh) {
    periods[period] =
        Told{counter.soft().contains(period), record::Count(aggregate, records, today)};
  }
  CountsGiven given;
  if (periods.size() != known) given.rows.emplace_back(key, EncodeRow(definition, periods));
  for (const auto& [period, settled] : periods) {
    for (const CountCell& cell : settled.cells)
      given.cells.push_back(RecordOf(asked, cell, settled.soft, context.entropy));
  }
  return given;
}

}  // namespace schakel::exchange
