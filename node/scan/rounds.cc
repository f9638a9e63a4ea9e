#include "node/scan/rounds.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "node/base/reason.h"
#include "node/canon/json.h"
#include "node/canon/reader.h"
#include "node/scan/numbered.h"

namespace schakel::scan {
namespace {

using canon::ObjectReader;
using canon::Value;
using exchange::OutRow;
using exchange::OutState;
using store::Family;
using store::KeyBuilder;

Bytes RoundPrefix(std::string_view group) {
  return KeyBuilder().Text("round").Text(group).Build();
}
Bytes RoundKey(std::string_view group, int number) {
  return KeyBuilder().Text("round").Text(group).U64(static_cast<uint64_t>(number)).Build();
}

Bytes Encode(const Round& round) {
  const Value value(Value::Object{{"number", round.number},
                                  {"names_persons", round.names_persons},
                                  {"list_version", round.list_version},
                                  {"motivation", round.motivation},
                                  {"created", ToMillis(round.created)}});
  return ToBytes(canon::Write(value));
}

Result<Round> Decode(std::string_view group, ByteView bytes) {
  const Value value = TRY(canon::ParseCanonical(AsText(bytes)));
  ObjectReader in(value, "round");
  Round round;
  round.group = std::string(group);
  round.number = static_cast<int>(TRY(in.Int("number", 1, 9999)));
  round.names_persons = TRY(in.Bool("names_persons"));
  round.list_version = TRY(in.Int("list_version"));
  round.motivation = TRY(in.Text("motivation"));
  round.created = TRY(in.Time("created"));
  round.started = true;
  TRY(in.Done());
  return round;
}

// The categories that the partner may give us for this purpose: of the list, or all others.
std::set<std::string> CategoriesFrom(const covenant::Document& document,
                                     std::string_view partner,
                                     std::string_view self,
                                     bool names_persons) {
  std::set<std::string> categories;
  for (const covenant::Permit& permit : document.permits) {
    const bool list = permit.category == kListCategory;
    if (permit.from == partner && permit.to == self && permit.purpose == kPurpose &&
        list != names_persons) {
      categories.insert(permit.category);
    }
  }
  return categories;
}

std::string PartnerRef(const Round& round, std::string_view party) {
  return ToString(Ref{round.group, round.number, std::string(party)});
}

bool Open(const std::optional<OutRow>& exchange) {
  return !exchange || exchange->state == OutState::kSent || exchange->state == OutState::kPending ||
         exchange->state == OutState::kEnded;
}

// The exchange that counts among those of one round and partner. A new one is made only when the
// one before it has ended, so at most one has not. The ids do not tell: two made in one millisecond
// sort by chance.
std::optional<OutRow> InForce(std::vector<OutRow> rows) {
  for (OutRow& row : rows) {
    if (row.state != OutState::kEnded) return std::move(row);
  }
  if (rows.empty()) return std::nullopt;
  return std::move(rows.back());
}

}  // namespace

bool Round::Incomplete() const {
  return std::any_of(partners.begin(), partners.end(), [this](const PartnerPlan& partner) {
    const bool asks = !names_persons || !partner.persons.empty();
    return asks && Open(partner.exchange);
  });
}

Result<Round> Rounds::Plan(const Ref& ref, Instant now) const {
  if (!TRY(groups_.Find(ref.group)))
    return Because(
        NotFound("no group " + ref.group), Reason::kGroupUnknown, {{"group", ref.group}});
  const int last =
      static_cast<int>(TRY(LastNumber(context_.store, Family::kGroup, RoundPrefix(ref.group))));
  Round round;
  if (ref.round && *ref.round <= last) {
    const Bytes key = RoundKey(ref.group, *ref.round);
    const std::optional<Bytes> sealed = TRY(context_.store.Get(Family::kGroup, key));
    if (!sealed)
      return Because(
          NotFound("no round " + ToString(ref)), Reason::kRoundUnknown, {{"ref", ToString(ref)}});
    round =
        TRY(Decode(ref.group, TRY(store::OpenValue(context_.keys, Family::kGroup, key, *sealed))));
  } else {
    if (ref.round && *ref.round != last + 1) {
      const std::string next = ToString(Ref{ref.group, last + 1, ""});
      return Because(NotFound("the next round is " + next), Reason::kRoundNext, {{"ref", next}});
    }
    round.group = ref.group;
    round.number = last + 1;
    round.created = now;
    const std::optional<scan::List> list = TRY(lists_.Latest(ref.group));
    if (list) {
      round.names_persons = true;
      round.list_version = list->version;
    }
  }
  TRY(PlanPartners(round, now));
  return round;
}

Result<void> Rounds::PlanPartners(Round& round, Instant now) const {
  const auto view = context_.covenants.At(now);
  if (!view) return Because(Denied("no covenant is in force"), Reason::kCovenantNone);
  const covenant::Document& document = view->document();
  covenant::Facts facts;
  if (round.names_persons) {
    auto list = TRY(lists_.Version(round.group, round.list_version));
    if (!list) return Corrupt("the list of this round is not in the store");
    round.list = std::make_shared<const scan::List>(*std::move(list));
    for (const StatedFact& stated : TRY(groups_.InForce(round.group, now))) {
      const auto declared = document.facts.find(stated.fact.fact);
      if (declared == document.facts.end()) continue;
      if (declared->second.about_person) {
        facts.insert_or_assign(stated.fact.fact, true);
      } else {
        facts.insert_or_assign(stated.fact.fact, stated.fact.value);
      }
    }
  }
  for (const auto& [party, description] : document.parties) {
    if (party == context_.self.party) continue;
    const std::set<std::string> categories =
        CategoriesFrom(document, party, context_.self.party, round.names_persons);
    if (categories.empty()) continue;
    PartnerPlan partner;
    partner.party = party;
    partner.categories.assign(categories.begin(), categories.end());
    if (round.list) {
      for (const ListEntry& entry : round.list->entries) {
        NamingDecision naming = TRY(lists_.Decide(*view, entry, party, kPurpose, facts, now));
        auto& decided = naming.allowed ? partner.persons : partner.left_out;
        decided.push_back(std::move(naming));
      }
    }
    partner.exchange = InForce(TRY(exchange::OutByRef(context_.store, PartnerRef(round, party))));
    round.partners.push_back(std::move(partner));
  }
  return {};
}

Result<Rounds::Shared> Rounds::ReadShared(const Round& round, Instant now) const {
  Shared shared;
  const auto group = TRY(groups_.Find(round.group));
  if (!group) return NotFound("no group " + round.group);
  shared.group_name = group->name;
  shared.stated = TRY(groups_.InForce(round.group, now));
  if (round.names_persons) shared.commitments = round.list->Commitments();
  return shared;
}

Result<record::Body> Rounds::BodyFor(const Round& round,
                                     const Shared& shared,
                                     const PartnerPlan& partner,
                                     const Actor& actor) const {
  record::Body body;
  body.motivation = round.motivation;
  body.requester = {actor.name, actor.function, actor.telephone};
  body.group_name = shared.group_name;
  const auto view = context_.covenants.view();
  for (const StatedFact& stated : shared.stated) {
    const auto declared = view->document().facts.find(stated.fact.fact);
    const bool about_person =
        declared != view->document().facts.end() && declared->second.about_person;
    if (about_person && !round.names_persons) continue;
    body.facts.push_back(stated.bytes);
  }
  if (!round.names_persons) return body;
  body.about = record::Body::About::kPersons;
  const record::ListOpener opener(*shared.commitments);
  for (const NamingDecision& naming : partner.persons) {
    body.subjects.push_back(TRY(opener.Open(naming.body.row, naming.fields)));
    body.decision.push_back(naming.body);
  }
  return body;
}

Result<std::optional<OutRow>> Rounds::AskOne(const Round& round,
                                             const Shared& shared,
                                             PartnerPlan& partner,
                                             const Actor& actor,
                                             Instant now) {
  const auto keep = [&partner](exchange::Taken taken) {
    std::optional<OutRow> due;
    if (taken.fresh && taken.row.receipt_due) due = taken.row;
    partner.exchange = std::move(taken.row);
    partner.received = std::move(taken.releases);
    return due;
  };
  if (partner.exchange && (partner.exchange->state == OutState::kSent ||
                           partner.exchange->state == OutState::kPending)) {
    std::optional<OutRow> due =
        keep(TRY(requester_.ContinueTaking(partner.exchange->exchange, now)));
    if (partner.exchange->state != OutState::kEnded) return due;
    if (due) requester_.DeliverReceipt(*due);
  }
  exchange::Ask ask;
  ask.ref = PartnerRef(round, partner.party);
  ask.to = partner.party;
  ask.purpose = kPurpose;
  ask.group = round.group;
  ask.categories = partner.categories;
  ask.body = TRY(BodyFor(round, shared, partner, actor));
  for (const auto* decided : {&partner.persons, &partner.left_out}) {
    for (const NamingDecision& naming : *decided)
      ask.lines.push_back(naming.line);
  }
  ask.actor = actor.id;
  ask.actor_role = actor.role;
  return keep(TRY(requester_.RunTaking(ask, now)));
}

Result<Round> Rounds::Run(Round round,
                          const Actor& actor,
                          const RunAll& run_all,
                          Instant now,
                          const Meanwhile& meanwhile) {
  if (!round.started) {
    if (round.motivation.empty())
      return Because(Malformed("a request has a motivation"), Reason::kMotivationMissing);
    const store::DataKey key = TRY(groups_.KeyOf(round.group));
    const Bytes row = RoundKey(round.group, round.number);
    store::Batch batch;
    batch.RequireAbsent(Family::kGroup, row);
    batch.Put(Family::kGroup,
              row,
              store::SealValue(key, Family::kGroup, row, Encode(round), context_.entropy));
    TRY(context_.store.Write(batch, store::Durability::kSynced));
    round.started = true;
  }
  std::set<Uuid> subjects;
  for (const PartnerPlan& partner : round.partners) {
    for (const auto* decided : {&partner.persons, &partner.left_out}) {
      for (const NamingDecision& naming : *decided)
        if (naming.line.subject) subjects.insert(*naming.line.subject);
    }
  }
  TRY(exchange::MakeLogKeys(context_, subjects));
  const Shared shared = TRY(ReadShared(round, now));
  std::vector<std::function<void()>> tasks;
  std::atomic<size_t> asking = 0;
  std::optional<OutRow> due;  // of the last to answer
  for (PartnerPlan& partner : round.partners) {
    const bool asks = !round.names_persons || !partner.persons.empty();
    if (!asks || !Open(partner.exchange)) continue;
    ++asking;
    tasks.emplace_back([&, this] {
      auto asked = AskOne(round, shared, partner, actor, now);
      const bool last = --asking == 0;
      if (!asked) {
        partner.error = std::move(asked).error();
      } else if (*asked && last) {
        due = *std::move(asked);
      } else if (*asked) {
        requester_.DeliverReceipt(**asked);  // while others are asked
      }
    });
  }
  run_all(std::move(tasks));
  // What is stored counts, also where asking broke off half way.
  for (PartnerPlan& partner : round.partners) {
    const std::optional<OutRow> taken = std::move(partner.exchange);
    partner.exchange =
        InForce(TRY(exchange::OutByRef(context_.store, PartnerRef(round, partner.party))));
    const bool same = taken && partner.exchange && taken->exchange == partner.exchange->exchange;
    if (!same) partner.received.reset();
  }
  std::vector<std::function<void()>> last;
  if (meanwhile) last.emplace_back([&] { meanwhile(round); });
  if (due) last.emplace_back([&] { requester_.DeliverReceipt(*due); });
  run_all(std::move(last));
  for (PartnerPlan& partner : round.partners) {
    if (due && partner.exchange && partner.exchange->exchange == due->exchange) {
      partner.exchange->receipt_due = due->receipt_due;
    }
  }
  return round;
}

Result<std::vector<Round>> Rounds::List(std::string_view group, Instant now) const {
  return Read(group, /*also_naming=*/true, now);
}

Result<std::vector<Round>> Rounds::BeforeList(std::string_view group, Instant now) const {
  return Read(group, /*also_naming=*/false, now);
}

Result<std::vector<Round>> Rounds::Read(std::string_view group,
                                        bool also_naming,
                                        Instant now) const {
  std::vector<Round> rounds;
  Result<void> read;
  TRY(context_.store.Scan(Family::kGroup, RoundPrefix(group), [&](ByteView key, ByteView value) {
    const auto plain = store::OpenValue(context_.keys, Family::kGroup, key, value);
    auto round = plain ? Decode(group, *plain) : Result<Round>(plain.error());
    if (!round) {
      read = round.error();
      return false;
    }
    // A list stays, so every round from the first that names persons on does.
    if (round->names_persons && !also_naming) return false;
    rounds.push_back(*std::move(round));
    return true;
  }));
  TRY(std::move(read));
  for (Round& round : rounds)
    TRY(PlanPartners(round, now));
  return rounds;
}

}  // namespace schakel::scan
