#include "codec/json.hpp"

#include <boost/json.hpp>

#include "codec/wire/block_fields.hpp"
#include "codec/wire/transaction_fields.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"

namespace tally::codec {
namespace wire {
namespace {

namespace json = boost::json;

/// Makes the members of one object.
class View : public Visitor {
 public:
  View(json::object& out, contracts::NetworkKind network) : out_(out), network_(network) {}

  template <typename T>
  void field(std::uint32_t, std::string_view name, const T& x, auto, auto) {
    if constexpr (std::same_as<T, std::vector<contracts::CommandNumber>>) {
      // Of the two lists of numbers that there are, one is of indices, the other of commands.
      if (name == "commands") {
        out_[name] = command_names(x);
        return;
      }
    }
    out_[name] = value(x);
  }
  template <typename T>
  void alternative(std::uint32_t, std::string_view name, const auto& x, auto, auto) {
    const auto* chosen = std::get_if<T>(&x);
    if (chosen == nullptr) return;
    out_[std::same_as<decltype(x), const contracts::CommandBody&> ? "command" : "type"] = name;
    fields(*this, *chosen);
  }
  void oneof(const auto& x) { fields(*this, x); }
  void require(bool) {}

 private:
  static json::array command_names(const std::vector<contracts::CommandNumber>& numbers) {
    json::array out;
    for (const auto number : numbers) out.emplace_back(contracts::command_name(number));
    return out;
  }

  json::value value(bool x) { return x; }
  json::value value(std::uint32_t x) { return x; }
  json::value value(std::uint64_t x) { return json::string(std::to_string(x)); }
  json::value value(contracts::ErrorCode x) { return json::string(contracts::name(x)); }
  json::value value(Enum auto x) { return json::string(word(x)); }
  json::value value(const contracts::PublicKey& x) {
    return x.is_zero() ? json::value(nullptr) : value(contracts::account_of(x));
  }
  json::value value(const contracts::Account& x) {
    return json::string(contracts::encode_address(x, network_));
  }
  json::value value(const Fixed auto& x) { return json::string(to_hex(bytes_of(x))); }
  json::value value(const Bytes& x) { return json::string(to_hex(x)); }
  json::value value(const std::string& x) { return json::string(x); }
  template <typename T>
  json::value value(const std::optional<T>& x) {
    return x ? value(*x) : json::value(nullptr);
  }
  template <typename T>
  json::value value(const std::vector<T>& list) {
    json::array out;
    out.reserve(list.size());
    for (const auto& x : list) out.push_back(value(x));
    return out;
  }
  json::value value(const Message auto& x) { return view(x, network_); }

 public:
  static json::value view(const auto& x, contracts::NetworkKind network) {
    json::object out;
    View visitor(out, network);
    fields(visitor, x);
    return out;
  }

 private:
  json::object& out_;
  contracts::NetworkKind network_;
};

}  // namespace
}  // namespace wire

namespace {

namespace json = boost::json;
using contracts::ErrorCode;
using contracts::fail;
using contracts::Result;

// Base64 and the frame around it.
constexpr std::size_t kSubmissionBytesMax = kSignedBytesMax / 3 * 4 + 4'096;

// The members of all objects in a JSON text that is well formed: a colon outside of a string each.
std::size_t members_in(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      in_string = !in_string;
    } else if (in_string && text[i] == '\\') {
      ++i;
    } else if (!in_string && text[i] == ':') {
      ++count;
    }
  }
  return count;
}

std::size_t members_in(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += members_in(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += members_in(element);
  }
  return count;
}

std::optional<Bytes> base64_in(const json::value* value) {
  const auto* text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return from_base64(std::string_view(text->data(), text->size()));
}

}  // namespace

json::value to_json(const contracts::Transaction& transaction, contracts::NetworkKind network) {
  return wire::View::view(transaction, network);
}

json::value to_json(const contracts::Output& output, contracts::NetworkKind network) {
  return wire::View::view(output, network);
}

json::value to_json(const contracts::RegistryEntry& entry, contracts::NetworkKind network) {
  return wire::View::view(entry, network);
}

json::value to_json(const BlockHeader& header, contracts::NetworkKind network) {
  return wire::View::view(header, network);
}

Result<json::value> parse_json(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) return fail(ErrorCode::body_too_large, 0, size_max);
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::error_code error;
  auto value = json::parse(text, error, {}, options);
  // Boost.JSON takes the last of two members of one name and drops the other.
  if (error || members_in(text) != members_in(value)) return fail(ErrorCode::not_json);
  return value;
}

Result<SignedTransaction> decode_signed_json(std::string_view text) {
  const auto value = parse_json(text, kSubmissionBytesMax);
  if (!value) return std::unexpected(value.error());
  const auto* object = value->if_object();
  if (object == nullptr || object->size() != 2) return fail(ErrorCode::not_json);
  auto body = base64_in(object->if_contains("body"));
  const auto* list = object->if_contains("witnesses");
  if (!body || list == nullptr || !list->is_array()) return fail(ErrorCode::not_json);
  if (body->size() > contracts::kBodyBytesMax) {
    return fail(ErrorCode::body_too_large, 0, contracts::kBodyBytesMax);
  }
  SignedTransaction out{std::move(*body), {}};
  for (const auto& element : list->get_array()) {
    auto witness = base64_in(&element);
    if (!witness) return fail(ErrorCode::not_json, out.witnesses.size());
    out.witnesses.push_back(std::move(*witness));
  }
  if (out.witnesses.size() > contracts::kSignersMax) {
    return fail(ErrorCode::witness_count, contracts::kSignersMax, contracts::kSignersMax);
  }
  return out;
}

json::value encode_signed_json(const SignedTransaction& transaction) {
  json::array witnesses;
  for (const auto& witness : transaction.witnesses) witnesses.emplace_back(to_base64(witness));
  return json::object{{"body", to_base64(transaction.body)}, {"witnesses", std::move(witnesses)}};
}

}  // namespace tally::codec
