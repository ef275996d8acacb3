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

/// From `decommissioned` on it has ended: its title is gone and never comes back.
enum class ItemStatus : std::uint8_t {
  commissioned = 1,
  admitted = 2,
  decommissioned = 3,
  transformed = 4,  ///< Used up in making other items; a flag can still be set.
  merged = 5,       ///< The same thing goes on under its brand's identity.
};

[[nodiscard]] inline bool ended(ItemStatus status) { return status >= ItemStatus::decommissioned; }

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

/// Something many items came from at once: what is said of it is said of all of them.
enum class BatchKind : std::uint8_t { lot = 1, transformation = 2 };
struct Batch {
  BatchKind kind = BatchKind::lot;
  Hash32 id{};  ///< lot_id() or transformation_id().
  auto operator<=>(const Batch&) const = default;
};

/// How many of the items packed in a container came from a batch.
struct BatchCount {
  Batch batch;
  std::uint32_t count = 0;
  bool operator==(const BatchCount&) const = default;
};

/// What is packed in an item, in sum: at any depth unless it says otherwise. The items packed in it
/// have no output of their own; their entries name it in `packed_in`.
struct Contents {
  std::uint32_t children = 0;  ///< Directly in it.
  std::uint32_t items = 0;
  std::uint32_t height = 0;      ///< 1 more than the tallest child ever had; an empty item has 0.
  std::uint32_t admitted = 0;    ///< Not commissioned by a brand.
  std::uint32_t challenges = 0;  ///< Open.
  std::uint32_t flags = 0;       ///< Set since they were packed and not cleared.
  std::uint64_t flags_until_ms = 0;  ///< When the last of these flags ends.
  std::vector<BatchCount> batches;   ///< Ascending by batch.
  bool operator==(const Contents&) const = default;
};

/// Something fixed to an item.
enum class PartKind : std::uint8_t { item = 1, seal = 2 };
struct Part {
  PartKind kind = PartKind::item;
  Hash32 id{};  ///< item_id() of an item; of a seal the hash of what stands on it.
  std::uint64_t since_ms = 0;
  std::uint64_t removed_ms = 0;  ///< 0 while it is fixed. A seal is broken from then on.
  bool operator==(const Part&) const = default;
};

/// An event of the item's chain that its author takes back. Nothing is undone by it.
struct EventError {
  Hash32 wrong_hash{};  ///< The event in error.
  Hash32 reason_hash{};
  std::uint64_t time_ms = 0;
  bool operator==(const EventError&) const = default;
};

/// So much of something, in thousandths of a unit of UN/ECE Recommendation 20, as KGM or MTK.
struct Quantity {
  std::string unit;
  std::uint64_t milli = 0;
  bool operator==(const Quantity&) const = default;
};

/// The registry entry of an item; it stays when the item has ended, so that its identity can never
/// be issued again.
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
  std::uint32_t owners = 0;    ///< Owners since it first left the trade: 0 before its first sale.
  std::vector<Batch> batches;  ///< What it came from, however far back; ascending.
  std::string packed_in;       ///< The container it is in; empty while it is loose.
  std::uint32_t container_owners = 0;  ///< The container's `owners` when it was packed.
  std::optional<Contents> contents;    ///< Absent while nothing is packed in it.
  std::vector<Part> parts;             ///< In the order in which they were fixed.
  std::string fixed_to;                ///< The item it is a part of; empty if of none.
  std::vector<EventError> errors;      ///< The latest kEventErrorsMax, oldest first.
  std::optional<Quantity> quantity;    ///< Of what a transformation made.
  std::optional<Hash32> used_in;       ///< `transformed`: the transformation.
  std::string merged_into;             ///< `merged`: the identity it goes on under.
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

/// Whether the text is the GS1 key of one thing in canonical form with right check digits:
/// `01/GTIN14/21/serial`, `8004/giai`, `8003/grai` with its serial, `00/sscc`, at most
/// kGs1KeyBytesMax bytes. Canonical is what the
/// path of a GS1 Digital Link URI holds with every character escaped (`%2F`, upper case) that RFC
/// 3986 does not leave unreserved, and no other: one thing has one key.
[[nodiscard]] bool valid_gs1_key(std::string_view gs1_key);

/// Likewise for the key of a lot: `01/GTIN14/10/lot`.
[[nodiscard]] bool valid_lot_key(std::string_view gs1_key);

/// Whether the key is valid, of a thing or a lot, and the GS1 company prefix stands at the start of
/// its company part: behind a GTIN's indicator digit, a GRAI's leading zero, an SSCC's extension
/// digit.
[[nodiscard]] bool gs1_key_has_prefix(std::string_view gs1_key, std::string_view prefix);

}  // namespace tally::contracts
