#include "cli/bundle.hpp"

#include "cli/files.hpp"
#include "cli/json.hpp"
#include "codec/json.hpp"

namespace tally::cli {
namespace {

constexpr std::string_view kFormat = "tally/bundle/1";

}  // namespace

bool Bundle::complete() const {
  return std::all_of(witnesses.begin(), witnesses.end(),
                     [](const auto& w) { return w.has_value(); });
}

std::vector<contracts::PublicKey> Bundle::missing() const {
  std::vector<contracts::PublicKey> out;
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    if (!witnesses[i]) out.push_back(transaction.signers[i]);
  }
  return out;
}

bool Bundle::sign(const crypto::SecretKey& secret) {
  const auto& signers = transaction.signers;
  const auto at = std::find(signers.begin(), signers.end(), crypto::public_key(secret));
  if (at == signers.end()) return false;
  witnesses[static_cast<std::size_t>(at - signers.begin())] = crypto::sign(secret, txid().bytes);
  return true;
}

codec::SignedTransaction Bundle::signed_transaction() const {
  codec::SignedTransaction out{body, {}};
  for (const auto& witness : witnesses) {
    if (witness) out.witnesses.emplace_back(witness->bytes.begin(), witness->bytes.end());
  }
  return out;
}

Result<Bundle> make_bundle(const contracts::NetworkId& network_id, Bytes body) {
  auto transaction = codec::decode_body(body);
  if (!transaction) {
    return broken("bad_body", "the body does not decode: " +
                                  std::string(contracts::title(transaction.error().code)));
  }
  if (transaction->network_id != network_id) {
    return broken("bad_body", "the body is for another network");
  }
  Bundle out{network_id, std::move(body), std::move(*transaction), {}};
  out.witnesses.resize(out.transaction.signers.size());
  return out;
}

std::string bundle_text(const Bundle& bundle) {
  json::array witnesses;
  for (const auto& witness : bundle.witnesses) {
    witnesses.push_back(witness ? json::value(to_base64(witness->view())) : json::value(nullptr));
  }
  const json::object object{{"format", kFormat},
                            {"network_id", bundle.network_id.hex()},
                            {"body", to_base64(bundle.body)},
                            {"witnesses", std::move(witnesses)}};
  return json::serialize(object) + "\n";
}

Result<Bundle> parse_bundle(std::string_view text) {
  const auto value = codec::parse_json(text, kFileBytesMax);
  if (!value || text_at(*value, "format") != kFormat) return usage("not a file of a transaction");
  const auto network = contracts::NetworkId::parse(text_at(*value, "network_id").value_or(""));
  auto body = from_base64(text_at(*value, "body").value_or("?"));
  const auto* witnesses = array_at(*value, "witnesses");
  if (!network || !body || witnesses == nullptr) return usage("not a file of a transaction");
  auto bundle = make_bundle(*network, std::move(*body));
  if (!bundle) return usage(bundle.error().message);
  if (witnesses->size() != bundle->witnesses.size())
    return usage("not one witness for each signer");
  const auto message = bundle->txid().bytes;
  for (std::size_t i = 0; i < witnesses->size(); ++i) {
    const auto& element = witnesses->at(i);
    if (element.is_null()) continue;
    const auto bytes = element.is_string() ? from_base64(plain(element)) : std::nullopt;
    const auto signature = bytes ? crypto::Signature::from(*bytes) : std::nullopt;
    if (!signature || !crypto::verify(bundle->transaction.signers[i], message, *signature)) {
      return usage("a witness in the file is not its signer's");
    }
    bundle->witnesses[i] = *signature;
  }
  return bundle;
}

}  // namespace tally::cli
