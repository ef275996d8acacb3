#include "http/api/stream_events.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "codec/json.hpp"
#include "epcis/gs1_key.hpp"
#include "http/api/parties.hpp"
#include "http/json.hpp"

namespace tally::http {
namespace {

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::ranges::sort(list);
  const auto rest = std::ranges::unique(list);
  list.erase(rest.begin(), rest.end());
}

template <typename T>
bool has(const std::vector<T>& sorted, const T& value) {
  return std::ranges::binary_search(sorted, value);
}

boost::json::object event_head(const StreamCursor& cursor, std::string_view type,
                               std::uint64_t time_ms) {
  return {{"cursor", to_text(cursor)},
          {"type", type},
          {"height", json_number(cursor.height)},
          {"position", cursor.position},
          {"time_ms", json_number(time_ms)}};
}

void note(StreamEvent& event, const contracts::Output& output) {
  if (const auto* coin = std::get_if<contracts::Coin>(&output)) {
    event.assets.push_back(coin->asset);
  } else if (const auto* item = std::get_if<contracts::Item>(&output)) {
    event.items.push_back(contracts::item_id(item->gs1_key));
  } else if (const auto* order = std::get_if<contracts::Order>(&output)) {
    event.orders.push_back(order->id);
    event.assets.push_back(order->terms.price_asset);
    for (const auto& holding : order->payment) event.assets.push_back(holding.asset);
    for (const auto& line : order->terms.lines) {
      event.items.push_back(contracts::item_id(line.gs1_key));
    }
  }
}

// What its writes change: so an event finds the items that it only observes, the order that it
// ends.
void note(StreamEvent& event, const contracts::RegistryKey& key) {
  if (key.kind == contracts::RegistryKind::asset) {
    event.assets.push_back(contracts::AssetId{key.id});
  } else if (key.kind == contracts::RegistryKind::item) {
    event.items.push_back(contracts::ItemId{key.id});
  } else if (key.kind == contracts::RegistryKind::order) {
    event.orders.push_back(contracts::OrderId{key.id});
  }
}

ledger::Faulty<StreamEvent> make_event(const Api& api, const views::Snapshot& snapshot,
                                       const StreamCursor& cursor, std::uint64_t time_ms,
                                       const codec::SettledRecord& record) {
  StreamEvent event{.cursor = cursor, .kind = EventKind::settled};
  const auto body = codec::decode_body(record.body);
  if (!body) {
    return ledger::fault(ledger::FaultCode::journal_corrupt, cursor.height, "a settled body");
  }
  auto head = event_head(cursor, "settled", time_ms);
  head["txid"] = contracts::txid(api.network_id(), record.body).hex();
  event.public_text = boost::json::serialize(head);
  head["transaction"] = codec::to_json(*body, api.kind());
  event.private_text = boost::json::serialize(head);
  auto parties = parties_of(snapshot, *body);
  if (!parties) return std::unexpected(parties.error());
  event.parties = std::move(*parties);
  for (const auto& command : body->commands) {
    event.commands.push_back(contracts::command_number(command.body));
  }
  for (const auto& output : body->outputs) note(event, output);
  for (const auto& write : record.writes) note(event, write.key);
  sort_unique(event.commands);
  sort_unique(event.assets);
  sort_unique(event.items);
  sort_unique(event.orders);
  return event;
}

ledger::Faulty<StreamEvent> make_event(const Api&, const views::Snapshot&,
                                       const StreamCursor& cursor, std::uint64_t time_ms,
                                       const codec::RejectedRecord& record) {
  StreamEvent event{.cursor = cursor, .kind = EventKind::rejected};
  auto head = event_head(cursor, "rejected", time_ms);
  head["txid"] = record.txid.hex();
  head["code"] = name(record.error.code);
  head["number"] = static_cast<std::uint16_t>(record.error.code);
  event.public_text = boost::json::serialize(head);
  return event;
}

StreamEvent block_event(const Api& api, const codec::Block& block) {
  StreamEvent event{.cursor = {block.header.height, block.outcomes.size()}};
  auto head = event_head(event.cursor, "block", block.header.time_ms);
  head["hash"] = to_hex(codec::block_hash(block.header));
  head["header"] = codec::to_json(block.header, api.kind());
  event.public_text = boost::json::serialize(head);
  return event;
}

OrProblem<void> add_kind(StreamFilter& filter, std::string_view text) {
  if (text == "settled") {
    filter.kinds.push_back(EventKind::settled);
  } else if (text == "rejected") {
    filter.kinds.push_back(EventKind::rejected);
  } else if (text == "block") {
    filter.kinds.push_back(EventKind::block);
  } else if (const auto number = contracts::command_number(text)) {
    filter.commands.push_back(*number);
  } else {
    return std::unexpected(
        bad_parameter("kind", "settled, rejected, block, or the name of a command"));
  }
  return {};
}

}  // namespace

