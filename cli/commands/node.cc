// `schakel status`, `peer test`, `log show|verify`: the node itself.
#include <algorithm>
#include <memory>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/node_words.h"
#include "cli/text.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;

struct Arguments {
  std::string party;
  std::optional<int> from;
  std::optional<int> count;
  bool local = false;
};

Wrong CheckIndex(const std::string& value) {
  const bool good = !value.empty() && value.size() <= 9 &&
                    value.find_first_not_of("0123456789") == std::string::npos;
  return good ? Wrong{} : Wrong{"is geen nummer van een regel", "is no number of an entry"};
}

Wrong CheckCount(const std::string& value) {
  const bool good = CheckIndex(value).empty() && std::stoi(value) >= 1 && std::stoi(value) <= 1000;
  return good ? Wrong{} : Wrong{"is geen getal van 1 tot 1000", "is no number from 1 to 1000"};
}

std::string PeersText(Context& context, const Value& status) {
  if (ArrayOf(status, "peers").empty()) return "";
  report::Table table({context.Say(Message::kPartner),
                       context.Say(Message::kStatus),
                       context.Say(Message::kSeen),
                       context.Say(Message::kSoftware)});
  for (const Value& peer : ArrayOf(status, "peers")) {
    const bool fresh = BoolOf(peer, "fresh");
    const std::string code = TextOf(peer, "code");
    const std::string stand =
        code.empty() ? context.Say(Message::kNotSeen) : report::CodeText(context.language(), code);
    table.Add({{TextOf(peer, "party")},
               {fresh ? context.Say(Message::kFresh) : stand,
                fresh ? report::Ink::kPlain : report::Ink::kWarn},
               {TimeOf(peer, "issued")},
               {TextOf(peer, "software")}});
  }
  return "\n" + table.Write(context.paper());
}

// The one thing to do first.
std::string NextText(Context& context, const Value& status, bool well) {
  if (!well) {
    const bool recovering = status.Find("recovery") != nullptr;
    return context.Say(recovering ? Message::kNextRecovery : Message::kNextLogVerify);
  }
  if (status.Find("covenant") == nullptr) return context.Say(Message::kNextActivate);
  for (const Value& peer : ArrayOf(status, "peers")) {
    if (BoolOf(peer, "fresh")) continue;
    return context.Say(Message::kNextPeerTest, {{"party", TextOf(peer, "party")}});
  }
  return context.Say(IntOf(status, "open") > 0 ? Message::kNextOutgoing : Message::kNothingToDo);
}

Outcome<Exit> Status(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value status = TRY(node.Call("node.status", Value::Object{}));
  std::vector<std::string> good;
  std::vector<std::string> bad;
  for (const auto& [part, healthy] : ObjectOf(status, "health")) {
    (healthy.AsBool() != nullptr && *healthy.AsBool() ? good : bad)
        .push_back(HealthWords(part, context.language()));
  }
  const auto count = [](int64_t number) { return std::to_string(number); };
  Lines lines;
  lines.Add(context.Say(Message::kSoftware), TextOf(status, "software"));
  lines.Add(context.Say(Message::kHealth),
            bad.empty() ? context.Say(Message::kHealthGood, {{"parts", Joined(good)}})
                        : context.Say(Message::kHealthBad, {{"parts", Joined(bad)}}));
  const std::string label = context.Say(Message::kThisCovenant);
  if (const Value* const covenant = status.Find("covenant"); covenant != nullptr) {
    lines.Add(label,
              context.Say(Message::kTitleVersion,
                          {{"title", TextOf(*covenant, "title")},
                           {"version", count(IntOf(*covenant, "version"))}}));
    lines.Add("",
              context.Say(Message::kValid) + " " + context.Say(Message::kUpTo) + " " +
                  LastDay(FromMillis(IntOf(*covenant, "valid_until"))));
    lines.Add("", TextOf(*covenant, "hash"));
  } else {
    lines.Add(label, context.Say(Message::kNoneInForce));
  }
  if (const Value* const log = status.Find("log"); log != nullptr) {
    lines.Add(
        context.Say(Message::kLog),
        context.Say(Message::kLogSize,
                    {{"origin", TextOf(*log, "origin")}, {"count", count(IntOf(*log, "size"))}}));
  }
  lines.Add(context.Say(Message::kWaiting),
            context.Say(Message::kWaitingText,
                        {{"open", count(IntOf(status, "open"))},
                         {"receipts", count(IntOf(status, "receipts_due"))}}));
  lines.Add(context.Say(Message::kOperators), count(IntOf(status, "operators")));
  if (const Value* const recovery = status.Find("recovery"); recovery != nullptr) {
    lines.Add(context.Say(Message::kRecovering),
              context.Say(Message::kRecoveringText,
                          {{"time", TimeOf(*recovery, "since")},
                           {"parties", Joined(TextsOf(*recovery, "missing"))}}));
  }
  const std::string title = context.Say(
      Message::kAtNode, {{"party", TextOf(status, "party")}, {"node", TextOf(status, "node")}});
  return context.Show(status,
                      report::Inked(title, report::Ink::kStrong, context.paper()) + "\n" +
                          lines.Text() + PeersText(context, status) +
                          NextText(context, status, bad.empty()) + "\n",
                      bad.empty() ? Exit::kDone : Exit::kFailed);
}

