#include "market/parameters.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/address.hpp"
#include "crypto/schnorr.hpp"
#include "market/json_access.hpp"
#include "market/values.hpp"

namespace tally::market {
namespace {

namespace json = boost::json;
using contracts::ErrorCode;
using json_access::join;
using json_access::present;
using json_access::view;

std::optional<contracts::Account> parse_account(std::string_view text,
                                                contracts::NetworkKind kind) {
  if (const auto key = contracts::PublicKey::parse(text)) return contracts::account_of(*key);
  return contracts::decode_address(text, kind);
}

contracts::PublicKey read_key(const json::value& value, const std::string& path, Reading& reading) {
  const auto account = parse_account(view(value.get_string()), reading.network_kind);
  if (!account) {
    reading.refuse(ErrorCode::bad_parameter, path, "it is not an address of this network");
    return {};
  }
  if (account->kind != contracts::Account::Kind::key) {
    reading.refuse(ErrorCode::bad_parameter, path,
                   "the address stands for a lock; a key is needed here");
    return {};
  }
  const contracts::PublicKey key{account->id};
  if (!crypto::valid(key))
    reading.refuse(ErrorCode::invalid_key, path, "it is no point of the curve");
  return key;
}

std::string read_gs1_key(const json::value& value, const std::string& path, Reading& reading) {
  const auto text = view(value.get_string());
  if (!contracts::valid_gs1_key(text)) {
    reading.refuse(ErrorCode::gs1_key_invalid, path,
                   "it is not a GS1 key in canonical form, as 01/09521141000007/21/0001");
  }
  return std::string(text);
}

Hash32 read_hash(const json::value& value, const std::string& path, Reading& reading) {
  const auto hash = array_from_hex<32>(view(value.get_string()));
  if (!hash) reading.refuse(ErrorCode::bad_parameter, path, "it is not 64 hexadecimal digits");
  return hash.value_or(Hash32{});
}

std::uint64_t read_number(const json::value& value) {
  if (value.is_string()) return parse_number(view(value.get_string())).value_or(0);
  return value.is_uint64() ? value.get_uint64() : static_cast<std::uint64_t>(value.get_int64());
}

const contracts::AssetEntry* read_asset(const json::value& value, const std::string& path,
                                        Reading& reading) {
  const auto text = view(value.get_string());
  auto id = contracts::AssetId::parse(text);
  if (!id) {
    const auto folded = contracts::fold_symbol(text);
    const auto* symbol =
        folded ? reading.registry.get<contracts::SymbolEntry>(contracts::symbol_key(*folded))
               : nullptr;
    if (symbol != nullptr) id = symbol->asset;
  }
  const auto* asset =
      id ? reading.registry.get<contracts::AssetEntry>(contracts::asset_key(*id)) : nullptr;
  // A look-alike finds the asset that keeps it away, but is not its name.
  const bool is_id = contracts::AssetId::parse(text).has_value();
  if (asset == nullptr || (!is_id && asset->symbol != text)) {
    reading.refuse(ErrorCode::asset_unknown, path,
                   asset == nullptr
                       ? "there is no such asset"
                       : fmt::format("there is no such asset; did you mean {}?", asset->symbol));
    return nullptr;
  }
  return asset;
}

contracts::Lock read_lock(const json::object& object, const std::string& path, Reading& reading);

}  // namespace

void Reading::refuse(ErrorCode code, std::string field, std::string detail, std::uint64_t figure) {
  if (error) return;
  error = BuildError{{code, 0, figure}, std::move(field), std::move(detail)};
}

const json::value* Parameters::find(std::string_view name) const { return present(*object_, name); }

bool Parameters::has(std::string_view name) const { return find(name) != nullptr; }

std::string Parameters::pointer(std::string_view name) const { return join(path_, name); }

void Parameters::refuse(ErrorCode code, std::string_view name, std::string detail,
                        std::uint64_t figure) const {
  reading_->refuse(code, pointer(name), std::move(detail), figure);
}

template <typename T, typename Read>
std::vector<T> Parameters::list(std::string_view name, Read read) const {
  std::vector<T> out;
  const auto* value = find(name);
  if (value == nullptr) return out;
  const auto& array = value->get_array();
  out.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    out.push_back(read(array[i], fmt::format("{}/{}", pointer(name), i)));
  }
  return out;
}

std::string Parameters::text(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? std::string{} : std::string(view(value->get_string()));
}

std::vector<std::string> Parameters::texts(std::string_view name) const {
  return list<std::string>(name, [](const json::value& value, const std::string&) {
    return std::string(view(value.get_string()));
  });
}

