#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cli/text.h"
#include "node/canon/reader.h"
#include "node/canon/yaml.h"
#include "node/crypto/key_file.h"
#include "tests/unit/cli/harness.h"

namespace schakel::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using InitTest = CliTest;

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

TEST_F(InitTest, MakesEveryFileOfAPartysHome) {
  const std::string home = MakeHome("politie", 3, 2);
  for (const char* key : {"keys/statement.key",
                          "keys/log.key",
                          "keys/tls.key",
                          "keys/master.key",
                          "roots/root-1.key",
                          "roots/root-2.key",
                          "roots/root-3.key",
                          "operators/dejong.key",
                          "operators/smit.key"}) {
    EXPECT_EQ(ModeOf(home + "/" + key), 0600U) << key;
    EXPECT_TRUE(crypto::ReadKeyFile(home + "/" + key, 32).ok()) << key;
  }
  for (const char* folder : {"", "/keys", "/roots", "/operators", "/run"}) {
    EXPECT_EQ(ModeOf(home + folder), 0700U) << folder;
  }
}

TEST_F(InitTest, PartyFileNamesTheRootsAndTheThreshold) {
  const std::string home = MakeHome("politie", 3, 2);
  const auto party = ReadPartyFile(home + "/party.json");
  ASSERT_TRUE(party.ok()) << party.error().detail;
  EXPECT_EQ(party->id, "politie");
  EXPECT_FALSE(party->auditor);
  EXPECT_EQ(party->name, "De politie");
  EXPECT_EQ(party->oin, "00000099000000001001");
  EXPECT_EQ(party->threshold, 2);
  const auto roots = ReadRoots(home);
  ASSERT_TRUE(roots.ok());
  ASSERT_EQ(roots->size(), 3U);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ((*roots)[i].public_key(), party->roots[i]);
}

TEST_F(InitTest, ConfigIsStrictYamlWithEveryKeyOfTheNode) {
  const std::string home = MakeHome("politie");
  const auto yaml = canon::ParseYaml(ReadAll(home + "/schakel.yaml"), "schakel.yaml", 10000);
  ASSERT_TRUE(yaml.root.has_value());
  std::vector<std::string> keys;
  for (const auto& entry : yaml.root->entries)
    keys.push_back(entry.key);
  EXPECT_THAT(
      keys,
      ElementsAre(
          "party", "node", "listen", "addresses", "data", "key_table", "socket", "log_level"));
  const auto config = ReadNodeConfig(home);
  ASSERT_TRUE(config.ok()) << config.error().detail;
  EXPECT_EQ(config->party, "politie");
  EXPECT_EQ(config->node, "politie.veldrijk.example");
  EXPECT_EQ(config->socket, home + "/run/operator.sock");
  // Without --address: the node's name at the port it listens on.
  EXPECT_THAT(config->addresses, ElementsAre("politie.veldrijk.example:7441"));
}

TEST_F(InitTest, BootstrapNamesTheFirstOfficerAndAdminWithTheirKeys) {
  const std::string home = MakeHome("politie");
  const auto bootstrap = canon::ParseJson(ReadAll(home + "/bootstrap.json"));
  ASSERT_TRUE(bootstrap.ok());
  const auto& operators = ArrayOf(*bootstrap, "operators");
  ASSERT_EQ(operators.size(), 2U);
  EXPECT_EQ(TextOf(operators[0], "id"), "dejong");
  EXPECT_EQ(TextOf(operators[0], "name"), "A. de Jong");
  EXPECT_THAT(TextsOf(operators[0], "roles"), ElementsAre("officer"));
  EXPECT_EQ(TextOf(operators[1], "id"), "smit");
  EXPECT_THAT(TextsOf(operators[1], "roles"), ElementsAre("admin"));
  const auto key = ReadSigningKey(home + "/operators/smit.key");
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(TextOf(operators[1], "key"), crypto::KeyId(key->public_key()));
}

