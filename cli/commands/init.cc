// `schakel init`: the home of a party's node, or of an auditor.
#include <filesystem>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/home.h"
#include "cli/text.h"
#include "node/base/ids.h"
#include "node/base/limits.h"
#include "node/canon/json.h"
#include "node/covenant/trust.h"
#include "node/crypto/key_file.h"

namespace schakel::cli {
namespace {

constexpr size_t kMasterKeyBytes = 32;

struct Arguments {
  std::string folder;
  std::string party;
  std::string auditor;
  std::string name;
  std::string oin;
  std::string listen;
  std::string node;
  std::vector<std::string> addresses;
  std::string officer;
  std::string admin;
  int roots = 1;
  int threshold = 1;
};

// `jansen:J. Jansen`
struct Person {
  std::string id;
  std::string name;
};

Person Split(const std::string& text) {
  const size_t colon = text.find(':');
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Wrong CheckPerson(const std::string& value) {
  const size_t colon = value.find(':');
  const bool good = colon != std::string::npos && IsName(value.substr(0, colon)) &&
                    CheckText(value.substr(colon + 1)).empty();
  return good ? Wrong{}
              : Wrong{"is geen ID:\"Naam\" zoals jansen:\"J. Jansen\"",
                      "is no ID:\"Name\" such as jansen:\"J. Jansen\""};
}

Wrong CheckOin(const std::string& value) {
  constexpr size_t kDigits = 20;
  const bool good =
      value.size() == kDigits && value.find_first_not_of("0123456789") == std::string::npos;
  return good ? Wrong{} : Wrong{"is geen OIN: 20 cijfers", "is no OIN: 20 digits"};
}

Wrong CheckHostName(const std::string& value) {
  constexpr size_t kLongest = 64;  // of the common name of a certificate
  const bool good =
      !value.empty() && value.size() <= kLongest &&
      value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
  return good ? Wrong{}
              : Wrong{"is geen DNS-naam in kleine letters, hoogstens 64",
                      "is no DNS name in small letters, at most 64"};
}

Wrong CheckSigners(const std::string& value) {
  const bool good = value.size() <= 2 && !value.empty() &&
                    value.find_first_not_of("0123456789") == std::string::npos &&
                    std::stoi(value) >= 1 && std::stoi(value) <= static_cast<int>(kMaxSignatures);
  return good ? Wrong{} : Wrong{"is geen getal van 1 tot 16", "is no number from 1 to 16"};
}

Outcome<void> CheckArguments(const Arguments& arguments) {
  const std::string hint = "see `schakel init --help`";
  if (arguments.party.empty() == arguments.auditor.empty()) {
    return UsageFailure("say whose home it is: --party ID or --auditor ID", hint);
  }
  if (arguments.threshold > arguments.roots) {
    return UsageFailure("the threshold is higher than the number of roots", hint);
  }
  if (!arguments.auditor.empty()) return {};
  for (const auto& [option, value] : {std::pair{"--oin", arguments.oin},
                                      {"--listen", arguments.listen},
                                      {"--node", arguments.node},
                                      {"--officer", arguments.officer},
                                      {"--admin", arguments.admin}}) {
    if (value.empty()) return UsageFailure(std::string("a party's home needs ") + option, hint);
  }
  if (Split(arguments.officer).id == Split(arguments.admin).id) {
    return UsageFailure("officer and admin have one id",
                        "they are two people: each watches the other");
  }
  return {};
}

std::vector<std::string> AddressesOf(const Arguments& arguments) {
  if (!arguments.addresses.empty()) return arguments.addresses;
  return {arguments.node + arguments.listen.substr(arguments.listen.rfind(':'))};
}

std::string ConfigText(const Arguments& arguments) {
  std::vector<std::string> addresses;
  for (const std::string& address : AddressesOf(arguments))
    addresses.push_back('"' + address + '"');
  return "# The node of " + arguments.party +
         ". `schakel-node --home . --check` says whether it can start.\n"
         "party: " +
         arguments.party +
         "\n"
         "node: " +
         arguments.node +
         "\n"
         "listen: \"" +
         arguments.listen +
         "\"\n"
         "addresses: [" +
         Joined(addresses) +
         "]   # where partners find it; goes into the delegation\n"
         "data: db\n"
         "key_table: keytable   # in no back-up that also holds db\n"
         "socket: run/operator.sock\n"
         "log_level: info\n";
}

canon::Value OperatorValue(const Person& person,
                           const char* function,
                           const char* role,
                           const crypto::PublicKey& key) {
  return canon::Value::Object{{"id", person.id},
                              {"name", person.name},
                              {"function", function},
                              {"telephone", ""},
                              {"key", crypto::KeyId(key)},
                              {"roles", canon::Value::Array{role}}};
}

class Maker {
 public:
  Maker(const Arguments& arguments, std::string folder, Entropy& entropy)
      : arguments_(arguments), folder_(std::move(folder)), entropy_(entropy) {}

  Result<PartyFile> Make() {
    const bool auditor = !arguments_.auditor.empty();
    for (const char* name : {"keys", "roots"})
      TRY(MakePrivateFolder(InFolder(folder_, name)));
    TRY(MakeKey("keys/statement.key"));
    TRY(MakeKey("keys/tls.key"));
    if (!auditor) TRY(MakeNode());
    PartyFile party;
    party.id = auditor ? arguments_.auditor : arguments_.party;
    party.auditor = auditor;
    party.name = arguments_.name;
    party.oin = arguments_.oin;
    party.threshold = arguments_.threshold;
    for (int i = 1; i <= arguments_.roots; ++i) {
      party.roots.push_back(TRY(MakeKey("roots/root-" + std::to_string(i) + ".key")));
    }
    TRY(WriteNewFile(InFolder(folder_, "party.json"),
                     canon::WritePretty(ToValue(party)) + "\n",
                     FileMode::kPublic));
    return party;
  }

 private:
  Result<crypto::PublicKey> MakeKey(const std::string& name) {
    return TRY(MakeSigningKey(InFolder(folder_, name), entropy_)).public_key();
  }

  Result<void> MakeNode() {
    for (const char* name : {"operators", "run"})
      TRY(MakePrivateFolder(InFolder(folder_, name)));
    TRY(MakeKey("keys/log.key"));
    crypto::SecretBytes master(kMasterKeyBytes);
    entropy_.Fill(master.mutable_view());
    TRY(crypto::WriteKeyFile(InFolder(folder_, "keys/master.key"), master.view()));
    TRY(WriteNewFile(InFolder(folder_, "schakel.yaml"), ConfigText(arguments_), FileMode::kPublic));
    const Person officer = Split(arguments_.officer);
    const Person admin = Split(arguments_.admin);
    canon::Value::Array operators;
    operators.push_back(OperatorValue(officer,
                                      "privacyfunctionaris",
                                      "officer",
                                      TRY(MakeKey("operators/" + officer.id + ".key"))));
    operators.push_back(
        OperatorValue(admin, "beheerder", "admin", TRY(MakeKey("operators/" + admin.id + ".key"))));
    const canon::Value bootstrap(canon::Value::Object{{"operators", std::move(operators)}});
    return WriteNewFile(InFolder(folder_, "bootstrap.json"),
                        canon::WritePretty(bootstrap) + "\n",
                        FileMode::kPublic);
  }

  const Arguments& arguments_;
  const std::string folder_;
  Entropy& entropy_;
};

std::string TextFor(const Arguments& arguments, const PartyFile& party) {
  const std::string& home = arguments.folder;
  std::string roots = std::to_string(party.roots.size()) +
                      (party.roots.size() == 1 ? " root key" : " root keys") + ", threshold " +
                      std::to_string(party.threshold);
  Lines table;
  table.Add("roots", InFolder(home, "roots") + ": " + roots);
  table.Add("", "they sign for " + party.id + ": keep them off this machine after signing");
  table.Add("public", InFolder(home, "party.json") + ": to whoever prepares the covenant");
  table.Add("fingerprint",
            covenant::RootFingerprint(party.roots) + ": read it aloud to the partners");
  std::string out = "Home of " + party.id + ": " + Printable(home) + "\n";
  if (!party.auditor) {
    const std::string keys = InFolder(home, "operators") + ": ";
    table.Add("people",
              keys + Split(arguments.officer).id + " (officer), " + Split(arguments.admin).id +
                  " (admin)");
    table.Add("", "each key belongs to that person alone");
  }
  out += table.Text();
  out += "Next: ";
  out += party.auditor ? "give party.json to whoever prepares the covenant\n"
                       : "schakel-node --home " + Printable(home) + " --check\n";
  return out;
}

Outcome<Exit> Init(Context& context, Arguments& arguments) {
  TRY(CheckArguments(arguments));
  while (arguments.folder.size() > 1 && arguments.folder.ends_with('/'))
    arguments.folder.pop_back();
  std::error_code error;
  if (Exists(arguments.folder)) {
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kConflict),
                   arguments.folder + " exists already; nothing was changed",
                   "name a folder that is not there: keys are never written over"};
  }
  // Made beside its place and renamed: a home is whole or not there.
  const std::string next = arguments.folder + ".new";
  const std::filesystem::path parent = std::filesystem::path(next).parent_path();
  if (!parent.empty()) TRY(MakeFolder(parent.string()));
  TRY(Hinted(MakePrivateFolder(next), "remove what an earlier try left, or name another folder"));
  auto made = Maker(arguments, next, context.entropy()).Make();
  if (made) {
    std::filesystem::rename(next, arguments.folder, error);
    if (error) made = Unavailable(arguments.folder + ": " + error.message());
  }
  if (!made) {
    std::filesystem::remove_all(next, error);
    return made.error();
  }
  canon::Value value = ToValue(*made);
  (*value.AsObject())["home"] = arguments.folder;
  (*value.AsObject())["fingerprint"] = covenant::RootFingerprint(made->roots);
  return context.Show(value, TextFor(arguments, *made));
}

}  // namespace

