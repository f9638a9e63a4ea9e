// The two ports over gRPC.
#pragma once

#include <memory>
#include <string>

#include "cli/client/node.h"
#include "cli/client/peer.h"

namespace schakel::cli {

// Before any thread starts, first in main.
void PrepareRpc();
std::unique_ptr<NodeLink> ConnectToNode(const std::string& socket);
Result<void> ExportOverRpc(const ExportCall& call, const TakeChunk& take);

}  // namespace schakel::cli
