// A load of payments that a node is killed under: signed before, sent from several connections,
// each answer remembered, since an answer is a promise.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"

namespace tally::story {

struct Payment {
  contracts::Txid txid;
  std::string bytes;  ///< As they are sent.
  /// The height that the node acknowledged it in; none: no answer came.
  std::optional<std::uint64_t> height;
};

/// Sends all payments over a few connections with many requests on the way, and runs `kill` once
/// `acknowledged_min` are acknowledged. Returns when the connections have ended.
void send_until_killed(const std::string& url, std::vector<Payment>& payments,
                       std::size_t acknowledged_min, const std::function<void()>& kill);

/// What a node says of payments, in their order.
struct Verdict {
  int status = 0;
  std::string outcome;  ///< "settled", or the problem's code.
  std::uint64_t height = 0;
};

/// GET /v1/transactions/{txid} for each, once the node's views have reached `height`.
[[nodiscard]] std::vector<Verdict> look_up(const std::string& url,
                                           const std::vector<Payment>& payments,
                                           std::uint64_t height);

/// POST /v1/transactions with the same bytes again for each.
[[nodiscard]] std::vector<Verdict> send_again(const std::string& url,
                                              const std::vector<Payment>& payments);

}  // namespace tally::story
