#include "tests/sim/forge.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/crypto/hash.h"
#include "node/record/writer.h"

namespace schakel::sim {
namespace {

using statement::Request;
using statement::SignedStatement;
using store::Family;

// The rule under which the gemeente names somebody to the partner, and what it opens.
struct NamingRule {
  std::string rule;
  std::set<std::string> fields;
};
NamingRule RuleFor(std::string_view partner) {
  if (partner == "politie") return {"P01", {"naam", "geboortedatum", "bsn", "adres"}};
  if (partner == "om") return {"P02", {"naam", "geboortedatum", "bsn"}};
  return {"P03", {"naam", "geboortedatum"}};
}

class Collector final : public exchange::ReplySink {
 public:
  explicit Collector(Reply& reply) : reply_(reply) {}
  Result<void> OnOpening(const exchange::Opening& opening) override {
    EXPECT_FALSE(reply_.opening.has_value());
    reply_.opening = opening;
    return {};
  }
  Result<void> OnFrame(ByteView frame) override {
    EXPECT_TRUE(reply_.opening.has_value());
    reply_.frames.emplace_back(frame.begin(), frame.end());
    return {};
  }

 private:
  Reply& reply_;
};

}  // namespace

void Prepare(World& world) {
  world.SignAndActivate();
  world.OpenGroup();
  world.Decide("3");
}

record::Person Invented(const std::string& first_name,
                        IncompleteDate birth,
                        const std::string& bsn) {
  return {{first_name, "van", "Testenstein"}, birth, bsn, ""};
}

record::NewRecord Incident(const record::Person& person, const std::string& key) {
  record::NewRecord row;
  row.category = "incident";
  row.group = kGroup;
  row.fact_date = {2026, 5, 2};
  row.first_processed = {2026, 5, 3};
  row.source = "bvh-incidenten";
  row.source_key = "PL9900-" + key;
  row.fields = {{"datum", IncompleteDate{2026, 5, 2}},
                {"soort", std::string("Vernieling (2.2.1)")},
                {"plaats", std::string("BU99990102 Stationsplein 4")}};
  row.meta = {{"betrokkenheid", std::string("verdachte")},
              {"wpg_artikel", std::string("8")},
              {"eerste_verwerking", IncompleteDate{2026, 5, 3}},
              {"gerelateerd", false}};
  row.person.emplace().person = person;
  row.person->attributes = {{"afgeschermd", false}, {"verstrekkingsbeperking", false}};
  return row;
}

void PutRecords(World& world, std::string_view party, const std::vector<record::NewRecord>& rows) {
  auto writer = record::RecordWriter::Start(world[party].engine->records(), {});
  ASSERT_TRUE(writer.ok());
  for (const record::NewRecord& row : rows) {
    const auto put = (*writer)->Put(row);
    ASSERT_TRUE(put.ok()) << put.error().detail;
  }
  ASSERT_TRUE((*writer)->Finish().ok());
}

InventedList::InventedList(World& world, const std::vector<record::Person>& persons)
    : world_(world) {
  Party& gemeente = world["gemeente"];
  world.clock.Advance(std::chrono::minutes{1});
  std::vector<record::ListRow> rows;
  for (const record::Person& person : persons) {
    rows_.push_back(MakeUuidV4(*gemeente.entropy));
    rows.push_back({rows_.back(), record::FieldsOf(person)});
  }
  const covenant::Document& document = gemeente.engine->covenants().view()->document();
  auto list =
      record::MakeNamenlijst(std::move(rows), document.categories.at("persoon"), *gemeente.entropy);
  EXPECT_TRUE(list.ok());
  list_ = *std::move(list);
  auto listed = gemeente.engine->groups().State(kGroup,
                                                "listed",
                                                EncodeHex(record::RootOf(list_)),
                                                crypto::Sha256("lijst"),
                                                world.clock.Now());
  EXPECT_TRUE(listed.ok());
  listed_ = *listed;
  auto kept = gemeente.engine->groups().Keep(*listed, world.clock.Now());
  EXPECT_TRUE(kept.ok());
  EXPECT_TRUE(gemeente.engine->CommitLocal("fact_kept", "regisseur", *std::move(kept)).ok());
}

record::Body InventedList::Naming(const std::vector<size_t>& persons,
                                  std::string_view partner) const {
  record::Body body;
  body.about = record::Body::About::kPersons;
  body.motivation = "Beeld per persoon voor het overleg";
  body.requester = {"M. de Boer", "procesregisseur", "088 000 0003"};
  body.group_name = "De Hoek";
  body.facts = FactsInForce(world_);
  const NamingRule rule = RuleFor(partner);
  for (const size_t person : persons) {
    auto opened = record::Open(list_, rows_.at(person), rule.fields);
    EXPECT_TRUE(opened.ok());
    body.subjects.push_back(*std::move(opened));
    body.decision.push_back({rows_.at(person), {rule.rule}, *ParsePeriod("P6M"), {}});
  }
  return body;
}

exchange::Ask AskOf(record::Body body,
                    const std::string& partner,
                    const std::vector<std::string>& categories) {
  exchange::Ask ask;
  ask.ref = std::string(kGroup) + "/9@" + partner;
  ask.to = partner;
  ask.purpose = scan::kPurpose;
  ask.group = kGroup;
  ask.categories = categories;
  ask.body = std::move(body);
  ask.actor = "regisseur";
  ask.actor_role = "regisseur";
  return ask;
}

std::vector<SignedStatement> FactsInForce(World& world) {
  std::vector<SignedStatement> facts;
  auto held = world["gemeente"].engine->groups().InForce(kGroup, world.clock.Now());
  EXPECT_TRUE(held.ok());
  for (const scan::StatedFact& fact : *held)
    facts.push_back(fact.bytes);
  return facts;
}

Forged Forge(World& world, const exchange::Ask& ask, const Forgery& forgery) {
  Party& from = world[forgery.from];
  const auto status = from.lineage().context.statuses.Greet(
      *from.link, ask.to, from.lineage().log->Checkpoint(), world.clock.Now());
  EXPECT_TRUE(status.ok()) << status.error().detail;
  return ForgeUnder(world, *status, ask, forgery);
}

statement::Status StatusNow(World& world, std::string_view party) {
  engine::Lineage& lineage = world[party].lineage();
  const auto bytes = SignedStatement::Parse(
      lineage.context.statuses.Make(lineage.log->Checkpoint(), world.clock.Now()));
  EXPECT_TRUE(bytes.ok());
  return *statement::ParseAs<statement::Status>(*bytes);
}

Forged ForgeUnder(World& world,
                  const statement::Status& partner,
                  const exchange::Ask& ask,
                  const Forgery& forgery) {
  Party& from = world[forgery.from];
  const Instant now = world.clock.Now();
  exchange::Context& context = from.lineage().context;
  const covenant::Document& document = context.covenants.view()->document();

  Forged forged{{}, {}, {}, crypto::GenerateX25519(*from.entropy)};
  Request& request = forged.request;
  request.exchange = MakeUuidV7(now, *from.entropy);
  request.ref = ask.ref;
  request.from = forgery.from;
  request.to = ask.to;
  request.lineage = document.lineage;
  request.version = document.version;
  request.covenant = document.hash;
  request.purpose = ask.purpose;
  request.group = ask.group;
  request.categories = ask.categories;
  std::sort(request.categories.begin(), request.categories.end());
  request.actor_role = ask.actor_role;
  request.ephemeral = forged.ephemeral.public_key;
  request.prekey = partner.prekey.id;
  request.issued = now;
  request.expires = now + std::chrono::days{14};
  if (forgery.alter) forgery.alter(request);

  // After `alter`, because the key hangs on the Request's names.
  const auto key = exchange::BodyKey(forged.ephemeral.secret,
                                     partner.prekey.key,
                                     forged.ephemeral.public_key,
                                     partner.prekey.key,
                                     request);
  EXPECT_TRUE(key.ok());
  const std::string json =
      forgery.json.empty() ? canon::Write(record::ToValue(ask.body)) : forgery.json;
  forged.message.body = crypto::AeadSeal(*key, {}, crypto::Pad(AsBytes(json)), *from.entropy);
  if (request.body == Hash{}) request.body = crypto::Sha256(forged.message.body);
  const crypto::SigningKey* const signers[] = {from.statement_key.get()};
  forged.bytes = SignedStatement::Sign(statement::Type::kRequest, request.ToValue(), signers);
  forged.message.request = forged.bytes.Encode();
  return forged;
}

void LogForged(World& world, const Forged& forged, const exchange::Ask& ask) {
  const Request& request = forged.request;
  Party& from = world[request.from];
  exchange::Context& context = from.lineage().context;
  const auto key = context.keys.Take();
  ASSERT_TRUE(key.ok());
  exchange::OutRow row;
  row.exchange = request.exchange;
  row.ref = request.ref;
  row.to = request.to;
  row.group = request.group;
  row.purpose = request.purpose;
  row.categories = request.categories;
  row.about_persons = ask.body.about == record::Body::About::kPersons;
  row.subjects = static_cast<int64_t>(ask.body.subjects.size());
  row.request = forged.bytes.Digest();
  row.key = key->id;
  row.created = request.issued;
  row.expires = request.expires;
  log::Commit commit;
  commit.entries.push_back(exchange::StatementEntry(context.self,
                                                    statement::Direction::kOut,
                                                    request.to,
                                                    request.exchange,
                                                    request.purpose,
                                                    forged.bytes,
                                                    "ok",
                                                    /*keep_bytes=*/true));
  commit.batch.RequireAbsent(Family::kExchange, exchange::OutKey(request.exchange));
  commit.batch.Put(Family::kExchange, exchange::OutKey(request.exchange), row.Encode());
  commit.batch.Put(
      Family::kExchange, exchange::OutRefKey(request.ref, request.exchange), ByteView{});
  const auto keep = [&](std::string_view part, ByteView bytes) {
    exchange::PutPrivate(
        commit.batch, *key, part, request.from, request.exchange, bytes, *from.entropy);
  };
  keep("ephemeral", forged.ephemeral.secret.view());
  keep("request", AsBytes(forged.message.request));
  keep("sealed", forged.message.body);
  keep("body", AsBytes(canon::Write(record::ToValue(ask.body))));
  const auto committed = from.lineage().log->Append(std::move(commit), world.clock.Now());
  ASSERT_TRUE(committed.ok()) << committed.error().detail;
}

statement::Answer Reply::answer() const {
  EXPECT_TRUE(opening.has_value()) << (done.ok() ? "" : done.error().detail);
  if (!opening) return {};
  return *statement::ParseAs<statement::Answer>(*SignedStatement::Parse(opening->answer));
}

std::string Reply::code() const {
  std::string code;
  const statement::Answer content = answer();
  for (const auto& [category, cell] : content.cells) {
    EXPECT_EQ(cell.state, statement::CellState::kRefused) << category;
    EXPECT_TRUE(code.empty() || code == cell.code);
    code = cell.code;
  }
  EXPECT_FALSE(content.payload.has_value());
  return code;
}

Reply SendTo(World& world,
             std::string_view party,
             std::string_view caller,
             const exchange::SendMessage& message) {
  Reply reply{{}, {}, {}, {}};
  Collector collector(reply);
  reply.done = world[party].engine->OnSend(
      caller,
      message,
      [&](Instant until) {
        reply.waited = until;
        return world.clock.Now();
      },
      collector);
  return reply;
}

uint64_t Entries(World& world, std::string_view party) {
  return world[party].lineage().log->size();
}

statement::Entry EntryAt(World& world, std::string_view party, uint64_t index) {
  auto entry = world[party].lineage().log->Entry(index);
  EXPECT_TRUE(entry.ok()) << index;
  return *std::move(entry);
}

Counts Count(World& world, std::string_view partner) {
  return {Entries(world, "gemeente"), Entries(world, partner)};
}

}  // namespace schakel::sim
