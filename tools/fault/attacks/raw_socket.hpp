// A TCP connection as an attacker uses one: from an address of its choice, of bytes of its choice.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tally::fault {

/// Never blocks for longer than it is told to. One thread.
class RawSocket {
 public:
  /// Connects to a port of 127.0.0.1 from `from`, an address of 127.0.0.0/8. `receive_bytes`: how
  /// much the system takes in that receive() has not asked for; 0: as much as it does by itself.
  RawSocket(std::uint16_t port, const std::string& from, int receive_bytes = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = at(from, 0);
    const int on = 1;
    // Else each address would have its ports used up by connections that were closed.
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (receive_bytes > 0) {
      // The peer's system, too, keeps as many segments as fit, and on the loopback they are huge.
      const int segment_bytes = 536;
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
      ::setsockopt(fd_, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, sizeof segment_bytes);
    }
    open_ = ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    address = at("127.0.0.1", port);
    open_ = open_ && ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawSocket(RawSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), open_(std::exchange(other.open_, false)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() {
    if (fd_ >= 0) ::close(fd_);
  }

  /// Whether it is connected, as far as was seen.
  [[nodiscard]] bool open() const { return open_; }
  /// Closes with a reset, which leaves nothing behind on this side.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(fd_, -1));
    open_ = false;
  }
  /// Writes as much as the peer takes within `wait_ms`; returns how much.
  std::size_t send(std::string_view bytes, int wait_ms) {
    std::size_t sent = 0;
    while (open_ && sent < bytes.size() && ready(POLLOUT, wait_ms)) {
      const auto n =
          ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n <= 0) {
        open_ = false;
      } else {
        sent += static_cast<std::size_t>(n);
      }
    }
    return sent;
  }
  /// What arrives within `wait_ms`; empty if nothing does, or the peer has closed.
  std::string receive(int wait_ms) {
    if (!open_ || !ready(POLLIN, wait_ms)) return {};
    std::string out(65'536, '\0');
    const auto n = ::recv(fd_, out.data(), out.size(), MSG_DONTWAIT);
    if (n <= 0) open_ = false;
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
  }

 private:
  static sockaddr_in at(const std::string& address, std::uint16_t port) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &out.sin_addr);
    return out;
  }
  [[nodiscard]] bool ready(short what, int wait_ms) const {
    pollfd entry{fd_, what, 0};
    return ::poll(&entry, 1, wait_ms) > 0;
  }

  int fd_;
  bool open_ = false;
};

}  // namespace tally::fault
