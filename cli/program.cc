#include "cli/program.h"

#include <algorithm>

#include "cli/commands/commands.h"

namespace schakel::cli {
namespace {

void Append(std::vector<Command>& all, std::vector<Command> some) {
  std::move(some.begin(), some.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  Append(all, InitCommands());
  Append(all, OperatorCommands());
  Append(all, CovenantPrepareCommands());
  Append(all, CovenantSignCommands());
  Append(all, CovenantGatherCommands());
  Append(all, CovenantEndCommands());
  Append(all, CovenantVerifyCommands());
  Append(all, CovenantNodeCommands());
  Append(all, CovenantLifeCommands());
  Append(all, CovenantPolicyCommands());
  Append(all, CovenantTestCommands());
  Append(all, CovenantLintCommands());
  Append(all, CovenantFmtCommands());
  Append(all, CovenantExportCommands());
  Append(all, CovenantReplayCommands());
  Append(all, OverlayCommands());
  Append(all, ImportCommands());
  Append(all, GroupCommands());
  Append(all, ScanCommands());
  Append(all, ExchangeCommands());
  Append(all, InboxCommands());
  Append(all, PersonCommands());
  Append(all, RecoveryCommands());
  Append(all, NodeCommands());
  Append(all, AuditCommands());
  return all;
}

Exit Run(std::span<const std::string> arguments,
         const Environment& environment,
         const Seams& seams) {
  const std::vector<Command> commands = AllCommands();
  Globals globals;
  const Parsed parsed = Parse(commands, arguments, globals);
  if (const auto* told = std::get_if<Told>(&parsed)) {
    seams.out << told->text;
    return Exit::kDone;
  }
  // Who asked for JSON gets it, also when the rest of the line could not be read.
  globals.json =
      globals.json || std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  if (const auto* failure = std::get_if<Failure>(&parsed)) {
    return Context(seams, environment, globals, Reader::kPeople).Show(*failure);
  }
  const Command& command = *std::get<const Command*>(parsed);
  Context context(seams, environment, globals, command.reader);
  const Outcome<Exit> done = command.run(context);
  return done ? *done : context.Show(done.error());
}

}  // namespace schakel::cli
