// Forward secrecy is real (one of the five places): what was recorded above TLS, against
// every key that is found in the homes.
#include <set>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/exchange/payload.h"
#include "node/record/body.h"
#include "node/record/rows.h"
#include "tests/sim/checks.h"
#include "tests/sim/home.h"
#include "tests/sim/world.h"

namespace schakel::sim {
namespace {

using crypto::Key32;
using exchange::InRow;
using exchange::OutRow;
using statement::Answer;
using statement::Request;
using statement::SignedStatement;
using store::Family;

// One exchange as a listener has it.
struct Tapped {
  explicit Tapped(const Recorded& recorded)
      : body(recorded.body),
        frames(recorded.frames),
        signed_request(*SignedStatement::Parse(recorded.request)),
        request(*statement::ParseAs<Request>(signed_request)),
        answer(*statement::ParseAs<Answer>(*SignedStatement::Parse(recorded.opening.answer))) {}
  Bytes body;
  std::vector<Bytes> frames;
  SignedStatement signed_request;
  Request request;
  Answer answer;
};

// True when the key, used in any of the ways in which a key is used here, opens the body.
bool OpensBody(const Key32& key, const Tapped& tapped, const crypto::X25519Public& prekey) {
  if (record::OpenBody(key, tapped.body)) return true;
  const crypto::X25519Public own = crypto::X25519FromSecret(key.view()).public_key;
  const crypto::X25519Public& ephemeral = tapped.request.ephemeral;
  // As the prekey's private half, or as the ephemeral's.
  const auto as_prekey = exchange::BodyKey(key, ephemeral, ephemeral, own, tapped.request);
  if (as_prekey && record::OpenBody(*as_prekey, tapped.body)) return true;
  const auto as_ephemeral = exchange::BodyKey(key, prekey, ephemeral, prekey, tapped.request);
  return as_ephemeral && record::OpenBody(*as_ephemeral, tapped.body);
}

bool OpensStream(const Key32& key, const Tapped& tapped) {
  auto opener = crypto::StreamOpener::Create(key, tapped.frames.at(0));
  return opener && opener->Open(tapped.frames.at(1)).ok();
}

bool OpensPayload(const Key32& key, const Tapped& tapped) {
  if (OpensStream(key, tapped)) return true;
  const crypto::X25519Public& asked = tapped.request.ephemeral;
  const crypto::X25519Public& given = tapped.answer.payload->ephemeral;
  for (const crypto::X25519Public& other : {asked, given}) {
    const auto agreed =
        exchange::PayloadKey(key, other, asked, given, tapped.signed_request.Digest());
    if (agreed && OpensStream(*agreed, tapped)) return true;
  }
  return false;
}

template <typename T>
T Must(Result<T> result) {
  EXPECT_TRUE(result.ok());
  return *std::move(result);
}

class SecrecyTest : public testing::Test {
 protected:
  SecrecyTest() : world_(11) {
    world_.RunToList();
    prekey_ = Status("politie").prekey;
    EXPECT_FALSE(world_.AskAboutPersons().Incomplete());
    EXPECT_EQ(prekey_.id, Status("politie").prekey.id);
    // Before anything is shredded.
    for (const Recorded& recorded : world_.recorded) {
      const Tapped tapped(recorded);
      if (recorded.to == "politie") tapped_.push_back(tapped);
    }
    EXPECT_EQ(tapped_.size(), 2U);
  }

  statement::Status Status(const std::string& party) {
    Party& gemeente = world_["gemeente"];
    auto status = gemeente.engine->statuses().Greet(
        *gemeente.link, party, gemeente.lineage().log->Checkpoint(), world_.clock.Now());
    EXPECT_TRUE(status.ok());
    return *std::move(status);
  }

  // How many of the tapped bodies and payloads open under any of the secrets.
  struct Broken {
    int bodies = 0;
    int payloads = 0;
  };
  Broken Attack(const std::vector<Key32>& secrets) {
    Broken broken;
    for (const Tapped& tapped : tapped_) {
      const auto opens = [&](const auto& how) {
        return std::any_of(secrets.begin(), secrets.end(), how) ? 1 : 0;
      };
      broken.bodies += opens([&](const Key32& key) { return OpensBody(key, tapped, prekey_.key); });
      broken.payloads += opens([&](const Key32& key) { return OpensPayload(key, tapped); });
    }
    return broken;
  }

