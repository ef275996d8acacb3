// What the load knows of the ledger, as far as it has been told: who holds what, which registry
// entries there are, and which of it is set aside for a transaction that has no answer yet.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "contracts/authentication.hpp"
#include "contracts/limits.hpp"
#include "contracts/order/order_flow.hpp"
#include "contracts/transaction.hpp"
#include "crypto/schnorr.hpp"

namespace tally::fault {

/// Where an output is.
struct Place {
  contracts::Txid txid;
  std::uint32_t index = 0;
  contracts::OutputNumber number = 0;
};

/// What opens a lock: the names that sign, and a preimage for a HashLock.
struct Opening {
  std::vector<std::string> signers;
  std::optional<Hash32> preimage{};
  [[nodiscard]] const std::string& owner() const { return signers.front(); }
};

struct HeldCoin {
  Place at;
  contracts::AssetId asset;
  std::uint64_t amount = 0;
  Opening opening;
  bool plain = false;  ///< Under a KeyLock.
};
struct HeldItem {
  Place at;
  std::string gs1_key;
  Opening opening;
  contracts::Lock lock{};
};
struct HeldGrant {
  Place at;
  std::string owner;
};
struct LiveOrder {
  Place at;
  contracts::Order order;
  [[nodiscard]] bool in(contracts::OrderState state) const { return order.state == state; }
};
struct HeldProfile {
  std::string owner;
  Hash32 attribute_id{};
  std::uint64_t version = 0;
};
struct HeldDelegation {
  std::string principal;
  std::string agent;
  std::optional<contracts::AssetId> asset;
  std::uint64_t amount_left = 0;
  std::string prefix;
  std::uint64_t items_left = 0;
};
/// What is to come next in a case's life, as the load drives it.
enum class CaseStep : std::uint8_t { commit, reveal, decided, closed };
struct LiveCase {
  contracts::CaseId id;
  contracts::AssetId asset;
  std::string requester;
  CaseStep step = CaseStep::commit;
  std::size_t said = 0;  ///< Judges who have committed, or revealed.
  contracts::Verdict verdict = contracts::Verdict::genuine;
  [[nodiscard]] LiveCase in(CaseStep next) const {
    auto out = *this;
    out.step = next;
    out.said = 0;
    return out;
  }
};
struct KnownJudge {
  std::string name;
  std::uint64_t free = 0;  ///< Of its stake, at least.
};
struct KnownPanel {
  bool hasty = false;
  std::vector<KnownJudge> judges;
  bool busy = false;  ///< Somebody is just entering.
};
/// What one transaction at a time may use.
using Held = std::variant<HeldCoin, HeldItem, HeldGrant, LiveOrder, HeldProfile, HeldDelegation>;

struct KnownAsset {
  contracts::AssetId id;
  std::string issuer;
  contracts::AssetKind kind = contracts::AssetKind::payment;
  std::optional<contracts::AssetId> promised;
  bool freezable = false;
  bool spare = false;  ///< Never issued: to be frozen as a whole.
};
struct KnownItem {
  std::string authority;
  bool commissioned = false;
  bool genuine = false;  ///< An appraiser has said so.
  std::vector<contracts::Attribute> attributes{};
  std::string challenger{};  ///< "" if there is no open challenge.
  std::optional<contracts::ItemFlag> flag{};
  std::vector<std::string> packed{};  ///< The items in it.
  bool made = false;                  ///< By a transformation, with a quantity.
  std::uint32_t seals = 0;
  [[nodiscard]] bool free() const { return challenger.empty() && !flag; }
};
/// A lot whose items step out one after the other.
struct KnownLot {
  std::string gs1_key;
  std::string brand;
  std::vector<std::string> items;
  std::vector<Hash32> payloads;
  std::size_t next = 0;
};
struct KnownPrefix {
  std::string prefix;
  std::string brand;
  bool used = false;
};
struct KnownAccreditation {
  std::string name;
  contracts::Role role = contracts::Role::appraiser;
};
struct Freeze {
  contracts::AssetId asset;
  std::optional<contracts::Account> holder;
};

/// One command of a transaction in the making.
struct Plan {
  std::vector<std::string> signers;
  std::vector<contracts::Input> inputs;
  std::vector<contracts::Reference> references;
  std::vector<contracts::Output> outputs;
  contracts::CommandBody body;
  std::vector<contracts::ErrorCode> may_fail;
  std::vector<Held> spent;  ///< Put back if it is rejected.
  std::vector<Held> kept;   ///< Put back in any case.
  std::function<void()> settled;
  std::function<void()> rejected;