std::vector<Command> InitCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command init;
  init.name = "init";
  init.purpose = {
      "maak de map van een node van een partij, of van een auditor: sleutels, config, eerste "
      "operators",
      "make the home of a party's node, or of an auditor: keys, config, first operators"};
  init.options = {
      {"DIR", "", "the folder to make; it is not there yet", &arguments->folder, true},
      {"--party", "ID", "the party's id in the covenant", &arguments->party, false, CheckName},
      {"--auditor", "ID", "instead: the auditor's id", &arguments->auditor, false, CheckName},
      {"--name", "NAME", "the organisation's name", &arguments->name, true, CheckText},
      {"--oin", "OIN", "its number, 20 digits", &arguments->oin, false, CheckOin},
      {"--listen", "HOST:PORT", "where the node waits", &arguments->listen, false, CheckAddress},
      {"--node", "DNSNAME", "the node's name, for ever", &arguments->node, false, CheckHostName},
      {"--address",
       "HOST:PORT",
       "where partners find it (default: the node's name and port)",
       &arguments->addresses,
       false,
       CheckAddress},
      {"--roots", "N", "root keys to make (default 1)", &arguments->roots, false, CheckSigners},
      {"--threshold",
       "K",
       "how many of them sign (default 1)",
       &arguments->threshold,
       false,
       CheckSigners},
      {"--officer",
       "ID:NAME",
       "the first privacy officer",
       &arguments->officer,
       false,
       CheckPerson},
      {"--admin", "ID:NAME", "the first admin", &arguments->admin, false, CheckPerson}};
  init.examples = {"schakel init politie --party politie --name \"Politie Veldrijk\" \\",
                   "  --oin 00000099000000001001 --listen 0.0.0.0:7443 \\",
                   "  --node politie.veldrijk.example \\",
                   "  --officer dejong:\"A. de Jong\" --admin smit:\"B. Smit\"",
                   "schakel init audit --auditor auditdienst --name \"Auditdienst Veldrijk\""};
  init.reader = Reader::kTechnician;
  init.run = [arguments](Context& context) { return Init(context, *arguments); };
  return {init};
}

}  // namespace schakel::cli
