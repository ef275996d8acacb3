#include "fault/attacks/attackers.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <functional>

#include "codec/batch.hpp"
#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "fault/attacks/raw_socket.hpp"

namespace tally::fault {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOverloaded[] = {"\"queue_full\"", "\"rate_quota\"", "\"request_rate\"",
                                            "\"overloaded\"", "\"connections_full\""};
constexpr int kNice = 15;
constexpr int kWaitMs = 50;
constexpr auto kReadingMax = 2s;

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t out = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++out;
  return out;
}

// Counts what is told in a piece of the node's answers; one that is cut in two is lost, which
// counts for the node.
void note(Met& met, std::string_view text) {
  std::size_t overloaded = 0;
  for (const auto code : kOverloaded) overloaded += count_of(text, code);
  met.overloaded += overloaded;
  const auto problems = count_of(text, "\"status\":");
  met.refused += problems > overloaded ? problems - overloaded : 0;
  met.served += count_of(text, "HTTP/1.1 200 ") + count_of(text, "\"outcome\":\"settled\"");
}

std::string post(std::string_view target, std::string_view type, std::string_view body,
                 std::string_view fields = "") {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}",
      target, type, body.size(), fields, body);
}

std::string get(std::string_view target) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
}

std::string address(std::size_t last) { return fmt::format("127.0.0.{}", last); }

// Runs `count` attackers side by side.
void side_by_side(std::size_t count, const std::function<void(std::size_t)>& run) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&run, i] {
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
      run(i);
    });
  }
  for (auto& thread : threads) thread.join();
}

// Sends `bytes` again and again over connections of its own, reading what comes, until the end.
void flood(const Attack& attack, const std::string& from, std::string_view bytes) {
  while (!attack.stopping) {
    RawSocket socket(attack.node.port(), from);
    if (!socket.open()) {
      ++attack.met.cut;
      std::this_thread::sleep_for(10ms);
      continue;
    }
    while (!attack.stopping && socket.open()) {
      std::size_t sent = 0;
      while (!attack.stopping && socket.open() && sent < bytes.size()) {
        sent += socket.send(bytes.substr(sent), kWaitMs);
        note(attack.met, socket.receive(0));
      }
      note(attack.met, socket.receive(kWaitMs));
    }
    if (!attack.stopping) ++attack.met.cut;
  }
}

std::string bearer(const std::string& token) {
  return fmt::format("Authorization: Bearer {}\r\n", token);
}

std::string batch_of(const std::vector<codec::SignedTransaction>& transactions,
                     std::string_view fields = "") {
  Bytes batch;
  for (const auto& transaction : transactions) {
    codec::append_to_batch(batch, codec::encode_signed(transaction));
  }
  return post("/v1/transactions:batch", "application/x-protobuf", as_text(batch), fields);
}

// Asks and waits for the answer; all of it, as far as it is short.
std::string ask(const Attack& attack, RawSocket& socket, std::string_view request) {
  socket.send(request, kWaitMs);
  std::string text;
  for (int tries = 0; tries < 40 && !attack.stopping && socket.open(); ++tries) {
    text += socket.receive(kWaitMs);
    if (text.ends_with('}')) break;
  }
  note(attack.met, text);
  return text;
}

// A member of an answer that is a string.
std::string member_of(std::string_view answer, std::string_view name) {
  const auto head = fmt::format("\"{}\":\"", name);
  const auto at = answer.find(head);
  if (at == std::string_view::npos) return {};
  const auto rest = answer.substr(at + head.size());
  return std::string(rest.substr(0, rest.find('"')));
}

contracts::Transaction spend_of_mallory(const AttackedNode& node, std::uint32_t coin,
                                        std::uint64_t mark) {
  contracts::Transaction tx;
  spend(tx, node.coins_of_mallory(), coin);
  tx.outputs.push_back(coin_of("mallory", 10));
  // Each is another transaction.
  const auto bytes = reinterpret_cast<const std::uint8_t*>(&mark);
  tx.note_hash = crypto::tagged_hash("attack", {ByteView(bytes, sizeof mark)});
  return tx;
}

// `count` transactions that all spend one coin; `keyed`: each under an idempotency key of its own.
std::vector<codec::SignedTransaction> rivals(const Attack& attack, std::uint32_t coin,
                                             std::size_t count, bool keyed) {
  std::vector<codec::SignedTransaction> out;
  const auto now_ms = attack.node.time_ms();
  for (std::size_t i = 0; i < count && !attack.stopping; ++i) {
    auto tx = spend_of_mallory(attack.node, coin, coin * 1'000'000 + i);
    if (keyed) tx.idempotency_key.assign(tx.note_hash->begin(), tx.note_hash->begin() + 16);
    out.push_back(sign_simple(std::move(tx), contracts::AssetTransfer{}, {"mallory"}, now_ms));
  }
  return out;
}

