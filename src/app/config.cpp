#include "app/config.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "app/config_keys.hpp"
#include "base/nearest.hpp"

namespace tally::app {
namespace {

constexpr std::uintmax_t kFileBytesMax = 1 << 20;

struct Unit {
  std::string_view suffix;
  unsigned shift;
};
constexpr Unit kUnits[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};

// 4194304 -> "4MiB"; a number that is no whole number of units stays as it is.
std::string print_bytes(std::uint64_t bytes) {
  for (const auto& unit : kUnits) {
    if (bytes >> unit.shift != 0 && bytes % (std::uint64_t{1} << unit.shift) == 0) {
      return fmt::format("{}{}", bytes >> unit.shift, unit.suffix);
    }
  }
  return std::to_string(bytes);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  unsigned shift = 0;
  for (const auto& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    shift = unit.shift;
    text.remove_suffix(unit.suffix.size());
    break;
  }
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.begin(), text.end(), value);
  if (failure != std::errc{} || end != text.end() || value > kBytesMax >> shift) {
    return std::nullopt;
  }
  return value << shift;
}

std::string quote(std::string_view text) { return fmt::format("\"{}\"", text); }

std::string quote_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + quote(item);
  return out + "]";
}

// Assigns the values of a file, by key, and removes them from the map; what is left is unknown.
class Assigner {
 public:
  using Nodes = std::map<std::string, const toml::node*, std::less<>>;
  explicit Assigner(Nodes nodes) : nodes_(std::move(nodes)) {}

  [[nodiscard]] const std::optional<ConfigFault>& fault() const { return fault_; }

  void text(std::string_view key, std::string& out, std::string_view) {
    if (const auto* node = take(key)) set_text(key, *node, out);
  }
  void choice(std::string_view key, std::string& out, std::span<const std::string_view> words,
              std::string_view) {
    const auto* node = take(key);
    if (node == nullptr || !set_text(key, *node, out)) return;
    if (std::ranges::find(words, out) == words.end()) {
      fail(ConfigError::kOutOfRange, key, *node,
           fmt::format("is one of {}", fmt::join(words, ", ")));
    }
  }
  void flag(std::string_view key, bool& out, std::string_view) {
    const auto* node = take(key);
    if (node == nullptr) return;
    if (!node->is_boolean()) {
      fail(ConfigError::kWrongType, key, *node, "is true or false");
      return;
    }
    out = node->as_boolean()->get();
  }
  void list(std::string_view key, std::vector<std::string>& out, std::string_view) {
    const auto* node = take(key);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    std::vector<std::string> items;
    if (array != nullptr) {
      for (const auto& item : *array) {
        if (item.is_string()) items.push_back(item.as_string()->get());
      }
    }
    if (array == nullptr || items.size() != array->size()) {
      fail(ConfigError::kWrongType, key, *node, "is a list of strings");
      return;
    }
    out = std::move(items);
  }
  template <typename T>
  void number(std::string_view key, T& out, std::uint64_t min, std::uint64_t max,
              std::string_view) {
    const auto* node = take(key);
    if (node == nullptr) return;
    if (!node->is_integer()) {
      fail(ConfigError::kWrongType, key, *node, "is an integer");
      return;
    }
    const auto value = node->as_integer()->get();
    if (value < 0 || static_cast<std::uint64_t>(value) < min ||
        static_cast<std::uint64_t>(value) > max) {
      fail(ConfigError::kOutOfRange, key, *node, fmt::format("is from {} to {}", min, max));
      return;
    }
    out = static_cast<T>(value);
  }
  template <typename T>
  void bytes(std::string_view key, T& out, std::uint64_t min, std::uint64_t max,
             std::string_view meaning) {
    const auto found = nodes_.find(key);
    if (found == nodes_.end() || !found->second->is_string()) {
      number(key, out, min, max, meaning);
      return;
    }
    const auto* node = take(key);
    const auto value = parse_bytes(node->as_string()->get());
    if (!value) {
      fail(ConfigError::kWrongType, key, *node,
           "is an integer, or a string such as \"64MiB\" with KiB, MiB, GiB or TiB");
    } else if (*value < min || *value > max) {
      fail(ConfigError::kOutOfRange, key, *node,
           fmt::format("is from {} to {}", print_bytes(min), print_bytes(max)));
    } else {
      out = static_cast<T>(*value);
    }
  }

