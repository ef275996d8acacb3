// What each page of a store's file is used for, and damage to it by class.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "fault/common/chance.hpp"

namespace tally::fault {

enum class PageClass : std::uint8_t {
  meta_0,
  meta_1,
  branch_header,
  branch_node,
  leaf_header,
  leaf_key,
  leaf_value,
  overflow,
  free_list,
  unused,
  count
};
inline constexpr auto kPageClasses = static_cast<std::size_t>(PageClass::count);

[[nodiscard]] std::string_view name(PageClass kind);

/// Where bytes of each class lie in a file.
struct PageMap {
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  std::array<std::vector<Place>, kPageClasses> places;
  std::vector<Place> last_table_values;  // of the last table that has any
  std::uint64_t pages = 0;
};

/// Throws std::runtime_error if the file is damaged already.
[[nodiscard]] PageMap map_pages(const std::filesystem::path& file);

/// Damages the file within a class: mostly one bit, else up to 64 bits, a sector of zeros, or two
/// pages in each other's place. Says what it did; nothing if there is no such place.
std::optional<std::string> damage(const std::filesystem::path& file, const PageMap& map,
                                  PageClass kind, Chance& chance);

/// Writes the pages of `from` that differ over those of `to`, as a disk would: under whoever has it
/// open.
void overwrite(const std::filesystem::path& from, const std::filesystem::path& to);

/// Flips one bit within the bytes from `offset` on.
std::string flip_bit(const std::filesystem::path& file, std::uint64_t offset, std::uint64_t bytes,
                     Chance& chance);

}  // namespace tally::fault
