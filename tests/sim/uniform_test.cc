// A request about one person that yields nothing looks the same whatever the cause (exchange.md 5):
// answer state, padded size, entries, and all that a listener or the asker can measure.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/exchange/lines.h"
#include "node/record/rows.h"
#include "tests/sim/forge.h"
#include "tests/sim/views.h"

namespace schakel::sim {
namespace {

using record::Empty;
using record::NewRecord;
using record::Person;
using store::Family;

// Why nothing comes back about the person.
struct Cause {
  const char* name;
  Person person;
  std::function<std::vector<NewRecord>(const Person&)> records;  // what the police have
  std::function<void(World&)> after_import;
  std::function<void(record::Body&)> alter;  // the question
};

std::vector<NewRecord> None(const Person& /*person*/) {
  return {};
}

// One incident that differs from one that would be delivered.
std::function<std::vector<NewRecord>(const Person&)> But(std::function<void(NewRecord&)> change) {
  return [change = std::move(change)](const Person& person) {
    NewRecord row = Incident(person, "0001");
    change(row);
    return std::vector<NewRecord>{row};
  };
}

std::function<void(NewRecord&)> Meta(const char* name, record::FieldValue value) {
  return [name, value = std::move(value)](NewRecord& row) { row.meta[name] = value; };
}

Uuid OnlySubject(World& world) {
  Uuid subject;
  EXPECT_EQ(*world["politie"].engine->records().CountSubjects(), 1U);
  EXPECT_TRUE(world["politie"]
                  .engine->records()
                  .ScanSubjects([&](const Uuid& id) {
                    subject = id;
                    return true;
                  })
                  .ok());
  return subject;
}

// Flips a bit in every row of the family under the prefix.
void Damage(World& world, Family family, const Bytes& prefix) {
  store::Store& store = *world["politie"].data;
  store::Batch batch;
  int rows = 0;
  ASSERT_TRUE(store
                  .Scan(family,
                        prefix,
                        [&](ByteView key, ByteView value) {
                          Bytes damaged(value.begin(), value.end());
                          damaged.back() ^= 1;
                          batch.Put(family, key, damaged);
                          ++rows;
                          return true;
                        })
                  .ok());
  ASSERT_EQ(rows, 1);
  ASSERT_TRUE(store.Write(batch, store::Durability::kSynced).ok());
}

std::vector<Cause> Causes() {
  const Person known = Invented("Aad");
  const IncompleteDate no_day{2008, 4, 0};
  return {
      {"person unknown", known, None, {}, {}},
      {"namesake with another birth date",
       known,
       [](const Person&) {
         return std::vector{Incident(Invented("Aad", {2007, 4, 7}), "0001")};
       },
       {},
       {}},
      {"match doubtful",
       known,
       [=](const Person&) { return std::vector{Incident(Invented("Aad", no_day), "0001")}; },
       {},
       {}},
      {"no record of the category",
       known,
       But([](NewRecord& row) {
         row.category = "antecedent";
         row.fields.erase("plaats");
       }),
       {},
       {}},
      {"first processed over five years ago",
       known,
       But([](NewRecord& row) {
         row.meta["eerste_verwerking"] = IncompleteDate{2021, 2, 3};
         row.meta["gerelateerd"] = true;
       }),
       {},
       {}},
      {"two years ago and not related",
       known,
       But(Meta("eerste_verwerking", IncompleteDate{2024, 2, 3})),
       {},
       {}},
      {"victim", known, But(Meta("betrokkenheid", std::string("slachtoffer"))), {}, {}},
      {"witness", known, But(Meta("betrokkenheid", std::string("getuige"))), {}, {}},
      {"role empty", known, But(Meta("betrokkenheid", Empty{})), {}, {}},
      {"Wpg article 9", known, But(Meta("wpg_artikel", std::string("9"))), {}, {}},
      {"Wpg article empty", known, But(Meta("wpg_artikel", Empty{})), {}, {}},
      {"sealed file",
       known,
       But([](NewRecord& row) { row.person->attributes["afgeschermd"] = true; }),
       {},
       {}},
      {"under twelve", Invented("Aad", {2015, 4, 7}), But([](NewRecord&) {}), {}, {}},
      {"turns twelve this quarter", Invented("Aad", {2014, 5, 15}), But([](NewRecord&) {}), {}, {}},
      {"birth date unknown",
       known,
       [](const Person& person) {
         NewRecord row = Incident(person, "0001");
         row.person->attributes["geboortedatum"] = Empty{};
         return std::vector{row};
       },
       {},
       {}},
      {"failed proof: another salt",
       known,
       But([](NewRecord&) {}),
       {},
       [](record::Body& body) { body.subjects[0].open.at("naam").salt[0] ^= 1; }},
      {"record that does not open",
       known,
       But([](NewRecord&) {}),
       [](World& world) {
         Damage(
             world, Family::kRecord, record::SubjectRecordPrefix(OnlySubject(world), "incident"));
       },
       {}},
      {"person that does not open",
       known,
       But([](NewRecord&) {}),
       [](World& world) {
         Damage(world, Family::kSubject, record::SubjectRow(OnlySubject(world)));
       },
       {}},
      {"key of the person's lines damaged",
       known,
       But(Meta("betrokkenheid", std::string("slachtoffer"))),
       [](World& world) {
         store::Batch batch;
         batch.Put(Family::kMeta,
                   store::KeyBuilder().Text("log-key").Raw(OnlySubject(world).bytes).Build(),
                   Bytes(15, 0));
         ASSERT_TRUE(world["politie"].data->Write(batch, store::Durability::kSynced).ok());
       },
       {}},
      {"person destroyed",
       known,
       But([](NewRecord&) {}),
       [](World& world) {
         ASSERT_TRUE(world["politie"].engine->records().ShredSubject(OnlySubject(world)).ok());
       },
       {}},
  };
}

// All that can be seen from outside of one such exchange, and how much each side keeps of it.
struct Outside {
  std::string state;
  std::string code;
  std::string cells;
  int64_t releases = 0;
  int64_t padded_size = 0;
  std::vector<size_t> on_the_wire;  // answer, receipt, status, frames
  std::chrono::milliseconds held_back{};
  std::vector<size_t> requester_entries;
  std::vector<size_t> contributor_entries;
  std::vector<size_t> sealed_lines;
  friend bool operator==(const Outside&, const Outside&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outside& seen) {
  const auto sizes = [&](const char* what, const std::vector<size_t>& all) {
    out << " " << what;
    for (const size_t size : all)
      out << " " << size;
    out << ";";
  };
  out << seen.state << " " << seen.code << " " << seen.cells << " " << seen.releases << " padded "
      << seen.padded_size << " after " << seen.held_back.count() << " ms;";
  sizes("wire", seen.on_the_wire);
  sizes("requester", seen.requester_entries);
  sizes("contributor", seen.contributor_entries);
  sizes("lines", seen.sealed_lines);
  return out;
}

std::vector<size_t> EntrySizes(World& world, const char* party) {
  std::vector<size_t> sizes;
  for (uint64_t i = 0; i < Entries(world, party); ++i) {
    sizes.push_back(world[party].lineage().log->EntryBytes(i)->size());
  }
  return sizes;
}

// One world per cause, the same up to what the police hold.
Outside Observe(const Cause& cause) {
  World world(31);
  Prepare(world);
  PutRecords(world, "politie", cause.records(cause.person));
  if (cause.after_import) cause.after_import(world);
  const InventedList list(world, {cause.person, Invented("Bea"), Invented("Cor")});
  record::Body body = list.Naming(0, "politie");
  if (cause.alter) cause.alter(body);
  const Instant asked_at = world.clock.Now();
  Instant held_until = asked_at;
  world.wait_until = [&](Instant until) {
    held_until = until;
    return until;
  };
  const auto row = world["gemeente"].lineage().requester.Run(
      AskOf(std::move(body), "politie", {"incident"}), asked_at);
  Outside seen;
  EXPECT_TRUE(row.ok()) << cause.name << ": " << row.error().detail;
  if (!row) return seen;
  seen.state = exchange::OutStateName(row->state);
  seen.code = row->code;
  for (const auto& [category, cell] : row->cells) {
    seen.cells +=
        category + (cell.state == statement::CellState::kReleased ? "=" : "!") + cell.code;
  }
  seen.releases = row->releases;
  const Recorded& wire = world.recorded.back();
  const auto answer = statement::ParseAs<statement::Answer>(
      *statement::SignedStatement::Parse(wire.opening.answer));
  seen.padded_size = answer->payload ? answer->payload->padded_size : -1;
  seen.on_the_wire = {
      wire.opening.answer.size(), wire.opening.receipt.size(), wire.opening.status.size()};
  for (const Bytes& frame : wire.frames)
    seen.on_the_wire.push_back(frame.size());
  seen.held_back = held_until - asked_at;
  seen.requester_entries = EntrySizes(world, "gemeente");
  seen.contributor_entries = EntrySizes(world, "politie");
  EXPECT_TRUE(world["politie"]
                  .data
                  ->Scan(Family::kLine,
                         {},
                         [&](ByteView, ByteView value) {
                           seen.sealed_lines.push_back(value.size());
                           return true;
                         })
                  .ok());
  return seen;
}

// Without a cause the incident comes: each cause above withholds it by itself.
TEST(Uniform, TheSameIncidentWithoutACauseIsDelivered) {
  const Outside seen = Observe({"none", Invented("Aad"), But([](NewRecord&) {}), {}, {}});
  EXPECT_EQ(seen.releases, 1);
  EXPECT_EQ(seen.state, "answered");
}

TEST(Uniform, EveryCauseOfNoResultLooksTheSamePairwise) {
  std::vector<std::pair<std::string, Outside>> all;
  for (const Cause& cause : Causes())
    all.emplace_back(cause.name, Observe(cause));
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i + 1; j < all.size(); ++j) {
      EXPECT_EQ(all[i].second, all[j].second) << all[i].first << " / " << all[j].first;
    }
  }
  const Outside& seen = all.front().second;
  EXPECT_EQ(seen.state, "answered");
  EXPECT_EQ(seen.cells, "incident=OK");
  EXPECT_EQ(seen.releases, 0);
  EXPECT_EQ(seen.held_back, kSmallRequestFloor);
  EXPECT_EQ(seen.requester_entries.size(), 3U);
  EXPECT_EQ(seen.contributor_entries.size(), 3U);
  EXPECT_EQ(seen.sealed_lines.size(), exchange::kMinLines);
}

}  // namespace
}  // namespace schakel::sim
