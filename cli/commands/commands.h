// The commands, by group; each group is a file of this folder.
#pragma once

#include <vector>

#include "cli/command.h"

namespace schakel::cli {

std::vector<Command> InitCommands();
std::vector<Command> OperatorCommands();
std::vector<Command> CovenantPrepareCommands();
std::vector<Command> CovenantSignCommands();
std::vector<Command> CovenantGatherCommands();
std::vector<Command> CovenantEndCommands();
std::vector<Command> CovenantVerifyCommands();
std::vector<Command> CovenantNodeCommands();
std::vector<Command> CovenantLifeCommands();
std::vector<Command> CovenantPolicyCommands();
std::vector<Command> CovenantTestCommands();
std::vector<Command> CovenantLintCommands();
std::vector<Command> CovenantFmtCommands();
std::vector<Command> CovenantExportCommands();
std::vector<Command> CovenantReplayCommands();
std::vector<Command> OverlayCommands();
std::vector<Command> ImportCommands();
std::vector<Command> GroupCommands();
std::vector<Command> ScanCommands();
std::vector<Command> ExchangeCommands();
std::vector<Command> InboxCommands();
std::vector<Command> PersonCommands();
std::vector<Command> RecoveryCommands();
std::vector<Command> NodeCommands();
std::vector<Command> AuditCommands();

}  // namespace schakel::cli
