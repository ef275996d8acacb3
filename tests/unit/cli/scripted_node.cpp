#include "unit/cli/scripted_node.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <fmt/format.h>

#include "base/check.hpp"

namespace tally::cli::test {

ScriptedNode::ScriptedNode() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CHECK(::listen(listener_, 16) == 0);
  socklen_t size = sizeof address;
  CHECK(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedNode::~ScriptedNode() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void ScriptedNode::answer(const std::string& target, const std::string& json) {
  const std::lock_guard lock(mutex_);
  answers_[target] = json;
}

std::string ScriptedNode::url() const { return fmt::format("http://127.0.0.1:{}", port_); }

// One request a connection.
void ScriptedNode::serve() {
  while (true) {
    const int peer = ::accept(listener_, nullptr, nullptr);
    if (peer < 0) return;
    std::string request;
    std::array<char, 4096> piece;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const auto n = ::read(peer, piece.data(), piece.size());
      if (n <= 0) break;
      request.append(piece.data(), static_cast<std::size_t>(n));
    }
    const auto text = answer_of(request);
    CHECK(::write(peer, text.data(), text.size()) >= 0);
    ::shutdown(peer, SHUT_WR);
    while (::read(peer, piece.data(), piece.size()) > 0) {
    }
    ::close(peer);
  }
}

std::string ScriptedNode::answer_of(const std::string& request) {
  const auto from = request.find(' ');
  const auto to = from == std::string::npos ? from : request.find(' ', from + 1);
  std::string body =
      R"({"code":"route_not_found","class":"not_found","title":"There is no such path"})";
  std::string_view status = "404 Not Found";
  if (to != std::string::npos) {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(request.substr(from + 1, to - from - 1));
    if (found != answers_.end()) {
      body = found->second;
      status = "200 OK";
    }
  }
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      status, body.size(), body);
}

}  // namespace tally::cli::test
