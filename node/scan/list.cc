#include "node/scan/list.h"

#include <algorithm>
#include <map>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/record/facts.h"
#include "node/record/match.h"
#include "node/scan/numbered.h"
#include "node/scan/word.h"

namespace schakel::scan {
namespace {

using canon::ObjectReader;
using canon::Value;
using record::Fields;
using store::Family;
using store::KeyBuilder;

constexpr const char* kPersoon = "persoon";

Bytes HeaderPrefix(std::string_view group) {
  return KeyBuilder().Text("list").Text(group).Build();
}
Bytes HeaderKey(std::string_view group, int64_t version) {
  return KeyBuilder().Text("list").Text(group).U64(static_cast<uint64_t>(version)).Build();
}
Bytes RowKey(std::string_view group, int64_t version, const Uuid& row) {
  return KeyBuilder()
      .Text("list-row")
      .Text(group)
      .U64(static_cast<uint64_t>(version))
      .Raw(row.bytes)
      .Build();
}

Value TextArray(const std::set<std::string>& texts) {
  Value::Array array;
  for (const std::string& text : texts)
    array.emplace_back(text);
  return array;
}
Value TextArray(const std::vector<std::string>& texts) {
  Value::Array array;
  for (const std::string& text : texts)
    array.emplace_back(text);
  return array;
}

Value LabelValue(const ListLabel& label) {
  return Value::Object{{"from", label.from},
                       {"ref", label.ref},
                       {"exchange", ToString(label.exchange)},
                       {"by", TextArray(label.by)},
                       {"retain", ToString(label.retain)},
                       {"onward", TextArray(label.onward)},
                       {"received", ToMillis(label.received)},
                       {"reason", label.reason}};
}

Result<ListLabel> ReadLabel(const Value& value) {
  ObjectReader in(value, "label");
  ListLabel label;
  label.from = TRY(in.Text("from"));
  label.ref = TRY(in.Text("ref"));
  label.exchange = TRY(ParseUuid(TRY(in.Text("exchange"))));
  label.by = TRY(in.Texts("by"));
  label.retain = TRY(ParsePeriod(TRY(in.Text("retain"))));
  for (const std::string& party : TRY(in.Texts("onward")))
    label.onward.insert(party);
  label.received = TRY(in.Time("received"));
  label.reason = TRY(in.Text("reason"));
  TRY(in.Done());
  return label;
}

Bytes EncodeEntry(const ListEntry& entry) {
  Value::Array labels;
  for (const ListLabel& label : entry.labels)
    labels.push_back(LabelValue(label));
  Value::Object object{{"person", record::ToValue(entry.person)}, {"labels", std::move(labels)}};
  if (entry.own_subject) object["own"] = ToString(*entry.own_subject);
  return ToBytes(canon::Write(object));
}

Result<ListEntry> DecodeEntry(ByteView bytes, const covenant::Category& persoon) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "list entry");
  ListEntry entry;
  entry.person = TRY(record::ParseListedPerson(*TRY(in.Any("person")), persoon));
  for (const Value& label : *TRY(in.Array("labels"))) {
    entry.labels.push_back(TRY(ReadLabel(label)));
  }
  if (in.Has("own")) entry.own_subject = TRY(ParseUuid(TRY(in.Text("own"))));
  TRY(in.Done());
  return entry;
}

Result<const covenant::Category*> Persoon(const covenant::Document& document) {
  const auto found = document.categories.find(kPersoon);
  if (found == document.categories.end()) {
    return Denied("the covenant has no category 'persoon'");
  }
  return &found->second;
}

// The first own `persoon` record of the subject, or nothing.
Result<std::optional<record::Record>> OwnPersoon(const exchange::Context& context,
                                                 const Uuid& subject) {
  std::optional<record::Record> found;
  TRY(context.records.ScanSubject(subject, kPersoon, [&](Result<record::Record> stored) {
    if (stored) found = *std::move(stored);
    return !found.has_value();
  }));
  return found;
}

