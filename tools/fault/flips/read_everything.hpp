// Asks a store all that a reader could ask, and holds the answers against what must be there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/store.hpp"

namespace tally::fault {

/// The entries of each table, in order.
using Contents = std::vector<std::vector<std::pair<Bytes, Bytes>>>;

/// All of an undamaged store. Throws std::runtime_error if it cannot be read.
[[nodiscard]] Contents read_contents(storage::Store& store, std::size_t tables);

/// Exit status of a child that asked: kSame, refused at opening or at reading, or a wrong answer.
inline constexpr int kSame = 0;
inline constexpr int kRefusedOpening = 10;
inline constexpr int kRefusedReading = 11;
inline constexpr int kWrongAnswer = 20;

/// Opens the store, calls `opened`, gets every key and an absent one beside each, walks all tables
/// and parts of them both ways, counts, then writes into each table, takes it back and asks once
/// more after opening it again. `seed` decides on the parts. A wrong answer is described in `said`.
/// Returns one of the above; may not return at all.
[[nodiscard]] int ask_everything(const std::filesystem::path& directory,
                                 const storage::Options& options, const Contents& contents,
                                 std::uint64_t seed, std::string& said,
                                 const std::function<void()>& opened);

}  // namespace tally::fault
