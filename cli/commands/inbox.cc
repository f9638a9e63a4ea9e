// `schakel inbox`: what waits for somebody's approval before it leaves this node.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/text.h"
#include "node/base/date.h"
#include "node/report/words.h"

namespace schakel::cli {
namespace {

using canon::Value;
using Words = HelpText;

// Of the 64 digits that name a look, so many are shown and typed.
constexpr size_t kSeenDigits = 8;

constexpr Words kEmpty{"Niets wacht op een akkoord.", "Nothing waits for an approval."};
constexpr Words kExchange{"uitwisseling", "exchange"};
constexpr Words kAsker{"van", "from"};
constexpr Words kCategory{"categorie", "category"};
constexpr Words kBefore{"beslis voor", "decide before"};
constexpr Words kUntil{"beslis voor", "decide by"};
constexpr Words kRole{"akkoord van", "approval of"};
constexpr Words kDecided{"beslist", "decided"};
constexpr Words kNotYours{"niet u", "not you"};
constexpr Words kNextShow{"Verder: schakel inbox show UITWISSELING --categorie CATEGORIE",
                          "Next: schakel inbox show EXCHANGE --categorie CATEGORY"};
constexpr Words kRequest{"VERZOEK", "REQUEST"};
constexpr Words kFrom{"Van", "From"};
constexpr Words kGroup{"Groep", "Group"};
constexpr Words kMotivation{"Motivering", "Motivation"};
constexpr Words kPersons{"Personen", "Persons"};
constexpr Words kAsked{"gevraagd", "asked"};
constexpr Words kFound{"gevonden", "found"};
constexpr Words kDoubt{"twijfel (schakel person doubtful)", "doubtful (schakel person doubtful)"};
constexpr Words kWould{"Na akkoord gaat", "After approval goes"};
constexpr Words kSoft{"zacht", "soft"};
constexpr Words kHome{"blijft thuis", "stays at home"};
constexpr Words kNoForm{"geen regel geeft het", "no rule gives it"};
constexpr Words kForm{"deze waarde kan niet in die vorm", "this value has no such form"};
constexpr Words kAboutTheGroup{"over de groep", "about the group"};
constexpr Words kKeep{"bewaren", "kept"};
constexpr Words kNotOn{"niet door", "not passed on"};
constexpr Words kOn{"door aan", "on to"};
constexpr Words kNothing{
    "Niets te verstrekken. Sluit het toch: zo ziet de vrager niet dat er niets was.",
    "Nothing to give. Close it all the same: then the asker does not see that there was nothing."};
constexpr Words kClosed{"Er zou nu niets gaan", "Nothing would go now"};
constexpr Words kUniform{
    "De vrager ziet na akkoord, weigering of termijn hetzelfde als er niets gaat: geen gegevens te "
    "verstrekken.",
    "After approval, refusal or deadline the asker sees the same when nothing goes: no data to "
    "give."};
constexpr Words kApproveWith{"Akkoord", "Approve"};
constexpr Words kRefuseWith{"Weigeren", "Refuse"};
constexpr Words kLeaveOut{"Iets thuishouden", "Keep some at home"};
constexpr Words kReasonWord{"REDEN", "REASON"};
constexpr Words kWaitsForAsker{"beslist op {time}; het gaat als de vrager erom komt",
                               "decided on {time}; it goes when the asker comes for it"};
constexpr Words kApproved{"Akkoord vastgelegd", "Approval recorded"};
constexpr Words kRefused{"Weigering vastgelegd", "Refusal recorded"};
constexpr Words kGoes{"gaat", "goes"};
constexpr Words kStays{"blijft thuis", "stays at home"};
constexpr Words kWhenAsked{
    "Het antwoord gaat als de vrager weer vraagt, en alleen als gegevens en regels dan nog zo "
    "zijn.",
    "The answer goes when the asker asks again, and only if records and rules are still the same."};
constexpr Words kOtherLook{"wat er zou gaan is veranderd sinds u keek",
                           "what would leave changed since you looked"};
constexpr Words kLookAgain{"kijk opnieuw: schakel inbox show {ref} --categorie {category}",
                           "look again: schakel inbox show {ref} --categorie {category}"};

struct Arguments {
  std::string ref;
  std::string category;
  std::string from;
  std::string seen;
  std::string reason;
  std::vector<std::string> without;
};

std::string In(const Context& context, const Words& words) {
  return words.In(context.language());
}

// `{name}` in a text.
std::string Filled(std::string text, std::string_view name, std::string_view value) {
  const std::string mark = "{" + std::string(name) + "}";
  const size_t at = text.find(mark);
  return at == std::string::npos ? text : text.replace(at, mark.size(), value);
}

std::string Born(const std::string& iso) {
  const auto date = ParseIsoDate(iso);
  return date ? iso.substr(8, 2) + "-" + iso.substr(5, 2) + "-" + iso.substr(0, 4) : iso;
}

Value::Object Params(const Arguments& arguments) {
  Value::Object params{{"ref", arguments.ref}};
  if (!arguments.category.empty()) params["category"] = arguments.category;
  if (!arguments.from.empty()) params["from"] = arguments.from;
  return params;
}

Outcome<Exit> List(Context& context) {
  Node node = TRY(context.OpenNode());
  const Value result = TRY(node.Call("inbox.list", Value::Object{}));
  const Value::Array& waiting = ArrayOf(result, "waiting");
  if (waiting.empty()) return context.Show(result, In(context, kEmpty) + "\n");
  report::Table table({In(context, kExchange),
                       In(context, kAsker),
                       In(context, kCategory),
                       In(context, kUntil),
                       In(context, kRole)});
  for (const Value& cell : waiting) {
    std::string role = Joined(TextsOf(cell, "roles"));
    if (cell.Find("decided") != nullptr) {
      role = In(context, kDecided);
    } else if (!BoolOf(cell, "yours")) {
      role += ", " + In(context, kNotYours);
    }
    table.AtLeast(0, DisplayWidth(TextOf(cell, "ref")));
    table.Add({{TextOf(cell, "ref")},
               {TextOf(cell, "from")},
               {TextOf(cell, "category")},
               {LocalDay(FromMillis(IntOf(cell, "deadline")))},
               {role}});
  }
  return context.Show(result, table.Write(context.paper()) + "\n" + In(context, kNextShow) + "\n");
}

std::string WhyText(const Context& context, const std::string& why) {
  if (why == "no form") return In(context, kNoForm);
  if (why == "form") return In(context, kForm);
  return why;
}

std::string ItemText(const Context& context, const Value& item, size_t number) {
  std::string head = TextOf(item, "name");
  if (head.empty()) head = In(context, kAboutTheGroup);
  const std::string birth = TextOf(item, "birth");
  if (!birth.empty()) head += ", " + Born(birth);
  if (BoolOf(item, "soft")) head += "  (" + In(context, kSoft) + ")";
  std::string text = report::Inked(PadRight(std::to_string(number), 3) + Printable(head),
                                   report::Ink::kStrong,
                                   context.paper()) +
                     "\n";
  report::Table fields;
  for (const auto& [field, value] : ObjectOf(item, "fields")) {
    fields.Add(
        {{report::FieldName(context.language(), field)},
         {TextOf(value, "value")},
         {report::FormName(context.language(), TextOf(value, "form")), report::Ink::kQuiet}});
  }
  for (const auto& [field, why] : ObjectOf(item, "withheld")) {
    fields.Add({{report::FieldName(context.language(), field)},
                {In(context, kHome) + ": " + WhyText(context, TextIn(why)), report::Ink::kQuiet},
                {}});
  }
  return text + fields.Write(context.paper(), 3);
}

std::string CommandFor(const Value& look, const std::string& verb) {
  return "schakel inbox " + verb + " " + TextOf(look, "ref") + " --categorie " +
         TextOf(look, "category") + " --gezien " + TextOf(look, "seen").substr(0, kSeenDigits);
}

std::string PersonsText(const Context& context, const Value& look) {
  const auto count = [&](const char* key, const Words& words) {
    return std::to_string(IntOf(look, key)) + " " + In(context, words);
  };
  std::string text = count("asked", kAsked) + ", " + count("matched", kFound);
  if (IntOf(look, "doubtful") != 0) text += ", " + count("doubtful", kDoubt);
  return text;
}

std::string ShowText(const Context& context, const Value& look) {
  const Value requester = look.Find("requester") == nullptr ? Value() : *look.Find("requester");
  std::string text = report::Inked(In(context, kRequest) + " " + TextOf(look, "ref"),
                                   report::Ink::kStrong,
                                   context.paper()) +
                     "   " + In(context, kBefore) + " " +
                     LocalDay(FromMillis(IntOf(look, "deadline"))) + "\n";
  report::Table about;
  about.Add({{In(context, kFrom)},
             {Joined({TextOf(requester, "name"),
                      TextOf(requester, "function"),
                      TextOf(requester, "telephone"),
                      TextOf(look, "from")})}});
  about.Add({{In(context, kGroup)}, {TextOf(look, "group_name") + "  " + TextOf(look, "group")}});
  about.Add({{In(context, kMotivation)}, {TextOf(look, "motivation")}});
  if (IntOf(look, "asked") != 0) about.Add({{In(context, kPersons)}, {PersonsText(context, look)}});
  text += about.Write(context.paper()) + "\n";
  const Value::Array& items = ArrayOf(look, "items");
  const std::string closed = TextOf(look, "closed");
  if (!closed.empty()) {
    text += In(context, kClosed) + ": " + report::CodeText(context.language(), closed) + ".\n";
  } else if (items.empty()) {
    text += In(context, kNothing) + "\n";
  } else {
    const Value& first = items.front();
    const std::vector<std::string> onward = TextsOf(first, "onward");
    text += In(context, kWould) + " (" + TextOf(look, "category") + "; " + In(context, kKeep) +
            " " + report::PeriodText(context.language(), TextOf(first, "retain")) + ", " +
            (onward.empty() ? In(context, kNotOn) : In(context, kOn) + " " + Joined(onward)) +
            "):\n\n";
    for (size_t i = 0; i < items.size(); ++i)
      text += ItemText(context, items[i], i + 1) + "\n";
  }
  if (look.Find("decided") != nullptr) {
    return text + Filled(In(context, kWaitsForAsker), "time", TimeOf(look, "decided")) + "\n";
  }
  for (const std::string& line : report::Wrap(In(context, kUniform), context.paper().width))
    text += line + "\n";
  Lines next;
  next.Add(In(context, kApproveWith), CommandFor(look, "approve"));
  if (items.size() > 1) {
    next.Add(In(context, kLeaveOut),
             CommandFor(look, "approve") + " --zonder 2 --reden " + In(context, kReasonWord));
  }
  next.Add(In(context, kRefuseWith),
           CommandFor(look, "refuse") + " --reden " + In(context, kReasonWord));
  return text + "\n" + next.Text(0);
}

Outcome<Exit> Show(Context& context, const Arguments& arguments) {
  Node node = TRY(context.OpenNode());
  const Value look = TRY(node.Call("inbox.show", Params(arguments)));
  return context.Show(look, ShowText(context, look));
}

Outcome<Exit> Decide(Context& context, const Arguments& arguments, const std::string& decision) {
  Node node = TRY(context.OpenNode());
  // What is signed names the whole look, of which people type the first digits.
  const Value look = TRY(node.Call("inbox.show", Params(arguments)));
  const std::string seen = TextOf(look, "seen");
  if (!seen.starts_with(arguments.seen)) {
    std::string again = Filled(In(context, kLookAgain), "ref", TextOf(look, "ref"));
    return Failure{Exit::kFailed,
                   ErrorCodeName(ErrorCode::kConflict),
                   In(context, kOtherLook),
                   Filled(std::move(again), "category", TextOf(look, "category"))};
  }
  Value::Object params = Params(arguments);
  params["decision"] = decision;
  params["seen"] = seen;
  if (!arguments.reason.empty()) params["reason"] = arguments.reason;
  Value::Array without;
  for (const std::string& number : arguments.without)
    without.emplace_back(static_cast<int64_t>(std::stol(number)));
  if (!without.empty()) params["without"] = std::move(without);
  const Value result = TRY(node.Call("inbox.decide", std::move(params)));
  const Words& done = decision == "approve" ? kApproved : kRefused;
  std::string text = In(context, done) + ": " + TextOf(result, "ref") + ", " +
                     TextOf(result, "category") + "; " + std::to_string(IntOf(result, "items")) +
                     " " + In(context, kGoes) + ", " + std::to_string(IntOf(result, "left_out")) +
                     " " + In(context, kStays) + ".\n";
  for (const std::string& line : report::Wrap(In(context, kWhenAsked), context.paper().width))
    text += line + "\n";
  return context.Show(result, text);
}

Wrong CheckSeen(const std::string& value) {
  const bool digits = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (digits && value.size() >= kSeenDigits && value.size() <= 64) return {};
  return {"is niet de code onder `inbox show`: ten minste acht cijfers en letters a tot f",
          "is not the code under `inbox show`: at least eight digits and letters a to f"};
}

Wrong CheckNumber(const std::string& value) {
  const bool digits =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && !value.empty() && value.size() <= 6 && value.front() != '0') return {};
  return {"is geen nummer uit `inbox show`", "is no number of `inbox show`"};
}

std::vector<Option> CellOptions(const std::shared_ptr<Arguments>& arguments) {
  return {{{"KENMERK", "REF"},
           "",
           {"de uitwisseling: VLD-2026-001/2@politie", "the exchange: VLD-2026-001/2@politie"},
           &arguments->ref,
           true,
           CheckRef},
          {"--categorie",
           {"CATEGORIE", "CATEGORY"},
           {"welke, als er meer wachten", "which one, when several wait"},
           &arguments->category,
           false,
           CheckName},
          {"--van",
           {"PARTIJ", "PARTY"},
           {"wie vraagt, als er meer vragen", "who asks, when several do"},
           &arguments->from,
           false,
           CheckName}};
}

Command DecideCommand(const std::shared_ptr<Arguments>& arguments, bool approve) {
  Command command;
  command.options = CellOptions(arguments);
  command.options.push_back({"--gezien",
                             {"CODE", "CODE"},
                             {"de code onder `inbox show`: wat u heeft gezien",
                              "the code under `inbox show`: what you looked at"},
                             &arguments->seen,
                             true,
                             CheckSeen});
  if (approve) {
    command.options.push_back(
        {"--zonder",
         {"NUMMER", "NUMBER"},
         {"dit gegeven blijft thuis; mag vaker", "this item stays at home; may be repeated"},
         &arguments->without,
         false,
         CheckNumber,
         true});
  }
  command.options.push_back({"--reden",
                             {"TEKST", "TEXT"},
                             {"waarom iets thuisblijft; blijft verzegeld op deze node",
                              "why something stays at home; stays sealed at this node"},
                             &arguments->reason,
                             !approve,
                             CheckText});
  return command;
}

}  // namespace

