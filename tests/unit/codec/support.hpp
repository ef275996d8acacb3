// What the codec's tests share: domain values with every field filled, and golden bytes.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "codec/wire/block_fields.hpp"
#include "codec/wire/transaction_fields.hpp"
#include "codec/words.hpp"
#include "contracts/limits.hpp"

namespace tally::codec {

/// Where a sample's values come from.
struct Values {
  bool full = true;  ///< Every optional field there, two elements in every list, nothing zero …
  std::mt19937_64 rng{1};  ///< … or anything.
  std::uint64_t counter = 0;

  std::uint64_t number() {
    if (full) return ++counter * 1'000'003;
    constexpr std::uint64_t kEdges[] = {0, 1, 127, 128, 0xffff'ffff, ~std::uint64_t{0}};
    const auto pick = rng() % 12;
    return pick < std::size(kEdges) ? kEdges[pick] : rng() >> (rng() % 64);
  }
  bool flag() { return full || rng() % 2 == 0; }
  std::size_t size() { return full ? 2 : rng() % 4; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(full ? counter : rng()); }
  std::size_t choice(std::size_t count) { return full ? ++counter % count : rng() % count; }
};

namespace wire {

/// Fills a domain value, by its field table.
class Filler : public Visitor {
 public:
  explicit Filler(Values& values, std::optional<std::size_t> choice = {})
      : values_(values), choice_(choice) {}

  template <typename T>
  void field(std::uint32_t, std::string_view, T& x, auto, auto) {
    fill(x);
  }
  template <typename T>
  void alternative(std::uint32_t, std::string_view, auto& x, auto, auto) {
    if (position_++ == *choice_) fill(x.template emplace<T>());
  }
  void oneof(auto& x) {
    if (!choice_) choice_ = values_.choice(std::variant_size_v<std::remove_cvref_t<decltype(x)>>);
    fields(*this, x);
  }
  void require(bool) {}

  template <typename T>
  void fill(T& x) {
    if constexpr (std::same_as<T, bool>) {
      x = values_.flag();
    } else if constexpr (Number<T>) {
      x = static_cast<T>(values_.number());
    } else if constexpr (std::same_as<T, contracts::ErrorCode>) {
      x = contracts::ErrorCode::already_spent;
    } else if constexpr (Enum<T>) {
      x = kWords<T>[values_.choice(kWords<T>.size())].value;
    } else if constexpr (Fixed<T>) {
      ++values_.counter;
      for (auto& byte : bytes_of(x)) byte = values_.byte();
    } else if constexpr (std::same_as<T, Bytes>) {
      x.assign(values_.size() * 20, ++values_.counter & 0xff);
    } else if constexpr (std::same_as<T, std::string>) {
      x = values_.flag() ? "text " + std::to_string(++values_.counter) : "";
    } else if constexpr (is_variant<T>) {
      Filler(values_).oneof(x);
    } else {
      Filler inner(values_);
      fields(inner, x);
    }
  }
  template <typename T>
  void fill(std::optional<T>& x) {
    x.reset();
    if (values_.flag()) fill(x.emplace());
  }
  template <typename T>
    requires(!Text<std::vector<T>>)
  void fill(std::vector<T>& x) {
    x.clear();
    for (auto left = values_.size(); left > 0; --left) fill(x.emplace_back());
  }