  World world_;
  statement::Prekey prekey_;
  std::vector<Tapped> tapped_;
};

TEST_F(SecrecyTest, NoKeyInTheContributorsHomeOpensWhatWasRecorded) {
  const std::vector<Key32> secrets = SecretsIn(world_["politie"]);
  EXPECT_GT(secrets.size(), 60U);
  const Broken broken = Attack(secrets);
  EXPECT_EQ(broken.bodies, 0);
  EXPECT_EQ(broken.payloads, 0);
}

// The attack can succeed: the prekey's private half, in memory only, opens the bodies; the
// requester's ephemeral secret, under the exchange's key until that is shredded, opens everything.
TEST_F(SecrecyTest, TheKeysThatShouldOpenItDo) {
  const auto secret =
      world_["politie"].lineage().context.prekeys.Find(prekey_.id, world_.clock.Now());
  ASSERT_TRUE(secret.has_value());
  const Broken with_prekey = Attack({*secret});
  EXPECT_EQ(with_prekey.bodies, 2);
  EXPECT_EQ(with_prekey.payloads, 0);
  const Broken with_ephemeral = Attack(SecretsIn(world_["gemeente"]));
  EXPECT_EQ(with_ephemeral.bodies, 2);
  EXPECT_EQ(with_ephemeral.payloads, 2);
}

TEST_F(SecrecyTest, PrekeyIsGoneAfterItsRotationAndGrace) {
  Party& politie = world_["politie"];
  exchange::PrekeyRing& ring = politie.lineage().context.prekeys;
  world_.clock.Advance(kPrekeyRotation);
  EXPECT_NE(Status("politie").prekey.id, prekey_.id);
  EXPECT_TRUE(ring.Find(prekey_.id, world_.clock.Now()).has_value());
  world_.clock.Advance(kPrekeyGrace + std::chrono::minutes{10});
  EXPECT_FALSE(ring.Find(prekey_.id, world_.clock.Now()).has_value());
  const auto current = ring.Find(Status("politie").prekey.id, world_.clock.Now());
  ASSERT_TRUE(current.has_value());
  EXPECT_EQ(Attack({*current}).bodies, 0);
}

TEST_F(SecrecyTest, ContributorsCopyOfTheBodyOpensUnderTheExchangesKeyOnly) {
  Party& politie = world_["politie"];
  for (const InRow& row : Must(exchange::AllIn(politie.store()))) {
    const RowName name{Family::kExchange, exchange::PrivateKey("body", row.from, row.exchange)};
    const auto kept = politie.store().Get(name.first, name.second);
    ASSERT_TRUE(kept.ok() && kept->has_value());
    int opened = 0;
    for (const store::DataKeyId& id : KeyIds(politie)) {
      const auto plaintext = OpenUnder(Must(politie.engine->keys().Get(id)), name, **kept);
      if (!plaintext) continue;
      ++opened;
      EXPECT_EQ(id, row.key);
      EXPECT_TRUE(record::ParseBody(AsText(*plaintext)).ok());
    }
    EXPECT_EQ(opened, 1) << row.ref;
  }
}

TEST_F(SecrecyTest, AfterBothShredTheTwoHomesTogetherOpenNothing) {
  for (const char* party : {"gemeente", "politie"}) {
    ASSERT_TRUE(world_[party].engine->Tend().ok());
  }
  std::vector<Key32> secrets = SecretsIn(world_["politie"]);
  for (const Key32& secret : SecretsIn(world_["gemeente"]))
    secrets.push_back(secret);
  const Broken broken = Attack(secrets);
  EXPECT_EQ(broken.bodies, 0);
  EXPECT_EQ(broken.payloads, 0);
  // Nor what the homes kept of the exchange itself.
  for (const char* party : {"gemeente", "politie"}) {
    for (const auto& [row, value] : OpenAll(world_[party])) {
      EXPECT_NE(row.first, Family::kOutbox) << party;
      if (row.first == Family::kExchange) {
        ADD_FAILURE() << party << " still opens " << ToText(row.second).substr(0, 7);
      }
    }
  }
  // What was lawfully received is still there, under its own keys.
  int received = 0;
  for (const OutRow& row : Must(exchange::AllOut(world_["gemeente"].store()))) {
    const auto releases = world_["gemeente"].lineage().requester.Received(row.exchange);
    ASSERT_TRUE(releases.ok());
    EXPECT_EQ(static_cast<int64_t>(releases->size()), row.releases);
    received += static_cast<int>(releases->size());
  }
  EXPECT_GT(received, 0);
}

// A question that was refused for what the group lacks keeps its body no longer than others.
TEST(RefusedQuestionTest, ItsBodyIsShreddedAsWell) {
  World world(12);
  world.SignAndActivate();
  world.ImportAll();
  world.OpenGroup();
  const scan::Round round = world.AskForList();  // nobody decided step 2B
  ASSERT_TRUE(round.partners.at(0).exchange.has_value());
  ASSERT_EQ(round.partners.at(0).exchange->state, exchange::OutState::kRefused);
  Party& politie = world["politie"];
  const auto rows = exchange::AllIn(politie.store());
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 1U);
  ASSERT_EQ(rows->at(0).frames, 0);
  const auto body = [&] {
    return exchange::GetPrivate(
        politie.store(), politie.engine->keys(), "body", rows->at(0).from, rows->at(0).exchange);
  };
  EXPECT_TRUE(body().ok());
  ASSERT_TRUE(politie.engine->Tend().ok());
  EXPECT_FALSE(body().ok());
}

TEST_F(SecrecyTest, OneKeyRowClosesThatSubjectAndNobodyElse) {
  Party& politie = world_["politie"];
  record::Records& records = politie.engine->records();
  std::vector<Uuid> subjects;
  ASSERT_TRUE(records
                  .ScanSubjects([&](const Uuid& subject) {
                    subjects.push_back(subject);
                    return true;
                  })
                  .ok());
  ASSERT_GT(subjects.size(), 5U);
  const Uuid chosen = subjects[subjects.size() / 2];
  const Bytes subject_row = record::SubjectRow(chosen);
  const Bytes records_prefix = record::SubjectRecordPrefix(chosen, "");
  std::set<RowName> own;
  for (const auto& [row, value] : AllRows(politie.store())) {
    const bool of_records =
        row.first == Family::kRecord && row.second.size() > records_prefix.size() &&
        std::equal(records_prefix.begin(), records_prefix.end(), row.second.begin());
    if (of_records || (row.first == Family::kSubject && row.second == subject_row)) own.insert(row);
  }
  ASSERT_GT(own.size(), 1U);
  const auto sealed = politie.store().Get(Family::kSubject, subject_row);
  ASSERT_TRUE(sealed.ok() && sealed->has_value());
  EXPECT_EQ(ClosedBy(politie, *store::KeyOfValue(**sealed)), own);
  for (const Uuid& subject : subjects) {
    EXPECT_EQ(records.LoadSubject(subject).ok(), subject != chosen);
  }
}

TEST_F(SecrecyTest, OneKeyRowClosesWhatWasReceivedAboutOnePerson) {
  Party& gemeente = world_["gemeente"];
  const auto rows = exchange::OutByRef(gemeente.store(), "VLD-2026-001/2@politie");
  ASSERT_TRUE(rows.ok());
  const Uuid exchange = rows->at(0).exchange;
  const auto received = gemeente.lineage().requester.Received(exchange);
  ASSERT_TRUE(received.ok());
  ASSERT_FALSE(received->empty());
  const std::optional<Uuid> person = received->at(0).row;
  std::map<std::optional<Uuid>, int> before;
  for (const record::Release& release : *received)
    ++before[release.row];
  ASSERT_GT(before.size(), 1U);

  const auto sealed = gemeente.store().Get(Family::kReceived, exchange::ReceivedKey(exchange, 0));
  ASSERT_TRUE(sealed.ok() && sealed->has_value());
  const std::set<RowName> closed = ClosedBy(gemeente, *store::KeyOfValue(**sealed));
  for (const RowName& row : closed)
    EXPECT_EQ(row.first, Family::kReceived);
  EXPECT_EQ(closed.size(), static_cast<size_t>(before[person]));
  std::map<std::optional<Uuid>, int> after;
  for (const record::Release& release : Must(gemeente.lineage().requester.Received(exchange))) {
    ++after[release.row];
  }
  before.erase(person);
  EXPECT_EQ(after, before);
}

}  // namespace
}  // namespace schakel::sim
