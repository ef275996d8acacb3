#include "fault/kill/side_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

#include "base/clock.hpp"
#include "client/development.hpp"
#include "codec/genesis.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "custody/node_key.hpp"
#include "market/profile_commitment.hpp"

namespace tally::fault {
namespace {

namespace json = boost::json;

constexpr std::string_view kMember = "operator-1";
constexpr std::string_view kJson = "application/json";
constexpr std::chrono::milliseconds kPause{1};
constexpr std::uint64_t kAttributes = 4;
constexpr std::size_t kAgentsMax = 8;   // an account may have 16
constexpr std::size_t kTokensMax = 24;  // of all agents: one may have 64
constexpr std::string_view kLive = "live";
constexpr std::string_view kRevoked = "revoked";
constexpr std::string_view kPassphrase = "development";  // of a development node's key

template <typename Map>
auto any_of(Map& map, std::uint64_t at) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(at % map.size()));
}

// A token goes with its agent.
std::string token_name(const Answer& token) {
  return token.text("principal") + "/" + token.text("id");
}

}  // namespace

std::vector<std::string> compare_kept(std::string_view what, Keeping& keeping,
                                      const std::map<std::string, std::string>& there,
                                      std::uint64_t& unnamed) {
  std::vector<std::string> wrongs;
  for (auto& [name, kept] : keeping) {
    const auto found = there.find(name);
    const auto now = found == there.end() ? std::string() : found->second;
    if (now != kept.value && std::ranges::find(kept.asked, now) == kept.asked.end()) {
      wrongs.push_back(
          fmt::format("{} {} was told to be '{}' and is now '{}'", what, name, kept.value, now));
    }
    kept = {.value = now};
  }
  for (const auto& [name, value] : there) {
    if (!keeping.emplace(name, Kept{value}).second) continue;
    if (unnamed == 0) {
      wrongs.push_back(fmt::format("{} {} is there, and nobody asked for it", what, name));
    } else {
      --unnamed;
    }
  }
  unnamed = 0;
  std::erase_if(keeping, [](const auto& each) { return each.second.value.empty(); });
  return wrongs;
}

bool SideLoad::sign_in(const std::string& url) {
  client_.reset();
  auto client = client::HttpClient::open(url);
  if (!client) return false;
  client_ = std::move(*client);
  session_ = fault::sign_in(*client_, kMember).value_or("");
  return !session_.empty();
}

std::optional<Answer> SideLoad::ask(std::string_view method, const std::string& target,
                                    std::string_view type, std::string_view body) {
  const auto response =
      client_->request(method, target, type, body, {{"Authorization", "Bearer " + session_}});
  if (!response) return std::nullopt;
  return read_answer(*response);
}

// A call that sets `kept` to a value. False if there is no answer, or one that says that it was not
// done: what has become of it is seen by the next check.
bool SideLoad::change(Kept& kept, std::string to, std::string_view method,
                      const std::string& target, std::string_view type, std::string_view body) {
  kept.asked.push_back(to);
  const auto answer = ask(method, target, type, body);
  if (!answer || answer->status / 100 != 2) return false;
  kept = {.value = std::move(to)};
  ++acknowledged_;
  return true;
}

bool SideLoad::put_attribute() {
  const auto name = fmt::format("attribute-{}", below(kAttributes));
  const auto content = fmt::format("content {}", ++serial_);
  const auto commitment = crypto::tagged_hash("tally/test", {as_bytes(content)});
  auto& kept = attributes_[name];
  const auto before = kept.value;
  if (!change(kept, content, "PUT",
              fmt::format("/v1/profile/{}?commitment={}", name, to_hex(commitment)),
              "application/octet-stream", content)) {
    return false;
  }
  note_gone(name, before);
  return true;
}

// The document that the content was: the node keeps it behind whose attribute it is.
void SideLoad::note_gone(std::string_view attribute, std::string_view content) {
  if (content.empty()) return;
  const auto owner = crypto::public_key(client::development_key(kMember));
  Bytes stored;
  append(stored, owner.view());
  append(stored, market::profile_attribute_id(attribute));
  append(stored, as_bytes(content));
  gone_.push_back(documents::document_hash(stored));
}

bool SideLoad::erase_attribute() {
  if (attributes_.empty()) return put_attribute();
  auto& [name, kept] = *any_of(attributes_, below(kAttributes));
  if (kept.value.empty()) return true;
  const auto before = kept.value;
  if (!change(kept, "", "DELETE", "/v1/profile/" + name)) return false;
  note_gone(name, before);
  return true;
}

bool SideLoad::make_agent() {
  ++unnamed_agents_;
  const auto answer = ask("POST", "/v1/agents", kJson, R"({"label":"erp"})");
  if (!answer || answer->status != 201) return false;
  --unnamed_agents_;
  ++acknowledged_;
  agents_[answer->text("address")] = {.value = std::string(kLive)};
  return true;
}

bool SideLoad::remove_agent() {
  if (agents_.size() < kAgentsMax) return make_agent();
  const auto agent = any_of(agents_, below(kAgentsMax));
  if (!change(agent->second, "", "DELETE", "/v1/agents/" + agent->first)) return false;
  forget_tokens_of(agent->first);
  agents_.erase(agent);
  return true;
}

void SideLoad::forget_tokens_of(std::string_view agent) {
  std::erase_if(tokens_, [&](const auto& each) { return each.first.starts_with(agent); });
}