 private:
  const toml::node* take(std::string_view key) {
    const auto found = nodes_.find(key);
    if (found == nodes_.end()) return nullptr;
    const auto* node = found->second;
    nodes_.erase(found);
    return node;
  }
  bool set_text(std::string_view key, const toml::node& node, std::string& out) {
    if (!node.is_string()) {
      fail(ConfigError::kWrongType, key, node, "is a string");
      return false;
    }
    out = node.as_string()->get();
    return true;
  }
  void fail(ConfigError error, std::string_view key, const toml::node& node, std::string detail) {
    if (fault_) return;
    fault_ = ConfigFault{error, {}, node.source().begin.line, std::string(key), std::move(detail)};
  }

  Nodes nodes_;
  std::optional<ConfigFault> fault_;
};

// Lists the keys with their present values, which are the defaults.
class Lister {
 public:
  std::vector<ConfigKey> keys;

  void text(std::string_view key, const std::string& value, std::string_view meaning) {
    add(key, "string", quote(value), "", meaning);
  }
  void choice(std::string_view key, const std::string& value,
              std::span<const std::string_view> words, std::string_view meaning) {
    add(key, "string", quote(value), fmt::format("{}", fmt::join(words, ", ")), meaning);
  }
  void flag(std::string_view key, bool value, std::string_view meaning) {
    add(key, "boolean", value ? "true" : "false", "", meaning);
  }
  void list(std::string_view key, const std::vector<std::string>& value, std::string_view meaning) {
    add(key, "strings", quote_list(value), "", meaning);
  }
  void number(std::string_view key, std::uint64_t value, std::uint64_t min, std::uint64_t max,
              std::string_view meaning) {
    add(key, "integer", std::to_string(value), fmt::format("{} … {}", min, max), meaning);
  }
  void bytes(std::string_view key, std::uint64_t value, std::uint64_t min, std::uint64_t max,
             std::string_view meaning) {
    add(key, "bytes", quote(print_bytes(value)),
        fmt::format("{} … {}", print_bytes(min), print_bytes(max)), meaning);
  }

 private:
  void add(std::string_view key, std::string_view type, std::string fallback, std::string range,
           std::string_view meaning) {
    keys.push_back({std::string(key), std::string(type), std::move(fallback), std::move(range),
                    std::string(meaning)});
  }
};

// Flattens tables to dotted keys; an empty table stands for itself, so that it is not overlooked.
void flatten(const toml::table& table, const std::string& prefix, Assigner::Nodes& out) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      flatten(*inner, name + ".", out);
    } else {
      out.emplace(name, &node);
    }
  }
}

std::string nearest_key(std::string_view unknown) {
  const auto keys = config_keys();
  std::vector<std::string_view> names;
  for (const auto& row : keys) names.push_back(row.key);
  return std::string(nearest_word(unknown, names));
}

// An empty table that exists is no unknown key.
bool is_section(std::string_view name) {
  return std::ranges::any_of(config_keys(), [&](const ConfigKey& row) {
    return row.key.size() > name.size() && row.key.starts_with(name) && row.key[name.size()] == '.';
  });
}

std::optional<ConfigFault> find_unknown(const Assigner::Nodes& nodes) {
  const auto keys = config_keys();
  std::optional<ConfigFault> first;
  for (const auto& [name, node] : nodes) {
    if (std::ranges::find(keys, name, &ConfigKey::key) != keys.end()) continue;
    if (node->is_table() && is_section(name)) continue;
    const std::uint32_t line = node->source().begin.line;
    if (first && first->line <= line) continue;
    first = ConfigFault{ConfigError::kUnknownKey,
                        {},
                        line,
                        name,
                        "there is no such key; did you mean " + nearest_key(name) + "?"};
  }
  return first;
}

std::optional<ConfigFault> check_consistency(const Config& config) {
  const auto fault = [](std::string key, std::string detail) {
    return ConfigFault{ConfigError::kInconsistent, {}, 0, std::move(key), std::move(detail)};
  };
  bool wants_tls = false;
  for (const auto& text : config.network.listen) {
    const auto address = http::parse_listen(text);
    if (!address) {
      return fault("network.listen", quote(text) + " is not http://IP:PORT or https://IP:PORT");
    }
    wants_tls |= address->tls;
  }
  for (const auto& text : config.admin.listen) {
    const auto address = http::parse_listen(text);
    if (!address || !address->tls) {
      return fault("admin.listen", quote(text) + " is not https://IP:PORT");
    }
    wants_tls = true;
  }
  if (!config.admin.listen.empty() && config.admin.client_ca_file.empty()) {
    return fault("admin.client_ca_file", "is needed for an address in admin.listen");
  }
  if (config.tls.certificate_file.empty() != config.tls.private_key_file.empty()) {
    return fault("tls.private_key_file", "goes together with tls.certificate_file");
  }
  if (wants_tls && config.tls.certificate_file.empty()) {
    return fault("tls.certificate_file",
                 "is needed for an https address in network.listen or admin.listen");
  }
  if (config.http.head.request_line_bytes_max > config.http.head.head_bytes_max) {
    return fault("http.request_line_bytes_max", "is at most http.head_bytes_max");
  }
  return std::nullopt;
}

