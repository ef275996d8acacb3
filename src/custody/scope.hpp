// What an API token may be used for.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace tally::custody {

/// Numbers are positions in ScopeSet's mask, and append-only.
enum class Scope : std::uint8_t {
  read_own = 0,   // private reads of the principal's own accounts, items, orders
  build = 1,      // transaction builders, with leases on the principal's coins
  capture = 2,    // EPCIS capture, signed by the agent key
  query = 3,      // EPCIS queries over what the principal may see
  subscribe = 4,  // webhooks and private streams
  admin = 5,      // the node's tokens and agents
  operate = 6,    // quarantine, development time, checkpoints
  audit = 7,      // what an auditor may see; each use is logged
};

inline constexpr Scope kScopes[] = {Scope::read_own,  Scope::build, Scope::capture, Scope::query,
                                    Scope::subscribe, Scope::admin, Scope::operate, Scope::audit};

/// The scope's stable name, as in the API and on the command line: "read_own".
[[nodiscard]] std::string_view name(Scope scope);

/// The scope with this name, or nothing.
[[nodiscard]] std::optional<Scope> scope_named(std::string_view name);

/// A set of scopes.
class ScopeSet {
 public:
  constexpr ScopeSet() = default;
  constexpr ScopeSet(std::initializer_list<Scope> scopes) {
    for (const auto scope : scopes) mask_ |= bit(scope);
  }
  /// Nothing if the mask has bits that are no scope of this program.
  static std::optional<ScopeSet> from_mask(std::uint32_t mask);

  [[nodiscard]] constexpr bool contains(Scope scope) const { return (mask_ & bit(scope)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return mask_ == 0; }
  [[nodiscard]] constexpr std::uint32_t mask() const { return mask_; }
  constexpr void insert(Scope scope) { mask_ |= bit(scope); }
  bool operator==(const ScopeSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Scope scope) {
    return std::uint32_t{1} << static_cast<unsigned>(scope);
  }
  std::uint32_t mask_ = 0;
};

}  // namespace tally::custody