bool SideLoad::make_token() {
  if (agents_.empty()) return make_agent();
  if (tokens_.size() >= kTokensMax) return true;
  const auto& agent = any_of(agents_, below(kAgentsMax))->first;
  const auto day = SystemClock().wall_ms() + contracts::kDayMs;
  ++unnamed_tokens_;
  const auto answer = ask("POST", "/v1/tokens", kJson,
                          json::serialize(json::object{{"scopes", json::array{"read_own"}},
                                                       {"label", "test"},
                                                       {"agent", agent},
                                                       {"expires_ms", std::to_string(day)}}));
  if (!answer || answer->status != 201) return false;
  --unnamed_tokens_;
  ++acknowledged_;
  tokens_[token_name(*answer)] = {.value = std::string(kLive)};
  return true;
}

bool SideLoad::revoke_token() {
  if (tokens_.empty()) return make_token();
  auto& [name, kept] = *any_of(tokens_, below(kTokensMax));
  return kept.value == kRevoked || change(kept, std::string(kRevoked), "DELETE",
                                          "/v1/tokens/" + name.substr(name.find('/') + 1));
}

bool SideLoad::once() {
  switch (below(10)) {
    case 0:
      return erase_attribute();
    case 1:
      return make_token();
    case 2:
      return revoke_token();
    case 3:
    case 4:
      return remove_agent();
    case 5:
    case 6:
      return captures_.once(*client_);
    default:
      return put_attribute();
  }
}

void SideLoad::send(const std::string& url, const std::atomic<bool>& stop) {
  if (!sign_in(url)) return;
  while (!stop && once()) std::this_thread::sleep_for(kPause);
}

// Of an answer's list: each one's name, and what there is to say of it.
std::optional<std::map<std::string, std::string>> SideLoad::list(
    const std::string& target, std::string_view member,
    const std::function<std::string(const Answer&)>& name) {
  const auto answer = ask("GET", target);
  const auto* rows = answer ? answer->body.if_contains(member) : nullptr;
  if (rows == nullptr || !rows->is_array()) {
    if (answer) wrongs_.push_back(fmt::format("{} answers {}", target, answer->status));
    return std::nullopt;
  }
  std::map<std::string, std::string> out;
  for (const auto& row : rows->get_array()) {
    const Answer each{200, row.as_object()};
    const bool revoked = each.number("revoked_ms") > 0;
    out[name(each)] = revoked ? kRevoked : kLive;
  }
  return out;
}

void SideLoad::check(const std::string& url) {
  if (!sign_in(url)) return;
  std::map<std::string, std::string> attributes;
  for (const auto& [name, kept] : attributes_) {
    const auto answer =
        ask("GET", fmt::format("/v1/profile/{}/{}", development_address(kMember), name));
    if (!answer) return;
    if (answer->status == 404) continue;
    if (answer->status != 200) {
      wrongs_.push_back(fmt::format("{} of {} answers {}", name, kMember, answer->status));
      return;
    }
    const auto content = from_base64(answer->text("ciphertext"));
    attributes[name] = content ? std::string(as_text(*content)) : "no content";
  }
  const auto agents =
      list("/v1/agents", "agents", [](const Answer& row) { return row.text("address"); });
  const auto tokens = list("/v1/tokens", "tokens", token_name);
  if (!agents || !tokens) return;
  const auto compare = [&](std::string_view what, Keeping& keeping, const auto& there,
                           std::uint64_t& unnamed) {
    auto wrongs = compare_kept(what, keeping, there, unnamed);
    std::ranges::move(wrongs, std::back_inserter(wrongs_));
  };
  std::uint64_t none = 0;
  for (const auto& [name, kept] : attributes_) {
    const auto now = attributes.find(name);
    if (now == attributes.end() || now->second != kept.value) note_gone(name, kept.value);
  }
  compare("attribute", attributes_, attributes, none);
  const auto before = agents_;
  compare("agent", agents_, *agents, unnamed_agents_);
  for (const auto& [agent, kept] : before) {
    if (!agents_.contains(agent)) forget_tokens_of(agent);
  }
  compare("token", tokens_, *tokens, unnamed_tokens_);
  found_ += attributes.size() + agents->size() + tokens->size();
  captures_.check(*client_);
  std::ranges::move(captures_.take_wrongs(), std::back_inserter(wrongs_));
}

void SideLoad::check_erased(const std::filesystem::path& data) {
  const auto key = custody::NodeKey::open(data / "node.key", kPassphrase);
  if (!key) return wrongs_.push_back(fmt::format("node.key: {}", name(key.error())));
  documents::Options options;
  options.network_id =
      contracts::network_id(codec::encode_genesis(client::development_genesis())).bytes;
  const SystemClock clock;
  const auto store =
      documents::DocumentStore::open(data / "documents", clock, options, key->document_key());
  if (!store) return wrongs_.push_back(fmt::format("documents: {}", name(store.error())));
  for (const auto& document : std::exchange(gone_, {})) {
    const auto found = (*store)->get(document);
    if (!found && found.error() == documents::Error::erased) {
      ++erased_;
      continue;
    }
    wrongs_.push_back(fmt::format("document {} was replaced or erased: {}", document.hex(),
                                  found ? "it can be read" : name(found.error())));
  }
}

void SideLoad::check_captures_finished(const std::string& url) {
  if (!sign_in(url)) return;
  captures_.check_all_finished(*client_);
  std::ranges::move(captures_.take_wrongs(), std::back_inserter(wrongs_));
}

}  // namespace tally::fault