std::optional<ConfigFault> assign(Config& config, const toml::table& table) {
  Assigner::Nodes nodes;
  flatten(table, "", nodes);
  if (auto unknown = find_unknown(nodes)) return unknown;
  Assigner assigner(std::move(nodes));
  for_each_key(config, assigner);
  if (assigner.fault()) return assigner.fault();
  return check_consistency(config);
}

std::optional<ConfigFault> apply_one(Config& config, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return ConfigFault{
        ConfigError::kSyntax, {}, 0, std::string(assignment), "an override is KEY=VALUE"};
  }
  const std::string value(assignment.substr(equals + 1));
  toml::table table;
  try {
    table = toml::parse("value = " + value);
  } catch (const toml::parse_error&) {
    table.clear();
  }
  if (table.size() != 1) {  // not TOML, or more than one value
    table.clear();
    table.insert("value", value);
  }
  Assigner::Nodes nodes{{std::string(assignment.substr(0, equals)), table.get("value")}};
  if (auto unknown = find_unknown(nodes)) return unknown;
  Assigner assigner(std::move(nodes));
  for_each_key(config, assigner);
  return assigner.fault();
}

}  // namespace

std::string describe(const ConfigFault& fault) {
  std::string out = fault.file.empty() ? "configuration" : fault.file;
  if (fault.line != 0) out += fmt::format(":{}", fault.line);
  if (!fault.key.empty()) out += ": " + fault.key;
  return out + ": " + fault.detail;
}

std::expected<Config, ConfigFault> parse_config(std::string_view text, std::string file) {
  Config config;
  try {
    const toml::table table = toml::parse(text, file);
    if (auto fault = assign(config, table)) {
      fault->file = std::move(file);
      return std::unexpected(std::move(*fault));
    }
  } catch (const toml::parse_error& error) {
    return std::unexpected(ConfigFault{ConfigError::kSyntax,
                                       std::move(file),
                                       error.source().begin.line,
                                       {},
                                       std::string(error.description())});
  }
  return config;
}

std::expected<Config, ConfigFault> load_config(const std::filesystem::path& path) {
  const auto unreadable = [&](std::string detail) {
    return std::unexpected(
        ConfigFault{ConfigError::kUnreadable, path.string(), 0, {}, std::move(detail)});
  };
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  if (ec) return unreadable(ec.message());
  if (size > kFileBytesMax) return unreadable("is larger than 1 MiB");
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return unreadable("cannot be read");
  return parse_config(text.str(), path.string());
}

std::expected<void, ConfigFault> apply_overrides(Config& config,
                                                 const std::vector<std::string>& assignments) {
  Config changed = config;
  std::optional<ConfigFault> fault;
  for (const auto& assignment : assignments) {
    fault = apply_one(changed, assignment);
    if (fault) break;
  }
  if (!fault) fault = check_consistency(changed);
  if (fault) {
    fault->line = 0;
    return std::unexpected(std::move(*fault));
  }
  config = std::move(changed);
  return {};
}

http::ServerOptions server_options(const Config& config) {
  http::ServerOptions options;
  for (const auto& text : config.network.listen) {
    if (auto address = http::parse_listen(text)) options.listen.push_back(std::move(*address));
  }
  for (const auto& text : config.admin.listen) {
    if (auto address = http::parse_listen(text)) {
      address->for_operator = true;
      options.listen.push_back(std::move(*address));
    }
  }
  if (!config.tls.certificate_file.empty()) {
    options.tls = http::TlsFiles{config.tls.certificate_file, config.tls.private_key_file};
  }
  options.allow_plain_http = config.network.allow_plain_http;
  options.io_threads = config.http_threads;
  options.hosts = config.network.hosts;
  options.local_hosts_only = config.network.development;
  options.operator_everywhere = config.network.development;
  options.operator_socket = config.admin.socket;
  if (options.operator_socket.empty() && !config.network.development) {
    options.operator_socket = config.network.data_dir + "/admin.sock";
  }
  options.client_ca_file = config.admin.client_ca_file;
  options.limits = config.http;
  options.websocket = config.websocket;
  return options;
}

std::vector<ConfigKey> config_keys() {
  Config defaults;
  Lister lister;
  for_each_key(defaults, lister);
  return std::move(lister.keys);
}

}  // namespace tally::app
