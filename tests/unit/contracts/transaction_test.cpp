#include "contracts/transaction.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

const NetworkId kNetwork{hash_of("network")};

Input input(std::uint32_t i) {
  return {.number = i, .outpoint = {Txid{hash_of("tx" + std::to_string(i))}, i}, .preimage = {}};
}

/// Two commands that share two inputs and two outputs.
Transaction valid() {
  Transaction tx;
  tx.version = kTransactionVersion;
  tx.network_id = kNetwork;
  tx.signers = {key_of("ana"), key_of("bo")};
  tx.inputs = {input(1), input(2)};
  tx.references = {{member_key(key_of("ana"))}, {member_key(key_of("bo"))}};
  tx.outputs = {Coin{AssetId{}, 1, KeyLock{key_of("ana")}}, Item{"", KeyLock{key_of("bo")}}};
  tx.commands = {{{0}, {1}, ItemTransfer{}}, {{1}, {0}, AssetTransfer{}}};
  return tx;
}

struct Fault {
  std::string_view what;
  std::function<void(Transaction&)> breaks;
  Error error;
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> rows{
      {"another version", [](auto& tx) { tx.version = 2; }, {ErrorCode::unknown_version, 0, 2}},
      {"another network", [](auto& tx) { tx.network_id = {}; }, {ErrorCode::wrong_network}},
      {"too many signers",
       [](auto& tx) {
         for (std::size_t i = tx.signers.size(); i <= kSignersMax; ++i) {
           tx.signers.push_back(key_of("s" + std::to_string(i)));
         }
       },
       {ErrorCode::too_many_signers, kSignersMax, kSignersMax}},
      {"a signer twice",
       [](auto& tx) { tx.signers = {key_of("ana"), key_of("ana")}; },
       {ErrorCode::duplicate_signer, 1}},
      {"a long key",
       [](auto& tx) { tx.idempotency_key.resize(kIdempotencyKeyBytesMax + 1); },
       {ErrorCode::idempotency_key_length, 0, kIdempotencyKeyBytesMax}},
      {"too many inputs",
       [](auto& tx) {
         for (auto i = static_cast<std::uint32_t>(tx.inputs.size()); i <= kInputsMax; ++i) {
           tx.inputs.push_back(input(i + 10));
         }
       },
       {ErrorCode::too_many_inputs, kInputsMax, kInputsMax}},
      {"a number twice",
       [](auto& tx) { tx.inputs[1].number = 1; },
       {ErrorCode::duplicate_input, 1}},
      {"an outpoint twice",
       [](auto& tx) { tx.inputs[1].outpoint = tx.inputs[0].outpoint; },
       {ErrorCode::duplicate_input, 1}},
      {"too many references",
       [](auto& tx) {
         for (std::size_t i = tx.references.size(); i <= kReferencesMax; ++i) {
           tx.references.push_back({prefix_key(std::to_string(i))});
         }
       },
       {ErrorCode::too_many_references, kReferencesMax, kReferencesMax}},
      {"a reference twice",
       [](auto& tx) { tx.references[1] = tx.references[0]; },
       {ErrorCode::duplicate_reference, 1}},
      {"no command", [](auto& tx) { tx.commands.clear(); }, {ErrorCode::no_commands}},
      {"too many commands",
       [](auto& tx) { tx.commands.resize(kCommandsMax + 1); },
       {ErrorCode::too_many_commands, kCommandsMax, kCommandsMax}},
      {"too many outputs",
       [](auto& tx) { tx.outputs.resize(kOutputsMax + 1, Grant{}); },
       {ErrorCode::too_many_outputs, kOutputsMax, kOutputsMax}},
      {"an index beyond the end",
       [](auto& tx) { tx.commands[1].inputs.push_back(2); },
       {ErrorCode::index_out_of_range, 1, 2}},
      {"an output claimed twice",
       [](auto& tx) { tx.commands[1].outputs = {0, 0}; },
       {ErrorCode::claimed_twice, 1, 0}},
      {"an input unclaimed",
       [](auto& tx) { tx.commands[0].inputs.clear(); },
       {ErrorCode::unclaimed_input, 0}},
      {"an output unclaimed",
       [](auto& tx) { tx.commands[0].outputs.clear(); },
       {ErrorCode::unclaimed_output, 1}},
      {"a lock of nobody",
       [](auto& tx) { std::get<Coin>(tx.outputs[0]).lock = KeyLock{}; },
       {ErrorCode::invalid_lock, 0}},
      {"an amount of zero",
       [](auto& tx) { std::get<Coin>(tx.outputs[0]).amount = 0; },
       {ErrorCode::amount_zero, 0}},
      {"no signer", [](auto& tx) { tx.signers.clear(); }, {ErrorCode::signerless_command, 0}},
  };
  return rows;
}

