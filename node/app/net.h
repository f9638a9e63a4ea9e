// Two steps of `peer test` that need a socket of their own: name and port.
#pragma once

#include <string>
#include <string_view>

#include "node/base/result.h"

namespace schakel::app {

// The addresses behind `host:port`, as text. kUnavailable with the resolver's reason.
Result<std::string> Resolve(std::string_view host_port);
// Opens and closes a TCP connection, within three seconds.
Result<std::string> TryTcp(std::string_view host_port);

}  // namespace schakel::app