std::string ReasonOf(const record::Release& release) {
  const auto reason = release.fields.find("reden");
  const auto* const text =
      reason == release.fields.end() ? nullptr : std::get_if<std::string>(&reason->second);
  return text == nullptr ? std::string() : *text;
}

// The question that the giver's decision answered when it named the person to us.
covenant::Question GivenWith(const ListLabel& label,
                             std::string_view self,
                             std::string_view purpose,
                             Instant now) {
  covenant::Question given;
  given.from = label.from;
  given.to = std::string(self);
  given.purpose = std::string(purpose);
  given.category = "namenlijst";
  given.now = now;
  return given;
}

// What the received birth date itself tells is better than the giver's word about it.
void AddWhatBirthTells(const covenant::Document& document,
                       const Fields& values,
                       Day today,
                       covenant::Facts& facts) {
  Fields attributes;
  const auto birth = values.find("geboortedatum");
  if (birth != values.end()) attributes.insert(*birth);
  for (auto& [fact, value] : record::PersonFacts(document, attributes, today)) {
    facts.insert_or_assign(fact, std::move(value));
  }
}

std::set<std::string> PresentIn(const Fields& values) {
  std::set<std::string> present;
  for (const auto& [field, value] : values) {
    if (!record::IsEmpty(value)) present.insert(field);
  }
  return present;
}

// What was received goes back to its giver, or where its label says.
bool MayGoOn(const ListLabel& label, std::string_view partner) {
  return label.from == partner || label.onward.contains(std::string(partner));
}

// What our own decision about naming somebody stood on, as its sealed line says it.
constexpr const char* kOnOwnRecord = "OWN";
constexpr const char* kOnGiversWord = "GIVER";

std::string NamingLine(const char* stands_on,
                       const covenant::Decision& decision,
                       const exchange::Told& told) {
  return canon::Write(Value::Object{
      {"match", stands_on}, {"records", Value::Array{exchange::DecisionValue(decision, told)}}});
}

// A person is named by opening commitments, and what opens is the value itself. So who may have a
// field in a coarser form only is told of nobody (covenant.md, "Meaning", step 8).
std::set<covenant::FormKind> FormsThatDoNotOpen() {
  using covenant::FormKind;
  return {FormKind::kMonth,
          FormKind::kYear,
          FormKind::kBand,
          FormKind::kInitials,
          FormKind::kCoarse,
          FormKind::kPseudonymRecipient,
          FormKind::kPseudonymCovenant,
          FormKind::kReviewed};
}

// Somebody on the draft: all that was said about one person.
struct Listed {
  record::Person person;
  Fields values;
  std::optional<Uuid> own_subject;
  std::vector<ListLabel> labels;
};

}  // namespace

record::Namenlijst List::Commitments() const {
  record::Namenlijst commitments;
  for (const ListEntry& entry : entries)
    commitments.persons.push_back(entry.person);
  commitments.fillers = fillers;
  return commitments;
}

