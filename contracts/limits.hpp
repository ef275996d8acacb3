// Every limit of the ledger. All of them are rules: changing one is a new rule version.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tally::contracts {

inline constexpr std::uint32_t kTransactionVersion = 1;
inline constexpr std::uint32_t kRuleVersion = 1;
inline constexpr std::uint32_t kGenesisVersion = 1;
inline constexpr std::size_t kNetworkNameBytesMax = 64;

// Transactions.
inline constexpr std::size_t kBodyBytesMax = 256 * 1024;
inline constexpr std::size_t kSignersMax = 32;
inline constexpr std::size_t kInputsMax = 1'024;
inline constexpr std::size_t kOutputsMax = 1'024;
inline constexpr std::size_t kReferencesMax = 64;
inline constexpr std::size_t kCommandsMax = 64;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 64;
inline constexpr std::size_t kWritesMax = 4'096;  // registry entries that one transaction changes
inline constexpr std::size_t kNestingMax = 16;    // protobuf messages inside each other

// Locks.
inline constexpr std::size_t kLockKeysMax = 16;
inline constexpr std::size_t kPreimageBytes = 32;

// Time.
inline constexpr std::uint64_t kMinuteMs = 60'000;
inline constexpr std::uint64_t kDayMs = 24 * 60 * kMinuteMs;
inline constexpr std::uint64_t kValidityMsMax = kDayMs;  // of valid_until_ms, ahead
inline constexpr std::uint64_t kValidityMsDefault = 10 * kMinuteMs;
inline constexpr std::uint64_t kIdempotencyMs = 7 * kDayMs;
inline constexpr std::uint64_t kActiveStepMsMax = 30'000;  // active_ms per block, at most
inline constexpr std::uint64_t kHeartbeatMs = 10'000;

// Assets.
inline constexpr std::uint64_t kSupplyMax = (std::uint64_t{1} << 63) - 1;
inline constexpr std::size_t kSymbolBytesMin = 2;
inline constexpr std::size_t kSymbolBytesMax = 16;
inline constexpr std::uint32_t kDecimalsMax = 18;
inline constexpr std::size_t kAcceptedAtMax = 16;

// Items.
inline constexpr std::size_t kGs1KeyBytesMax = 96;
inline constexpr std::size_t kItemsPerCommandMax = 1'000;
inline constexpr std::size_t kAttestationsMax =
    32;  // kept on an item: the latest of each appraiser
inline constexpr std::size_t kChallengesOpenMax = 16;  // on one item
inline constexpr std::size_t kAttributesMax = 8;
inline constexpr std::size_t kAttributeNameBytesMax = 32;
inline constexpr std::uint64_t kFlagMsMax = 10 * 365 * kDayMs;
inline constexpr std::uint64_t kLotItemsMax = 1'000'000;
inline constexpr std::size_t kLotPathMax = 20;           // siblings: 2^20 ≥ kLotItemsMax
inline constexpr std::uint64_t kLotPageBits = 4096 * 8;  // items whose bits stand on one page
inline constexpr std::uint32_t kContainerHeightMax = 8;  // containers inside each other
inline constexpr std::uint32_t kContainerItemsMax = 1'000'000;  // in one, at any depth
inline constexpr std::size_t kContainerBatchesMax = 256;
inline constexpr std::size_t kItemBatchesMax = 64;  // that one item came from, however far back
inline constexpr std::size_t kPartsMax = 32;        // of one item, with those removed
inline constexpr std::size_t kEventErrorsMax = 16;  // kept on an item
inline constexpr std::uint64_t kQuantityMilliMax = std::uint64_t{1} << 53;

// Orders.
inline constexpr std::size_t kOrderLinesMax = 16;
inline constexpr std::size_t kOrderHoldingsMax = 16;
inline constexpr std::size_t kAcceptedIousMax = 8;
inline constexpr std::uint64_t kOrderStageMsMin = kMinuteMs;
inline constexpr std::uint64_t kOrderStageMsMax = 120 * kDayMs;
inline constexpr std::uint32_t kBasisPoints = 10'000;

// Cases.
inline constexpr std::uint32_t kJudgesMax = 9;         // of one panel
inline constexpr std::size_t kRollMax = 256;           // appraisers with a stake in one asset
inline constexpr std::uint32_t kOpenCasesMax = 1'000;  // of one member: the most that terms allow
inline constexpr std::uint64_t kCasePeriodMsMin = kMinuteMs;
inline constexpr std::uint64_t kCasePeriodMsMax = 120 * kDayMs;

// Governance.
inline constexpr std::size_t kOperatorsMax = 32;
inline constexpr std::size_t kMembersPerCommandMax = 256;
inline constexpr std::size_t kPrefixDigitsMin = 4;
inline constexpr std::size_t kPrefixDigitsMax = 12;

// Delegations.
inline constexpr std::size_t kDelegationCommandsMax = 16;
inline constexpr std::size_t kDelegationPrefixesMax = 16;
inline constexpr std::size_t kDelegationPlacesMax = 64;
inline constexpr std::uint64_t kDelegationMsMax = 400 * kDayMs;

static_assert(kOrderLinesMax + 3 * kOrderHoldingsMax + 2 <= kOutputsMax,
              "an order's end fits one transaction");
static_assert(kItemsPerCommandMax <= kOutputsMax);
static_assert(kLotItemsMax <= std::uint64_t{1} << kLotPathMax);
static_assert(kIdempotencyMs >= kValidityMsMax, "a key outlives the body it came with");
static_assert(kValidityMsDefault <= kValidityMsMax);

}  // namespace tally::contracts