std::vector<Command> InboxCommands() {
  const auto arguments = std::make_shared<Arguments>();
  Command list;
  list.name = "inbox list";
  list.purpose = {
      "toon wat op een akkoord wacht voordat het gaat (contributor, approver, officer)",
      "list what waits for an approval before it goes (contributor, approver, officer)"};
  list.examples = {"schakel inbox list --home politie --as jansen"};
  list.run = [](Context& context) { return List(context); };

  Command show;
  show.name = "inbox show";
  show.purpose = {"toon wat er na akkoord zou gaan, met de teksten voluit",
                  "show what would go after approval, texts in full"};
  show.options = CellOptions(arguments);
  show.notes = {"Wie kijkt, staat in het log van de node.",
                "Who looks is in the node's local log."};
  show.examples = {"schakel inbox show VLD-2026-001/2@politie --categorie signaal"};
  show.run = [arguments](Context& context) { return Show(context, *arguments); };

  Command approve = DecideCommand(arguments, true);
  approve.name = "inbox approve";
  approve.purpose = {"geef akkoord op precies wat `inbox show` toonde",
                     "approve exactly what `inbox show` showed"};
  approve.notes = {
      "Het akkoord geldt voor deze vraag, dit convenant en deze teksten, zo lang als het convenant "
      "zegt. Verandert een gegeven voordat de vrager komt, dan blijft dat thuis.",
      "The approval is for this request, this covenant and these texts, for as long as the "
      "covenant "
      "says. A record that changes before the asker comes stays at home."};
  approve.examples = {"schakel inbox approve /2@politie --categorie signaal --gezien 3f9a21bc"};
  approve.run = [arguments](Context& context) { return Decide(context, *arguments, "approve"); };

  Command refuse = DecideCommand(arguments, false);
  refuse.name = "inbox refuse";
  refuse.purpose = {"weiger: van deze categorie gaat niets",
                    "refuse: nothing of this category goes"};
  refuse.examples = {"schakel inbox refuse /2@politie --categorie signaal --gezien 3f9a21bc \\",
                     "  --reden \"tekst herleidbaar tot bron\""};
  refuse.run = [arguments](Context& context) { return Decide(context, *arguments, "refuse"); };
  return {std::move(list), std::move(show), std::move(approve), std::move(refuse)};
}

}  // namespace schakel::cli