// What a step found: the failure in words where it has a reason or is a code.
std::string FoundText(Context& context, const Value& line) {
  const std::string detail = TextOf(line, "detail");
  if (BoolOf(line, "ok")) return FoundWords(TextOf(line, "step"), detail, context.language());
  return context.Explain(
      TextOf(line, "reason"), ArgumentsOf(line), report::CodeText(context.language(), detail));
}

Outcome<Exit> PeerTest(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("peer.test", Value::Object{{"party", arguments.party}}));
  const std::string good_word = context.Say(Message::kReachGood);
  const std::string bad_word = context.Say(Message::kReachBad);
  const size_t width = std::max(good_word.size(), bad_word.size()) + 1;
  Lines lines;
  bool ok = !ArrayOf(result, "lines").empty();
  std::string failed;
  for (const Value& line : ArrayOf(result, "lines")) {
    const bool good = BoolOf(line, "ok");
    const std::string step = StepWords(TextOf(line, "step"), context.language());
    if (!good && failed.empty()) failed = step;
    ok = ok && good;
    lines.Add(step, PadRight(good ? good_word : bad_word, width) + FoundText(context, line));
  }
  const std::string verdict =
      ok ? context.Say(Message::kPeerGood, {{"party", arguments.party}})
         : context.Say(Message::kNextCall, {{"party", arguments.party}, {"step", failed}});
  return context.Show(result, lines.Text(0) + verdict + "\n", ok ? Exit::kDone : Exit::kFailed);
}

Outcome<Exit> LogShow(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  Value::Object params;
  if (arguments.from) params["from"] = *arguments.from;
  if (arguments.count) params["count"] = *arguments.count;
  if (arguments.local) params["local"] = true;
  const Value result = TRY(node.Call("log.show", params));
  const Language language = context.language();
  // What people did has no partner, way or exchange.
  std::vector<std::string> header = {context.Say(Message::kEntry),
                                     context.Say(Message::kTime),
                                     context.Say(Message::kType),
                                     context.Say(Message::kOutcome)};
  if (!arguments.local) {
    header.insert(header.begin() + 2, context.Say(Message::kWay));
    header.insert(header.begin() + 3, context.Say(Message::kPartner));
    header.push_back(context.Say(Message::kOperatorId));
  }
  report::Table table(header);
  table.AlignRight(0);
  table.AtLeast(1, DisplayWidth(LocalTime(Instant{})));
  for (const Value& entry : ArrayOf(result, "entries")) {
    const std::string fault = TextOf(entry, "fault");
    const bool readable = fault.empty();
    std::vector<report::Cell> row = {
        {std::to_string(IntOf(entry, "index"))},
        {TimeOf(entry, "time")},
        {readable ? EntryWords(TextOf(entry, "type"), language)
                  : context.Say(Message::kUnreadable)},
        {readable ? OutcomeWords(TextOf(entry, "outcome"), language)
                  : context.Explain(TextOf(entry, "reason"), ArgumentsOf(entry), fault)}};
    if (!arguments.local) {
      row.insert(row.begin() + 2, {WayWords(TextOf(entry, "direction"), language)});
      row.insert(row.begin() + 3, {TextOf(entry, "peer")});
      row.push_back({TextOf(entry, "exchange").substr(0, 8)});
    }
    table.Add(std::move(row));
  }
  Lines lines;
  lines.Add(context.Say(Message::kLog), TextOf(result, "origin"));
  lines.Add(context.Say(Message::kSize), std::to_string(IntOf(result, "size")));
  lines.Add(context.Say(Message::kRoot), TextOf(result, "root"));
  std::string text = lines.Text(0);
  if (!table.empty()) text += "\n" + table.Write(context.paper());
  return context.Show(result, text + context.Say(Message::kNextLogShow) + "\n");
}