// From one address, or as the member that the session's token is of.
void rival_flood(const Attack& attack, std::uint32_t coins_from, bool keyed,
                 const std::string& fields) {
  constexpr std::uint32_t kFlooders = 4;
  side_by_side(kFlooders, [&](std::size_t i) {
    for (std::uint32_t round = 0; !attack.stopping; ++round) {
      const auto coin = coins_from + (static_cast<std::uint32_t>(i) + round * kFlooders) % 16;
      const auto batch = batch_of(rivals(attack, coin, 300, keyed), fields);
      RawSocket socket(attack.node.port(), address(20 + coins_from));
      // The same again is answered from memory, and takes its turn in the queue all the same.
      for (int again = 0; again < 16 && socket.open() && !attack.stopping; ++again) {
        socket.send(batch, 1'000);
        note(attack.met, socket.receive(0));
      }
      while (!attack.stopping && socket.open()) {
        const auto text = socket.receive(200);
        if (text.empty()) break;
        note(attack.met, text);
      }
    }
  });
}

}  // namespace

// 2,000 heads that never end, a byte now and then, from ten addresses.
void slowloris(const Attack& attack) {
  constexpr std::size_t kAddresses = 10;
  constexpr std::size_t kEach = 200;
  side_by_side(2, [&](std::size_t half) {
    std::vector<RawSocket> sockets;
    for (std::size_t i = half; i < kAddresses && !attack.stopping; i += 2) {
      for (std::size_t k = 0; k < kEach; ++k) {
        sockets.emplace_back(attack.node.port(), address(2 + i));
        sockets.back().send("GET /v1/network HTTP/1.1\r\nHost: localhost\r\nX: ", kWaitMs);
      }
    }
    std::vector<bool> seen(sockets.size());
    while (!attack.stopping) {
      for (std::size_t i = 0; i < sockets.size() && !attack.stopping; ++i) {
        if (seen[i]) continue;
        sockets[i].send("a", 0);
        while (sockets[i].open() && !sockets[i].receive(0).empty()) {
        }
        if (sockets[i].open()) continue;
        seen[i] = true;
        ++attack.met.cut;
      }
      std::this_thread::sleep_for(100ms);
    }
  });
}