std::string to_text(const StreamCursor& cursor) {
  return std::to_string(cursor.height) + ":" + std::to_string(cursor.position);
}

std::optional<StreamCursor> parse_cursor(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto height = parse_number(text.substr(0, colon));
  const auto position = parse_number(text.substr(colon + 1));
  if (!height || !position) return std::nullopt;
  return StreamCursor{*height, *position};
}

ledger::Faulty<std::vector<StreamEvent>> stream_events(const Api& api,
                                                       const views::Snapshot& snapshot,
                                                       const codec::Block& block) {
  std::vector<StreamEvent> out;
  out.reserve(block.outcomes.size() + 1);
  for (std::size_t i = 0; i < block.outcomes.size(); ++i) {
    const StreamCursor cursor{block.header.height, i};
    auto event = std::visit(
        [&](const auto& record) {
          return make_event(api, snapshot, cursor, block.header.time_ms, record);
        },
        block.outcomes[i]);
    if (!event) return std::unexpected(event.error());
    out.push_back(std::move(*event));
  }
  out.push_back(block_event(api, block));
  return out;
}

OrProblem<StreamFilter> parse_filter(const Read& read) {
  StreamFilter filter;
  for (const auto& item : read.request.query) {
    if (item.name != "kind") continue;
    if (const auto added = add_kind(filter, item.value); !added) {
      return std::unexpected(added.error());
    }
  }
  if (const auto text = read.request.query_value("account")) {
    const auto account = parse_account(read.api, "account", *text);
    if (!account) return std::unexpected(account.error());
    if (const auto own = require_own(read.caller, *account); !own) {
      return std::unexpected(own.error());
    }
    filter.account = *account;
  }
  if (const auto text = read.request.query_value("asset")) {
    const auto asset = find_asset_id(read.snapshot, *text);
    if (!asset) return std::unexpected(asset.error());
    filter.asset = *asset;
  }
  if (const auto text = read.request.query_value("item")) {
    const auto key = epcis::parse_canonical(*text);
    if (!key || !key->is_item()) {
      return std::unexpected(bad_parameter("item", "a GS1 key in canonical form"));
    }
    filter.item = contracts::item_id(*text);
  }
  if (const auto text = read.request.query_value("order")) {
    filter.order = contracts::OrderId::parse(*text);
    if (!filter.order) return std::unexpected(bad_parameter("order", "64 hexadecimal digits"));
  }
  return filter;
}

const std::string* text_for(const StreamEvent& event, const StreamFilter& filter,
                            const Caller& caller) {
  const bool visible = !event.private_text.empty() && concerns(event.parties, caller);
  const auto* text = visible ? &event.private_text : &event.public_text;
  const bool kind = std::ranges::find(filter.kinds, event.kind) != filter.kinds.end();
  const bool command = visible && std::ranges::any_of(filter.commands, [&](const auto number) {
                         return has(event.commands, number);
                       });
  const bool any_kind = filter.kinds.empty() && filter.commands.empty();
  if (!any_kind && !kind && !command) return nullptr;
  const bool by_content = filter.account || filter.asset || filter.item || filter.order;
  if (!by_content) return text;
  if (!visible) return nullptr;
  if (filter.account && !has(event.parties, *filter.account)) return nullptr;
  if (filter.asset && !has(event.assets, *filter.asset)) return nullptr;
  if (filter.item && !has(event.items, *filter.item)) return nullptr;
  if (filter.order && !has(event.orders, *filter.order)) return nullptr;
  return text;
}

}  // namespace tally::http
