#include "cli/arguments.hpp"

#include <set>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/files.hpp"
#include "codec/json.hpp"
#include "crypto/hash.hpp"
#include "epcis/digital_link.hpp"
#include "epcis/gs1_key.hpp"

namespace tally::cli {
namespace {

using market::ParameterSchema;
using market::ParameterType;

constexpr std::size_t kParameterBytesMax = 1 << 20;

std::string dashed(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '_', '-');
  return out;
}

// Flags of the program itself, which a command's own would hide.
const std::set<std::string>& reserved_flags() {
  static const std::set<std::string> kFlags{"node", "network", "key",  "dev",    "token",
                                            "json", "yes",     "full", "wait",   "passphrase-file",
                                            "out",  "dry-run", "help", "version"};
  return kFlags;
}

std::string help_of(const ParameterSchema& schema) {
  std::string out(schema.doc);
  if (!schema.words.empty() && schema.words.size() <= 10) {
    out += fmt::format(" One of: {}.", fmt::join(schema.words, ", "));
  } else if (!schema.example.empty()) {
    auto example = schema.example;
    if (example.size() > 2 && example.front() == '"')
      example = example.substr(1, example.size() - 2);
    out += fmt::format(" As {}", example);
  }
  return out;
}

Result<std::string> hash_of(const std::string& text) {
  if (!text.starts_with('@')) return text;
  const auto bytes = read_file(text.substr(1));
  if (!bytes) return std::unexpected(bytes.error());
  return to_hex(crypto::sha256(*bytes));
}

}  // namespace

Result<std::string> gs1_key_of(const std::string& text) {
  const bool is_uri = text.contains("://") || text.starts_with("urn:");
  if (!is_uri) return text;
  if (text.starts_with("urn:")) {
    if (const auto key = epcis::parse_epc_urn(text)) return key->canonical();
  } else if (const auto link = epcis::parse_digital_link(text, epcis::kResolverOptions)) {
    return link->key.canonical();
  }
  return usage(fmt::format("{} names no thing by GS1's rules", text));
}

namespace {

Result<json::value> json_of(const std::string& text) {
  auto value = codec::parse_json(text, kParameterBytesMax);
  if (!value) return usage(fmt::format("{} is not JSON", text));
  return std::move(*value);
}

Result<json::value> address_of(const std::string& text, Context& context) {
  if (!text.starts_with("dev:") && !text.starts_with("key:") && text != "me") {
    return json::value(json::string(text));
  }
  const auto account = context.account_named(text);
  if (!account) return std::unexpected(account.error());
  return json::value(json::string(to_hex(account->id)));
}

// One value of any type but attributes.
Result<json::value> value_of(const ParameterSchema& schema, const std::string& text,
                             Context& context) {
  const auto as_string = [](Result<std::string> string) -> Result<json::value> {
    if (!string) return std::unexpected(string.error());
    return json::value(json::string(*string));
  };
  switch (schema.type) {
    case ParameterType::key:
    case ParameterType::account:
      return address_of(text, context);
    case ParameterType::hash:
      return as_string(hash_of(text));
    case ParameterType::gs1_key:
      return as_string(gs1_key_of(text));
    case ParameterType::boolean:
      if (text != "true" && text != "false") return usage(text + ": true or false");
      return json::value(text == "true");
    case ParameterType::lock:
    case ParameterType::object:
      return json_of(text);
    case ParameterType::text:
    case ParameterType::number:
    case ParameterType::word:
    case ParameterType::asset:
    case ParameterType::amount:
    case ParameterType::order:
    case ParameterType::time:
    case ParameterType::duration:
    case ParameterType::attributes:
      return json::value(json::string(text));
  }
  return usage("no such type");
}

Result<json::value> attributes_of(const std::vector<std::string>& texts) {
  json::object out;
  for (const auto& text : texts) {
    const auto at = text.find('=');
    if (at == std::string::npos) return usage(text + ": as colour=black");
    out[text.substr(0, at)] = text.substr(at + 1);
  }
  return json::value(std::move(out));
}

}  // namespace

struct Arguments::Bound {
  const ParameterSchema* schema;
  const ParameterSchema* parent;
  std::string flag;
  std::vector<std::string> values;
};

