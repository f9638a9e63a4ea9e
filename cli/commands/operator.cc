// `schakel operator`: the people who may act at this node, and their keys.
#include <algorithm>
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
      Hinted(MakeSigningKey(KeyPath(home, id), context.entropy()), context.Say(Message::kKeyKept)));
  return key.public_key();
}

Outcome<Exit> New(Context& context, const Arguments& arguments) {
  const std::string home = TRY(context.Home());
  const std::string key = crypto::KeyId(TRY(NewKey(context, arguments.id)));
  const std::string path = KeyPath(home, arguments.id);
  return context.Show(
      Value::Object{{"id", arguments.id}, {"key", key}, {"file", path}},
      key + "\n" + context.Say(Message::kKeyIsIn, {{"operator", arguments.id}, {"file", path}}) +
          "\n" + context.Say(Message::kKeyNext, {{"operator", arguments.id}, {"key", key}}) + "\n");
}

// The key that goes with the operator: given, made now, or the one in this home.
Outcome<std::string> KeyFor(Context& context, const Arguments& arguments) {
  if (!arguments.key.empty() && arguments.new_key) {
    return UsageFailure(context.Say(Message::kKeyBothWays), context.Say(Message::kKeyBothWaysHint));
  }
  if (!arguments.key.empty()) return arguments.key;
  if (arguments.new_key) return crypto::KeyId(TRY(NewKey(context, arguments.id)));
  const auto held = ReadSigningKey(KeyPath(TRY(context.Home()), arguments.id));
  if (held) return crypto::KeyId(held->public_key());
  if (held.error().code != ErrorCode::kNotFound) return held.error();
  return UsageFailure(context.Say(Message::kNoKeyFor, {{"operator", arguments.id}}),
                      context.Say(Message::kNoKeyForHint));
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
  const Marks who{{"operator", arguments.id}};
  const std::string text =
      pending ? context.Tell(Message::kOperatorWaits, who) + context.Say(Message::kNextConfirm, who)
              : context.Say(Message::kOperatorEnrolled, who);
  return context.Show(result, text + "\n");
}

Outcome<Exit> Confirm(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("operator.confirm", Value::Object{{"id", arguments.id}}));
  const Marks who{{"operator", arguments.id}};
  return context.Show(result,
                      context.Say(Message::kOperatorEnrolled, who) + "\n" +
                          context.Say(Message::kNextConfirmed, who) + "\n");
}

Outcome<Exit> List(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("operator.list", Value::Object{}));
  const Value::Array& operators = ArrayOf(result, "operators");
  const auto any = [&](const char* key) {
    return std::any_of(operators.begin(), operators.end(), [&](const Value& held) {
      return !TextsOf(held, key).empty();
    });
  };
  // Columns in which nobody has anything take the names their room.
  const bool waits = any("pending");
  const bool limited = any("groups");
  std::vector<std::string> header = {context.Say(Message::kOperatorId),
                                     context.Say(Message::kName),
                                     context.Say(Message::kFunction),
                                     context.Say(Message::kRoles)};
  if (waits) header.push_back(context.Say(Message::kWaitsForOfficer));
  if (limited) header.push_back(context.Say(Message::kGroups));
  report::Table table(header);
  std::string next;
  for (const Value& held : operators) {
    std::vector<report::Cell> row = {{TextOf(held, "id")},
                                     {TextOf(held, "name")},
                                     {TextOf(held, "function")},
                                     {Joined(TextsOf(held, "roles"))}};
    if (waits) row.push_back({Joined(TextsOf(held, "pending"))});
    if (limited) row.push_back({Joined(TextsOf(held, "groups"))});
    table.Add(std::move(row));
    if (!next.empty() || TextsOf(held, "pending").empty()) continue;
    next = context.Say(Message::kNextConfirm, {{"operator", TextOf(held, "id")}}) + "\n";
  }
  return context.Show(result, table.Write(context.paper()) + next);
}

Option IdOption(const std::shared_ptr<Arguments>& arguments) {
  return {{"ID", "ID"},
          "",
          {"het id van de persoon", "the operator's id"},
          &arguments->id,
          true,
          CheckName};
}

Command NewCommand(const std::shared_ptr<Arguments>& arguments) {
  Command command;
  command.name = "operator new";
  command.purpose = {"maak de sleutel van een persoon in deze map",
                     "make a person's key in this home"};
  command.options = {IdOption(arguments)};
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
  command.reader = Reader::kTechnician;
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
  confirm.options = {IdOption(arguments)};
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
