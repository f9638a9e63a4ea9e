#include "cli/program.h"

#include <algorithm>

#include "cli/commands/commands.h"

namespace schakel::cli {
namespace {

// Whoever reads one of them reads them all, but for those that say so themselves.
void Append(std::vector<Command>& all, std::vector<Command> some, Reader reader) {
  for (Command& command : some) {
    if (reader == Reader::kTechnician) command.reader = reader;
  }
  std::move(some.begin(), some.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  Append(all, InitCommands(), Reader::kTechnician);
  Append(all, OperatorCommands(), Reader::kTechnician);
  Append(all, CovenantPrepareCommands(), Reader::kTechnician);
  Append(all, CovenantSignCommands(), Reader::kTechnician);
  Append(all, CovenantGatherCommands(), Reader::kTechnician);
  Append(all, CovenantVerifyCommands(), Reader::kTechnician);
  Append(all, CovenantNodeCommands(), Reader::kPeople);
  Append(all, ImportCommands(), Reader::kPeople);
  Append(all, GroupCommands(), Reader::kPeople);
  Append(all, ScanCommands(), Reader::kPeople);
  Append(all, ExchangeCommands(), Reader::kPeople);
  Append(all, PersonCommands(), Reader::kPeople);
  Append(all, RecoveryCommands(), Reader::kPeople);
  Append(all, NodeCommands(), Reader::kTechnician);
  Append(all, AuditCommands(), Reader::kPeople);
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
