// The words for the values of the ledger's enums, one for everywhere: JSON, queries, the command
// line.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "contracts/genesis.hpp"
#include "contracts/registry.hpp"

namespace tally::codec {

template <typename E>
struct Word {
  E value;
  std::string_view text;
};

/// Every value of an enum with its word. A value that is not here is refused on the wire.
template <typename E>
inline constexpr std::array<Word<E>, 0> kWords{};

template <>
inline constexpr auto kWords<contracts::AssetKind> = std::to_array<Word<contracts::AssetKind>>({
    {contracts::AssetKind::payment, "payment"},
    {contracts::AssetKind::iou, "iou"},
    {contracts::AssetKind::utility, "utility"},
    {contracts::AssetKind::loyalty, "loyalty"},
});

template <>
inline constexpr auto kWords<contracts::IouStatus> = std::to_array<Word<contracts::IouStatus>>({
    {contracts::IouStatus::current, "current"},
    {contracts::IouStatus::due, "due"},
    {contracts::IouStatus::grace, "grace"},
    {contracts::IouStatus::late_30, "late_30"},
    {contracts::IouStatus::late_60, "late_60"},
    {contracts::IouStatus::late_90, "late_90"},
    {contracts::IouStatus::defaulted, "defaulted"},
});

template <>
inline constexpr auto kWords<contracts::ItemStatus> = std::to_array<Word<contracts::ItemStatus>>({
    {contracts::ItemStatus::commissioned, "commissioned"},
    {contracts::ItemStatus::admitted, "admitted"},
    {contracts::ItemStatus::decommissioned, "decommissioned"},
    {contracts::ItemStatus::transformed, "transformed"},
    {contracts::ItemStatus::merged, "merged"},
});

template <>
inline constexpr auto kWords<contracts::BatchKind> = std::to_array<Word<contracts::BatchKind>>({
    {contracts::BatchKind::lot, "lot"},
    {contracts::BatchKind::transformation, "transformation"},
});

template <>
inline constexpr auto kWords<contracts::PartKind> = std::to_array<Word<contracts::PartKind>>({
    {contracts::PartKind::item, "item"},
    {contracts::PartKind::seal, "seal"},
});

template <>
inline constexpr auto kWords<contracts::ItemFlag> = std::to_array<Word<contracts::ItemFlag>>({
    {contracts::ItemFlag::stolen, "stolen"},
    {contracts::ItemFlag::recalled, "recalled"},
    {contracts::ItemFlag::counterfeit, "counterfeit"},
});

template <>
inline constexpr auto kWords<contracts::Verdict> = std::to_array<Word<contracts::Verdict>>({
    {contracts::Verdict::genuine, "genuine"},
    {contracts::Verdict::fake, "fake"},
    {contracts::Verdict::inconclusive, "inconclusive"},
});

template <>
inline constexpr auto kWords<contracts::Disposition> = std::to_array<Word<contracts::Disposition>>({
    {contracts::Disposition::other, "other"},
    {contracts::Disposition::active, "active"},
    {contracts::Disposition::in_transit, "in_transit"},
    {contracts::Disposition::in_progress, "in_progress"},
    {contracts::Disposition::sellable_accessible, "sellable_accessible"},
    {contracts::Disposition::sellable_not_accessible, "sellable_not_accessible"},
    {contracts::Disposition::retail_sold, "retail_sold"},
    {contracts::Disposition::damaged, "damaged"},
    {contracts::Disposition::destroyed, "destroyed"},
});

template <>
inline constexpr auto kWords<contracts::OrderState> = std::to_array<Word<contracts::OrderState>>({
    {contracts::OrderState::offered, "offered"},
    {contracts::OrderState::funded, "funded"},
    {contracts::OrderState::accepted, "accepted"},
    {contracts::OrderState::shipped, "shipped"},
    {contracts::OrderState::delivered, "delivered"},
    {contracts::OrderState::disputed, "disputed"},
    {contracts::OrderState::released, "released"},
    {contracts::OrderState::refunded, "refunded"},
    {contracts::OrderState::withdrawn, "withdrawn"},
    {contracts::OrderState::expired, "expired"},
    {contracts::OrderState::split, "split"},
});

template <>
inline constexpr auto kWords<contracts::CaseState> = std::to_array<Word<contracts::CaseState>>({
    {contracts::CaseState::open, "open"},
    {contracts::CaseState::commit, "commit"},
    {contracts::CaseState::reveal, "reveal"},
    {contracts::CaseState::decided, "decided"},
    {contracts::CaseState::challenged, "challenged"},
    {contracts::CaseState::closed, "closed"},
});

template <>
inline constexpr auto kWords<contracts::Role> = std::to_array<Word<contracts::Role>>({
    {contracts::Role::appraiser, "appraiser"},
    {contracts::Role::centre, "centre"},
    {contracts::Role::carrier, "carrier"},
    {contracts::Role::registrar, "registrar"},
});

template <>
inline constexpr auto kWords<contracts::Account::Kind> =
    std::to_array<Word<contracts::Account::Kind>>({
        {contracts::Account::Kind::key, "key"},
        {contracts::Account::Kind::lock, "lock"},
    });

template <>
inline constexpr auto kWords<contracts::RegistryKind> =
    std::to_array<Word<contracts::RegistryKind>>({
        {contracts::RegistryKind::network, "network"},
        {contracts::RegistryKind::member, "member"},
        {contracts::RegistryKind::prefix, "prefix"},
        {contracts::RegistryKind::accreditation, "accreditation"},
        {contracts::RegistryKind::licence, "licence"},
        {contracts::RegistryKind::delegation, "delegation"},
        {contracts::RegistryKind::asset, "asset"},
        {contracts::RegistryKind::symbol, "symbol"},
        {contracts::RegistryKind::freeze, "freeze"},
        {contracts::RegistryKind::item, "item"},
        {contracts::RegistryKind::order, "order"},
        {contracts::RegistryKind::profile, "profile"},
        {contracts::RegistryKind::lot, "lot"},
        {contracts::RegistryKind::lot_page, "lot_page"},
        {contracts::RegistryKind::transformation, "transformation"},
        {contracts::RegistryKind::authentication_case, "authentication_case"},
        {contracts::RegistryKind::panel, "panel"},
        {contracts::RegistryKind::appraiser, "appraiser"},
        {contracts::RegistryKind::requester, "requester"},
    });
static_assert(kWords<contracts::RegistryKind>.size() == contracts::kRegistryKinds);

template <>
inline constexpr auto kWords<contracts::NetworkKind> = std::to_array<Word<contracts::NetworkKind>>({
    {contracts::NetworkKind::main, "main"},
    {contracts::NetworkKind::test, "test"},
    {contracts::NetworkKind::development, "development"},
});

/// The word of a value, as `in_transit`. Any thread.
template <typename E>
constexpr std::string_view word(E value) {
  static_assert(!kWords<E>.empty());
  for (const auto& entry : kWords<E>) {
    if (entry.value == value) return entry.text;
  }
  return "unknown";
}

/// The value of a word; nothing if the enum has no such word. Any thread.
template <typename E>
constexpr std::optional<E> from_word(std::string_view text) {
  static_assert(!kWords<E>.empty());
  for (const auto& entry : kWords<E>) {
    if (entry.text == text) return entry.value;
  }
  return std::nullopt;
}

/// The value with this number; nothing if the enum has no such value. Any thread.
template <typename E>
constexpr std::optional<E> from_number(std::int64_t number) {
  static_assert(!kWords<E>.empty());
  for (const auto& entry : kWords<E>) {
    if (static_cast<std::int64_t>(entry.value) == number) return entry.value;
  }
  return std::nullopt;
}

}  // namespace tally::codec
