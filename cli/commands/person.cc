// `schakel person`: persons of the own records.
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/text.h"
#include "node/base/date.h"

namespace schakel::cli {
namespace {

using canon::Value;

// 17-08-2009 for 2009-08-17; as it is when it is no date.
std::string Born(const std::string& iso) {
  const auto date = ParseIsoDate(iso);
  return date ? iso.substr(8, 2) + "-" + iso.substr(5, 2) + "-" + iso.substr(0, 4) : iso;
}

std::string Candidates(const Value& doubtful) {
  std::vector<std::string> texts;
  for (const Value& candidate : ArrayOf(doubtful, "candidates")) {
    if (candidate.AsString() != nullptr) {
      texts.push_back(*candidate.AsString());
      continue;
    }
    const std::string name = TextOf(candidate, "name");
    const std::string birth = TextOf(candidate, "birth");
    texts.push_back(name.empty() ? TextOf(candidate, "subject")
                                 : name + (birth.empty() ? "" : ", " + Born(birth)));
  }
  return Joined(texts, "; ");
}

Outcome<Exit> Doubtful(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("person.doubtful", Value::Object{}));
  const Value::Array& asked = ArrayOf(result, "asked");
  const Value::Array& imported = ArrayOf(result, "imported");
  if (asked.empty() && imported.empty()) {
    return context.Show(result, context.Say(Message::kNobodyDoubtful) + "\n");
  }
  std::string text;
  if (!asked.empty()) {
    report::Table table({context.Say(Message::kExchange),
                         context.Say(Message::kRow),
                         context.Say(Message::kMayBe)});
    for (const Value& doubtful : asked) {
      table.Add({{TextOf(doubtful, "ref")},
                 {TextOf(doubtful, "row").substr(0, 8)},
                 {Candidates(doubtful)}});
    }
    text += context.Tell(Message::kDoubtfulAsked) + table.Write(context.paper());
  }
  if (!imported.empty()) {
    report::Table table({context.Say(Message::kOwnPerson), context.Say(Message::kMayBe)});
    for (const Value& doubtful : imported)
      table.Add({{TextOf(doubtful, "subject").substr(0, 8)}, {Candidates(doubtful)}});
    text += (text.empty() ? "" : "\n") + context.Tell(Message::kDoubtfulImported) +
            table.Write(context.paper());
  }
  return context.Show(result, text + "\n" + context.Tell(Message::kDoubtfulNext));
}

}  // namespace

std::vector<Command> PersonCommands() {
  Command doubtful;
  doubtful.name = "person doubtful";
  doubtful.purpose = {
      "toon personen die misschien degene zijn naar wie is gevraagd (contributor, officer)",
      "list persons who may be the one who was asked about (contributor, officer)"};
  doubtful.notes = {
      "Bij twijfel is geantwoord alsof de persoon onbekend is: er is niets verstrekt.",
      "Somebody doubtful was answered as somebody unknown: nothing left."};
  doubtful.examples = {"schakel person doubtful --home jongerenwerk --as bos"};
  doubtful.run = [](Context& context) { return Doubtful(context); };
  return {std::move(doubtful)};
}

}  // namespace schakel::cli
