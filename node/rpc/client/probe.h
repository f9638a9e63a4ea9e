// The steps before TLS, one by one, for whoever looks for what is wrong with a connection
// (`schakel peer test`). PeerChannel does not need them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/result.h"

namespace schakel::rpc {

// `politie.veldrijk.example:7443`, `192.0.2.1:7443`, `[2001:db8::1]:7443`.
struct Endpoint {
  std::string host;
  std::string port;  // 1 to 65535, in digits
};
Result<Endpoint> ParseEndpoint(std::string_view address);

// The addresses of the name, in digits. kNotFound when there are none, kUnavailable when the name
// service does not answer. Blocks as long as the machine's resolver does.
Result<std::vector<std::string>> ResolveName(const Endpoint& endpoint);

// Connects to one of those addresses and closes again. kUnavailable with the system's reason.
Result<void> TryTcp(const std::string& address,
                    const std::string& port,
                    std::chrono::milliseconds limit);

}  // namespace schakel::rpc
