// What a scan of an item's code may show: the public column of docs/spec/visibility.md, gathered
// from the views. No owner, price, route or custodian gets in here, so none gets out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/item.hpp"
#include "epcis/gs1_key.hpp"
#include "views/views.hpp"

namespace tally::http {

struct ScanVerdict {
  contracts::PublicKey appraiser;
  contracts::Verdict verdict = contracts::Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;
  std::uint64_t time_ms = 0;
  bool accredited = false;  ///< now
};

struct ScanItem {
  bool admitted = false;  ///< by a centre; else commissioned by a brand
  contracts::PublicKey authority;
  std::string prefix;            ///< the brand's; empty if admitted
  bool authority_stands = true;  ///< the prefix is registered to it, or the centre accredited, now
  std::uint64_t since_ms = 0;
  bool decommissioned = false;
  bool for_sale = false;  ///< offered in a shop, and never sold before
  std::uint32_t owners = 0;
  std::optional<contracts::FlagState> flag;  ///< in force
  std::vector<ScanVerdict> verdicts;         ///< newest first
  std::size_t doubts = 0;                    ///< open challenges
  std::uint64_t last_doubt_ms = 0;
  std::uint64_t facts = 0;  ///< events on record with authority
};

struct ScanRecord {
  epcis::Gs1Key key;
  std::optional<ScanItem> item;  ///< none: nothing is on record
  std::uint64_t claims = 0;      ///< events that others claim; of known items alone
  std::uint64_t height = 0;
  std::uint64_t time_ms = 0;  ///< of that block
};

/// Any thread. Faults: storage.
[[nodiscard]] ledger::Faulty<ScanRecord> read_scan(const views::Snapshot& snapshot,
                                                   const epcis::Gs1Key& key);

/// How the record is to be taken at a glance; the gravest wins. Names of texts (pages/en.txt,
/// `title_…`), and append-only words of the API.
enum class Finding : std::uint8_t {
  unknown,
  genuine,
  withdrawn,
  admitted,
  admitted_revoked,
  fake,
  disputed,
  stolen,
  recalled,
  counterfeit,
  decommissioned,
};
[[nodiscard]] Finding finding(const ScanRecord& record);
[[nodiscard]] std::string_view name(Finding finding);

}  // namespace tally::http
