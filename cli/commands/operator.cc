// `schakel operator`: the people who may act at this node, and their keys.
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/files.h"
#include "cli/text.h"
#include "node/base/ids.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string id;
  std::string name;
  std::string function;
  std::string telephone;
  std::string key;
  bool new_key = false;
  std::vector<std::string> roles;
  std::vector<std::string> groups;
};

std::string KeyPath(const std::string& home, const std::string& id) {
  return InFolder(InFolder(home, "operators"), id + ".key");
}

// Values as people write lists: `--roles a,b`, `--roles a b`, or the option twice.
std::vector<std::string> SplitList(const std::vector<std::string>& given) {
  std::vector<std::string> items;
  for (const std::string& text : given) {
    for (size_t at = 0; at <= text.size();) {
      const size_t comma = std::min(text.find(',', at), text.size());
      if (comma > at) items.push_back(text.substr(at, comma - at));
      at = comma + 1;
    }
  }
  return items;
}

Value::Array Texts(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

Outcome<crypto::PublicKey> NewKey(Context& context, const std::string& id) {
  const std::string home = TRY(context.Home());
  const auto key = TRY(
      Hinted(MakeSigningKey(KeyPath(home, id), context.entropy()),
             "a key is never written over; `operator add` without --new-key takes the one there"));
  return key.public_key();
}

Outcome<Exit> New(Context& context, const Arguments& arguments) {
  const std::string home = TRY(context.Home());
  const std::string key = crypto::KeyId(TRY(NewKey(context, arguments.id)));
  const std::string path = KeyPath(home, arguments.id);
  return context.Show(Value::Object{{"id", arguments.id}, {"key", key}, {"file", path}},
                      key + "\nThe key of " + arguments.id + " is in " + Printable(path) +
                          ": it belongs to that person alone.\nNext: an admin runs: schakel "
                          "operator add " +
                          arguments.id + " --key " + key + " ...\n");
}

// The key that goes with the operator: given, made now, or the one in this home.
Outcome<std::string> KeyFor(Context& context, const Arguments& arguments) {
  if (!arguments.key.empty() && arguments.new_key) {
    return UsageFailure("--key and --new-key are both given", "give one of them");
  }
  if (!arguments.key.empty()) return arguments.key;
  if (arguments.new_key) return crypto::KeyId(TRY(NewKey(context, arguments.id)));
  const auto held = ReadSigningKey(KeyPath(TRY(context.Home()), arguments.id));
  if (held) return crypto::KeyId(held->public_key());
  if (held.error().code != ErrorCode::kNotFound) return held.error();
  return UsageFailure("no key for " + arguments.id,
                      "give theirs with --key ed25519:..., or --new-key makes one here");
}

Outcome<Exit> Add(Context& context, const Arguments& arguments) {
  const std::string key = TRY(KeyFor(context, arguments));
  Node node = TRY(context.OpenNode());
  Value::Object params{{"id", arguments.id},
                       {"name", arguments.name},
                       {"function", arguments.function},
                       {"telephone", arguments.telephone},
                       {"key", key},
                       {"roles", Texts(SplitList(arguments.roles))}};
  if (!arguments.groups.empty()) params["groups"] = Texts(SplitList(arguments.groups));
  const Value result = TRY(node.Call("operator.add", params));
  const bool pending = TextOf(result, "state") == "pending";
  const std::string text =
      arguments.id + (pending ? ": waits for an officer, since these roles see content.\nNext: the "
                                "officer runs: schakel operator confirm " +
                                    arguments.id + "\n"
                              : ": enrolled.\n");
  return context.Show(result, text);
}

Outcome<Exit> Confirm(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("operator.confirm", Value::Object{{"id", arguments.id}}));
  return context.Show(result, arguments.id + ": " + Printable(TextOf(result, "state")) + ".\n");
}

Outcome<Exit> List(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("operator.list", Value::Object{}));
  report::Table table({"id", "name", "function", "roles", "waits for an officer", "groups"});
  for (const Value& held : ArrayOf(result, "operators")) {
    table.Add({{TextOf(held, "id")},
               {TextOf(held, "name")},
               {TextOf(held, "function")},
               {Joined(TextsOf(held, "roles"))},
               {Joined(TextsOf(held, "pending"))},
               {Joined(TextsOf(held, "groups"))}});
  }
  return context.Show(result, table.Write(context.paper()));
}

Command NewCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "operator new";
  command.purpose = {"maak de sleutel van een persoon in deze map",
                     "make a person's key in this home"};
  command.options = {{"ID", "", "the operator's id", &arguments->id, true, CheckName}};
  command.examples = {"schakel operator new deboer --home gemeente"};
  command.run = [arguments](Context& context) { return New(context, *arguments); };
  return command;
}

Command AddCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "operator add";
  command.purpose = {"schrijf een persoon met de eigen sleutel in op de node (rol: admin)",
                     "enrol a person and their key at the node (role: admin)"};
  command.options = {
      {"ID", "", "the operator's id", &arguments->id, true, CheckName},
      {"--name", "NAME", "as partners read it", &arguments->name, true, CheckText},
      {"--function", "TEXT", "as partners read it", &arguments->function, true, CheckText},
      {"--telephone", "NUMBER", "where partners call", &arguments->telephone, true, CheckText},
      {"--roles",
       "ROLE,ROLE",
       "of regisseur, contributor, approver, officer, admin, observer, feeder",
       &arguments->roles,
       true,
       CheckText},
      {"--groups",
       "REF,REF",
       "only these groups (default: all)",
       &arguments->groups,
       false,
       CheckText},
      {"--key", "KEYID", "the person's key id", &arguments->key, false, CheckKeyId},
      {"--new-key", "", "make the key here", &arguments->new_key}};
  command.notes =
      "Without --key and --new-key the key that `operator new` made in this home is taken. Roles "
      "that see content wait until an officer confirms them.";
  command.examples = {"schakel operator add deboer --name \"M. de Boer\" \\",
                      "  --function procesregisseur --telephone \"088 000 0003\" \\",
                      "  --roles regisseur --new-key --as smit --home gemeente"};
  command.run = [arguments](Context& context) { return Add(context, *arguments); };
  return command;
}

}  // namespace

std::vector<Command> OperatorCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command confirm;
  confirm.name = "operator confirm";
  confirm.purpose = {"bevestig de rollen waarmee een persoon inhoud ziet (rol: officer)",
                     "confirm the roles of a person that see content (role: officer)"};
  confirm.options = {{"ID", "", "the operator's id", &arguments->id, true, CheckName}};
  confirm.examples = {"schakel operator confirm deboer --as dejong --home gemeente"};
  confirm.run = [arguments](Context& context) { return Confirm(context, *arguments); };
  Command list;
  list.name = "operator list";
  list.purpose = {"toon wie wat mag op deze node (rol: admin of officer)",
                  "show who may do what at this node (role: admin or officer)"};
  list.examples = {"schakel operator list --as smit --home gemeente"};
  list.run = [](Context& context) { return List(context); };
  return {NewCommand(arguments), AddCommand(arguments), std::move(confirm), std::move(list)};
}

}  // namespace schakel::cli