// Right in form, and not signed by whom they say: each costs a check of a signature.
void bad_signatures(const Attack& attack) {
  auto forged = rivals(attack, 0, 1, false);
  if (forged.empty()) return;
  forged.front().witnesses.front()[40] ^= 1;
  const auto batch = batch_of(std::vector(2'000, forged.front()));
  side_by_side(8, [&](std::size_t) { flood(attack, address(30), batch); });
}

// By a member, whose submissions wait among those of the honest one.
void conflicting_spends(const Attack& attack) {
  rival_flood(attack, 0, false, bearer(attack.node.sign_in("mallory")));
}

void idempotency_keys(const Attack& attack) { rival_flood(attack, 16, true, ""); }

// As large as a batch may be, of lines that are as costly to read as can be.
void huge_batches(const Attack& attack) {
  std::string lines;
  while (lines.size() + 1'700 < (std::size_t{16} << 20) && lines.size() / 1'600 < 10'000) {
    lines += R"({"body":")" + std::string(1'580, 'A') + R"("})" + "\n";
  }
  const auto batch = post("/v1/transactions:batch", "application/x-ndjson", lines);
  side_by_side(12, [&](std::size_t) { flood(attack, address(40), batch); });
}

// Subscribe to everything from the first block on and read nothing. Whether the node has cut them
// off shows when at the end they do read.
void slow_readers(const Attack& attack) {
  side_by_side(1, [&](std::size_t) {
    constexpr std::string_view kUpgrade =
        "GET /v1/stream?cursor=1:0 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    constexpr int kReceiveBytes = 4'096;
    std::vector<RawSocket> sockets;
    for (std::size_t i = 0; i < 200 && !attack.stopping; ++i) {
      sockets.emplace_back(attack.node.port(), address(50 + i / 100), kReceiveBytes);
      sockets.back().send(kUpgrade, kWaitMs);
    }
    while (!attack.stopping) std::this_thread::sleep_for(10ms);
    for (auto& socket : sockets) {
      while (!socket.receive(1).empty()) {
      }
      if (!socket.open()) ++attack.met.cut;
    }
  });
}

// Nobody signs a timeout, so nobody's membership is at stake.
void refused_timeouts(const Attack& attack) {
  side_by_side(4, [&](std::size_t i) {
    const auto now_ms = attack.node.time_ms();
    std::string bytes;
    for (std::uint64_t mark = 0; mark < 50; ++mark) {
      auto tx = spend_of_mallory(attack.node, 40, 1'000 * i + mark);
      const auto timeout = sign_simple(std::move(tx), contracts::OrderTimeout{}, {}, now_ms);
      bytes += post("/v1/transactions", "application/x-protobuf",
                    as_text(codec::encode_signed(timeout)));
    }
    flood(attack, address(60), bytes);
  });
}

// Sets all its coins aside, and again as soon as they are free.
void lease_hoarding(const Attack& attack) {
  const auto request =
      post("/v1/build/asset_transfer", "application/json",
           fmt::format(R"({{"payments":[{{"to":"{}","amount":"10","asset":"TEST"}}]}})",
                       AttackedNode::address_of("mallory")),
           bearer(attack.node.sign_in("mallory")));
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += request;
  side_by_side(4, [&](std::size_t) { flood(attack, address(70), requests); });
}

// A connection for each request, from one address.
void connection_churn(const Attack& attack) {
  side_by_side(4, [&](std::size_t) {
    while (!attack.stopping) {
      RawSocket socket(attack.node.port(), address(80));
      if (!socket.open()) {
        ++attack.met.cut;
        std::this_thread::sleep_for(1ms);
        continue;
      }
      socket.send(get("/healthz"), kWaitMs);
      const auto text = socket.receive(kWaitMs);
      if (text.empty() && !attack.stopping) ++attack.met.cut;
      note(attack.met, text);
      socket.reset();
    }
  });
}

// Thousands of requests at once, whose answers nobody reads.
void pipelining(const Attack& attack) {
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/v1/build");
  side_by_side(8, [&](std::size_t) {
    while (!attack.stopping) {
      RawSocket socket(attack.node.port(), address(90));
      std::size_t idle = 0;
      while (!attack.stopping && socket.open() && idle < 20) {
        idle = socket.send(requests, kWaitMs) == 0 ? idle + 1 : 0;
      }
      // What is answered by then is enough: at the default limits a socket holds minutes of it.
      const auto end = std::chrono::steady_clock::now() + kReadingMax;
      for (auto text = socket.receive(0); !text.empty(); text = socket.receive(0)) {
        note(attack.met, text);
        if (std::chrono::steady_clock::now() > end) break;
      }
      if (!socket.open() && !attack.stopping) ++attack.met.cut;
    }
  });
}

// As large as a submission may be, and as deep.
void deep_json(const Attack& attack) {
  const auto request = post("/v1/transactions", "application/json", std::string(500'000, '['));
  side_by_side(8, [&](std::size_t) { flood(attack, address(100), request); });
}

// Looks up one item after the other, as who wants to know them all.
void scan_flood(const Attack& attack) {
  side_by_side(4, [&](std::size_t i) {
    std::string requests;
    for (int serial = 0; serial < 50; ++serial) {
      requests += get(fmt::format("/01/09506000134352/21/GUESS-{}-{}", i, serial));
    }
    flood(attack, address(110), requests);
  });
}

// Waits for blocks that do not come in time, as many at once as it can.
void wait_flood(const Attack& attack) {
  std::string requests;
  // Whatever the height is now, some of these are ahead of it and not too far.
  for (int i = 1; i <= 100; ++i) {
    requests += get(fmt::format("/v1/assets/TEST?min_height={}", 2'000 * i));
  }
  side_by_side(8, [&](std::size_t) { flood(attack, address(120), requests); });
}

// A new key each time, which signs in and would have the node keep something for it.
void sign_in_flood(const Attack& attack) {
  constexpr std::string_view kJson = "application/json";
  side_by_side(4, [&](std::size_t) {
    while (!attack.stopping) {
      RawSocket socket(attack.node.port(), address(130));
      while (!attack.stopping && socket.open()) {
        const auto key = crypto::SecretKey::generate();
        const auto account = contracts::encode_address(
            contracts::account_of(crypto::public_key(key)), contracts::NetworkKind::development);
        const auto challenge = ask(
            attack, socket,
            post("/v1/sign-in/challenge", kJson, fmt::format(R"({{"address":"{}"}})", account)));
        const auto digest = array_from_hex<32>(member_of(challenge, "digest"));
        if (!digest) break;
        const auto session =
            ask(attack, socket,
                post("/v1/sign-in", kJson,
                     fmt::format(
                         R"({{"address":"{}","nonce":"{}","expires_ms":"{}","signature":"{}"}})",
                         account, member_of(challenge, "nonce"), member_of(challenge, "expires_ms"),
                         to_hex(crypto::sign(key, *digest).view()))));
        const auto token = member_of(session, "token");
        if (token.empty()) break;
        ask(attack, socket, post("/v1/agents", kJson, R"({"label":"x"})", bearer(token)));
      }
    }
  });
}

// By a member: large documents of which nothing becomes an event.
void capture_flood(const Attack& attack) {
  constexpr std::string_view kJson = "application/json";
  const auto session = bearer(attack.node.sign_in("mallory"));
  RawSocket socket(attack.node.port(), address(140));
  const auto agent = member_of(
      ask(attack, socket, post("/v1/agents", kJson, R"({"label":"x"})", session)), "address");
  const auto token =
      member_of(ask(attack, socket,
                    post("/v1/tokens", kJson,
                         fmt::format(R"({{"scopes":["capture"],"agent":"{}","expires_ms":"{}"}})",
                                     agent, attack.node.time_ms() + contracts::kDayMs),
                         session)),
                "token");
  const auto document = fmt::format(
      R"({{"@context":"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",)"
      R"("type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2026-03-01T00:00:00Z",)"
      R"("epcisBody":{{"eventList":[]}},"{}":"{}"}})",
      "ex:x", std::string(1 << 20, 'x'));
  const auto request = post("/epcis/v2/capture", kJson, document, bearer(token));
  side_by_side(8, [&](std::size_t) { flood(attack, address(141), request); });
}

}  // namespace tally::fault
