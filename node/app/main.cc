// schakel-node: one node, from its home folder, until SIGTERM.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "node/app/node.h"
#include "node/base/version.h"
#include "node/crypto/secret.h"
#include "node/rpc/transport/tls.h"

namespace schakel::app {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

constexpr const char* kUsage =
    "schakel-node runs the node of one partner organisation.\n"
    "\n"
    "  schakel-node --home DIR           run until SIGTERM\n"
    "  schakel-node --home DIR --check   check config, keys, database and covenant\n"
    "  schakel-node --version\n"
    "\n"
    "Example: schakel init /srv/schakel --party politie ...; schakel-node --home /srv/schakel\n";

struct Arguments {
  std::string home;
  bool check = false;
  bool version = false;
  bool help = false;
  bool wrong = false;
};

Arguments Read(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--home" && i + 1 < argc) {
      arguments.home = argv[++i];
    } else if (argument == "--check") {
      arguments.check = true;
    } else if (argument == "--version") {
      arguments.version = true;
    } else if (argument == "--help") {
      arguments.help = true;
    } else {
      arguments.wrong = true;
    }
  }
  return arguments;
}

int Fail(const Error& error) {
  std::fprintf(stderr, "schakel-node: %s\n", error.detail.c_str());
  return kFailed;
}

// The tls key stands in ordinary memory (gRPC takes a string): no core dump may hold it.
void ForbidCoreDumps() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) {
    std::fprintf(
        stderr, "schakel-node: core dumps could not be switched off: %s\n", std::strerror(errno));
  }
}

int Run(const Config& config) {
  // Signals are waited for here; every thread inherits the mask.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto node = Node::Start(config);
  if (!node) return Fail(node.error());
  spdlog::info("schakel-node {} of {} runs; {}",
               kVersion,
               config.party,
               (*node)->peer_port() == 0
                   ? "no covenant is in force, only the operator socket is open"
                   : "covenant in force");
  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("stopping");
  (*node)->Stop();
  return kDone;
}

int Main(int argc, char** argv) {
  const Arguments arguments = Read(argc, argv);
  if (arguments.version) {
    std::printf("schakel-node %s\n", kVersion);
    return kDone;
  }
  if (arguments.help) {
    std::fputs(kUsage, stdout);
    return kDone;
  }
  if (arguments.wrong || arguments.home.empty()) {
    std::fputs(kUsage, stderr);
    return kWrongUse;
  }
  ForbidCoreDumps();
  crypto::Init();
  rpc::PrepareTransport();
  const auto config = ReadConfig(arguments.home);
  if (!config) return Fail(config.error());
  spdlog::set_default_logger(spdlog::stderr_color_mt("schakel"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  spdlog::set_level(spdlog::level::from_str(config->log_level));
  if (!arguments.check) return Run(*config);
  const auto checked = Node::Check(*config);
  if (!checked) return Fail(checked.error());
  std::printf("config, keys, database and covenant are in order\n");
  return kDone;
}

}  // namespace
}  // namespace schakel::app

int main(int argc, char** argv) {
  try {
    return schakel::app::Main(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "schakel-node: %s\n", failure.what());
  }
  return 1;
}
