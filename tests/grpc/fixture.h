// What every hostile test starts from and ends with.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/grpc/peer.h"

namespace schakel::hostile {

class HostileTest : public ::testing::Test {
 protected:
  // politie still answers gemeente.
  void ExpectHonestAnswer() {
    const Reply reply = gemeente_.Send(gemeente_.Seal(gemeente_.Ask()));
    EXPECT_TRUE(reply.done.ok()) << reply.done.error().detail;
    EXPECT_EQ(reply.code(), "OK");
    EXPECT_GT(reply.frames, 1U);
  }

  // The outcomes in the party's log about the exchange, in order.
  std::vector<std::string> OutcomesOf(std::string_view party, const Uuid& exchange) {
    std::vector<std::string> outcomes;
    for (const LogRow& row : network_.Log(party)) {
      if (row.exchange == ToString(exchange)) outcomes.push_back(row.outcome);
    }
    return outcomes;
  }

  // politie's first entry about the exchange, as the auditor gets it.
  statement::Entry FirstEntryOf(const Uuid& exchange) {
    for (statement::Entry& entry : ExportedEntries(network_)) {
      if (entry.exchange == ToString(exchange)) return std::move(entry);
    }
    ADD_FAILURE() << "nothing was logged about the exchange";
    return {};
  }

  // The Request is the last but one entry of politie's log, refused; its Answer the last.
  void ExpectRefusedEntry(const Uuid& exchange, const std::string& peer, const std::string& code) {
    const std::vector<LogRow> rows = network_.Log("politie");
    ASSERT_GE(rows.size(), 2U);
    const LogRow& request = rows[rows.size() - 2];
    EXPECT_EQ(request.type, "request");
    EXPECT_EQ(request.direction, "in");
    EXPECT_EQ(request.peer, peer);
    EXPECT_EQ(request.exchange, ToString(exchange));
    EXPECT_EQ(request.outcome, code);
    EXPECT_EQ(rows.back().type, "answer");
    EXPECT_EQ(rows.back().direction, "out");
    EXPECT_EQ(rows.back().exchange, ToString(exchange));
  }

  // A signed refusal of the whole, logged; the same again for the same question, without another
  // entry; and the node unharmed.
  Reply ExpectRefusal(const Question& question, const std::string& code) {
    Reply reply = gemeente_.Send(question);
    EXPECT_TRUE(reply.done.ok());
    EXPECT_EQ(reply.code(), code);
    EXPECT_EQ(reply.frames, 0U);
    ExpectRefusedEntry(question.content.exchange, "gemeente", code);
    const Reply again = gemeente_.Send(question);
    EXPECT_EQ(again.code(), code);
    EXPECT_EQ(OutcomesOf("politie", question.content.exchange),
              (std::vector<std::string>{code, code}));
    ExpectHonestAnswer();
    return reply;
  }

  // Refused before the caller is authorised: an error that says nothing, and a local log entry.
  void ExpectFixedSentence(Peer& peer, const wire::SendRequest& message, const std::string& party) {
    const size_t entries = network_.Log("politie").size();
    const size_t local = network_.Log("politie", /*local=*/true).size();
    const Reply reply = peer.Send(message);
    EXPECT_EQ(reply.done.error().code, ErrorCode::kDenied);
    EXPECT_EQ(reply.done.error().detail, "the other side does not serve that to us");
    EXPECT_TRUE(reply.openings.empty());
    EXPECT_EQ(network_.Log("politie").size(), entries);
    const std::vector<LogRow> rows = network_.Log("politie", /*local=*/true);
    ASSERT_EQ(rows.size(), local + 1);
    EXPECT_EQ(rows.back().type, "request_unverified");
    EXPECT_EQ(rows.back().peer, party);
    EXPECT_EQ(rows.back().outcome, "DENIED");
    ExpectHonestAnswer();
  }

  Network& network_ = Network::Get();
  Peer gemeente_{network_, "gemeente"};
  Peer om_{network_, "om"};
};

}  // namespace schakel::hostile