TEST(CheckShape, TakesAValidOne) { EXPECT_TRUE(check_shape(valid(), kNetwork)); }

TEST(CheckShape, RefusesInOrder) {
  const auto& rows = faults();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto alone = valid();
    rows[i].breaks(alone);
    EXPECT_EQ(check_shape(alone, kNetwork), std::unexpected(rows[i].error)) << rows[i].what;
    auto all = valid();
    for (std::size_t k = rows.size(); k-- > i;) rows[k].breaks(all);
    const auto outcome = check_shape(all, kNetwork);
    ASSERT_FALSE(outcome) << rows[i].what;
    EXPECT_EQ(name(outcome.error().code), name(rows[i].error.code))
        << rows[i].what << " with all later faults";
  }
}

TEST(CheckShape, TakesEveryLimitAndNoMore) {
  auto tx = valid();
  tx.signers.clear();
  for (std::size_t i = 0; i < kSignersMax; ++i) tx.signers.push_back(key_of(std::to_string(i)));
  tx.idempotency_key.resize(kIdempotencyKeyBytesMax);
  tx.references.clear();
  for (std::size_t i = 0; i < kReferencesMax; ++i) {
    tx.references.push_back({prefix_key(std::to_string(i))});
  }
  tx.inputs.clear();
  tx.outputs.clear();
  tx.commands.resize(kCommandsMax, Command{{}, {}, AssetTransfer{}});
  tx.commands[0] = tx.commands[1] = Command{{}, {}, AssetTransfer{}};
  for (std::uint32_t i = 0; i < kInputsMax; ++i) {
    tx.inputs.push_back(input(i));
    tx.commands[i % kCommandsMax].inputs.push_back(i);
  }
  for (std::uint32_t i = 0; i < kOutputsMax; ++i) {
    tx.outputs.push_back(Grant{});
    tx.commands[i % kCommandsMax].outputs.push_back(i);
  }
  EXPECT_TRUE(check_shape(tx, kNetwork));
}

TEST(CheckShape, AnIndexAtTheTopOfItsRangeIsOutOfRange) {
  auto tx = valid();
  tx.commands[0].inputs.push_back(UINT32_MAX);
  EXPECT_EQ(check_shape(tx, kNetwork).error(),
            (Error{ErrorCode::index_out_of_range, 0, UINT32_MAX}));
}

TEST(CheckShape, AnItemsLockCountsToo) {
  auto tx = valid();
  std::get<Item>(tx.outputs[1]).lock = MultiLock{};
  EXPECT_EQ(check_shape(tx, kNetwork).error(), (Error{ErrorCode::invalid_lock, 1, 0}));
}

TEST(CheckShape, OnlyTimeoutsNeedNoSigner) {
  auto tx = valid();
  tx.signers.clear();
  tx.commands[0].body = OrderTimeout{};
  EXPECT_EQ(check_shape(tx, kNetwork).error(), (Error{ErrorCode::signerless_command, 1, 0}));
  tx.commands[1].body = OrderTimeout{};
  EXPECT_TRUE(check_shape(tx, kNetwork));
}

// What is signed never changes. Computed with Python's hashlib.
TEST(TxidOf, IsATaggedHashOverNetworkAndBody) {
  const NetworkId network{key_of("network").bytes};
  EXPECT_EQ(txid(network, as_bytes("body")).hex(),
            "d1e22d954e1bc9b87afef0d66108c90593d6bc7306c50f6e76e2c4bba2f85635");
  EXPECT_NE(txid(kNetwork, as_bytes("body")), txid(network, as_bytes("body")));
}

}  // namespace
}  // namespace tally::contracts
