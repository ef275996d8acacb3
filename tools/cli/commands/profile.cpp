// `tally profile set`, `show` and `get`: attributes of a person. The value is encrypted here, under
// a key of its own that stays here; the node keeps the ciphertext, the ledger a commitment.
//
//   sealed = aead(key, salt(32) ‖ value), bound to the attribute's id     crypto/aead.hpp
//
// Giving somebody the key file of one attribute, and a grant, lets them read that attribute.
#include "cli/files.hpp"
#include "cli/render.hpp"
#include "cli/transact.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "codec/json.hpp"
#include "contracts/address.hpp"
#include "crypto/aead.hpp"
#include "crypto/random.hpp"
#include "market/profile_commitment.hpp"

namespace tally::cli {
namespace {

constexpr std::string_view kFormat = "tally/profile-key/1";
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kKeyFileMax = 4096;
constexpr std::size_t kNameBytesMax = 64;

struct ProfileOptions {
  std::string attribute;
  std::string value;
  std::string owner;
  std::string key_file;
};

bool valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<std::filesystem::path> key_file_of(Context& context, const contracts::PublicKey& owner,
                                          const std::string& attribute) {
  const auto store = context.key_store();
  if (!store) return std::unexpected(store.error());
  return store->directory().parent_path() / "profile" / owner.hex() / (attribute + ".json");
}

// The version that the ledger has of an attribute; 0 if none.
Result<std::uint64_t> ledger_version(Node& node, const std::string& address,
                                     const Hash32& attribute_id) {
  const auto profile =
      get_pages(node, "/v1/accounts/" + address + "/profile", "attributes", 10'000);
  if (!profile) return std::unexpected(profile.error());
  for (const auto& entry : *array_at(*profile, "attributes")) {
    if (text_at(entry, "attribute_id") == to_hex(attribute_id)) {
      return number_at(entry, "version").value_or(0);
    }
  }
  return 0;
}

Result<void> store_key(const std::filesystem::path& path, const std::string& attribute,
                       std::uint64_t version, const Hash32& key) {
  std::error_code fault;
  std::filesystem::create_directories(path.parent_path(), fault);
  const auto text = json::serialize(json::object{{"format", kFormat},
                                                 {"attribute", attribute},
                                                 {"version", std::to_string(version)},
                                                 {"key", to_hex(key)}}) +
                    "\n";
  return write_file(path, as_bytes(text), 0600, Existing::kReplace);
}

Result<void> set(Context& context, const ProfileOptions& options) {
  if (!valid_name(options.attribute)) {
    return usage("an attribute's name has a-z, 0-9, - and _, at most 64 of them");
  }
  const auto owner = context.account();
  if (!owner) return std::unexpected(owner.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  if (auto in = context.sign_in(); !in) return in;
  auto& node = **context.node();
  const auto address = contracts::encode_address(contracts::account_of(*owner), network->kind);
  const auto id = market::profile_attribute_id(options.attribute);
  const auto before = ledger_version(node, address, id);
  if (!before) return std::unexpected(before.error());
  const auto version = *before + 1;

  const auto salt = crypto::random_array<kSaltBytes>();
  const auto commitment = market::profile_commitment(salt, id, version, as_bytes(options.value));
  if (!context.general().dry_run) {
    Bytes plain(salt.begin(), salt.end());
    append(plain, as_bytes(options.value));
    const auto key = crypto::random_array<32>();
    const auto path = key_file_of(context, *owner, options.attribute);
    if (!path) return std::unexpected(path.error());
    if (auto kept = store_key(*path, options.attribute, version, key); !kept) return kept;
    const auto sealed = crypto::aead_seal(key, plain, id);
    const auto stored =
        node.put(fmt::format("/v1/profile/{}?commitment={}", options.attribute, to_hex(commitment)),
                 "application/octet-stream", as_text(sealed));
    if (!stored) return std::unexpected(stored.error());
  }
  Wish wish;
  wish.command = "profile_set";
  wish.parameters = {{"attribute", options.attribute},
                     {"commitment", to_hex(commitment)},
                     {"version", std::to_string(version)}};
  return transact(context, std::move(wish));
}

Result<void> show(Context& context, const ProfileOptions&) {
  const auto owner = context.account();
  if (!owner) return std::unexpected(owner.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  if (auto in = context.sign_in(); !in) return in;
  auto& node = **context.node();
  const auto address = contracts::encode_address(contracts::account_of(*owner), network->kind);
  auto profile = get_pages(node, "/v1/accounts/" + address + "/profile", "attributes", 10'000);
  if (!profile) return std::unexpected(profile.error());
  const auto grants =
      get_pages(node, "/v1/accounts/" + address + "/outputs?kind=grant", "outputs", 10'000);
  if (!grants) return std::unexpected(grants.error());
  const auto log = get_pages(node, "/v1/profile/access-log", "accesses", 10'000);
  if (!log) return std::unexpected(log.error());
  auto text = rows_text(context, *profile, "attributes",
                        {{"ATTRIBUTE (HASH)", "attribute_id", Cell::id},
                         {"VERSION", "version", Cell::number},
                         {"SINCE", "since_ms", Cell::time},
                         {"COMMITMENT", "commitment", Cell::id}},
                        "no attributes");
  text += "\n" + rows_text(context, *grants, "outputs",
                           {{"GRANT", "number", Cell::number},
                            {"READER", "output.reader", Cell::id},
                            {"ATTRIBUTE (HASH)", "output.attribute_id", Cell::id},
                            {"UNTIL", "output.expires_ms", Cell::time}},
                           "no grants");
  text += "\n" + rows_text(context, *log, "accesses",
                           {{"READ", "time_ms", Cell::time},
                            {"BY", "reader", Cell::id},
                            {"ATTRIBUTE (HASH)", "attribute_id", Cell::id}},
                           "nobody has read anything");
  profile->as_object()["grants"] = *array_at(*grants, "outputs");
  profile->as_object()["accesses"] = *array_at(*log, "accesses");
  context.print(*profile, text);
  return {};
}

Result<Hash32> read_key(const std::filesystem::path& path) {
  const auto bytes = read_private_file(path, kKeyFileMax);
  if (!bytes) return std::unexpected(bytes.error());
  const auto value = codec::parse_json(as_text(*bytes), kKeyFileMax);
  const auto key = value && text_at(*value, "format") == kFormat
                       ? array_from_hex<32>(text_at(*value, "key").value_or(""))
                       : std::nullopt;
  if (!key) return usage(path.string() + ": not the key of an attribute");
  return *key;
}

Result<void> get(Context& context, const ProfileOptions& options) {
  const auto owner = context.account_or(options.owner);
  if (!owner) return std::unexpected(owner.error());
  const auto network = context.network();
  if (!network) return std::unexpected(network.error());
  if (auto in = context.sign_in(); !in) return in;
  const contracts::PublicKey owner_key{owner->id};
  const auto own_file = key_file_of(context, owner_key, options.attribute);
  if (!own_file) return std::unexpected(own_file.error());
  const auto key =
      read_key(options.key_file.empty() ? *own_file : std::filesystem::path(options.key_file));
  if (!key) return std::unexpected(key.error());
  auto answer =
      (*context.node())
          ->get(fmt::format("/v1/profile/{}/{}", contracts::encode_address(*owner, network->kind),
                            escaped(options.attribute)));
  if (!answer) return std::unexpected(answer.error());
  const auto id = market::profile_attribute_id(options.attribute);
  const auto sealed = from_base64(text_at(*answer, "ciphertext").value_or("?"));
  const auto plain = sealed ? crypto::aead_open(*key, *sealed, id) : std::nullopt;
  if (!plain || plain->size() < kSaltBytes) {
    return broken("bad_answer", "the attribute does not open with this key");
  }
  Hash32 salt{};
  std::copy_n(plain->view().begin(), kSaltBytes, salt.begin());
  const auto value = plain->view().subspan(kSaltBytes);
  const auto version = number_at(*answer, "ledger_version").value_or(0);
  const bool committed = text_at(*answer, "ledger_commitment") ==
                         to_hex(market::profile_commitment(salt, id, version, value));
  const std::string text(as_text(value));
  context.print(json::object{{"attribute", options.attribute},
                             {"value", text},
                             {"version", std::to_string(version)},
                             {"as_committed", committed}},
                fields_text({{options.attribute, text},
                             {"committed to", committed ? "yes, on the ledger" : "NO"}}));
  return {};
}

}  // namespace

void add_profile(Tree& tree) {
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, ProfileOptions&> {
    auto options = std::make_shared<ProfileOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  {
    const auto [app, options] =
        make("profile set", "Sets an attribute: encrypted here, committed to on the ledger.",
             "tally profile set shoe_size 42 --dev bo", set);
    app.add_option("attribute", options.attribute, "Its name, as shoe_size")->required();
    app.add_option("value", options.value, "Its value")->required();
  }
  make("profile show", "Shows the attributes, who may read which, and who did.",
       "tally profile show --dev bo", show);
  {
    const auto [app, options] =
        make("profile get", "Reads an attribute: your own, or one that you were granted.",
             "tally profile get shoe_size --owner dev:bo --attribute-key shoe_size.json "
             "--dev boutique",
             get);
    app.add_option("attribute", options.attribute, "Its name, as shoe_size")->required();
    app.add_option("--owner", options.owner, "Whose; your own if left out");
    app.add_option("--attribute-key", options.key_file, "The attribute's key file, from its owner");
  }
}

}  // namespace tally::cli