 private:
  Values& values_;
  std::optional<std::size_t> choice_;
  std::size_t position_ = 0;
};

}  // namespace wire

template <typename T>
T sample(Values& values) {
  T x;
  wire::Filler(values).fill(x);
  return x;
}
template <typename T>
T full_sample() {
  Values values;
  return sample<T>(values);
}
/// The alternative of a variant at `index`, filled.
template <typename V>
V alternative(std::size_t index) {
  Values values;
  V x;
  wire::Filler(values, index).oneof(x);
  return x;
}

/// A transaction of the right version.
inline contracts::Transaction sample_transaction(Values& values) {
  auto tx = sample<contracts::Transaction>(values);
  tx.version = contracts::kTransactionVersion;
  return tx;
}
/// With every command, every output and every lock in it.
inline contracts::Transaction largest_transaction() {
  Values values;
  auto tx = sample_transaction(values);
  tx.commands.clear();
  for (std::size_t i = 0; i < std::variant_size_v<contracts::CommandAlternatives>; ++i) {
    tx.commands.push_back({{1, 200}, {300}, alternative<contracts::CommandBody>(i)});
  }
  tx.outputs.clear();
  for (std::size_t i = 0; i < std::variant_size_v<contracts::Output>; ++i) {
    tx.outputs.push_back(alternative<contracts::Output>(i));
  }
  for (std::size_t i = 0; i < std::variant_size_v<contracts::Lock>; ++i) {
    tx.outputs.push_back(contracts::Coin{{}, i, alternative<contracts::Lock>(i)});
  }
  return tx;
}
/// One input, two outputs, one signer: what most transactions are.
inline contracts::Transaction transfer() {
  Values values;
  contracts::Transaction tx;
  tx.version = contracts::kTransactionVersion;
  tx.network_id = sample<contracts::NetworkId>(values);
  tx.signers = {sample<contracts::PublicKey>(values)};
  tx.valid_until_ms = 1'800'000'000'000;
  tx.inputs.push_back({123'456, {sample<contracts::Txid>(values), 1}, std::nullopt});
  tx.commands.push_back({{0}, {0, 1}, contracts::AssetTransfer{}});
  const auto asset = sample<contracts::AssetId>(values);
  for (const std::uint64_t amount : {1'999u, 8'001u}) {
    tx.outputs.push_back(
        contracts::Coin{asset, amount, contracts::KeyLock{sample<contracts::PublicKey>(values)}});
  }
  return tx;
}
/// Settled, rejected, settled, with counts that agree.
inline Block sample_block() {
  Values values;
  Block block;
  block.header = sample<BlockHeader>(values);
  block.header.version = kBlockVersion;
  block.outcomes.emplace_back(SettledRecord{encode_body(transfer()), {Bytes(64, 7)}, {}});
  block.outcomes.emplace_back(sample<RejectedRecord>(values));
  SettledRecord settled{encode_body(largest_transaction()), {Bytes(64, 8), Bytes(64, 9)}, {}};
  for (std::size_t i = 0; i < contracts::kRegistryKinds; ++i) {
    settled.writes.push_back({{contracts::kEntryKinds[i], sample<Hash32>(values)},
                              alternative<contracts::RegistryEntry>(i)});
  }
  block.outcomes.emplace_back(std::move(settled));
  block.header.settled_count = 2;
  block.header.rejected_count = 1;
  return block;
}

/// Holds bytes against tests/golden/codec/<file>.hex, a line `name hex` each. They were written
/// once, with TALLY_UPDATE_GOLDEN set, and are never written again: a change of them is a change of
/// format.
class Golden {
 public:
  explicit Golden(std::string_view file)
      : path_(std::string(TALLY_SOURCE_DIR "/tests/golden/codec/") + std::string(file) + ".hex") {}
  void add(std::string_view name, ByteView bytes) { now_[std::string(name)] = to_hex(bytes); }
  ~Golden() {
    if (std::getenv("TALLY_UPDATE_GOLDEN") != nullptr) {
      std::ofstream out(path_);
      for (const auto& [name, hex] : now_) out << name << ' ' << hex << '\n';
      return;
    }
    std::map<std::string, std::string> golden;
    std::ifstream in(path_);
    for (std::string name, hex; in >> name >> hex;) golden[name] = hex;
    for (const auto& [name, hex] : now_) EXPECT_EQ(golden[name], hex) << path_ << ": " << name;
    EXPECT_EQ(golden.size(), now_.size()) << path_;
  }

 private:
  std::string path_;
  std::map<std::string, std::string> now_;
};

/// The outcome as text: `ok`, or the code's name with index and figure.
template <typename T>
std::string outcome(const contracts::Result<T>& result) {
  if (result) return "ok";
  const auto& error = result.error();
  return std::string(contracts::name(error.code)) + " " + std::to_string(error.index) + " " +
         std::to_string(error.figure);
}
template <typename T>
std::string_view code(const contracts::Result<T>& result) {
  return result ? "ok" : contracts::name(result.error().code);
}

}  // namespace tally::codec