Result<Lists::Draft> Lists::Draw(std::string_view group,
                                 const std::vector<Named>& named,
                                 const std::set<Uuid>& leave_out,
                                 Instant now) const {
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const covenant::Category& persoon = *TRY(Persoon(view->document()));
  const std::optional<List> before = TRY(Latest(group));

  std::vector<Listed> listed;
  for (const Named& answer : named) {
    for (const record::Release& release : answer.releases) {
      if (release.category != "namenlijst") continue;
      const record::Person person = record::PersonOf(release.fields);
      ListLabel label{answer.exchange.to,
                      answer.exchange.ref,
                      answer.exchange.exchange,
                      release.by,
                      release.retain,
                      release.onward,
                      answer.exchange.answered ? *answer.exchange.answered : now,
                      ReasonOf(release)};
      const record::MatchResult match = TRY(context_.records.Find(person));
      const auto same = std::find_if(listed.begin(), listed.end(), [&](const Listed& other) {
        if (match.subject && other.own_subject) return *match.subject == *other.own_subject;
        return record::Match(person, other.person) == record::Verdict::kSame;
      });
      if (same != listed.end()) {
        same->labels.push_back(std::move(label));
        continue;
      }
      Listed fresh{person, record::FieldsOf(person), std::nullopt, {std::move(label)}};
      if (match.kind == record::MatchResult::Kind::kMatched) {
        fresh.own_subject = match.subject;
        const record::Subject own = TRY(context_.records.LoadSubject(*match.subject));
        fresh.person = record::IdentityOf(own);
        fresh.values = record::FieldsOf(fresh.person);
      }
      listed.push_back(std::move(fresh));
    }
  }
  Draft draft;
  draft.list.version = before ? before->version + 1 : 1;
  draft.list.established = now;
  std::map<Uuid, Listed> by_row;
  std::vector<record::ListRow> rows;
  for (Listed& person : listed) {
    Uuid row = MakeUuidV4(context_.entropy);
    if (before) {
      for (const ListEntry& old : before->entries) {
        const bool same_own = old.own_subject && old.own_subject == person.own_subject;
        if (same_own || record::Match(person.person, record::PersonOf(old.person.values)) ==
                            record::Verdict::kSame) {
          row = old.person.row;
        }
      }
    }
    if (leave_out.contains(row)) continue;
    rows.push_back({row, person.values});
    by_row.emplace(row, std::move(person));
  }
  record::Namenlijst commitments =
      TRY(record::MakeNamenlijst(std::move(rows), persoon, context_.entropy));
  draft.list.fillers = commitments.fillers;
  Value::Array row_ids;
  for (record::ListedPerson& person : commitments.persons) {
    Listed& source = by_row.at(person.row);
    row_ids.emplace_back(ToString(person.row));
    ListEntry entry{std::move(person), source.own_subject, std::move(source.labels)};
    // A person keeps one key over the versions of the list: erasing it erases all of them.
    store::DataKey key;
    const std::optional<Bytes> old =
        before ? TRY(context_.store.Get(Family::kGroup,
                                        RowKey(group, before->version, entry.person.row)))
               : std::nullopt;
    if (old) {
      key.id = TRY(store::KeyOfValue(*old));
      key.key = TRY(context_.keys.Get(key.id));
    } else {
      key = TRY(context_.keys.Take());
    }
    const Bytes row_key = RowKey(group, draft.list.version, entry.person.row);
    draft.batch.Put(
        Family::kGroup,
        row_key,
        store::SealValue(key, Family::kGroup, row_key, EncodeEntry(entry), context_.entropy));
    draft.list.entries.push_back(std::move(entry));
  }
  Value::Array fillers;
  for (const Hash& filler : draft.list.fillers)
    fillers.emplace_back(EncodeHex(filler));
  const Bytes header_key = HeaderKey(group, draft.list.version);
  draft.batch.RequireAbsent(Family::kGroup, header_key);
  draft.batch.Put(Family::kGroup,
                  header_key,
                  AsBytes(canon::Write(Value::Object{{"version", draft.list.version},
                                                     {"established", ToMillis(now)},
                                                     {"rows", row_ids},
                                                     {"fillers", fillers}})));
  return draft;
}

Result<std::optional<List>> Lists::Latest(std::string_view group) const {
  const auto newest =
      static_cast<int64_t>(TRY(LastNumber(context_.store, Family::kGroup, HeaderPrefix(group))));
  if (newest == 0) return std::optional<List>();
  return Version(group, newest);
}

Result<std::optional<List>> Lists::Version(std::string_view group, int64_t version) const {
  const std::optional<Bytes> header =
      TRY(context_.store.Get(Family::kGroup, HeaderKey(group, version)));
  if (!header) return std::optional<List>();
  const auto view = context_.covenants.view();
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const Value value = TRY(canon::ParseCanonical(AsText(*header)));
  ObjectReader in(value, "list");
  List list;
  list.version = TRY(in.Int("version"));
  list.established = TRY(in.Time("established"));
  // Read as it was written: a later version may describe a person otherwise.
  const covenant::Document& then = view->InForceAt(list.established).document();
  const covenant::Category& persoon = *TRY(Persoon(then));
  const std::vector<std::string> rows = TRY(in.Texts("rows"));
  for (const std::string& filler : TRY(in.Texts("fillers"))) {
    list.fillers.push_back(TRY(DecodeHash(filler)));
  }
  TRY(in.Done());
  for (const std::string& id : rows) {
    const Bytes row_key = RowKey(group, version, TRY(ParseUuid(id)));
    const std::optional<Bytes> sealed = TRY(context_.store.Get(Family::kGroup, row_key));
    if (!sealed) return Corrupt("a row of the list is not in the store");
    list.entries.push_back(TRY(DecodeEntry(
        TRY(store::OpenValue(context_.keys, Family::kGroup, row_key, *sealed)), persoon)));
  }
  return std::optional<List>(std::move(list));
}

