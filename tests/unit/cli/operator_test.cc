#include <gmock/gmock.h>

#include "cli/text.h"
#include "node/canon/json.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using OperatorTest = CliTest;

std::vector<std::string> Add(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"operator",
                                        "add",
                                        "deboer",
                                        "--name",
                                        "M. de Boer",
                                        "--function",
                                        "regisseur",
                                        "--telephone",
                                        "088",
                                        "--roles",
                                        "regisseur,contributor"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_F(OperatorTest, ACallIsSignedForThisNodeAtThisMoment) {
  const std::string home = ActAs("smit2");
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  ASSERT_EQ(Run({"operator", "list"}).exit, Exit::kDone);
  statement::OperatorCall call = node.only().call;
  EXPECT_EQ(call.operator_id, "smit2");
  EXPECT_EQ(call.time, clock.now);
  EXPECT_EQ(node.only().socket, home + "/run/operator.sock");
  call.node = "gemeente.veldrijk.example";
  const auto key = ReadSigningKey(home + "/operators/smit2.key");
  ASSERT_TRUE(key.ok());
  EXPECT_TRUE(statement::VerifyOperatorCall(call, key->public_key()).ok());
  call.node = "politie.veldrijk.example";
  EXPECT_FALSE(statement::VerifyOperatorCall(call, key->public_key()).ok());
}

TEST_F(OperatorTest, EveryCallHasANonceOfItsOwn) {
  ActAs("smit2");
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  Run({"operator", "list"});
  Run({"operator", "list"});
  ASSERT_EQ(node.calls.size(), 2U);
  EXPECT_NE(node.calls[0].call.nonce, node.calls[1].call.nonce);
}

TEST_F(OperatorTest, TheOnlyKeyActsByItself) {
  const std::string home = MakeHome("gemeente");
  environment.home = home;
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  const Ran two = Run({"operator", "list"});
  EXPECT_EQ(two.exit, Exit::kUsage);
  EXPECT_THAT(two.err, HasSubstr("--as dejong of --as smit"));
  std::filesystem::remove(home + "/operators/dejong.key");
  EXPECT_EQ(Run({"operator", "list"}).exit, Exit::kDone);
  EXPECT_EQ(node.only().call.operator_id, "smit");
}

TEST_F(OperatorTest, AsBeatsTheEnvironmentAndIsNoPath) {
  ActAs("smit2");
  node.Answer("operator.list", canon::Value::Object{{"operators", canon::Value::Array{}}});
  EXPECT_EQ(Run({"operator", "list", "--as", "smit"}).exit, Exit::kDone);
  EXPECT_EQ(node.only().call.operator_id, "smit");
  EXPECT_EQ(Run({"operator", "list", "--as", "../keys/log"}).exit, Exit::kUsage);
  EXPECT_EQ(Run({"operator", "list", "--as", "nobody"}).exit, Exit::kFailed);
}

TEST_F(OperatorTest, AKeyThatOthersCanReadIsNotUsed) {
  const std::string home = ActAs("smit2");
  std::filesystem::permissions(home + "/operators/smit2.key", std::filesystem::perms(0640));
  const Ran ran = Run({"operator", "list"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("chmod 600"));
  EXPECT_TRUE(node.calls.empty());
}

TEST_F(OperatorTest, NewMakesAKeyOnce) {
  environment.home = MakeHome("gemeente");
  const Ran made = Run({"operator", "new", "deboer"});
  ASSERT_EQ(made.exit, Exit::kDone) << made.err;
  const auto key = ReadSigningKey(In("gemeente/operators/deboer.key"));
  ASSERT_TRUE(key.ok());
  EXPECT_THAT(made.out, testing::StartsWith(crypto::KeyId(key->public_key()) + "\n"));
  EXPECT_EQ(Run({"operator", "new", "deboer"}).exit, Exit::kFailed);
}

TEST_F(OperatorTest, AddSendsWhoItIsAndTheirKey) {
  ActAs("deboer");
  environment.operator_id = "smit";
  node.Answer("operator.add", canon::Value::Object{{"id", "deboer"}, {"state", "pending"}});
  const Ran ran = Run(Add({"--groups", "VLD-2026-001"}));
  ASSERT_EQ(ran.exit, Exit::kDone) << ran.err;
  const canon::Value& params = node.only().params;
  EXPECT_EQ(TextOf(params, "name"), "M. de Boer");
  EXPECT_EQ(TextOf(params, "telephone"), "088");
  EXPECT_THAT(TextsOf(params, "roles"), ElementsAre("regisseur", "contributor"));
  EXPECT_THAT(TextsOf(params, "groups"), ElementsAre("VLD-2026-001"));
  const auto key = ReadSigningKey(In("gemeente/operators/deboer.key"));
  EXPECT_EQ(TextOf(params, "key"), crypto::KeyId(key->public_key()));
  EXPECT_THAT(ran.out, HasSubstr("schakel operator confirm deboer"));
}

TEST_F(OperatorTest, AddTakesOneKey) {
  environment.home = MakeHome("gemeente");
  environment.operator_id = "smit";
  node.Answer("operator.add", canon::Value::Object{{"id", "deboer"}, {"state", "enrolled"}});
  EXPECT_EQ(Run(Add({})).exit, Exit::kUsage);
  const auto other = ReadSigningKey(In("gemeente/keys/log.key"));
  const std::string key = crypto::KeyId(other->public_key());
  EXPECT_EQ(Run(Add({"--key", key, "--new-key"})).exit, Exit::kUsage);
  EXPECT_EQ(Run(Add({"--key", "ed25519:AAAA"})).exit, Exit::kUsage);
  EXPECT_TRUE(node.calls.empty());
  EXPECT_EQ(Run(Add({"--key", key})).exit, Exit::kDone);
  EXPECT_EQ(TextOf(node.only().params, "key"), key);
  EXPECT_EQ(Run(Add({"--new-key"})).exit, Exit::kDone);
  EXPECT_TRUE(std::filesystem::exists(In("gemeente/operators/deboer.key")));
}

TEST_F(OperatorTest, ConfirmAndListShowWhatTheNodeSays) {
  ActAs("smit2");
  node.Answer("operator.confirm", canon::Value::Object{{"id", "deboer"}, {"state", "enrolled"}});
  EXPECT_EQ(Run({"operator", "confirm", "deboer"}).out,
            "deboer: ingeschreven.\nVerder: deboer kan aan het werk met --as deboer\n");
  EXPECT_EQ(TextOf(node.only().params, "id"), "deboer");
  node.Answer("operator.list",
              canon::Value::Object{{"operators",
                                    canon::Value::Array{canon::Value::Object{
                                        {"id", "deboer"},
                                        {"name", "M. de\x1b[31m Boer"},
                                        {"function", "regisseur"},
                                        {"roles", canon::Value::Array{}},
                                        {"pending", canon::Value::Array{"regisseur"}},
                                        {"groups", canon::Value::Array{}}}}}});
  const Ran list = Run({"operator", "list"});
  EXPECT_THAT(list.out, HasSubstr("M. de\xEF\xBF\xBD[31m Boer"));
  EXPECT_THAT(list.out, HasSubstr("regisseur"));
  EXPECT_THAT(list.out, HasSubstr("officer): schakel operator confirm deboer\n"));
}

TEST_F(OperatorTest, ARefusalShowsCodeMessageAndHint) {
  ActAs("smit2");
  node.Refuse("operator.list", {"denied", "operator.list needs the role admin", "ask an admin"});
  const Ran ran = Run({"operator", "list"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_EQ(ran.err,
            "schakel: operator.list needs the role admin\n"
            "         vraag wie dit mag, of de functionaris (officer) van deze node\n");
  EXPECT_EQ(ran.out, "");
  const Ran json = RunJson({"operator", "list", "--lang", "en"});
  EXPECT_EQ(json.exit, Exit::kFailed);
  EXPECT_EQ(json.err, "");
  EXPECT_EQ(*Json(json).Find("error"),
            canon::Value(canon::Value::Object{{"code", "denied"},
                                              {"message", "operator.list needs the role admin"},
                                              {"hint", "ask an admin"}}));
}

TEST_F(OperatorTest, ANodeThatDoesNotRunIsNamed) {
  const std::string home = ActAs("smit2");
  node.runs = false;
  const Ran ran = Run({"operator", "list"});
  EXPECT_EQ(ran.exit, Exit::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("schakel-node --home " + home));
}

TEST_F(OperatorTest, WithoutAHomeItSaysHowToGiveOne) {
  const Ran ran = Run({"operator", "list"});
  EXPECT_EQ(ran.exit, Exit::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("SCHAKEL_HOME"));
  const Ran wrong = Run({"operator", "list", "--home", In("nowhere")});
  EXPECT_EQ(wrong.exit, Exit::kFailed);
  EXPECT_THAT(wrong.err, HasSubstr("schakel.yaml is er niet"));
}

TEST_F(OperatorTest, ArgumentsThatAreNoTextAreNotSent) {
  environment.home = MakeHome("gemeente");
  environment.operator_id = "smit";
  std::vector<std::string> arguments = Add({"--new-key"});
  arguments[4] = "M. de B\xf6\x65r";
  EXPECT_EQ(Run(arguments).exit, Exit::kUsage);
  EXPECT_TRUE(node.calls.empty());
}

}  // namespace
}  // namespace schakel::cli
