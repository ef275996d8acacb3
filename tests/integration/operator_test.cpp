// The operator's way into its node: a Unix socket or a client certificate, and what is done there
// outlasts the process.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "integration/conversation.hpp"
#include "integration/node_process.hpp"
#include "unit/client/tls_authority.hpp"
#include "unit/client/tls_files.hpp"
#include "unit/http/raw_client.hpp"

namespace tally::test {
namespace {

using testing::HasSubstr;
using testing::Not;

Conversation over(const std::filesystem::path& socket) {
  client::ClientOptions options;
  options.unix_socket = socket;
  return Conversation("http://localhost", options);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

// A port that was free a moment ago.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(probe);
  return ntohs(address.sin_port);
}

TEST(OperatorTest, TheSocketIsTheOwnUsersAndNeedsNoToken) {
  const TemporaryDirectory data;
  const auto socket = data / "admin.sock";
  NodeProcess node(data.path(), {"--dev", "--set", "admin.socket=" + socket.string()});
  ASSERT_TRUE(node.start());
  struct stat info{};
  ASSERT_EQ(::stat(socket.c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  {
    auto client = over(socket);
    EXPECT_EQ(client.get("/v1/admin/status").status, 200);
    EXPECT_EQ(client.get("/v1/network").status, 200);
    // It is the operator's, and no more than that: nobody's accounts are open to it.
    const auto private_read = client.get("/v1/accounts/" + address("ana") + "/balances");
    EXPECT_EQ(private_read.status, 401) << private_read.body;
    // What a page in a browser sends is refused, and so is a name that leads here.
    EXPECT_EQ(
        client.request("POST", "/v1/admin/resume", "", "", {{"Origin", "https://page.example"}})
            .status,
        421);
  }
  const auto status =
      run_program("tally", {"node", "status", "--json", "--socket", socket.string()});
  EXPECT_EQ(status.code, 0) << status.errors;
  EXPECT_THAT(status.output, HasSubstr("\"halted\":false"));
  // A socket that a killed node has left behind is in nobody's way.
  node.kill();
  EXPECT_TRUE(std::filesystem::exists(socket));
  ASSERT_TRUE(node.start());
  EXPECT_EQ(over(socket).get("/v1/admin/status").status, 200);
  EXPECT_EQ(node.stop().code, 0);
  EXPECT_FALSE(std::filesystem::exists(socket));
}

// The arguments of a node whose operators come with a certificate of `operators`.
std::vector<std::string> with_listener(const client::TlsCertificate& own,
                                       const client::TlsAuthority& operators,
                                       const std::string& url) {
  return {"--dev",
          "--set",
          "tls.certificate_file=" + own.certificate_file,
          "--set",
          "tls.private_key_file=" + own.private_key_file,
          "--set",
          "admin.client_ca_file=" + operators.certificate_file(),
          "--set",
          "admin.listen=[\"" + url + "\"]"};
}

// The node's certificate, the operators' and a stranger's each come from an authority of its own.
TEST(OperatorTest, TheListenerWantsACertificateOfItsAuthority) {
  const TemporaryDirectory data, files;
  const client::TlsAuthority servers(files.path(), "servers");
  const client::TlsAuthority operators(files.path(), "operators");
  // One that gave itself the operators' name is still another.
  std::filesystem::create_directory(files / "elsewhere");
  const client::TlsAuthority others(files / "elsewhere", "operators");
  const auto own = servers.issue("node");
  const auto url = "https://127.0.0.1:" + std::to_string(free_port());
  NodeProcess node(data.path(), with_listener(own, operators, url));
  ASSERT_TRUE(node.start());
  client::ClientOptions options;
  options.ca_file = servers.certificate_file();
  const auto is_served = [&](const client::TlsCertificate& shown) {
    auto with = options;
    with.certificate_file = shown.certificate_file;
    with.private_key_file = shown.private_key_file;
    const auto answer = client::HttpClient::open(url, with)->get("/v1/admin/status");
    return answer.has_value() && answer->status == 200;
  };
  EXPECT_FALSE(client::HttpClient::open(url, options)->get("/v1/admin/status")) << "none at all";
  const auto good = operators.issue("olga");
  EXPECT_TRUE(is_served(good));
  EXPECT_FALSE(is_served(others.issue("olga"))) << "of another authority";
  EXPECT_FALSE(is_served(own)) << "the node's own is no operator's";
  EXPECT_FALSE(is_served(operators.issue("olaf", -7'200, -3'600))) << "expired";
  EXPECT_FALSE(is_served(operators.issue("olof", 3'600, 7'200))) << "not yet valid";
  EXPECT_TRUE(is_served(good)) << "whoever came wrongly took nothing from who comes rightly";
  const auto status = run_program(
      "tally", {"node", "status", "--node", url, "--ca-file", servers.certificate_file(),
                "--client-cert", good.certificate_file, "--client-key", good.private_key_file});
  EXPECT_EQ(status.code, 0) << status.errors;
  EXPECT_EQ(node.stop().code, 0);
}

// A handshake that is not begun, or not ended, ends its connection in the time of a head: long
// before one that is idle would.
TEST(OperatorTest, AHandshakeThatDoesNotEndIsCutOff) {
  const TemporaryDirectory data, files;
  const client::TlsAuthority authority(files.path(), "both");
  const auto port = free_port();
  auto arguments = with_listener(authority.issue("node"), authority,
                                 "https://127.0.0.1:" + std::to_string(port));
  arguments.insert(arguments.end(),
                   {"--set", "http.head_ms_max=300", "--set", "http.idle_ms_max=600000"});
  NodeProcess node(data.path(), arguments);
  ASSERT_TRUE(node.start());
  // A record of a ClientHello of which no more than its head arrives.
  for (const std::string_view begun : {std::string_view(), std::string_view("\x16\x03\x01\x02")}) {
    const auto from = std::chrono::steady_clock::now();
    http::RawClient raw(port);
    ASSERT_TRUE(raw.connected());
    raw.send(begun);
    EXPECT_EQ(raw.read_all(), "");
    EXPECT_TRUE(raw.closed());
    EXPECT_GE(std::chrono::steady_clock::now() - from, std::chrono::milliseconds(250));
  }
  EXPECT_EQ(node.stop().code, 0);
}

// As many as there are places for operators, and more, that say nothing.
template <typename Connect>
std::vector<int> silent_connections(Connect connect) {
  std::vector<int> out;
  for (int i = 0; i < 100; ++i) out.push_back(connect());
  return out;
}

int connect_to(int family, const sockaddr* address, socklen_t size) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::connect(fd, address, size), 0);
  return fd;
}

TEST(OperatorTest, SilentConnectionsLockNoOperatorOut) {
  const client::TlsTestFiles files;
  const TemporaryDirectory data;
  const auto socket = data / "admin.sock";
  const auto port = free_port();
  const auto url = "https://127.0.0.1:" + std::to_string(port);
  NodeProcess node(data.path(), {"--dev", "--set", "admin.socket=" + socket.string(), "--set",
                                 "tls.certificate_file=" + files.certificate(), "--set",
                                 "tls.private_key_file=" + files.private_key(), "--set",
                                 "admin.client_ca_file=" + files.certificate(), "--set",
                                 "admin.listen=[\"" + url + "\"]"});
  ASSERT_TRUE(node.start());
  const auto strangers = silent_connections([&] {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  });
  client::ClientOptions options;
  options.ca_file = files.certificate();
  options.certificate_file = files.certificate();
  options.private_key_file = files.private_key();
  EXPECT_EQ(Conversation(url, options).get("/v1/admin/status").status, 200);
  const auto forgotten = silent_connections([&] {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    return connect_to(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  });
  EXPECT_EQ(over(socket).get("/v1/admin/status").status, 200);
  EXPECT_EQ(Conversation(url, options).get("/v1/admin/status").status, 200);
  for (const int fd : strangers) ::close(fd);
  for (const int fd : forgotten) ::close(fd);
  EXPECT_EQ(node.stop().code, 0);
}

TEST(OperatorTest, AnOperatorsListenerWithoutAnAuthorityIsRefused) {
  const TemporaryDirectory data;
  const auto exit = run_program("tallyd", {"--dev", "--data", data.path().string(), "--set",
                                           "admin.listen=[\"https://127.0.0.1:0\"]"});
  EXPECT_EQ(exit.code, 2);
  EXPECT_THAT(exit.errors, HasSubstr("admin.client_ca_file"));
}

TEST(OperatorTest, AHeldNodeIsReadAndWritesOnceItIsResumed) {
  const TemporaryDirectory data;
  const auto socket = data / "admin.sock";
  NodeProcess node(data.path(), {"--dev", "--set", "admin.socket=" + socket.string(), "--set",
                                 "engine.hold=true"});
  ASSERT_TRUE(node.start());
  Conversation client(node.url());
  EXPECT_EQ(client.get("/v1/network").status, 200);
  const auto transaction = client.timely(admit_members({"ana"})).sign();
  EXPECT_EQ(client.submit(transaction).code(), "writing_halted");
  const auto resumed = run_program("tally", {"node", "resume", "--socket", socket.string()});
  EXPECT_EQ(resumed.code, 0) << resumed.errors;
  EXPECT_TRUE(client.submit(transaction).settled());
  EXPECT_EQ(node.stop().code, 0);
}

TEST(OperatorTest, QuarantineOutlastsTheProcess) {
  const TemporaryDirectory data;
  const auto socket = data / "admin.sock";
  NodeProcess node(data.path(), {"--dev", "--set", "admin.socket=" + socket.string()});
  ASSERT_TRUE(node.start());
  codec::SignedTransaction transaction;
  {
    Conversation client(node.url());
    transaction = client.timely(admit_members({"ana"})).sign();
  }
  const auto txid = contracts::txid(network(), transaction.body).hex();
  const auto done = run_program("tally", {"node", "quarantine", txid, "--socket", socket.string()});
  EXPECT_EQ(done.code, 0) << done.errors;
  EXPECT_EQ(text_of(data / "quarantine"), "transaction " + txid + "\n");
  node.kill();
  ASSERT_TRUE(node.start());
  EXPECT_EQ(Conversation(node.url()).submit(transaction).code(), "internal_error");
  EXPECT_EQ(node.stop().code, 0);
  std::ofstream(data / "quarantine", std::ios::app) << "txid " << txid << '\n';
  const auto refused =
      run_program("tallyd", {"--dev", "--data", data.path().string(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("quarantine: line 2"));
}

// Over the limits by address, each from an address of its own.
TEST(OperatorTest, EachAddressHasItsOwnShare) {
  const TemporaryDirectory data;
  NodeProcess node(data.path(), {"--dev", "--set", "http.requests_per_second_per_ip=1", "--set",
                                 "http.requests_burst_per_ip=20"});
  ASSERT_TRUE(node.start());
  const auto ask = [&](std::string_view from) {
    http::RawClient raw(node.port(), std::string(from));
    raw.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return raw.read_all();
  };
  std::string last;
  for (int i = 0; i < 40; ++i) last = ask("127.0.0.2");
  EXPECT_THAT(last, Not(HasSubstr("HTTP/1.1 200 ")));
  EXPECT_THAT(ask("127.0.0.3"), HasSubstr("HTTP/1.1 200 "));
  EXPECT_EQ(node.stop().code, 0);
}

}  // namespace
}  // namespace tally::test
