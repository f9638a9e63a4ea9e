// Each refusal of a whole request, at its limit and on both sides of it (exchange.md 3, 4, 6, 8,
// 15): a signed Answer with the code in every cell, nothing considered, nothing told, one entry for
// each statement, and a log that verifies.
#include <gtest/gtest.h>

#include "node/canon/json.h"
#include "node/exchange/lines.h"
#include "tests/sim/forge.h"

namespace schakel::sim {
namespace {

using exchange::OutRow;
using exchange::OutState;
using record::Body;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

// More persons than a request may name, fewer than a quarter holds.
constexpr size_t kPersons = 70;
// limits.request_ttl of policies/veldrijk.yaml.
constexpr milliseconds kRequestTtl = std::chrono::days{14};

class Refusals : public testing::Test {
 protected:
  Refusals() : world_(91) {
    Prepare(world_);
    PutRecords(world_, "politie", {Incident(Person(0), "0001")});
    std::vector<record::Person> persons;
    for (size_t i = 0; i < kPersons; ++i)
      persons.push_back(Person(i));
    list_.emplace(world_, persons);
  }
  // Letters only, so that no two names fold to one.
  static record::Person Person(size_t number) {
    std::string name = "Aa";
    name += static_cast<char>('a' + static_cast<char>(number / 26));
    name += static_cast<char>('a' + static_cast<char>(number % 26));
    return Invented(name);
  }
  static std::vector<size_t> Range(size_t from, size_t to) {
    std::vector<size_t> numbers;
    for (size_t i = from; i < to; ++i)
      numbers.push_back(i);
    return numbers;
  }
  Body Naming(size_t from, size_t to) { return list_->Naming(Range(from, to), "politie"); }
  exchange::Ask AskWith(Body body) { return AskOf(std::move(body), "politie", {"incident"}); }
  OutRow Run(Body body) {
    auto row =
        world_["gemeente"].lineage().requester.Run(AskWith(std::move(body)), world_.clock.Now());
    EXPECT_TRUE(row.ok()) << row.error().detail;
    return *std::move(row);
  }
  Forged Make(const Forgery& forgery, Body body) {
    return Forge(world_, AskWith(std::move(body)), forgery);
  }
  Reply Send(const Forged& forged) { return SendTo(world_, "politie", "gemeente", forged.message); }
  // Refused with the code, and the contributor keeps only the Request and its Answer.
  void ExpectRefused(const Forged& forged, const std::string& code, int line = __builtin_LINE()) {
    SCOPED_TRACE("line " + std::to_string(line));
    const uint64_t before = Entries(world_, "politie");
    const Reply reply = Send(forged);
    ASSERT_TRUE(reply.done.ok());
    EXPECT_EQ(reply.code(), code);
    EXPECT_TRUE(reply.frames.empty());
    EXPECT_FALSE(reply.answer().payload);
    ASSERT_EQ(Entries(world_, "politie"), before + 2);
    EXPECT_EQ(EntryAt(world_, "politie", before).outcome, code);
    const auto lines = exchange::OpenLines(
        world_["politie"].lineage().context, "gemeente", forged.request.exchange);
    EXPECT_FALSE(lines.ok());
    // The same bytes again: the stored refusal, and no second entry.
    const Reply again = Send(forged);
    ASSERT_TRUE(again.done.ok());
    EXPECT_EQ(again.opening->answer, reply.opening->answer);
    EXPECT_EQ(Entries(world_, "politie"), before + 2);
  }
  void ExpectAnswered(const Forged& forged, int line = __builtin_LINE()) {
    SCOPED_TRACE("line " + std::to_string(line));
    const Reply reply = Send(forged);
    ASSERT_TRUE(reply.done.ok());
    EXPECT_EQ(reply.answer().cells.at("incident"),
              (statement::Cell{statement::CellState::kReleased, "OK"}));
    EXPECT_TRUE(reply.answer().payload);
  }
  // Issued so much off the clock, which an answer moves on a little.
  Forged IssuedOff(milliseconds by) {
    const Instant issued = world_.clock.Now() + by;
    return Make({"gemeente",
                 "",
                 [issued](statement::Request& request) {
                   request.issued = issued;
                   request.expires = issued + kRequestTtl;
                 }},
                Naming(0, 1));
  }
  // Asking to be kept for so long, from an `issued` that lies so much off the clock.
  Forged LivingFor(milliseconds life, milliseconds off = {}) {
    const Instant issued = world_.clock.Now() + off;
    return Make({"gemeente",
                 "",
                 [=](statement::Request& request) {
                   request.issued = issued;
                   request.expires = issued + life;
                 }},
                Naming(0, 1));
  }
  Forged ExpiringIn(milliseconds by) {
    const Instant now = world_.clock.Now();
    return Make({"gemeente",
                 "",
                 [=](statement::Request& request) {
                   request.issued = now - minutes{1};
                   request.expires = now + by;
                 }},
                Naming(0, 1));
  }
  static std::string Json(const Body& body) { return canon::Write(record::ToValue(body)); }

