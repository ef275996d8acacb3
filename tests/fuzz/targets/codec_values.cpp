// Any domain value through its codec and back: decode(encode(x)) is x. The first byte chooses the
// type.
#include "codec/block.hpp"
#include "codec/genesis.hpp"
#include "codec/output.hpp"
#include "codec/registry.hpp"
#include "fuzz/support/values.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

template <typename T, typename Encode, typename Decode>
void back_again(const T& x, Encode encode, Decode decode) {
  const auto bytes = encode(x);
  const auto again = decode(bytes);
  CHECK(again.has_value());
  CHECK(*again == x);
}

void transaction(Input& input) {
  auto x = make<contracts::Transaction>(input);
  x.version = contracts::kTransactionVersion;
  back_again(x, codec::encode_body, codec::decode_body);
}
void signed_transaction(Input& input) {
  back_again(make<codec::SignedTransaction>(input), codec::encode_signed, codec::decode_signed);
}
void output(Input& input) {
  back_again(make<contracts::Output>(input), codec::encode_output, codec::decode_output);
}
void stored_output(Input& input) {
  back_again(make<codec::StoredOutput>(input), codec::encode_stored_output,
             codec::decode_stored_output);
}
void entry(Input& input) {
  const auto x = make<contracts::RegistryEntry>(input);
  const auto kind = kind_of(x);
  back_again(x, codec::encode_entry,
             [&](ByteView bytes) { return codec::decode_entry(kind, bytes); });
}
contracts::RegistryWrite make_write(Input& input) {
  auto x = make<contracts::RegistryWrite>(input);
  x.key.kind = kind_of(x.entry);
  return x;
}
void write(Input& input) {
  back_again(make_write(input), codec::encode_write, codec::decode_write);
}
// What encode_block() demands of a block is what the ledger gives it.
void block(Input& input) {
  codec::Block x;
  x.header = make<codec::BlockHeader>(input);
  x.header.version = codec::kBlockVersion;
  x.header.settled_count = x.header.rejected_count = 0;
  for (auto left = input.choice(5); left > 0; --left) {
    if (input.flag()) {
      codec::SettledRecord record{{1}, make<std::vector<Bytes>>(input), {}};
      append(record.body, input.take(input.byte()));
      for (auto writes = input.choice(4); writes > 0; --writes) {
        record.writes.push_back(make_write(input));
      }
      x.outcomes.emplace_back(std::move(record));
      ++x.header.settled_count;
    } else {
      auto record = make<codec::RejectedRecord>(input);
      record.idempotency_key.resize(std::min(record.idempotency_key.size(), std::size_t{64}));
      x.outcomes.emplace_back(std::move(record));
      ++x.header.rejected_count;
    }
  }
  back_again(x, codec::encode_block, codec::decode_block);
}
void genesis(Input& input) {
  back_again(make<contracts::Genesis>(input), codec::encode_genesis, codec::decode_genesis);
}
void signed_genesis(Input& input) {
  back_again(make<codec::SignedGenesis>(input), codec::encode_signed_genesis,
             codec::decode_signed_genesis);
}

constexpr void (*kTypes[])(Input&) = {
    transaction, signed_transaction, output, stored_output, entry, write, block,
    genesis,     signed_genesis};

void run(ByteView bytes) {
  Input input(bytes);
  kTypes[input.choice(std::size(kTypes))](input);
}

void seed(Seeds& seeds) {
  for (std::uint8_t type = 0; type < std::size(kTypes); ++type) {
    for (std::uint8_t fill = 0; fill < 3; ++fill) {
      Bytes bytes(200);
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(fill + i * (2 * fill + 1));
      }
      seeds.add(std::to_string(type) + "-" + std::to_string(fill), type, bytes);
    }
  }
}

}  // namespace

FUZZ_TARGET(codec_values, run, seed);

}  // namespace tally::fuzz
