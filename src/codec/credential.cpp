#include "codec/credential.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>
#include <chrono>

#include "codec/registry.hpp"
#include "codec/words.hpp"
#include "contracts/address.hpp"
#include "crypto/hash.hpp"

namespace tally::codec {
namespace {

namespace json = boost::json;
using contracts::ErrorCode;
using contracts::fail;

// RFC 3339; nothing for a time that is not reached, or after the year 9999.
json::value time_text(std::uint64_t ms) {
  constexpr std::uint64_t kEndMs = 253'402'300'800'000;
  if (ms == 0 || ms >= kEndMs) return nullptr;
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(ms / 86'400'000)}}};
  const auto rest = ms % 86'400'000;
  return json::string(
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  rest / 3'600'000, rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000));
}

template <typename E>
json::value maybe_word(const std::optional<E>& value) {
  return value ? json::value(json::string(word(*value))) : json::value(nullptr);
}

json::array judges_json(const Credential& credential) {
  json::array out;
  for (const auto& seat : credential.entry.seats) {
    out.push_back({{"appraiser", contracts::encode_address(contracts::account_of(seat.appraiser),
                                                           credential.network_kind)},
                   {"round", seat.round},
                   {"verdict", maybe_word(seat.verdict)},
                   {"confidence_bps", seat.confidence_bps},
                   {"method_hash", to_hex(seat.method_hash)},
                   {"points_hash", to_hex(seat.points_hash)}});
  }
  return out;
}

json::object subject_json(const Credential& credential) {
  const auto& entry = credential.entry;
  json::object out{{"case", credential.id.hex()}};
  if (entry.gs1_key.empty()) {
    out["description_hash"] = to_hex(entry.description_hash);
  } else {
    out["gs1_key"] = entry.gs1_key;
  }
  out["evidence_root"] = to_hex(entry.evidence_root);
  out["verdict"] = maybe_word(entry.verdict);
  out["first_verdict"] = maybe_word(entry.first_verdict);
  out["state"] = word(entry.state);
  out["control"] = maybe_word(entry.control);
  out["judges"] = judges_json(credential);
  out["agreeing"] = entry.terms.agreeing;
  out["opened"] = time_text(entry.opened_ms);
  out["decided"] = time_text(entry.decided_ms);
  out["closed"] = time_text(entry.closed_ms);
  return out;
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || !value->is_string() ? std::string_view()
                                                 : std::string_view(value->get_string());
}

}  // namespace

contracts::CaseEntry public_part(contracts::CaseEntry entry) {
  entry.requester = {};
  entry.member = {};
  entry.owner.reset();
  entry.challenger.reset();
  entry.sealed_hash = {};
  std::erase_if(entry.seats, [](const auto& seat) { return !seat.verdict; });
  return entry;
}

Hash32 credential_message(const Credential& credential) {
  Bytes height;
  append_be(height, credential.height);
  return crypto::tagged_hash(
      "tally/verdict-credential",
      {credential.network_id.view(), credential.id.view(), height, encode_entry(credential.entry)});
}

bool verify_credential(const Credential& credential) {
  return crypto::ed25519_verify(credential.node_key, credential_message(credential),
                                credential.signature);
}

json::object to_json(const Credential& credential) {
  const auto& entry = credential.entry;
  return {{"@context", json::array{"https://www.w3.org/ns/credentials/v2"}},
          {"type", json::array{"VerifiableCredential", "TallyVerdict"}},
          {"id", "urn:tally:case:" + credential.id.hex()},
          {"issuer", "urn:tally:node:" + credential.node_key.hex()},
          {"validFrom", time_text(entry.decided_ms != 0 ? entry.decided_ms : entry.closed_ms)},
          {"credentialSubject", subject_json(credential)},
          {"proof",
           {{"type", "TallyVerdictProof"},
            {"network_id", credential.network_id.hex()},
            {"network_kind", word(credential.network_kind)},
            {"case", credential.id.hex()},
            {"height", std::to_string(credential.height)},
            {"entry", to_base64(encode_entry(entry))},
            {"node_key", credential.node_key.hex()},
            {"signature", to_hex(credential.signature.bytes)}}}};
}

contracts::Result<Credential> credential_from_json(const json::value& value) {
  const auto* object = value.if_object();
  const auto* proof = object == nullptr ? nullptr : object->if_contains("proof");
  if (proof == nullptr || !proof->is_object()) return fail(ErrorCode::field_missing);
  const auto& of = proof->get_object();
  const auto network = contracts::NetworkId::parse(text_of(of, "network_id"));
  const auto kind = from_word<contracts::NetworkKind>(text_of(of, "network_kind"));
  const auto id = contracts::CaseId::parse(text_of(of, "case"));
  const auto bytes = from_base64(text_of(of, "entry"));
  const auto node_key = array_from_hex<32>(text_of(of, "node_key"));
  const auto signature = array_from_hex<64>(text_of(of, "signature"));
  if (!network || !kind || !id || !bytes || !node_key || !signature) {
    return fail(ErrorCode::field_value);
  }
  const auto entry = decode_entry(contracts::RegistryKind::authentication_case, *bytes);
  if (!entry) return std::unexpected(entry.error());
  Credential out{*network, *kind, *id, 0, std::get<contracts::CaseEntry>(*entry), {}, {}};
  out.node_key.bytes = *node_key;
  out.signature.bytes = *signature;
  const auto height = text_of(of, "height");
  if (height.empty() || height.size() > 20) return fail(ErrorCode::field_value);
  for (const char digit : height) {
    if (digit < '0' || digit > '9') return fail(ErrorCode::field_value);
    out.height = out.height * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  // Whatever it says to people is what it says in its entry, and nothing beside that.
  if (json::value(to_json(out)) != value) return fail(ErrorCode::field_value);
  return out;
}

}  // namespace tally::codec
