#include "node/app/net.h"

#include <memory>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace schakel::app {
namespace {

constexpr int kConnectMillis = 3000;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> Look(std::string_view host_port) {
  const size_t colon = host_port.rfind(':');
  if (colon == std::string_view::npos) return Malformed("an address is HOST:PORT");
  std::string host(host_port.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  const std::string port(host_port.substr(colon + 1));
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int failed = getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (failed != 0) return Unavailable(host + ": " + gai_strerror(failed));
  return Addresses(list);
}

Result<std::string> AsText(const addrinfo& address) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(address.ai_addr,
                  address.ai_addrlen,
                  host,
                  sizeof host,
                  port,
                  sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return Unavailable("an address that cannot be written down");
  }
  return std::string(host) + " port " + port;
}

bool Connects(const addrinfo& address) {
  const int fd = socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (fd < 0) return false;
  bool connected = connect(fd, address.ai_addr, address.ai_addrlen) == 0;
  if (!connected) {
    pollfd waiting{fd, POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    connected = poll(&waiting, 1, kConnectMillis) == 1 &&
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
  }
  close(fd);
  return connected;
}

}  // namespace

Result<std::string> Resolve(std::string_view host_port) {
  const Addresses list = TRY(Look(host_port));
  return AsText(*list);
}

Result<std::string> TryTcp(std::string_view host_port) {
  const Addresses list = TRY(Look(host_port));
  for (const addrinfo* address = list.get(); address != nullptr; address = address->ai_next) {
    if (Connects(*address)) return AsText(*address);
  }
  return Unavailable("nobody listens at " + std::string(host_port));
}

}  // namespace schakel::app
