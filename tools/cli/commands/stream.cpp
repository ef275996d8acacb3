// `tally stream`: what happens on the ledger, as it happens; one JSON object a line.
#include "cli/arguments.hpp"
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "client/websocket_client.hpp"
#include "codec/json.hpp"
#include "contracts/address.hpp"

namespace tally::cli {
namespace {

constexpr std::size_t kMessageBytesMax = std::size_t{16} << 20;
constexpr std::uint32_t kReadMs = 1000;

struct StreamOptions {
  std::string cursor;
  std::string account;
  std::string asset;
  std::string item;
  std::string order;
  std::vector<std::string> kinds;
  std::uint64_t count = 0;
};

Result<std::string> query_of(Context& context, const StreamOptions& options) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) {
      out += fmt::format("{}{}={}", out.empty() ? '?' : '&', name, escaped(value));
    }
  };
  if (!options.account.empty()) {
    const auto account = context.account_named(options.account);
    const auto network = account ? context.network() : std::unexpected(account.error());
    if (!network) return std::unexpected(network.error());
    add("account", contracts::encode_address(*account, network->kind));
  }
  const auto item = gs1_key_of(options.item);
  if (!item) return std::unexpected(item.error());
  for (const auto& kind : options.kinds) add("kind", kind);
  add("asset", options.asset);
  add("item", *item);
  add("order", options.order);
  return out;
}

std::string line_of(const Context& context, const std::string& message) {
  if (context.general().json) return message + "\n";
  const auto event = codec::parse_json(message, kMessageBytesMax);
  if (!event) return printable(message) + "\n";
  std::string commands;
  if (const auto* list = array_at(*event, "transaction.commands")) {
    for (const auto& command : *list) {
      commands +=
          " " +
          text_at(command, "command").value_or(text_at(command, "body.command").value_or("?"));
    }
  }
  return printable(fmt::format(
             "{}  {}  {:8}  {}{}", cell_text(context, *event, {"", "time_ms", Cell::time}),
             text_at(*event, "cursor").value_or("?"), text_at(*event, "type").value_or("?"),
             context.show(text_at(*event, "txid").value_or(text_at(*event, "hash").value_or(""))),
             commands)) +
         "\n";
}

std::string target_of(std::string query, const std::string& cursor) {
  if (!cursor.empty()) query += (query.empty() ? "?cursor=" : "&cursor=") + escaped(cursor);
  return "/v1/stream" + query;
}

std::string websocket_url(std::string url) {
  if (url.starts_with("http")) url.replace(0, 4, "ws");
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// Reads until the connection ends or enough has come; `cursor` is that of the last event.
client::ClientError follow(Context& context, client::WebSocketClient& socket, std::uint64_t& left,
                           std::string& cursor) {
  while (true) {
    const auto message = socket.read(kReadMs);
    if (!message && message.error() == client::ClientError::kTimeout) continue;
    if (!message) return message.error();
    context.terminal().out(line_of(context, *message));
    if (const auto event = codec::parse_json(*message, kMessageBytesMax)) {
      cursor = text_at(*event, "cursor").value_or(cursor);
    }
    if (left > 0 && --left == 0) return client::ClientError::kClosed;
  }
}

Result<void> stream(Context& context, const StreamOptions& options) {
  if (auto in = context.sign_in_if_possible(); !in) return in;
  const auto query = query_of(context, options);
  if (!query) return std::unexpected(query.error());
  auto& node = **context.node();
  client::ClientOptions connection;
  if (!node.token().empty()) connection.headers = {{"Authorization", "Bearer " + node.token()}};
  auto cursor = options.cursor;
  auto left = options.count;
  const SystemClock clock;
  auto last_ms = clock.monotonic_ms();
  while (true) {
    auto socket = client::WebSocketClient::connect(
        websocket_url(node.url()) + target_of(*query, cursor), connection);
    if (socket) {
      follow(context, *socket, left, cursor);
      last_ms = clock.monotonic_ms();
      if (options.count > 0 && left == 0) {
        socket->close();
        return {};
      }
      // Goes on behind the last event: nothing is missed, nothing comes twice.
      context.terminal().err(fmt::format("connection lost after {}; going on\n", cursor));
    } else if (socket.error() == client::ClientError::kRefused) {
      return std::unexpected(Failure{ExitCode::kUnauthorised, "refused",
                                     "the node refuses this stream: a filter or the cursor is "
                                     "wrong, or it needs --key or --token"});
    }
    if (clock.monotonic_ms() - last_ms > std::uint64_t{context.general().wait_s} * 1000) {
      return broken("no_connection", fmt::format("no connection; the last cursor is {}", cursor));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}

}  // namespace

void add_stream(Tree& tree) {
  auto options = std::make_shared<StreamOptions>();
  auto& app = tree.leaf("stream", "Shows what happens on the ledger as it happens.",
                        "tally stream --account me --count 10 --dev ana",
                        [options](Context& context) { return stream(context, *options); });
  app.add_option("--cursor", options->cursor, "Go on behind this event, as 118:0");
  app.add_option("--kind", options->kinds, "settled, rejected, block, or a command's name")
      ->delimiter(',')
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--account", options->account, "What concerns this account");
  app.add_option("--asset", options->asset, "What concerns this asset");
  app.add_option("--item", options->item, "What concerns this item");
  app.add_option("--order", options->order, "What concerns this order");
  app.add_option("--count", options->count, "Stop after so many events");
}

}  // namespace tally::cli
