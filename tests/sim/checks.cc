#include "tests/sim/checks.h"

#include <array>

#include <gtest/gtest.h>

#include "node/log/verify.h"

namespace schakel::sim {
namespace {

using exchange::InRow;
using exchange::OutRow;
using exchange::OutState;
using statement::SignedStatement;
using store::Family;

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << ErrorCodeName(result.error().code) << ": " << result.error().detail;
    return T();
  }
  return *std::move(result);
}

size_t CountRows(const store::Store& store, Family family, ByteView prefix) {
  size_t rows = 0;
  EXPECT_TRUE(store
                  .Scan(family,
                        prefix,
                        [&](ByteView, ByteView) {
                          ++rows;
                          return true;
                        })
                  .ok());
  return rows;
}

std::vector<Party*> Nodes(World& world) {
  std::vector<Party*> nodes;
  for (const auto& [id, party] : world.parties()) {
    if (party->engine) nodes.push_back(party.get());
  }
  return nodes;
}

size_t EntriesOf(const Party& party, const Uuid& exchange) {
  return Must(party.lineage().log->FindExchange(exchange)).size();
}

// Cuts the power of the party at everything that it gives.
class PowerCut final : public exchange::ReplySink {
 public:
  PowerCut(Party& party, exchange::ReplySink& inner) : party_(party), inner_(inner) {}

  Result<void> OnOpening(const exchange::Opening& opening) override {
    party_.data->Crash();
    const SignedStatement answer = TRY(SignedStatement::Parse(opening.answer));
    logged_ = !Must(party_.lineage().log->FindDigest(answer.Digest())).empty();
    EXPECT_TRUE(logged_) << party_.id << " gave an answer that is not durable in its log";
    return inner_.OnOpening(opening);
  }
  Result<void> OnFrame(ByteView frame) override {
    party_.data->Crash();
    EXPECT_TRUE(logged_) << party_.id << " gave a frame before its answer was logged";
    return inner_.OnFrame(frame);
  }

 private:
  Party& party_;
  exchange::ReplySink& inner_;
  bool logged_ = false;
};

}  // namespace

Result<scan::Round> Ask(World& world, int number) {
  Party& gemeente = world["gemeente"];
  scan::Rounds& rounds = gemeente.lineage().rounds;
  scan::Round round = TRY(rounds.Plan(Ref{kGroup, number, ""}, world.clock.Now()));
  if (!round.started) round.motivation = "Beeld voor het overleg";
  return rounds.Run(std::move(round), Regisseur(), gemeente.engine->run_all(), world.clock.Now());
}

void ExpectLogsVerify(World& world) {
  for (const Party* party : Nodes(world)) {
    const std::array<crypto::PublicKey, 1> keys = {party->log_key->public_key()};
    for (const std::string& origin :
         {party->lineage().log->origin(), party->engine->local_log().origin()}) {
      const auto report = log::VerifyStored(party->store(), origin, keys);
      ASSERT_TRUE(report.ok()) << origin << ": " << report.error().detail;
      for (const log::StoredFault& fault : report->faults)
        ADD_FAILURE() << origin << fault.what;
    }
  }
}

void ExpectNothingHalfRecorded(World& world) {
  for (Party* party : Nodes(world)) {
    uint64_t entries = 0;
    for (const OutRow& row : Must(exchange::AllOut(party->store()))) {
      SCOPED_TRACE(row.ref + " " + exchange::OutStateName(row.state));
      const size_t logged = EntriesOf(*party, row.exchange);
      EXPECT_EQ(logged, row.state == OutState::kSent ? 1U : 3U);
      entries += logged;
      const auto received = Must(party->lineage().requester.Received(row.exchange));
      if (row.state == OutState::kAnswered) {
        EXPECT_EQ(static_cast<int64_t>(received.size()), row.releases);
      } else {
        EXPECT_TRUE(received.empty());
      }
    }
    for (const InRow& row : Must(exchange::AllIn(party->store()))) {
      SCOPED_TRACE(row.ref);
      const size_t logged = EntriesOf(*party, row.exchange);
      EXPECT_EQ(logged, row.receipt_seen ? 3U : 2U);
      entries += logged;
      const size_t frames = CountRows(
          party->store(), Family::kOutbox, exchange::OutboxPrefix(row.exchange, row.attempt));
      EXPECT_EQ(frames, row.receipt_seen ? 0U : static_cast<size_t>(row.frames));
    }
    EXPECT_EQ(party->lineage().log->size(), entries) << party->id;
  }
}

void ExpectThreeEntriesOnEachSide(World& world) {
  for (Party* party : Nodes(world)) {
    for (const OutRow& row : Must(exchange::AllOut(party->store()))) {
      SCOPED_TRACE(row.ref + " " + exchange::OutStateName(row.state));
      EXPECT_NE(row.state, OutState::kSent);
      EXPECT_FALSE(row.receipt_due);
      EXPECT_EQ(EntriesOf(*party, row.exchange), 3U);
      EXPECT_EQ(EntriesOf(world[row.to], row.exchange), 3U);
    }
  }
}

void ExpectNoOrphans(World& world) {
  for (Party* party : Nodes(world)) {
    size_t received = 0;
    for (const OutRow& row : Must(exchange::AllOut(party->store()))) {
      const size_t rows =
          CountRows(party->store(), Family::kReceived, exchange::ReceivedPrefix(row.exchange));
      if (row.state != OutState::kAnswered) {
        EXPECT_EQ(rows, 0U) << row.ref;
      }
      received += rows;
    }
    EXPECT_EQ(CountRows(party->store(), Family::kReceived, {}), received) << party->id;
    size_t frames = 0;
    for (const InRow& row : Must(exchange::AllIn(party->store()))) {
      frames += CountRows(
          party->store(), Family::kOutbox, exchange::OutboxPrefix(row.exchange, row.attempt));
    }
    EXPECT_EQ(CountRows(party->store(), Family::kOutbox, {}), frames) << party->id;
  }
}

void CutPowerAtEveryByte(World& world, const std::string& party) {
  world.interceptors[party] = [&world, party](const std::string& from,
                                              const exchange::SendMessage& message,
                                              exchange::ReplySink& sink) {
    PowerCut cut(world[party], sink);
    return world[party].engine->OnSend(from, message, world.wait_until, cut);
  };
}

}  // namespace schakel::sim
