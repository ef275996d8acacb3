// Registries: keyed state beside the outputs. A rule reads them through `Registry` and changes them
// by the writes it returns.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contracts/asset.hpp"
#include "contracts/authentication.hpp"
#include "contracts/id.hpp"
#include "contracts/item.hpp"
#include "contracts/lock.hpp"
#include "contracts/lot.hpp"
#include "contracts/order.hpp"

namespace tally::contracts {

/// The network itself; one entry, under the zero id.
struct NetworkEntry {
  std::string name;
  std::vector<PublicKey> operators;  ///< Ascending.
  std::uint32_t quorum = 0;          ///< More than half of the operators.
  std::uint32_t rule_version = 0;
  bool operator==(const NetworkEntry&) const = default;
};

struct MemberEntry {
  PublicKey key;
  std::optional<PublicKey> sponsor;  ///< The registrar that enrolled it, or whose agent it is.
  std::uint64_t since_ms = 0;
  std::uint64_t revoked_ms = 0;  ///< 0 while it is a member.
  bool agent = false;  ///< A member only by its sponsor, who answers for it: membership.hpp.
  bool operator==(const MemberEntry&) const = default;
};

struct PrefixEntry {
  std::string prefix;  ///< GS1 company prefix, digits.
  PublicKey brand;
  Hash32 evidence_hash{};
  std::uint64_t since_ms = 0;
  std::uint64_t withdrawn_ms = 0;  ///< 0 while registered.
  std::uint32_t longer = 0;        ///< Registered prefixes that start with this one. An entry that
                                   ///< only counts them has no brand.
  /// Whether a brand has it now.
  [[nodiscard]] bool registered() const { return !brand.is_zero() && withdrawn_ms == 0; }
  bool operator==(const PrefixEntry&) const = default;
};

enum class Role : std::uint8_t { appraiser = 1, centre = 2, carrier = 3, registrar = 4 };

struct AccreditationEntry {
  PublicKey key;
  Role role = Role::appraiser;
  Hash32 evidence_hash{};
  std::uint64_t quota = 0;  ///< Registrars: how many accounts it may enrol. 0 for other roles.
  std::uint64_t used = 0;
  std::uint64_t since_ms = 0;
  std::uint64_t revoked_ms = 0;
  bool operator==(const AccreditationEntry&) const = default;
};

struct LicenceEntry {
  PublicKey issuer;
  AssetKind kind = AssetKind::payment;
  Hash32 evidence_hash{};
  std::uint64_t since_ms = 0;
  std::uint64_t revoked_ms = 0;
  bool operator==(const LicenceEntry&) const = default;
};

/// Commands that a delegation can name: their numbers in `Command`.
using CommandNumber = std::uint32_t;

/// What a principal lets an agent key do.
struct DelegationPowers {
  std::vector<CommandNumber> commands;  ///< Ascending; 1 … kDelegationCommandsMax.
  std::vector<std::string> prefixes;    ///< GS1 prefixes it may act under; ascending.
  std::vector<Hash32> places;           ///< Hashes of the read points it may speak for; empty: any.
  std::optional<AssetId> asset;         ///< May move the principal's coins of this asset …
  std::uint64_t amount_max = 0;         ///< … up to this sum in all.
  std::uint64_t items_max = 0;          ///< May touch so many items in all; 0: none.
  std::uint64_t until_ms = 0;
  bool operator==(const DelegationPowers&) const = default;
};

struct DelegationEntry {
  PublicKey principal;
  PublicKey agent;
  DelegationPowers powers;
  std::uint64_t amount_used = 0;  ///< Running totals.
  std::uint64_t items_used = 0;
  std::uint64_t since_ms = 0;
  std::uint64_t revoked_ms = 0;
  bool operator==(const DelegationEntry&) const = default;
};

struct AssetEntry {
  AssetId id;
  PublicKey issuer;
  AssetKind kind = AssetKind::payment;
  std::string symbol;
  std::uint32_t decimals = 0;
  AssetPolicies policies;
  std::optional<IouTerms> terms;  ///< IOUs only.
  std::uint64_t issued = 0;       ///< Supply = issued − redeemed − burned.
  std::uint64_t redeemed = 0;
  std::uint64_t burned = 0;
  std::uint64_t reserved = 0;  ///< Loyalty promised by accepted orders, not yet issued.
  bool frozen = false;
  std::uint32_t frozen_holders = 0;
  std::uint64_t since_ms = 0;
  [[nodiscard]] std::uint64_t supply() const { return issued - redeemed - burned; }
  bool operator==(const AssetEntry&) const = default;
};

struct SymbolEntry {
  AssetId asset;
  bool operator==(const SymbolEntry&) const = default;
};

struct FreezeEntry {
  AssetId asset;
  Account holder;
  bool frozen = false;
  bool operator==(const FreezeEntry&) const = default;
};

struct ProfileEntry {
  PublicKey owner;
  Hash32 attribute_id{};
  Hash32 commitment{};
  std::uint64_t version = 0;
  std::uint64_t since_ms = 0;
  bool operator==(const ProfileEntry&) const = default;
};

/// The order of the alternatives is that of kEntryKinds.
using EntryAlternatives =
    std::variant<NetworkEntry, MemberEntry, PrefixEntry, AccreditationEntry, LicenceEntry,
                 DelegationEntry, AssetEntry, SymbolEntry, FreezeEntry, ItemEntry, OrderEntry,
                 ProfileEntry, LotEntry, LotPageEntry, TransformationEntry, CaseEntry, PanelEntry,
                 AppraiserEntry, RequesterEntry>;

/// One of them; compiled once, as CommandBody is (command.hpp).
struct RegistryEntry : EntryAlternatives {
  using EntryAlternatives::EntryAlternatives;
  RegistryEntry();
  RegistryEntry(const RegistryEntry& other);
  RegistryEntry(RegistryEntry&& other) noexcept;
  RegistryEntry& operator=(const RegistryEntry& other);
  RegistryEntry& operator=(RegistryEntry&& other) noexcept;
  ~RegistryEntry();
  bool operator==(const RegistryEntry& other) const;
};

enum class RegistryKind : std::uint8_t {
  network = 0,
  member = 1,
  prefix = 2,
  accreditation = 3,
  licence = 4,
  delegation = 5,
  asset = 6,
  symbol = 7,
  freeze = 8,
  item = 9,
  order = 10,
  profile = 11,
  lot = 12,
  lot_page = 13,
  transformation = 14,
  authentication_case = 16,
  panel = 17,
  appraiser = 18,
  requester = 19,
};

/// The kind of each alternative of RegistryEntry; ascending. Numbers are never given again, so
/// there may be gaps.
inline constexpr auto kEntryKinds = std::to_array<RegistryKind>(
    {RegistryKind::network, RegistryKind::member, RegistryKind::prefix, RegistryKind::accreditation,
     RegistryKind::licence, RegistryKind::delegation, RegistryKind::asset, RegistryKind::symbol,
     RegistryKind::freeze, RegistryKind::item, RegistryKind::order, RegistryKind::profile,
     RegistryKind::lot, RegistryKind::lot_page, RegistryKind::transformation,
     RegistryKind::authentication_case, RegistryKind::panel, RegistryKind::appraiser,
     RegistryKind::requester});
inline constexpr std::size_t kRegistryKinds = kEntryKinds.size();
static_assert(std::variant_size_v<EntryAlternatives> == kRegistryKinds);

[[nodiscard]] inline RegistryKind kind_of(const RegistryEntry& entry) {
  return kEntryKinds[entry.index()];
}

struct RegistryKey {
  RegistryKind kind = RegistryKind::network;
  Hash32 id{};
  auto operator<=>(const RegistryKey&) const = default;
};

struct RegistryKeyHash {
  std::size_t operator()(const RegistryKey& key) const {
    return IdHash{}(key.id) ^ (static_cast<std::size_t>(key.kind) * 0x9e3779b97f4a7c15ull);
  }
};

// The keys of the entries. Composite ones are tagged hashes, so that every key has one length.
RegistryKey network_key();
RegistryKey member_key(const PublicKey& key);
RegistryKey prefix_key(std::string_view prefix);
RegistryKey accreditation_key(const PublicKey& key, Role role);
RegistryKey licence_key(const PublicKey& issuer, AssetKind kind);
RegistryKey delegation_key(const PublicKey& principal, const PublicKey& agent);
RegistryKey asset_key(const AssetId& asset);
RegistryKey symbol_key(std::string_view folded_symbol);
RegistryKey freeze_key(const AssetId& asset, const Account& holder);
RegistryKey item_key(std::string_view gs1_key);
RegistryKey order_key(const OrderId& order);
RegistryKey profile_key(const PublicKey& owner, const Hash32& attribute_id);
RegistryKey lot_key(std::string_view gs1_key);
/// The page of the lot that holds the bit of the item at `index`.
RegistryKey lot_page_key(const Hash32& lot, std::uint64_t index);
RegistryKey transformation_key(const Hash32& transformation);
RegistryKey case_key(const CaseId& id);
RegistryKey panel_key(const AssetId& asset);
RegistryKey appraiser_key(const PublicKey& appraiser);
RegistryKey requester_key(const PublicKey& member);

/// The state as a rule sees it: everything settled before, in block order. A deterministic
/// snapshot; a pointer stays valid while the transaction is verified.
class Registry {
 public:
  virtual ~Registry() = default;
  [[nodiscard]] virtual const RegistryEntry* find(const RegistryKey& key) const = 0;

  /// The entry as the alternative its kind has, or null.
  template <typename Entry>
  [[nodiscard]] const Entry* get(const RegistryKey& key) const {
    const auto* entry = find(key);
    return entry == nullptr ? nullptr : &std::get<Entry>(*entry);
  }
};

/// One change: the entry as it is from now on. Entries are never removed.
struct RegistryWrite {
  RegistryKey key;
  RegistryEntry entry;
  bool operator==(const RegistryWrite&) const = default;
};

}  // namespace tally::contracts

/// For who counts alternatives, it is the variant that it holds.
template <>
struct std::variant_size<tally::contracts::RegistryEntry>
    : std::variant_size<tally::contracts::EntryAlternatives> {};