Result<store::DataKey> Lists::KeyOf(std::string_view group,
                                    int64_t version,
                                    const Uuid& row) const {
  const std::optional<Bytes> sealed =
      TRY(context_.store.Get(Family::kGroup, RowKey(group, version, row)));
  if (!sealed) return NotFound("nobody in that row of the list");
  store::DataKey key;
  key.id = TRY(store::KeyOfValue(*sealed));
  key.key = TRY(context_.keys.Get(key.id));
  return key;
}

Result<NamingDecision> Lists::Decide(const exchange::LineageView& view,
                                     const ListEntry& entry,
                                     std::string_view partner,
                                     std::string_view purpose,
                                     const covenant::Facts& group_facts,
                                     Instant now) const {
  const covenant::Document& document = view.document();
  const Day today = DayOf(now, document.zone);
  covenant::Question question;
  question.from = context_.self.party;
  question.to = std::string(partner);
  question.purpose = std::string(purpose);
  question.category = kPersoon;
  question.now = now;
  question.present = PresentIn(entry.person.values);
  question.unsupported_forms = FormsThatDoNotOpen();

  std::optional<record::Record> own;
  if (entry.own_subject) own = TRY(OwnPersoon(context_, *entry.own_subject));
  const ListLabel* const label = entry.labels.empty() ? nullptr : &entry.labels.front();
  NamingDecision naming;
  naming.body.row = entry.person.row;
  naming.line.subject = entry.own_subject;
  if (own) {
    const record::Subject subject = TRY(context_.records.LoadSubject(*entry.own_subject));
    question.facts = record::FactsOf(document, kPersoon, *own, &subject, today);
  } else if (label == nullptr || !MayGoOn(*label, partner)) {
    naming.line.json = NamingLine(kOnGiversWord, {}, {kPersoon, "ONWARD", {}, {}});
    return naming;
  } else {
    GiversWord word =
        WordOf(*view.covenant, GivenWith(*label, question.from, purpose, now), label->by);
    question.facts = std::move(word.facts);
    question.passed = std::move(word.passed);
    AddWhatBirthTells(document, entry.person.values, today, question.facts);
  }
  for (const auto& [fact, value] : group_facts)
    question.facts.insert_or_assign(fact, value);

  const covenant::Decision decision = view.giving->Decide(question);
  exchange::Told told{kPersoon, decision.code, {}, decision.withheld};
  naming.allowed = decision.outcome == covenant::Outcome::kPermit && decision.retain.has_value();
  if (naming.allowed) {
    for (const auto& [field, form] : decision.fields)
      naming.fields.insert(field);
    Period retain = *decision.retain;
    if (!own) {
      const covenant::Question given = GivenWith(*label, question.from, purpose, now);
      if (!BsnMayGoOn(*view.covenant, given, label->by, question.to) &&
          naming.fields.erase("bsn") != 0) {
        told.withheld["bsn"] = "basis";
      }
      if (CompareLength(label->retain, retain) < 0) retain = label->retain;
    }
    told.fields = naming.fields;
    naming.body = {entry.person.row, decision.by, retain, decision.onward};
  } else if (told.code.empty()) {
    told.code = "UNSUPPORTED";  // an approval, which naming cannot wait for
  }
  naming.line.json = NamingLine(own ? kOnOwnRecord : kOnGiversWord, decision, told);
  return naming;
}

}  // namespace schakel::scan
