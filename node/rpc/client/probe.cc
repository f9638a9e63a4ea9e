#include "node/rpc/client/probe.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/base/reason.h"

namespace schakel::rpc {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

struct Lookup {
  int error = 0;  // of getaddrinfo
  Addresses found;
};

Lookup LookUp(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  return {error, Addresses(found, freeaddrinfo)};
}

std::string Told(int error) {
  return std::system_category().message(error);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<Endpoint> ParseEndpoint(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return Malformed("an address is host:port");
  std::string_view host = address.substr(0, colon);
  const std::string_view port = address.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return Malformed("an IPv6 address stands between [ and ]");
  }
  if (host.empty()) return Malformed("an address is host:port");
  const bool digits =
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || port.empty() || port.size() > 5 || port.front() == '0' ||
      std::stoi(std::string(port)) > 65535) {
    return Malformed("a port is a number from 1 to 65535");
  }
  return Endpoint{std::string(host), std::string(port)};
}

Result<std::vector<std::string>> ResolveName(const Endpoint& endpoint) {
  const Lookup lookup = LookUp(endpoint.host, endpoint.port, AI_ADDRCONFIG);
  if (lookup.error == EAI_AGAIN) return Unavailable("the name service does not answer");
  if (lookup.error != 0) return NotFound("the name has no address");
  std::vector<std::string> out;
  for (const addrinfo* each = lookup.found.get(); each != nullptr; each = each->ai_next) {
    char text[NI_MAXHOST];
    const int error = getnameinfo(
        each->ai_addr, each->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST);
    if (error == 0) out.emplace_back(text);
  }
  if (out.empty()) return NotFound("the name has no address");
  return out;
}

Result<void> TryTcp(const std::string& address,
                    const std::string& port,
                    std::chrono::milliseconds limit) {
  const Lookup lookup = LookUp(address, port, AI_NUMERICHOST | AI_NUMERICSERV);
  if (lookup.error != 0) return Malformed("no address in digits");
  const addrinfo& to = *lookup.found;
  const Descriptor socket_fd(socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_fd.get() < 0) return Because(Unavailable(Told(errno)), Reason::kPeerSilent);
  if (connect(socket_fd.get(), to.ai_addr, to.ai_addrlen) == 0) return {};
  if (errno != EINPROGRESS) return Because(Unavailable(Told(errno)), Reason::kPeerSilent);
  pollfd waiting{socket_fd.get(), POLLOUT, 0};
  const int ready = poll(&waiting, 1, static_cast<int>(limit.count()));
  if (ready < 0) return Because(Unavailable(Told(errno)), Reason::kPeerSilent);
  if (ready == 0) return Because(Unavailable("no answer in time"), Reason::kPeerSlow);
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(socket_fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return Because(Unavailable(Told(error)), Reason::kPeerSilent);
  return {};
}

}  // namespace schakel::rpc
