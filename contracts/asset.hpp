// Assets: payment tokens, IOUs, utility and loyalty tokens, with their policies and terms.
// The source is the design's ledger page, "Assets".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/id.hpp"

namespace tally::contracts {

enum class AssetKind : std::uint8_t { payment = 1, iou = 2, utility = 3, loyalty = 4 };

/// What the issuer of an IOU promises and when. Times are Unix milliseconds of ledger time.
struct IouTerms {
  std::optional<AssetId> promised_asset;  ///< Denominated in an asset, one minor unit for one …
  std::optional<Hash32> promised_hash;    ///< … or a good or service, by the hash of its text.
  std::uint64_t maturity_ms = 0;          ///< When it falls due. 0: on demand, due at once.
  std::uint64_t grace_ms = 0;             ///< After maturity, before it counts as late.
  std::uint32_t seniority = 0;            ///< 0 is paid first.
  bool partial_redemption = true;
  std::vector<PublicKey> accepted_at;  ///< Merchants that take it as payment; kAcceptedAtMax.
  Hash32 document_hash{};              ///< The terms document.
  bool operator==(const IouTerms&) const = default;
};

/// What holds for the asset for ever.
struct AssetPolicies {
  std::uint64_t supply_max = 0;    ///< Minor units; 1 … kSupplyMax.
  bool transferable = true;        ///< Otherwise only to and from the issuer.
  bool freezable = false;          ///< The issuer may freeze a holder or the whole asset.
  std::uint64_t minimum_unit = 1;  ///< Every coin is a multiple of it.
  bool operator==(const AssetPolicies&) const = default;
};

/// Where an IOU stands at a ledger time. Computed, never stored.
enum class IouStatus : std::uint8_t {
  current = 1,
  due = 2,
  grace = 3,
  late_30 = 4,
  late_60 = 5,
  late_90 = 6,
  defaulted = 7,
};

/// CURRENT before maturity, DUE on the day of maturity, GRACE to its end, then by days late: 1–30,
/// 31–60, 61–90, DEFAULT. An IOU on demand is always DUE.
IouStatus iou_status(const IouTerms& terms, std::uint64_t time_ms);

/// The symbol as look-alikes see it: lower case, and each character that is easily taken for
/// another mapped to one of them (0 o, 1 i l, 5 s, 8 b, 2 z, u v, w vv, m rn). Symbols are
/// kSymbolBytesMin … kSymbolBytesMax of A–Z a–z 0–9 and start with a letter; nothing if it is not
/// one.
std::optional<std::string> fold_symbol(std::string_view symbol);

}  // namespace tally::contracts