Arguments::~Arguments() = default;

Arguments::Arguments(CLI::App& app, const market::CommandSchema& schema,
                     const std::vector<std::string_view>& positionals, std::string_view fixed)
    : positionals_(positionals) {
  if (!fixed.empty()) fixed_ = codec::parse_json(fixed, kParameterBytesMax).value().as_object();
  std::set<std::string> taken = reserved_flags();
  for (const auto& parameter : schema.parameters) taken.insert(dashed(parameter.name));
  for (const auto& parameter : schema.parameters) {
    if (fixed_.contains(parameter.name)) continue;
    bind(app, parameter, nullptr, dashed(parameter.name));
    for (const auto& member : parameter.members) {
      auto flag = dashed(member.name);
      if (!taken.insert(flag).second) flag = fmt::format("{}-{}", dashed(parameter.name), flag);
      bind(app, member, &parameter, flag);
    }
  }
  // Positionals are filled in the order of their declaration.
  for (const auto name : positionals_) {
    for (auto& bound : bound_) {
      const auto full = bound->parent == nullptr
                            ? std::string(bound->schema->name)
                            : fmt::format("{}.{}", bound->parent->name, bound->schema->name);
      if (full != name) continue;
      auto* option =
          app.add_option(dashed(bound->schema->name), bound->values, help_of(*bound->schema));
      if (bound->schema->list) {
        option->expected(0, -1);
      } else {
        option->expected(1)->allow_extra_args(false);
      }
    }
  }
}

void Arguments::bind(CLI::App& app, const ParameterSchema& schema, const ParameterSchema* parent,
                     const std::string& flag) {
  bound_.push_back(std::make_unique<Bound>(Bound{&schema, parent, flag, {}}));
  auto& bound = *bound_.back();
  const auto full = parent == nullptr ? std::string(schema.name)
                                      : fmt::format("{}.{}", parent->name, schema.name);
  if (std::ranges::find(positionals_, full) != positionals_.end()) return;
  const bool several = schema.list || schema.type == ParameterType::attributes;
  const auto free = parent == nullptr && reserved_flags().contains(flag) ? "the-" + flag : flag;
  bound.flag = free;
  auto* option = app.add_option("--" + free, bound.values, help_of(schema));
  if (several) {
    option->expected(1)->take_all();
  } else {
    option->expected(1);
  }
  option->allow_extra_args(false);  // what follows is the next positional
  if (schema.list && schema.type != ParameterType::object) option->delimiter(',');
  option->type_name(std::string(market::name(schema.type)));
}

Result<json::object> Arguments::parameters(Context& context) const {
  json::object out = fixed_;
  std::set<const ParameterSchema*> begun;  // lists whose last element is the one of the members
  for (const auto& bound : bound_) {
    if (bound->values.empty()) continue;
    const auto& schema = *bound->schema;
    const std::string_view name(schema.name);
    Result<json::value> value = json::value(nullptr);
    if (schema.type == ParameterType::attributes) {
      value = attributes_of(bound->values);
    } else if (schema.list) {
      json::array list;
      for (const auto& text : bound->values) {
        auto element = value_of(schema, text, context);
        if (!element) return std::unexpected(element.error());
        list.push_back(std::move(*element));
      }
      value = json::value(std::move(list));
    } else {
      value = value_of(schema, bound->values.back(), context);
    }
    if (!value) {
      auto failure = value.error();
      failure.message = fmt::format("--{}: {}", bound->flag, failure.message);
      return std::unexpected(std::move(failure));
    }
    if (bound->parent == nullptr) {
      out[name] = std::move(*value);
      continue;
    }
    // A member: of the object, or of the one element that the members make together.
    auto& owner = out[std::string_view(bound->parent->name)];
    if (bound->parent->list) {
      if (!owner.is_array()) owner = json::array();
      auto& list = owner.as_array();
      if (begun.insert(bound->parent).second) list.emplace_back(json::object());
      list.back().as_object()[name] = std::move(*value);
    } else {
      if (owner.is_null()) owner = json::object();
      if (!owner.is_object()) return usage(bound->flag + ": beside what is no object");
      owner.as_object()[name] = std::move(*value);
    }
  }
  return out;
}

}  // namespace tally::cli