  World world_;
  std::optional<InventedList> list_;
};

TEST_F(Refusals, LimitOfSubjectsInOneRequest) {
  ExpectAnswered(Make({}, Naming(0, 39)));
  ExpectAnswered(Make({}, Naming(0, 40)));
  ExpectRefused(Make({}, Naming(0, 41)), "LIMIT");
}

TEST_F(Refusals, LimitOfPersonsInAQuarter) {
  ExpectAnswered(Make({}, Naming(0, 40)));
  ExpectAnswered(Make({}, Naming(40, 59)));          // 59 different persons
  ExpectRefused(Make({}, Naming(58, 61)), "LIMIT");  // would make 61
  ExpectAnswered(Make({}, Naming(59, 60)));          // 60
  ExpectAnswered(Make({}, Naming(20, 60)));          // nobody new
  ExpectRefused(Make({}, Naming(60, 61)), "LIMIT");
}

TEST_F(Refusals, LimitIsShownAtTheRequester) {
  EXPECT_EQ(Run(Naming(0, 40)).state, OutState::kAnswered);
  EXPECT_EQ(Run(Naming(40, 60)).state, OutState::kAnswered);
  const OutRow row = Run(Naming(60, 61));
  EXPECT_EQ(row.state, OutState::kRefused);
  EXPECT_EQ(row.code, "LIMIT");
  EXPECT_EQ(row.cells.at("incident"), (statement::Cell{statement::CellState::kRefused, "LIMIT"}));
}

TEST_F(Refusals, IssuedWithinFiveMinutesEitherWay) {
  ExpectAnswered(IssuedOff(-minutes{5}));
  ExpectAnswered(IssuedOff(minutes{5}));
  ExpectRefused(IssuedOff(-minutes{5} - milliseconds{1}), "ISSUED");
  ExpectRefused(IssuedOff(minutes{5} + milliseconds{1}), "ISSUED");
}

TEST_F(Refusals, ExpiredFromTheMomentItself) {
  ExpectAnswered(ExpiringIn(milliseconds{1}));
  ExpectRefused(ExpiringIn(milliseconds{0}), "EXPIRED");
  ExpectRefused(ExpiringIn(-milliseconds{1}), "EXPIRED");
}

// What an exchange leaves here stays until its Request's own expiry, so the covenant bounds that.
TEST_F(Refusals, LimitOfARequestsLife) {
  ExpectAnswered(LivingFor(kRequestTtl - milliseconds{1}));
  ExpectAnswered(LivingFor(kRequestTtl));
  ExpectRefused(LivingFor(kRequestTtl + milliseconds{1}), "LIMIT");
  // Counted from `issued`, wherever that lies within its five minutes.
  ExpectAnswered(LivingFor(kRequestTtl, minutes{4}));
  ExpectRefused(LivingFor(kRequestTtl + milliseconds{1}, -minutes{4}), "LIMIT");
  // The longest that can be written down.
  const Instant last = FromMillis((int64_t{1} << 53) - 1);
  ExpectRefused(LivingFor(last - world_.clock.Now()), "LIMIT");
}

TEST_F(Refusals, LimitOfARequestsLifeLeavesNoKeyAndNoOutbox) {
  const Forged forged = LivingFor(kRequestTtl + milliseconds{1});
  ExpectRefused(forged, "LIMIT");
  const auto row = exchange::FindIn(world_["politie"].store(), "gemeente", forged.request.exchange);
  ASSERT_TRUE(row.ok() && *row);
  EXPECT_EQ((*row)->key, store::DataKeyId{});
  EXPECT_EQ((*row)->frames, 0);
}

TEST_F(Refusals, LimitOfARequestsLifeIsKeptByTheRequester) {
  const auto row =
      world_["gemeente"].lineage().requester.Start(AskWith(Naming(0, 1)), world_.clock.Now());
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->expires - row->created, kRequestTtl);
}

TEST_F(Refusals, PrekeyIsKnownForAnHourAfterItsTerm) {
  world_.clock.Advance(hours{12});
  const Instant made = world_.clock.Now();  // the greeting rotates
  const Forged early = Make({}, Naming(0, 1));
  const Forged late = Make({}, Naming(0, 1));
  ASSERT_EQ(early.request.prekey, late.request.prekey);
  const auto greet = [&](Forged forged) {
    // Everything but the prekey is of today: the status, and the moment of issue.
    const Forged fresh = Make({}, Naming(0, 1));
    forged.request.issued = fresh.request.issued;
    forged.request.expires = fresh.request.expires;
    const crypto::SigningKey* const signers[] = {world_["gemeente"].statement_key.get()};
    forged.bytes = statement::SignedStatement::Sign(
        statement::Type::kRequest, forged.request.ToValue(), signers);
    forged.message.request = forged.bytes.Encode();
    return forged;
  };
  world_.clock.Set(made + hours{12});
  ASSERT_NE(Make({}, Naming(0, 1)).request.prekey, early.request.prekey);
  world_.clock.Set(made + hours{13} - milliseconds{1});
  ExpectAnswered(greet(early));
  world_.clock.Set(made + hours{13});
  ExpectRefused(greet(late), "PREKEY_UNKNOWN");
}

TEST_F(Refusals, BodyThatDoesNotMatchItsHash) {
  Forged forged = Make({}, Naming(0, 1));
  forged.message.body.back() ^= 1;
  ExpectRefused(forged, "BODY_HASH");
  forged = Make({}, Naming(0, 1));
  forged.message.body.pop_back();
  ExpectRefused(forged, "BODY_HASH");
}

TEST_F(Refusals, BodyThatNamesARowTwiceOrContradictsItself) {
  const Body good = Naming(0, 2);
  ExpectAnswered(Make({}, good));
  Body twice = good;
  twice.subjects[1] = twice.subjects[0];
  ExpectRefused(Make({"gemeente", Json(twice), {}}, good), "BODY");
  std::string about = Json(good);
  const std::string persons = "\"about\":\"persons\"";
  ASSERT_NE(about.find(persons), std::string::npos);
  about.replace(about.find(persons), persons.size(), "\"about\":\"group\"");
  ExpectRefused(Make({"gemeente", about, {}}, good), "BODY");
  ExpectRefused(Make({"gemeente", "{}", {}}, good), "BODY");
  ExpectRefused(Make({"gemeente", Json(good).substr(0, 200), {}}, good), "BODY");
}

TEST_F(Refusals, FieldThatThePartnerMayNotSeeIsExcess) {
  const auto ask = [&](Body body) {
    return Forge(world_, AskOf(std::move(body), "jongerenwerk", {"contact"}), {});
  };
  const Forged good = ask(list_->Naming(0, "jongerenwerk"));
  const Reply answered = SendTo(world_, "jongerenwerk", "gemeente", good.message);
  ASSERT_TRUE(answered.done.ok());
  EXPECT_EQ(answered.answer().cells.at("contact").state, statement::CellState::kReleased);
  // The same person, opened as only the police may see it: BSN and address.
  const uint64_t before = Entries(world_, "jongerenwerk");
  const Forged excess = ask(list_->Naming(0, "politie"));
  const Reply refused = SendTo(world_, "jongerenwerk", "gemeente", excess.message);
  ASSERT_TRUE(refused.done.ok());
  EXPECT_EQ(refused.code(), "EXCESS");
  EXPECT_TRUE(refused.frames.empty());
  EXPECT_EQ(Entries(world_, "jongerenwerk"), before + 2);
  // The same question again: the stored refusal and receipt, and nothing is logged or opened anew.
  const Reply again = SendTo(world_, "jongerenwerk", "gemeente", excess.message);
  ASSERT_TRUE(again.done.ok());
  EXPECT_EQ(again.code(), "EXCESS");
  EXPECT_EQ(again.opening->answer, refused.opening->answer);
  EXPECT_EQ(again.opening->receipt, refused.opening->receipt);
  EXPECT_TRUE(again.frames.empty());
  EXPECT_EQ(Entries(world_, "jongerenwerk"), before + 2);
}

}  // namespace
}  // namespace schakel::sim
