// Reads the parameters of a request, typed. The first error is kept and everything after it reads
// as a zero value: a builder reads all that it needs, then asks once whether anything was wrong.
#pragma once

#include <boost/json/fwd.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/words.hpp"
#include "contracts/item.hpp"
#include "contracts/lock.hpp"
#include "contracts/registry.hpp"
#include "market/check_parameters.hpp"

namespace tally::market {

/// One object that check_parameters() has passed. Every getter of a parameter that is absent gives
/// the zero value, or the `otherwise` that it is handed.
class Parameters {
 public:
  Parameters(const boost::json::object& object, std::string path, Reading& reading)
      : object_(&object), path_(std::move(path)), reading_(&reading) {}

  [[nodiscard]] bool has(std::string_view name) const;
  /// The JSON pointer to a member.
  [[nodiscard]] std::string pointer(std::string_view name) const;
  void refuse(contracts::ErrorCode code, std::string_view name, std::string detail,
              std::uint64_t figure = 0) const;
  [[nodiscard]] bool ok() const { return reading_->ok(); }

  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  [[nodiscard]] std::uint64_t number(std::string_view name, std::uint64_t otherwise = 0) const;
  [[nodiscard]] std::uint32_t number_32(std::string_view name, std::uint32_t otherwise = 0) const;
  [[nodiscard]] std::vector<std::uint64_t> numbers(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name, bool otherwise) const;
  [[nodiscard]] contracts::PublicKey key(std::string_view name) const;
  [[nodiscard]] std::optional<contracts::PublicKey> optional_key(std::string_view name) const;
  [[nodiscard]] std::vector<contracts::PublicKey> keys(std::string_view name) const;
  [[nodiscard]] std::optional<contracts::Account> account(std::string_view name) const;
  [[nodiscard]] Hash32 hash(std::string_view name) const;
  [[nodiscard]] std::optional<Hash32> optional_hash(std::string_view name) const;
  [[nodiscard]] std::vector<Hash32> hashes(std::string_view name) const;
  [[nodiscard]] std::string gs1_key(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> gs1_keys(std::string_view name) const;
  /// As gs1_key(), but the key may be a lot's.
  [[nodiscard]] std::string item_or_lot_key(std::string_view name) const;
  [[nodiscard]] contracts::OrderId order(std::string_view name) const;
  [[nodiscard]] std::uint64_t time_ms(std::string_view name) const;
  [[nodiscard]] std::uint64_t duration_ms(std::string_view name, std::uint64_t otherwise) const;
  [[nodiscard]] std::vector<contracts::Attribute> attributes(std::string_view name) const;
  [[nodiscard]] std::optional<contracts::Lock> lock(std::string_view name) const;

  /// The asset, whose entry lives as long as the registry; null if absent or unknown.
  [[nodiscard]] const contracts::AssetEntry* asset(std::string_view name) const;
  [[nodiscard]] std::vector<const contracts::AssetEntry*> assets(std::string_view name) const;
  /// The amount `name` with these decimals, or `name`_minor.
  [[nodiscard]] std::uint64_t amount(std::string_view name, std::uint32_t decimals) const;
  [[nodiscard]] std::uint64_t amount(std::string_view name,
                                     const contracts::AssetEntry* asset) const {
    return asset == nullptr ? 0 : amount(name, asset->decimals);
  }

  /// The value of a word, which check_parameters() knows to be one of the schema's.
  template <typename E>
  [[nodiscard]] E word(std::string_view name, E otherwise = {}) const {
    return codec::from_word<E>(text(name)).value_or(otherwise);
  }

  [[nodiscard]] Parameters object(std::string_view name) const;
  [[nodiscard]] std::vector<Parameters> objects(std::string_view name) const;

 private:
  [[nodiscard]] const boost::json::value* find(std::string_view name) const;
  /// Each element of a list with its JSON pointer.
  template <typename T, typename Read>
  std::vector<T> list(std::string_view name, Read read) const;

  const boost::json::object* object_;
  std::string path_;
  Reading* reading_;
};

}  // namespace tally::market
