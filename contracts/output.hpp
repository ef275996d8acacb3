// Outputs: the typed states of the ledger.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "contracts/id.hpp"
#include "contracts/lock.hpp"
#include "contracts/order.hpp"

namespace tally::contracts {

/// An amount of one asset. `amount` in minor units, never 0.
struct Coin {
  AssetId asset;
  std::uint64_t amount = 0;
  Lock lock;
  bool operator==(const Coin&) const = default;
};

/// The title to one item.
struct Item {
  std::string gs1_key;
  Lock lock;
  bool operator==(const Item&) const = default;
};

/// A reader's permission to one attribute of a profile; spending it revokes it.
struct Grant {
  PublicKey owner;
  Hash32 attribute_id{};  ///< tagged_hash("tally/profile-attribute", name).
  PublicKey reader;
  Hash32 commitment{};  ///< To the wrapped key, scope and purpose.
  std::uint64_t expires_ms = 0;
  bool operator==(const Grant&) const = default;
};

using Output = std::variant<Coin, Item, Order, Grant>;

}  // namespace tally::contracts
