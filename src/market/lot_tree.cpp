#include "market/lot_tree.hpp"

#include "crypto/hash.hpp"
#include "crypto/merkle.hpp"

namespace tally::market {

Hash32 LotTree::salt(std::uint64_t index) const {
  Bytes message;
  append(message, as_bytes("tally/lot/salt"));
  append(message, lot_);
  append_be(message, index);
  return crypto::hmac_sha256(secret_, message);
}

void LotTree::add(std::string_view serial) {
  payloads_.push_back(contracts::lot_leaf(salt(payloads_.size()), payloads_.size(), serial));
}

Hash32 LotTree::root() const { return crypto::merkle_root(payloads_); }

std::vector<contracts::LotStep> LotTree::steps(std::span<const std::size_t> indices) const {
  auto paths = crypto::merkle_prove(payloads_, indices);
  std::vector<contracts::LotStep> out;
  out.reserve(indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    out.push_back({indices[i], salt(indices[i]), std::move(paths[i])});
  }
  return out;
}

}  // namespace tally::market