TEST_F(InitTest, AnAuditorsHomeHasNoNode) {
  const std::string home = MakeAuditorHome();
  const auto party = ReadPartyFile(home + "/party.json");
  ASSERT_TRUE(party.ok()) << party.error().detail;
  EXPECT_TRUE(party->auditor);
  EXPECT_EQ(party->id, "auditdienst");
  EXPECT_TRUE(std::filesystem::exists(home + "/keys/tls.key"));
  EXPECT_TRUE(std::filesystem::exists(home + "/roots/root-1.key"));
  for (const char* name :
       {"schakel.yaml", "keys/log.key", "keys/master.key", "operators", "bootstrap.json"}) {
    EXPECT_FALSE(std::filesystem::exists(home + "/" + name)) << name;
  }
}

TEST_F(InitTest, RefusesAHomeThatIsThere) {
  const std::string home = MakeAuditorHome();
  const std::string before = ReadAll(home + "/party.json");
  const Ran again = Run({"init", home, "--auditor", "auditdienst", "--name", "Audit"});
  EXPECT_EQ(again.exit, Exit::kFailed);
  EXPECT_THAT(again.err, HasSubstr("exists already"));
  EXPECT_EQ(ReadAll(home + "/party.json"), before);
}

TEST_F(InitTest, LeavesNothingBehindWhenItFails) {
  // The officer's key would go into a folder of that name: an id that is too long for a file.
  const Ran ran = Run({"init",        In("x"),
                       "--party",     "x",
                       "--name",      "X",
                       "--oin",       "00000099000000001001",
                       "--listen",    "h:1",
                       "--node",      "x.example",
                       "--officer",   std::string("a") + std::string(39, 'b') + ":A",
                       "--admin",     "b:B",
                       "--roots",     "2",
                       "--threshold", "3"});
  EXPECT_EQ(ran.exit, Exit::kUsage);
  EXPECT_FALSE(std::filesystem::exists(In("x")));
  EXPECT_FALSE(std::filesystem::exists(In("x.new")));
}

TEST_F(InitTest, WrongUseIsExitTwo) {
  const std::vector<std::string> good = {"init",
                                         In("x"),
                                         "--party",
                                         "x",
                                         "--name",
                                         "X",
                                         "--oin",
                                         "00000099000000001001",
                                         "--listen",
                                         "127.0.0.1:1",
                                         "--node",
                                         "x.example",
                                         "--officer",
                                         "a:A",
                                         "--admin",
                                         "b:B"};
  const auto with = [&](size_t index, const std::string& value) {
    std::vector<std::string> changed = good;
    changed[index] = value;
    return Run(changed).exit;
  };
  EXPECT_EQ(with(3, "X"), Exit::kUsage);                    // an id in capitals
  EXPECT_EQ(with(5, ""), Exit::kUsage);                     // no name
  EXPECT_EQ(with(7, "0000009900000000100"), Exit::kUsage);  // 19 digits
  EXPECT_EQ(with(9, "127.0.0.1"), Exit::kUsage);            // no port
  EXPECT_EQ(with(9, "127.0.0.1:65536"), Exit::kUsage);      // no such port
  EXPECT_EQ(with(11, "x_y.example"), Exit::kUsage);         // no DNS name
  EXPECT_EQ(with(13, "noname"), Exit::kUsage);              // no name behind the id
  EXPECT_EQ(with(15, "a:B"), Exit::kUsage);                 // one person twice
  EXPECT_FALSE(std::filesystem::exists(In("x")));
  EXPECT_EQ(Run({"init", In("x"), "--name", "X"}).exit, Exit::kUsage);
  EXPECT_EQ(Run(good).exit, Exit::kDone);
}

TEST_F(InitTest, JsonHoldsThePublicPartsOnly) {
  const Ran ran = RunJson({"init", In("a"), "--auditor", "auditdienst", "--name", "Audit"});
  ASSERT_EQ(ran.exit, Exit::kDone);
  const canon::Value value = Json(ran);
  EXPECT_EQ(TextOf(value, "auditor"), "auditdienst");
  EXPECT_EQ(TextOf(value, "fingerprint").size(), 24U);
  const auto root = ReadRoots(In("a"));
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(ran.out.find(EncodeBase64(root->front().seed())), std::string::npos);
}

}  // namespace
}  // namespace schakel::cli
