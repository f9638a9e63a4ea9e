#include <gmock/gmock.h>

#include "cli/text.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using canon::Value;
using testing::HasSubstr;
using testing::Not;

class NodeTest : public CliTest {
 protected:
  NodeTest() { ActAs("smit2"); }

  Value Status(bool log_ok) const {
    return Value::Object{
        {"party", "gemeente"},
        {"node", "gemeente.veldrijk.example"},
        {"software", "schakel 0.1.0"},
        {"health", Value::Object{{"clock", true}, {"log", log_ok}}},
        {"covenant",
         Value::Object{{"title", "Convenant"},
                       {"version", 1},
                       {"hash", "f00d"},
                       {"valid_until", ToMillis(clock.now)}}},
        {"log", Value::Object{{"origin", "o/xlog/1"}, {"size", 12}}},
        {"peers",
         Value::Array{Value::Object{{"party", "om"}, {"fresh", false}, {"code", "STATUS_STALE"}},
                      Value::Object{{"party", "politie"},
                                    {"fresh", true},
                                    {"code", ""},
                                    {"issued", ToMillis(clock.now)},
                                    {"software", "schakel 0.1.0"}}}},
        {"receipts_due", 2},
        {"open", 1},
        {"operators", 3}};
  }
};

TEST_F(NodeTest, StatusTellsHealthCovenantAndPartners) {
  node.Answer("node.status", Status(true));
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.exit, Exit::kDone);
  EXPECT_THAT(ran.out, HasSubstr("gezondheid  in orde: klok, log"));
  EXPECT_THAT(ran.out, HasSubstr("1 verzoeken zonder antwoord, 2 ontvangstbewijzen te bezorgen"));
  EXPECT_THAT(ran.out, HasSubstr("om       te lang geen contact"));
  EXPECT_THAT(ran.out, testing::ContainsRegex("politie  actueel +15-06-2026 10:00"));
}

TEST_F(NodeTest, StatusOfANodeThatIsNotWellIsExitOne) {
  node.Answer("node.status", Status(false));
  const Ran ran = Run({"status"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("NIET IN ORDE: log"));
  EXPECT_THAT(ran.out, HasSubstr("schakel log verify"));
}

TEST_F(NodeTest, StatusBeforeACovenant) {
  node.Answer("node.status",
              Value::Object{{"party", "gemeente"}, {"node", "n"}, {"peers", Value::Array{}}});
  EXPECT_THAT(Run({"status"}).out, HasSubstr("geen van kracht"));
}

TEST_F(NodeTest, PeerTestGivesALineEachAndStopsAtTheFirstFailure) {
  node.Answer("peer.test",
              Value::Object{
                  {"party", "politie"},
                  {"ok", true},
                  {"lines",
                   Value::Array{Value::Object{{"step", "dns"}, {"ok", true}, {"detail", "::1"}},
                                Value::Object{{"step", "tls"}, {"ok", true}, {"detail", "1.3"}}}}});
  const Ran good = Run({"peer", "test", "politie"});
  EXPECT_EQ(good.exit, Exit::kDone);
  EXPECT_EQ(TextOf(node.only().params, "party"), "politie");
  EXPECT_THAT(good.out, HasSubstr("dns  goed    ::1\ntls  goed    1.3\n"));
  node.Answer(
      "peer.test",
      Value::Object{
          {"party", "politie"},
          {"ok", false},
          {"lines",
           Value::Array{Value::Object{{"step", "dns"}, {"ok", true}, {"detail", "::1"}},
                        Value::Object{{"step", "tcp"}, {"ok", false}, {"detail", "refused"}}}}});
  const Ran bad = Run({"peer", "test", "politie"});
  EXPECT_EQ(bad.exit, Exit::kFailed);
  EXPECT_THAT(bad.out, HasSubstr("tcp  MISLUKT refused"));
  EXPECT_THAT(bad.out, HasSubstr("over `tcp`"));
}

TEST_F(NodeTest, LogShowPassesWhatWasAsked) {
  node.Answer(
      "log.show",
      Value::Object{{"origin", "o/xlog/1"},
                    {"size", 12},
                    {"root", "ab"},
                    {"entries",
                     Value::Array{Value::Object{{"index", 7},
                                                {"time", ToMillis(clock.now)},
                                                {"type", "answer"},
                                                {"peer", "politie"},
                                                {"exchange", "01a20e16-a226-7a1b"},
                                                {"outcome", "ok"},
                                                {"direction", "in"}},
                                  Value::Object{{"index", 8}, {"fault", "does not parse"}}}}});
  const Ran ran = Run({"log", "show", "--from", "7", "--count", "2", "--local"});
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  EXPECT_EQ(node.only().params, Value(Value::Object{{"from", 7}, {"count", 2}, {"local", true}}));
  EXPECT_THAT(ran.out, HasSubstr("7  15-06-2026 10:00  antwoord"));
  EXPECT_THAT(ran.out, HasSubstr("ONLEESBAAR"));
  EXPECT_THAT(ran.out, Not(HasSubstr("politie")));  // the local log has no partner
  const std::string all = Run({"log", "show"}).out;
  EXPECT_THAT(all, testing::ContainsRegex("7  15-06-2026 10:00  in   politie  antwoord +goed"));
  EXPECT_THAT(all, HasSubstr("01a20e16\n"));
  EXPECT_EQ(node.calls.back().params, Value(Value::Object{}));
  EXPECT_EQ(Run({"log", "show", "--count", "0"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"log", "show", "--count", "1000"}).exit, Exit::kDone);
  EXPECT_EQ(Run({"log", "show", "--count", "1001"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"log", "show", "--from", "-1"}).exit, Exit::kUsage);
}

TEST_F(NodeTest, LogVerifyNamesEntriesAndFiles) {
  const auto answer = [&](bool ok, const Value::Array& faults, const Value::Array& damaged) {
    node.Answer(
        "log.verify",
        Value::Object{
            {"ok", ok},
            {"logs",
             Value::Array{Value::Object{{"origin", "o/xlog/1"}, {"size", 12}, {"faults", faults}}}},
            {"damaged", damaged}});
  };
  answer(true, {}, {});
  const Ran good = Run({"log", "verify"});
  EXPECT_EQ(good.exit, Exit::kDone);
  EXPECT_THAT(good.out, HasSubstr("Geverifieerd:"));
  answer(false,
         {Value::Object{{"what", "not the bytes of its leaf"}, {"index", 4}},
          Value::Object{{"what", "the checkpoint is not signed"}}},
         {Value::Object{{"file", "000012.sst"}, {"what", "checksum"}}});
  const Ran bad = Run({"log", "verify"});
  EXPECT_EQ(bad.exit, Exit::kFailed);
  EXPECT_THAT(bad.out, testing::StartsWith("NIET GEVERIFIEERD\n"));
  EXPECT_THAT(bad.out, HasSubstr("regel 4: not the bytes of its leaf"));
  EXPECT_THAT(bad.out, HasSubstr("000012.sst  checksum"));
  EXPECT_THAT(bad.out, Not(HasSubstr("regel 0")));
}

}  // namespace
}  // namespace schakel::cli
