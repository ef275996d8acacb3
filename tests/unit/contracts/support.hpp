// What the rules' tests share: a registry in a map, a transaction with its resolved inputs, and
// expectations on the outcome. No wallet, no database, no clock.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "contracts/invariants.hpp"
#include "contracts/limits.hpp"
#include "contracts/verify.hpp"
#include "crypto/hash.hpp"

namespace tally::contracts {

/// A registry in a map.
class MapRegistry final : public Registry {
 public:
  [[nodiscard]] const RegistryEntry* find(const RegistryKey& key) const override {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
  }
  void put(const RegistryKey& key, RegistryEntry entry) { entries_[key] = std::move(entry); }
  /// The entry, to be changed in place; it must exist.
  template <typename Entry>
  Entry& at(const RegistryKey& key) {
    return std::get<Entry>(entries_.at(key));
  }

 private:
  std::map<RegistryKey, RegistryEntry> entries_;
};

/// A key that stands for a person; rules never check that it is on the curve.
inline PublicKey key_of(std::string_view name) {
  return {crypto::tagged_hash("test/key", {as_bytes(name)})};
}
inline Hash32 hash_of(std::string_view text) {
  return crypto::tagged_hash("test/hash", {as_bytes(text)});
}

/// One transaction in its world. Tests take a valid one, change one thing, and run it.
struct Case {
  MapRegistry registry;
  BlockContext block{.height = 100, .time_ms = 1'800'000'000'000, .active_ms = 50'000'000};
  Transaction tx;
  std::deque<Output> spent;  ///< What the inputs spend, in order.

  Case() {
    tx.version = kTransactionVersion;
    tx.valid_until_ms = block.time_ms + kValidityMsDefault;
    NetworkEntry network{.name = "test", .operators = {}, .quorum = 2, .rule_version = 1};
    for (const auto* name : {"operator1", "operator2", "operator3"}) {
      network.operators.push_back(key_of(name));
    }
    std::sort(network.operators.begin(), network.operators.end());
    registry.put(network_key(), network);
  }

  Case& sign(std::string_view name) {
    tx.signers.push_back(key_of(name));
    return *this;
  }
  Case& sign_quorum() { return sign("operator1").sign("operator2"); }
  /// Adds an input that spends `output`; returns its index.
  std::uint32_t spend(Output output) {
    const auto index = static_cast<std::uint32_t>(spent.size());
    spent.push_back(std::move(output));
    tx.inputs.push_back({.number = 1'000 + index,
                         .outpoint = {Txid{hash_of("spent" + std::to_string(index))}, 0},
                         .preimage = {}});
    return index;
  }
  std::uint32_t make(Output output) {
    tx.outputs.push_back(std::move(output));
    return static_cast<std::uint32_t>(tx.outputs.size() - 1);
  }
  /// Adds a command that claims every input and output that no earlier command claims.
  Case& command(CommandBody body) {
    Command command{{}, {}, std::move(body)};
    const auto taken = [&](auto member, std::uint32_t i) {
      return std::any_of(tx.commands.begin(), tx.commands.end(), [&](const Command& c) {
        const auto& list = c.*member;
        return std::find(list.begin(), list.end(), i) != list.end();
      });
    };
    for (std::uint32_t i = 0; i < tx.inputs.size(); ++i) {
      if (!taken(&Command::inputs, i)) command.inputs.push_back(i);
    }
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i) {
      if (!taken(&Command::outputs, i)) command.outputs.push_back(i);
    }
    tx.commands.push_back(std::move(command));
    return *this;
  }
  /// The body of the only command, to be changed in place.
  template <typename Body>
  Body& body() {
    return std::get<Body>(tx.commands.front().body);
  }
  template <typename T>
  T& out(std::size_t index) {
    return std::get<T>(tx.outputs.at(index));
  }
  template <typename T>
  T& in(std::size_t index) {
    return std::get<T>(spent.at(index));
  }

  [[nodiscard]] ResolvedTransaction resolved() const {
    ResolvedTransaction out{tx, Txid{hash_of("this transaction")}, 5'000, {}};
    for (const auto& output : spent) out.inputs.push_back(&output);
    return out;
  }
  /// Verifies it; a settled one also meets every invariant.
  [[nodiscard]] Result<Delta> run() const {
    const auto what = resolved();
    auto delta = verify(what, registry, block);
    if (delta) {
      const auto violation = check_invariants(what, registry, *delta);
      EXPECT_FALSE(violation) << "invariant " << static_cast<int>(*violation);
    }
    return delta;
  }
};

/// The entry that a delta writes under a key; fails the test if it writes none.
template <typename Entry>
Entry written(const Result<Delta>& delta, const RegistryKey& key) {
  if (delta) {
    for (const auto& write : delta->writes) {
      if (write.key == key) return std::get<Entry>(write.entry);
    }
  }
  ADD_FAILURE() << "nothing written there";
  return {};
}

/// One row of a rule's table: what is broken, and what that gives. Each row also holds the faults
/// of all rows after it, so that the order of the checks is tested too.
struct Row {
  std::string_view what;
  std::function<void(Case&)> breaks;
  ErrorCode code;
};

/// Runs rows in precedence order over fresh valid cases: each alone, then with every later row's
/// fault beside it (applied last to first). Faults that touch the same thing belong in tables of
/// their own.
inline void run_table(const std::function<Case()>& valid, const std::vector<Row>& rows) {
  {
    const auto outcome = valid().run();
    ASSERT_TRUE(outcome) << "the valid case is refused: " << name(outcome.error().code);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto single = valid();
    rows[i].breaks(single);
    const auto alone = single.run();
    ASSERT_FALSE(alone) << rows[i].what;
    EXPECT_EQ(name(alone.error().code), name(rows[i].code)) << rows[i].what;

    auto all = valid();
    for (std::size_t k = rows.size(); k-- > i;) rows[k].breaks(all);
    const auto together = all.run();
    ASSERT_FALSE(together) << rows[i].what << " with all later faults";
    EXPECT_EQ(name(together.error().code), name(rows[i].code))
        << rows[i].what << " with all later faults";
  }
}

}  // namespace tally::contracts
