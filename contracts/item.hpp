// Items: what the ledger knows of one serialised product. The Item output holds its title; what
// others than the owner may say about it stands in its registry entry. The source is the design's
// provenance page, "Items".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"

namespace tally::contracts {

enum class ItemStatus : std::uint8_t { commissioned = 1, admitted = 2, decommissioned = 3 };
enum class ItemFlag : std::uint8_t { stolen = 1, recalled = 2, counterfeit = 3 };
enum class Verdict : std::uint8_t { genuine = 1, fake = 2, inconclusive = 3 };

/// CBV dispositions that the ledger tells apart; everything else is `other`.
enum class Disposition : std::uint8_t {
  other = 0,
  active = 1,
  in_transit = 2,
  in_progress = 3,
  sellable_accessible = 4,
  sellable_not_accessible = 5,
  retail_sold = 6,
  damaged = 7,
  destroyed = 8,
};

/// A brand attribute by hash: tagged_hash("tally/attribute", name ‖ 0x00 ‖ canonical value).
struct Attribute {
  std::string name;  ///< Lower-case ASCII, as `colour`; 1 … 32 bytes.
  Hash32 value_hash{};
  auto operator<=>(const Attribute&) const = default;
};

/// The hash that stands for a value of an attribute.
Hash32 attribute_hash(std::string_view name, std::string_view value);

/// One appraiser's latest verdict.
struct Attestation {
  PublicKey appraiser;
  Verdict verdict = Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;  ///< 0 … kBasisPoints.
  Hash32 method_hash{};
  Hash32 evidence_hash{};
  std::uint64_t time_ms = 0;  ///< Block time.
  bool operator==(const Attestation&) const = default;
};

struct Challenge {
  PublicKey challenger;
  Hash32 reason_hash{};
  std::uint64_t time_ms = 0;
  bool operator==(const Challenge&) const = default;
};

struct FlagState {
  ItemFlag flag = ItemFlag::stolen;
  Hash32 reason_hash{};
  std::uint64_t since_ms = 0;
  std::uint64_t expires_ms = 0;
  bool operator==(const FlagState&) const = default;
};

/// The registry entry of an item; it stays when the item is decommissioned, so that its identity
/// can never be issued again.
struct ItemEntry {
  std::string gs1_key;
  ItemStatus status = ItemStatus::commissioned;
  std::string prefix;   ///< The brand's GS1 company prefix; empty for an admitted item.
  PublicKey authority;  ///< The brand or the centre that issued it.
  Disposition disposition = Disposition::active;
  std::vector<Attribute> attributes;  ///< Ascending by name.
  Hash32 events_head{};               ///< tagged_hash("tally/events", previous head ‖ event hash).
  std::uint64_t events_count = 0;
  std::vector<Attestation> attestations;  ///< One for each appraiser, oldest first.
  std::vector<Challenge> challenges;      ///< The open ones.
  std::optional<FlagState> flag;
  Hash32 custodian{};  ///< Commitment; zero when not said.
  Hash32 container{};  ///< Commitment to the parent it is packed in; zero when loose.
  std::uint64_t since_ms = 0;
  std::uint32_t owners = 0;  ///< Owners since it first left the trade: 0 before its first sale.
  bool operator==(const ItemEntry&) const = default;
};

/// Whether there are at most kAttributesMax, strictly ascending by name, each name well formed: a
/// letter, then letters, digits and underscores, all lower case, at most kAttributeNameBytesMax in
/// all.
[[nodiscard]] bool valid_attributes(const std::vector<Attribute>& attributes);

/// Whether the flag blocks at `time_ms`: it is set and has not expired.
[[nodiscard]] bool flagged(const ItemEntry& item, std::uint64_t time_ms);

/// Appends an event to the item's chain.
void append_event(ItemEntry& item, const Hash32& event_hash);

/// The appraiser's latest verdict comes last; its earlier one goes, and beyond kAttestationsMax the
/// oldest goes.
void put_attestation(ItemEntry& item, Attestation attestation);

/// The next owner after a sale, or after a transfer of an item that has been sold before.
void count_owner(ItemEntry& item, bool sale);

/// Whether the text is a GS1 key in canonical form with right check digits: `01/GTIN14/21/serial`,
/// `8004/giai`, `8003/grai` with its serial, at most kGs1KeyBytesMax bytes. Canonical is what the
/// path of a GS1 Digital Link URI holds with every character escaped (`%2F`, upper case) that RFC
/// 3986 does not leave unreserved, and no other: one thing has one key.
[[nodiscard]] bool valid_gs1_key(std::string_view gs1_key);

/// Whether the key is valid and the GS1 company prefix stands at the start of its company part:
/// behind a GTIN's indicator digit, behind a GRAI's leading zero.
[[nodiscard]] bool gs1_key_has_prefix(std::string_view gs1_key, std::string_view prefix);

}  // namespace tally::contracts
