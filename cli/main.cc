// The process around the program: its arguments, environment, streams, clock and randomness.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include "cli/client/rpc.h"
#include "cli/program.h"
#include "node/base/seams.h"
#include "node/crypto/entropy.h"
#include "node/crypto/secret.h"

namespace {

std::string FromEnvironment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  schakel::cli::PrepareRpc();
  schakel::crypto::Init();
  schakel::cli::Environment environment;
  environment.home = FromEnvironment("SCHAKEL_HOME");
  environment.operator_id = FromEnvironment("SCHAKEL_OPERATOR");
  environment.color = FromEnvironment("NO_COLOR").empty() && isatty(STDOUT_FILENO) == 1;
  const schakel::SystemClock clock;
  schakel::crypto::SystemEntropy entropy;
  const schakel::cli::Seams seams{clock,
                                  entropy,
                                  std::cin,
                                  std::cout,
                                  std::cerr,
                                  schakel::cli::ConnectToNode,
                                  schakel::cli::ExportOverRpc};
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const schakel::cli::Exit exit = schakel::cli::Run(arguments, environment, seams);
  // A full disk behind a redirection must not look like success.
  if (!std::cout.flush()) {
    std::cerr << "schakel: standard output cannot be written\n";
    return static_cast<int>(schakel::cli::Exit::kFailed);
  }
  return static_cast<int>(exit);
}