std::uint64_t Parameters::number(std::string_view name, std::uint64_t otherwise) const {
  const auto* value = find(name);
  return value == nullptr ? otherwise : read_number(*value);
}

std::uint32_t Parameters::number_32(std::string_view name, std::uint32_t otherwise) const {
  const auto out = number(name, otherwise);
  if (out > UINT32_MAX) refuse(ErrorCode::bad_parameter, name, "the number is too large");
  return static_cast<std::uint32_t>(out);
}

std::vector<std::uint64_t> Parameters::numbers(std::string_view name) const {
  return list<std::uint64_t>(
      name, [](const json::value& value, const std::string&) { return read_number(value); });
}

bool Parameters::boolean(std::string_view name, bool otherwise) const {
  const auto* value = find(name);
  return value == nullptr ? otherwise : value->get_bool();
}

contracts::PublicKey Parameters::key(std::string_view name) const {
  return optional_key(name).value_or(contracts::PublicKey{});
}

std::optional<contracts::PublicKey> Parameters::optional_key(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return read_key(*value, pointer(name), *reading_);
}

std::vector<contracts::PublicKey> Parameters::keys(std::string_view name) const {
  return list<contracts::PublicKey>(name, [&](const json::value& value, const std::string& path) {
    return read_key(value, path, *reading_);
  });
}

std::optional<contracts::Account> Parameters::account(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto account = parse_account(view(value->get_string()), reading_->network_kind);
  if (!account) refuse(ErrorCode::bad_parameter, name, "it is not an address of this network");
  return account.value_or(contracts::Account{});
}

Hash32 Parameters::hash(std::string_view name) const {
  return optional_hash(name).value_or(Hash32{});
}

std::optional<Hash32> Parameters::optional_hash(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return read_hash(*value, pointer(name), *reading_);
}

std::vector<Hash32> Parameters::hashes(std::string_view name) const {
  return list<Hash32>(name, [&](const json::value& value, const std::string& path) {
    return read_hash(value, path, *reading_);
  });
}

std::string Parameters::gs1_key(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? std::string{} : read_gs1_key(*value, pointer(name), *reading_);
}

std::string Parameters::item_or_lot_key(std::string_view name) const {
  auto key = text(name);
  return contracts::valid_lot_key(key) ? key : gs1_key(name);
}
std::vector<std::string> Parameters::gs1_keys(std::string_view name) const {
  return list<std::string>(name, [&](const json::value& value, const std::string& path) {
    return read_gs1_key(value, path, *reading_);
  });
}

contracts::OrderId Parameters::order(std::string_view name) const {
  return contracts::OrderId{hash(name)};
}

std::uint64_t Parameters::time_ms(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return 0;
  const auto time = value->is_string() ? parse_time_ms(view(value->get_string()))
                                       : std::optional(read_number(*value));
  if (!time) refuse(ErrorCode::bad_parameter, name, "expected a time, as 2027-03-01T12:00:00Z");
  return time.value_or(0);
}

std::uint64_t Parameters::duration_ms(std::string_view name, std::uint64_t otherwise) const {
  const auto* value = find(name);
  if (value == nullptr) return otherwise;
  const auto duration = value->is_string() ? parse_duration_ms(view(value->get_string()))
                                           : std::optional(read_number(*value));
  if (!duration) refuse(ErrorCode::bad_parameter, name, "expected a duration, as 48h");
  return duration.value_or(0);
}

std::vector<contracts::Attribute> Parameters::attributes(std::string_view name) const {
  std::vector<contracts::Attribute> out;
  const auto* value = find(name);
  if (value == nullptr) return out;
  for (const auto& member : value->get_object()) {
    const std::string attribute(member.key().data(), member.key().size());
    const auto path = join(pointer(name), attribute);
    if (const auto* text = member.value().if_string()) {
      out.push_back({attribute, contracts::attribute_hash(attribute, view(*text))});
      continue;
    }
    const auto* object = member.value().if_object();
    const auto* hash = object == nullptr ? nullptr : present(*object, "hash");
    if (hash == nullptr || !hash->is_string() || object->size() != 1) {
      reading_->refuse(ErrorCode::bad_parameter, path, R"(expected a text, or {"hash": …})");
      continue;
    }
    out.push_back({attribute, read_hash(*hash, path + "/hash", *reading_)});
  }
  std::ranges::sort(out);
  if (!contracts::valid_attributes(out)) {
    refuse(ErrorCode::attributes_invalid, name,
           "at most 8 attributes, named in lower case letters, digits and underscores");
  }
  return out;
}

std::optional<contracts::Lock> Parameters::lock(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return read_lock(value->get_object(), pointer(name), *reading_);
}

