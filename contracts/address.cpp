#include "contracts/address.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "crypto/bech32m.hpp"

namespace tally::contracts {

std::string_view address_prefix(NetworkKind kind) {
  switch (kind) {
    case NetworkKind::main:
      return "tally";
    case NetworkKind::test:
      return "tallyt";
    case NetworkKind::development:
      return "tallyd";
  }
  CHECK(false);
}

std::string encode_address(const Account& account, NetworkKind kind) {
  const auto text = crypto::bech32m_encode(address_prefix(kind), account.encode());
  CHECK(text.has_value());
  return *text;
}

std::optional<Account> decode_address(std::string_view text, NetworkKind kind) {
  const auto decoded = crypto::bech32m_decode(text);
  if (!decoded || decoded->prefix != address_prefix(kind)) return std::nullopt;
  const auto& data = decoded->data;
  Account account;
  if (data.size() != 1 + account.id.size()) return std::nullopt;
  switch (data[0]) {
    case 0:
      account.kind = Account::Kind::key;
      break;
    case 1:
      account.kind = Account::Kind::lock;
      break;
    default:
      return std::nullopt;
  }
  std::copy(data.begin() + 1, data.end(), account.id.begin());
  return account;
}

}  // namespace tally::contracts
