// Values that mean something on the ledger of a Model: its people, assets, items and prefixes,
// small amounts, times near its own. By way of the codec's field tables, like values.hpp.
#pragma once

#include "fuzz/support/input.hpp"
#include "fuzz/support/model.hpp"

namespace tally::fuzz {

/// Opens every plausible HashLock.
inline constexpr Hash32 kPlausiblePreimage{7};

[[nodiscard]] std::string plausible_gs1_key(Input& input);
[[nodiscard]] contracts::AssetId plausible_asset(Input& input, const Model& model);
[[nodiscard]] contracts::RegistryKey plausible_reference(Input& input, const Model& model);

/// The body of the command at this place of CommandBody.
[[nodiscard]] contracts::CommandBody plausible_command(Input& input, std::size_t kind,
                                                       const Model& model);

/// A Lock or Grant among the people.
template <typename T>
[[nodiscard]] T plausible(Input& input);

}  // namespace tally::fuzz
