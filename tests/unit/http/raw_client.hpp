// A socket that sends exactly the bytes it is told to: what a strict server must be tested with.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

namespace tally::http {

class RawClient {
 public:
  /// `from`: the address to connect from, of 127.0.0.0/8; empty: any.
  explicit RawClient(std::uint16_t port, const std::string& from = {})
      : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (!from.empty()) {
      ::inet_pton(AF_INET, from.c_str(), &address.sin_addr);
      ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient() { ::close(fd_); }

  [[nodiscard]] bool connected() const { return connected_; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void finish() { ::shutdown(fd_, SHUT_WR); }

  // All that arrives until the server closes. Fails the test's expectations by `closed()` only.
  std::string read_all() {
    while (read_more()) {
    }
    return std::exchange(input_, {});
  }
  // What arrives up to and with `mark`; all there is if the server closes before.
  std::string read_until(std::string_view mark) {
    while (input_.find(mark) == std::string::npos && read_more()) {
    }
    const auto at = input_.find(mark);
    const auto size = at == std::string::npos ? input_.size() : at + mark.size();
    const auto out = input_.substr(0, size);
    input_.erase(0, size);
    return out;
  }
  // The next `size` bytes; fewer if the server closes before.
  std::string read_bytes(std::size_t size) {
    while (input_.size() < size && read_more()) {
    }
    const auto out = input_.substr(0, size);
    input_.erase(0, out.size());
    return out;
  }
  // Whether the server has closed the connection (seen by a read).
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  bool read_more() {
    pollfd entry{fd_, POLLIN, 0};
    if (::poll(&entry, 1, 20000) <= 0)
      return false;  // a hung server; the test sees what is missing
    char block[65536];
    const auto n = ::recv(fd_, block, sizeof block, 0);
    if (n <= 0) {
      closed_ = true;
      return false;
    }
    input_.append(block, static_cast<std::size_t>(n));
    return true;
  }

  int fd_;
  bool connected_ = false;
  bool closed_ = false;
  std::string input_;
};

}  // namespace tally::http
