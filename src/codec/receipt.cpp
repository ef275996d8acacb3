#include "codec/receipt.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "base/check.hpp"
#include "codec/transaction.hpp"
#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"

namespace tally::codec {
namespace {

using contracts::ErrorCode;

std::uint32_t outcomes_of(const BlockHeader& header) {
  return header.settled_count + header.rejected_count;
}

Hash32 leaf_of(const Receipt& receipt) {
  if (receipt.error) return rejected_leaf(receipt.txid, *receipt.error);
  return settled_leaf(receipt.txid, receipt.first_output_number, receipt.writes_digest);
}

// Reads members of a JSON object; the first that is not right is kept.
class Members {
 public:
  explicit Members(const boost::json::object& object) : object_(object) {}

  std::string_view text(std::string_view name) {
    const auto* value = object_.if_contains(name);
    if (value == nullptr) error_ = error_ ? error_ : ErrorCode::field_missing;
    if (value == nullptr || !value->is_string()) {
      error_ = error_ ? error_ : ErrorCode::field_value;
      return {};
    }
    return value->get_string();
  }
  std::uint64_t number(std::string_view name) {
    const auto digits = text(name);
    std::uint64_t out = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (failed != std::errc{} || end != digits.data() + digits.size()) wrong();
    return out;
  }
  Hash32 hash(std::string_view name) { return need(array_from_hex<32>(text(name))); }
  template <typename T>
  T need(std::optional<T> value) {
    if (!value) wrong();
    return value.value_or(T{});
  }
  void wrong() { error_ = error_ ? error_ : ErrorCode::field_value; }
  [[nodiscard]] std::optional<ErrorCode> error() const { return error_; }

 private:
  const boost::json::object& object_;
  std::optional<ErrorCode> error_;
};

std::vector<Hash32> path_from(const boost::json::object& object, Members& members) {
  std::vector<Hash32> path;
  const auto* list = object.if_contains("path");
  if (list == nullptr || !list->is_array() || list->get_array().size() > 64) {
    members.wrong();
    return path;
  }
  for (const auto& step : list->get_array()) {
    const auto hash = step.is_string() ? array_from_hex<32>(step.get_string()) : std::nullopt;
    path.push_back(members.need(hash));
  }
  return path;
}

}  // namespace

contracts::Result<Receipt> make_receipt(const Block& block, std::uint32_t position,
                                        const contracts::NetworkId& network_id) {
  CHECK(position < block.outcomes.size());
  Receipt receipt;
  receipt.network_id = network_id;
  receipt.header = block.header;
  receipt.position = position;
  std::vector<Hash32> leaves;
  auto number = block.header.first_output_number;
  for (std::size_t i = 0; i < block.outcomes.size(); ++i) {
    Receipt one;
    if (const auto* settled = std::get_if<SettledRecord>(&block.outcomes[i])) {
      const auto transaction = decode_body(settled->body);
      if (!transaction) return std::unexpected(transaction.error());
      one.txid = contracts::txid(network_id, settled->body);
      one.first_output_number = number;
      one.writes_digest = writes_digest(settled->writes);
      number += transaction->outputs.size();
    } else {
      const auto& rejected = std::get<RejectedRecord>(block.outcomes[i]);
      one.txid = rejected.txid;
      one.error = rejected.error;
    }
    leaves.push_back(leaf_of(one));
    if (i != position) continue;
    receipt.txid = one.txid;
    receipt.error = one.error;
    receipt.first_output_number = one.first_output_number;
    receipt.writes_digest = one.writes_digest;
  }
  receipt.path = crypto::merkle_prove(leaves, position);
  return receipt;
}

Hash32 receipt_message(const Receipt& receipt) {
  Bytes position;
  append_be(position, receipt.position);
  return crypto::tagged_hash(
      "tally/receipt",
      {receipt.network_id.view(), block_hash(receipt.header), leaf_of(receipt), position});
}

std::expected<void, ReceiptFault> verify_receipt(const Receipt& receipt) {
  if (!crypto::merkle_verify(receipt.header.transactions_root, leaf_of(receipt), receipt.position,
                             outcomes_of(receipt.header), receipt.path)) {
    return std::unexpected(ReceiptFault::not_in_block);
  }
  if (!crypto::ed25519_verify(receipt.node_key, receipt_message(receipt), receipt.signature)) {
    return std::unexpected(ReceiptFault::wrong_signature);
  }
  return {};
}

boost::json::object to_json(const Receipt& receipt) {
  boost::json::array path;
  for (const auto& step : receipt.path) path.emplace_back(to_hex(step));
  boost::json::object out{{"network_id", receipt.network_id.hex()},
                          {"txid", receipt.txid.hex()},
                          {"outcome", receipt.error ? "rejected" : "settled"},
                          {"height", std::to_string(receipt.header.height)},
                          {"position", std::to_string(receipt.position)},
                          {"header", to_base64(encode_header(receipt.header))},
                          {"path", std::move(path)},
                          {"node_key", receipt.node_key.hex()},
                          {"signature", to_hex(receipt.signature.bytes)}};
  if (receipt.error) {
    out["number"] = std::to_string(static_cast<std::uint16_t>(receipt.error->code));
    out["index"] = std::to_string(receipt.error->index);
    out["figure"] = std::to_string(receipt.error->figure);
  } else {
    out["first_output_number"] = std::to_string(receipt.first_output_number);
    out["writes_digest"] = to_hex(receipt.writes_digest);
  }
  return out;
}

contracts::Result<Receipt> receipt_from_json(const boost::json::value& value) {
  if (!value.is_object()) return contracts::fail(ErrorCode::field_value);
  Members members(value.get_object());
  Receipt receipt;
  receipt.network_id.bytes = members.hash("network_id");
  receipt.txid.bytes = members.hash("txid");
  const auto header = members.need(from_base64(members.text("header")));
  if (auto decoded = decode_header(header)) {
    receipt.header = *decoded;
  } else {
    members.wrong();
  }
  const auto position = members.number("position");
  if (position > UINT32_MAX || members.number("height") != receipt.header.height) members.wrong();
  receipt.position = static_cast<std::uint32_t>(position);
  receipt.path = path_from(value.get_object(), members);
  receipt.node_key.bytes = members.hash("node_key");
  receipt.signature.bytes = members.need(array_from_hex<64>(members.text("signature")));
  if (members.text("outcome") == "rejected") {
    const auto code = contracts::error_code(static_cast<std::uint16_t>(members.number("number")));
    if (!code) members.wrong();
    receipt.error = contracts::Error{code.value_or(ErrorCode::internal_error),
                                     static_cast<std::uint32_t>(members.number("index")),
                                     members.number("figure")};
  } else {
    receipt.first_output_number = members.number("first_output_number");
    receipt.writes_digest = members.hash("writes_digest");
  }
  if (members.error()) return contracts::fail(*members.error());
  return receipt;
}

}  // namespace tally::codec
