#include "node/scan/assembly.h"

#include <algorithm>

#include "node/base/reason.h"
#include "node/record/facts.h"
#include "node/record/person.h"

namespace schakel::scan {
namespace {

using exchange::OutRow;
using exchange::OutState;
using report::Stand;

// What identifies a person stands in the namenlijst, not among the facts.
const std::set<std::string>& IdentityFields() {
  static const std::set<std::string> fields = {"naam", "geboortedatum", "bsn", "adres"};
  return fields;
}

// The form in which the rules let the field through; all of them agree (covenant.md, decision 5).
std::string FormOf(const covenant::Document& document,
                   const std::vector<std::string>& by,
                   const std::string& field) {
  for (const covenant::Permit& permit : document.permits) {
    if (std::find(by.begin(), by.end(), permit.id) == by.end()) continue;
    const auto form = permit.fields.find(field);
    if (form != permit.fields.end()) return covenant::ToString(form->second);
  }
  return "plain";
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "2026-03", or "2026" where that is all there is; empty for anything else.
std::string MonthOf(const report::Fact& fact) {
  for (const report::FieldText& field : fact.fields) {
    if (field.name != "datum") continue;
    const std::string& text = field.text;
    if (text.size() < 4 || !AllDigits(text.substr(0, 4)) || text.starts_with("0000")) return {};
    if (text.size() == 4) return text;
    const bool month = text.size() >= 7 && text[4] == '-' && AllDigits(text.substr(5, 2));
    if (!month) return {};
    return text.substr(5, 2) == "00" ? text.substr(0, 4) : text.substr(0, 7);
  }
  return {};
}

// Why nothing may be asked of the partner any more, when that is so: REVOKED, PARTY_SUSPENDED, ...
std::string EndedCode(const PartnerPlan& partner) {
  if (!partner.error || partner.error->reason != Reason::kContentEnded) return {};
  const auto code = partner.error->arguments.find("code");
  return code == partner.error->arguments.end() ? "" : code->second;
}

}  // namespace

Assembly::Assembly(const exchange::Context& context,
                   const exchange::Requester& requester,
                   const exchange::LineageView& view,
                   const Group& group,
                   const List& list,
                   Instant now)
    : context_(context),
      requester_(requester),
      view_(view),
      list_(list),
      now_(now),
      today_(DayOf(now, view.document().zone)) {
  const covenant::Document& document = view.document();
  report_.ref = group.ref;
  report_.name = group.name;
  report_.areas = group.areas;
  report_.reference_day = today_;
  report_.municipality = document.parties.at(context.self.party).name;
  report_.covenant_title = document.title;
  report_.covenant_version = document.version;
  report_.covenant_hash = EncodeHex(document.hash);
  report_.list_version = static_cast<int>(list.version);
  report_.list_established = list.established;

  // By name, as people look somebody up; the row ids are random.
  std::vector<const ListEntry*> order;
  for (const ListEntry& entry : list.entries)
    order.push_back(&entry);
  const auto key = [](const ListEntry* entry) {
    const record::Person person = record::PersonOf(entry->person.values);
    return std::make_tuple(
        person.naam.geslachtsnaam, person.naam.voornamen, person.geboortedatum, entry->person.row);
  };
  std::sort(order.begin(), order.end(), [&](const ListEntry* a, const ListEntry* b) {
    return key(a) < key(b);
  });
  for (const ListEntry* entry : order) {
    person_of_row_[entry->person.row] = report_.persons.size();
    report_.persons.push_back(MakePerson(*entry, static_cast<int>(report_.persons.size()) + 1));
  }
}

report::Person Assembly::MakePerson(const ListEntry& entry, int number) const {
  const record::Person identity = record::PersonOf(entry.person.values);
  report::Person person;
  person.number = number;
  person.row = ToString(entry.person.row);
  person.name = record::SpokenName(identity.naam);
  person.birth = identity.geboortedatum;
  if (!identity.geboortedatum.unknown()) {
    person.age = IntInterval{AgeOn(identity.geboortedatum.Latest(), today_),
                             AgeOn(identity.geboortedatum.Earliest(), today_)};
  }
  for (const ListLabel& label : entry.labels) {
    if (std::find(person.listed_by.begin(), person.listed_by.end(), label.from) ==
        person.listed_by.end()) {
      person.listed_by.push_back(label.from);
    }
    if (!label.reason.empty()) person.reasons.push_back(label.reason);
  }
  return person;
}

Result<void> Assembly::AddDecisions(const std::vector<StatedFact>& facts) {
  for (const StatedFact& stated : facts) {
    const auto declared = view_.document().facts.find(stated.fact.fact);
    if (declared == view_.document().facts.end() || declared->second.about_person) continue;
    if (!stated.in_force) continue;
    report_.decisions.push_back({stated.fact.value,
                                 EncodeHex(stated.fact.document),
                                 {stated.signed_by.begin(), stated.signed_by.end()},
                                 stated.fact.issued});
  }
  // Newest first in `facts`: the first is the step the group is in.
  if (!report_.decisions.empty()) report_.step = report_.decisions.front().step;
  return {};
}

int Assembly::SourceFor(const OutRow* exchange, const std::string& category) {
  const std::string id = exchange == nullptr ? std::string() : ToString(exchange->exchange);
  const auto [found, fresh] =
      source_numbers_.try_emplace({id, category}, static_cast<int>(report_.sources.size()) + 1);
  if (!fresh) return found->second;
  report::Source source;
  source.number = found->second;
  source.category = category;
  source.party = exchange == nullptr ? context_.self.party : exchange->to;
  source.party_name = view_.document().parties.at(source.party).name;
  if (exchange == nullptr) {
    source.own = true;
  } else {
    source.ref = exchange->ref;
    source.exchange = id;
    source.received = exchange->answered;
  }
  report_.sources.push_back(std::move(source));
  return found->second;
}

void Assembly::NameRules(int number,
                         const record::Release& release,
                         const covenant::Document& document) {
  report::Source& source = report_.sources[static_cast<size_t>(number) - 1];
  for (const covenant::Permit& permit : document.permits) {
    if (std::find(release.by.begin(), release.by.end(), permit.id) == release.by.end()) continue;
    const auto add = [](std::vector<std::string>& list, const std::string& text) {
      if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
    };
    add(source.rules, permit.id);
    add(source.bases, document.bases.at(permit.basis).law);
  }
}

report::Fact Assembly::MakeFact(const record::Release& release, const OutRow& exchange) {
  const covenant::Document& document = view_.Under(exchange.covenant).document();
  report::Fact fact;
  fact.category = release.category;
  fact.soft = release.hardness == record::Hardness::kSoft;
  fact.source = SourceFor(&exchange, release.category);
  for (const auto& [field, value] : release.fields) {
    if (IdentityFields().contains(field)) continue;
    fact.fields.push_back({field, FormOf(document, release.by, field), record::SpokenValue(value)});
  }
  fact.expires = AddPeriod(DayOf(exchange.answered ? *exchange.answered : now_, document.zone),
                           release.retain);
  fact.onward.assign(release.onward.begin(), release.onward.end());
  NameRules(fact.source, release, document);
  if (!report_.expires || *fact.expires < *report_.expires) report_.expires = fact.expires;
  return fact;
}

Result<void> Assembly::AddRound(const Round& round) {
  for (const PartnerPlan& partner : round.partners)
    TRY(AddPartner(round, partner));
  return {};
}

Result<void> Assembly::AddPartner(const Round& round, const PartnerPlan& partner) {
  std::map<std::string, std::set<Uuid>> given;  // category -> rows with a release
  std::map<std::string, int> totals;
  if (partner.exchange && partner.exchange->HasContent()) {
    std::vector<record::Release> stored;
    if (!partner.received) stored = TRY(requester_.Received(partner.exchange->exchange));
    for (const record::Release& release : partner.received ? *partner.received : stored) {
      ++totals[release.category];
      if (release.row) given[release.category].insert(*release.row);
      // The list itself became the namenlijst; its rows are not facts about a listed person.
      if (release.category == kListCategory) {
        NameRules(SourceFor(&*partner.exchange, release.category),
                  release,
                  view_.Under(partner.exchange->covenant).document());
        continue;
      }
      report::Fact fact = MakeFact(release, *partner.exchange);
      Count(fact);
      if (!release.row) {
        report_.group_facts.push_back(std::move(fact));
        continue;
      }
      const auto person = person_of_row_.find(*release.row);
      if (person != person_of_row_.end()) {
        report_.persons[person->second].facts.push_back(std::move(fact));
      }
    }
  }
  AddGaps(round, partner, given, totals);
  return {};
}

void Assembly::AddGaps(const Round& round,
                       const PartnerPlan& partner,
                       const std::map<std::string, std::set<Uuid>>& given,
                       const std::map<std::string, int>& totals) {
  const OutRow* const exchange = partner.exchange ? &*partner.exchange : nullptr;
  for (const std::string& category : partner.categories) {
    report::Gap gap;
    gap.party = partner.party;
    gap.category = category;
    const bool nobody = round.names_persons && partner.persons.empty();
    if (nobody) {
      gap.stand = Stand::kNotAsked;
    } else if (exchange == nullptr && !EndedCode(partner).empty()) {
      gap.stand = Stand::kRefused;
      gap.code = EndedCode(partner);
    } else if (exchange == nullptr || exchange->state == OutState::kSent ||
               exchange->state == OutState::kEnded) {
      gap.stand = Stand::kNoAnswer;
      if (exchange != nullptr) gap.deadline = exchange->expires;
    } else {
      gap.at = exchange->answered;
      const auto cell = exchange->cells.find(category);
      if (cell != exchange->cells.end() && cell->second.state == statement::CellState::kPending) {
        gap.stand = Stand::kPending;
        gap.deadline = exchange::ApprovalDeadline(
            view_.Under(exchange->covenant).document(), exchange->created, exchange->expires);
      } else if (cell == exchange->cells.end() ||
                 cell->second.state != statement::CellState::kReleased) {
        gap.stand = Stand::kRefused;
        gap.code = cell == exchange->cells.end() ? exchange->code : cell->second.code;
      } else {
        const auto total = totals.find(category);
        gap.stand =
            total != totals.end() && total->second > 0 ? Stand::kDelivered : Stand::kNoResult;
      }
    }
    report_.gaps.push_back(gap);
    if (!round.names_persons || !view_.document().categories.at(category).about_person) continue;
    for (report::Person& person : report_.persons) {
      Stand stand = gap.stand;
      const auto row = ParseUuid(person.row);
      const bool left_out =
          row && std::any_of(partner.left_out.begin(),
                             partner.left_out.end(),
                             [&](const auto& other) { return other.body.row == *row; });
      if (left_out) {
        stand = Stand::kNotAsked;
      } else if (stand == Stand::kDelivered) {
        const auto rows = given.find(category);
        const bool has = row && rows != given.end() && rows->second.contains(*row);
        stand = has ? Stand::kDelivered : Stand::kNoResult;
      }
      person.cells[{partner.party, category}] = stand;
    }
  }
}

void Assembly::AddOwnRecord(const record::Record& record, report::Person* person) {
  report::Fact fact;
  fact.category = record.category;
  fact.soft = record.hardness == record::Hardness::kSoft;
  const auto category = view_.document().categories.find(record.category);
  if (category == view_.document().categories.end()) return;  // no longer exchanged
  for (const auto& [field, value] : record.fields) {
    const auto type = category->second.fields.find(field);
    // Free text stays where it was written until somebody has read it for others.
    if (record::IsEmpty(value) || IdentityFields().contains(field) ||
        type == category->second.fields.end() || type->second == covenant::FieldType::kFreetext) {
      continue;
    }
    fact.fields.push_back({field, "plain", record::SpokenValue(value)});
  }
  fact.source = SourceFor(nullptr, record.category);
  own_categories_.insert(record.category);
  if (fact.fields.empty()) return;  // identity only: it stands in the namenlijst
  Count(fact);
  if (person == nullptr) {
    report_.group_facts.push_back(std::move(fact));
  } else {
    person->cells[{context_.self.party, record.category}] = Stand::kOwn;
    person->facts.push_back(std::move(fact));
  }
}

Result<void> Assembly::AddOwn() {
  for (const ListEntry& entry : list_.entries) {
    if (!entry.own_subject) continue;
    report::Person& person = report_.persons[person_of_row_.at(entry.person.row)];
    const record::Subject subject = TRY(context_.records.LoadSubject(*entry.own_subject));
    const record::Person identity = record::IdentityOf(subject);
    if (!identity.adres.empty()) {
      // Only a clear "no restriction" shows it: unknown fails closed.
      const auto stop = record::AttributeOf(subject, "verstrekkingsbeperking");
      const auto* const flag = stop ? std::get_if<bool>(&*stop) : nullptr;
      const auto* const text = stop ? std::get_if<std::string>(&*stop) : nullptr;
      const bool free = (flag != nullptr && !*flag) || (text != nullptr && *text == "nee");
      person.address = free ? report::Address::kShown : report::Address::kShielded;
      if (free) person.address_text = identity.adres;
    }
    TRY(context_.records.ScanSubject(*entry.own_subject, "", [&](Result<record::Record> record) {
      if (record) AddOwnRecord(*record, &person);
      return true;
    }));
  }
  for (const auto& [name, category] : view_.document().categories) {
    if (category.about_person) continue;
    TRY(context_.records.ScanGroup(report_.ref, name, [&](Result<record::Record> record) {
      if (record) AddOwnRecord(*record, nullptr);
      return true;
    }));
  }
  for (const std::string& category : own_categories_) {
    report::Gap gap;
    gap.party = context_.self.party;
    gap.category = category;
    gap.stand = Stand::kOwn;
    report_.gaps.push_back(std::move(gap));
  }
  return {};
}

void Assembly::Count(const report::Fact& fact) {
  const std::string month = MonthOf(fact);
  if (!month.empty()) ++report_.counts[fact.category][month];
}

report::ScanReport Assembly::Finish() {
  for (report::Person& person : report_.persons) {
    // Newest first; what has no date comes last.
    std::stable_sort(
        person.facts.begin(), person.facts.end(), [](const report::Fact& a, const report::Fact& b) {
          return MonthOf(a) > MonthOf(b);
        });
  }
  return std::move(report_);
}

}  // namespace schakel::scan