std::string FaultText(Context& context, const Value& fault) {
  std::string what =
      context.Explain(TextOf(fault, "reason"), ArgumentsOf(fault), TextOf(fault, "what"));
  if (fault.Find("index") == nullptr) return what;
  return context.Say(Message::kEntryFault,
                     {{"index", std::to_string(IntOf(fault, "index"))}, {"what", what}});
}

Outcome<Exit> LogVerify(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("log.verify", Value::Object{}));
  const bool ok = BoolOf(result, "ok");
  std::string text = context.Say(ok ? Message::kLogGood : Message::kLogBad) + "\n";
  Lines lines;
  for (const Value& log : ArrayOf(result, "logs")) {
    lines.Add(TextOf(log, "origin"),
              context.Say(Message::kEntriesCount, {{"count", std::to_string(IntOf(log, "size"))}}));
    for (const Value& fault : ArrayOf(log, "faults"))
      lines.Add("", FaultText(context, fault));
  }
  text += lines.Text();
  Lines files;
  for (const Value& file : ArrayOf(result, "damaged"))
    files.Add(TextOf(file, "file"), TextOf(file, "what"));
  text += files.Text();
  if (!ok) text += context.Tell(Message::kNextStop);
  return context.Show(result, text, ok ? Exit::kDone : Exit::kFailed);
}

}  // namespace

std::vector<Command> NodeCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command peer;
  peer.name = "peer test";
  peer.purpose = {
      "probeer de node van een partner stap voor stap: naam, TCP, TLS, delegatie, klok, convenant",
      "try a partner's node step by step: name, TCP, TLS, delegation, clock, covenant"};
  peer.options = {
      {{"PARTIJ", "PARTY"}, "", {"de partner", "the partner"}, &arguments->party, true, CheckName}};
  peer.examples = {"schakel peer test politie --home gemeente --as smit"};
  peer.run = [arguments](Context& context) { return PeerTest(context, *arguments); };
  Command show;
  show.name = "log show";
  show.purpose = {"toon regels van het uitwisselingslog, of van het eigen log van de node",
                  "show entries of the exchange log, or of the node's local log"};
  show.options = {
      {"--from",
       {"N", "N"},
       {"eerste regel (standaard: de laatste 50)", "first entry (default: the last 50)"},
       &arguments->from,
       false,
       CheckIndex},
      {"--count",
       {"N", "N"},
       {"hoeveel, hoogstens 1000", "how many, at most 1000"},
       &arguments->count,
       false,
       CheckCount},
      {"--local",
       "",
       {"het eigen log: mensen, import, sleutels", "the local log: people, imports, keys"},
       &arguments->local}};
  show.examples = {"schakel log show --count 10", "schakel log show --local --json"};
  show.run = [arguments](Context& context) { return LogShow(context, *arguments); };
  Command verify;
  verify.name = "log verify";
  verify.purpose = {
      "controleer elke regel, hash en handtekening van de eigen logs, en de bestanden eronder",
      "check every entry, hash and signature of the own logs, and the files below"};
  verify.examples = {"schakel log verify --home politie --as smit"};
  verify.run = [](Context& context) { return LogVerify(context); };
  Command status;
  status.name = "status";
  status.purpose = {"toon hoe het met de node gaat: gezondheid, convenant, log, partners",
                    "show how the node is: health, covenant, log, partners"};
  status.examples = {"schakel status --home politie --as smit"};
  status.run = [](Context& context) { return Status(context); };
  return {std::move(peer), std::move(show), std::move(verify), std::move(status)};
}

}  // namespace schakel::cli