const contracts::AssetEntry* Parameters::asset(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? nullptr : read_asset(*value, pointer(name), *reading_);
}

std::vector<const contracts::AssetEntry*> Parameters::assets(std::string_view name) const {
  return list<const contracts::AssetEntry*>(name,
                                            [&](const json::value& value, const std::string& path) {
                                              return read_asset(value, path, *reading_);
                                            });
}

std::uint64_t Parameters::amount(std::string_view name, std::uint32_t decimals) const {
  const auto minor = std::string(name) + "_minor";
  const auto* value = find(name);
  if (value == nullptr) return number(minor);
  // The rules refuse more decimals; until they do, a unit would not fit its own type.
  const auto amount = parse_amount(view(value->get_string()), decimals);
  if (!amount) {
    refuse(ErrorCode::bad_parameter, name,
           fmt::format("expected an amount in whole units with up to {} decimals", decimals));
  }
  return amount.value_or(0);
}

Parameters Parameters::object(std::string_view name) const {
  static const json::object kNone;
  const auto* value = find(name);
  return {value == nullptr ? kNone : value->get_object(), pointer(name), *reading_};
}

std::vector<Parameters> Parameters::objects(std::string_view name) const {
  return list<Parameters>(name, [&](const json::value& value, const std::string& path) {
    return Parameters(value.get_object(), path, *reading_);
  });
}

namespace {

// The members of each kind of lock.
const std::vector<ParameterSchema>& multi_schema() {
  static const std::vector<ParameterSchema> kSchema{{.name = "threshold",
                                                     .type = ParameterType::number,
                                                     .required = true,
                                                     .doc = "How many must sign.",
                                                     .example = "2"},
                                                    {.name = "keys",
                                                     .type = ParameterType::key,
                                                     .required = true,
                                                     .list = true,
                                                     .doc = "Whose keys.",
                                                     .example = R"("tallyd1…")"}};
  return kSchema;
}
const std::vector<ParameterSchema>& time_schema() {
  static const std::vector<ParameterSchema> kSchema{{.name = "key",
                                                     .type = ParameterType::key,
                                                     .required = true,
                                                     .doc = "Whose.",
                                                     .example = R"("tallyd1…")"},
                                                    {.name = "not_before",
                                                     .type = ParameterType::time,
                                                     .required = true,
                                                     .doc = "From when on.",
                                                     .example = R"("2027-03-01T12:00:00Z")"}};
  return kSchema;
}
const std::vector<ParameterSchema>& hash_schema() {
  static const std::vector<ParameterSchema> kSchema{{.name = "key",
                                                     .type = ParameterType::key,
                                                     .required = true,
                                                     .doc = "Whose.",
                                                     .example = R"("tallyd1…")"},
                                                    {.name = "hash",
                                                     .type = ParameterType::hash,
                                                     .required = true,
                                                     .doc = "SHA-256 of the preimage.",
                                                     .example = R"("64 hexadecimal digits")"}};
  return kSchema;
}

contracts::Lock read_lock(const json::object& object, const std::string& path, Reading& reading) {
  contracts::Lock lock;
  if (object.size() != 1) {
    reading.refuse(ErrorCode::bad_parameter, path,
                   "a lock has one member: key, multi, time or hash");
    return lock;
  }
  const auto& member = *object.begin();
  const std::string_view kind(member.key().data(), member.key().size());
  const auto here = join(path, kind);
  if (kind == "key" && member.value().is_string()) {
    return contracts::KeyLock{read_key(member.value(), here, reading)};
  }
  if ((kind != "multi" && kind != "time" && kind != "hash") || !member.value().is_object()) {
    reading.refuse(ErrorCode::bad_parameter, here, "a lock is one of key, multi, time and hash");
    return lock;
  }
  const auto& fields = member.value().get_object();
  const auto& schema = kind == "multi"  ? multi_schema()
                       : kind == "time" ? time_schema()
                                        : hash_schema();
  check_parameters(fields, schema, here, reading);
  if (!reading.ok()) return lock;
  const Parameters parameters(fields, here, reading);
  if (kind == "multi") {
    auto keys = parameters.keys("keys");
    std::ranges::sort(keys);
    lock = contracts::MultiLock{parameters.number_32("threshold"), std::move(keys)};
  } else if (kind == "time") {
    lock = contracts::TimeLock{parameters.key("key"), parameters.time_ms("not_before")};
  } else {
    lock = contracts::HashLock{parameters.key("key"), parameters.hash("hash")};
  }
  if (reading.ok() && !contracts::check_lock(lock)) {
    reading.refuse(ErrorCode::invalid_lock, here, "the lock is not well formed");
  }
  return lock;
}

}  // namespace
}  // namespace tally::market