  void sign(const std::string& name);
  void spend(const HeldCoin& coin);
  void spend(const HeldItem& item);
  void spend(const HeldGrant& grant);
  void spend(const LiveOrder& order);
};
using MaybePlan = std::optional<Plan>;

struct World {
  explicit World(std::uint64_t seed, std::size_t traders_max);

  // ---- Chance. ----
  std::uint64_t below(std::uint64_t bound) { return random() % bound; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// Takes one of those that are wanted, from anywhere in the pool.
  template <typename T, typename Wanted>
  std::optional<T> take(std::vector<T>& pool, Wanted wanted) {
    const auto* found = find(pool, wanted);
    if (found == nullptr) return std::nullopt;
    auto& place = pool[static_cast<std::size_t>(found - pool.data())];
    T out = std::move(place);
    if (&place != &pool.back()) place = std::move(pool.back());
    pool.pop_back();
    return out;
  }
  template <typename T, typename Wanted>
  const T* find(const std::vector<T>& pool, Wanted wanted) {
    const auto begin = pool.empty() ? 0 : below(pool.size());
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const auto& candidate = pool[(begin + i) % pool.size()];
      if (wanted(candidate)) return &candidate;
    }
    return nullptr;
  }
  template <typename T>
  std::optional<T> take(std::vector<T>& pool) {
    return take(pool, [](const T&) { return true; });
  }
  template <typename T>
  const T* find(const std::vector<T>& pool) {
    return find(pool, [](const T&) { return true; });
  }

  // ---- Names and locks. ----
  const contracts::PublicKey& key(const std::string& name);
  const crypto::SecretKey& secret(const std::string& name);
  /// The name that key() was asked for; it was.
  [[nodiscard]] const std::string& name(const contracts::PublicKey& key) const;
  std::string fresh(std::string_view what);
  Hash32 hash(std::string_view what);  ///< A new one each time.
  contracts::Lock key_lock(const std::string& owner) { return contracts::KeyLock{key(owner)}; }
  /// Mostly a KeyLock; else any other that is open already.
  contracts::Lock any_lock(const std::string& owner);
  const std::string* other_trader(const std::string& than);
  const KnownAsset& asset(const contracts::AssetId& id) const { return assets.at(asset_at.at(id)); }

  // ---- What becomes of a plan. ----
  void adopt(const std::vector<contracts::Output>& outputs, const Place& first);
  void put_back(std::vector<Held>& held);

  std::mt19937_64 random;
  std::size_t traders_max;
  std::uint64_t now_ms = 0;
  std::uint64_t serial = 0;

  std::vector<HeldCoin> coins;
  std::vector<HeldItem> items;
  std::vector<HeldGrant> grants;
  std::vector<LiveOrder> orders;
  std::vector<LiveOrder> abandoned;  ///< Left to their deadlines.
  std::vector<HeldProfile> profiles;
  std::vector<LiveCase> cases;
  std::vector<HeldDelegation> delegations;

  std::vector<std::string> traders;
  std::vector<std::string> bystanders;  ///< Members with nothing: to be revoked.
  std::vector<std::string> unlicensed;  ///< Traders.
  std::vector<std::string> licensed;
  std::vector<std::string> idle_licences;  ///< Of nobody who uses them: to be revoked.
  std::vector<KnownAccreditation> unaccredited;
  std::vector<KnownAccreditation> accredited;
  std::vector<KnownAccreditation> idle_accreditations;
  std::vector<KnownPrefix> prefixes;
  std::vector<KnownAsset> assets;
  std::map<contracts::AssetId, std::size_t> asset_at;
  std::map<std::string, KnownItem> known_items;
  std::map<contracts::AssetId, KnownPanel> panels;
  std::set<std::string> have_asked;  ///< Their first case was free.
  std::set<std::string> asking;      ///< A case of theirs is just being opened.
  std::vector<KnownLot> lots;
  std::vector<Freeze> frozen;
  std::vector<Freeze> thawed;  ///< Not frozen, and nobody's money.
  /// The operator that changes, beside operator-1 and operator-2 whose quorum signs; "" if there is
  /// none, nothing while it is changing.
  std::optional<std::string> third_operator = "operator-3";

 private:
  struct Person {
    contracts::PublicKey key;
    crypto::SecretKey secret;
  };
  Person& person(const std::string& name);
  Opening opening(const contracts::Lock& lock) const;
  void adopt(const contracts::Output& output, const Place& at);
  void adopt(const LiveOrder& order);

  std::map<std::string, Person> people_;
  std::map<contracts::PublicKey, std::string> names_;
  std::map<contracts::Account, Opening> openings_;  ///< Of locks that are more than a key.
};

/// The two that sign what the operators decide.
inline const std::vector<std::string> kOperators{"operator-1", "operator-2"};

}  // namespace tally::fault
