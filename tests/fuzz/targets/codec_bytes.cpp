// Bytes in every format of the codec: what is accepted encodes to the same bytes again, and its
// JSON view can be made. The first byte chooses the format.
#include <boost/json.hpp>

#include "client/development.hpp"
#include "codec/block.hpp"
#include "codec/genesis.hpp"
#include "codec/json.hpp"
#include "codec/output.hpp"
#include "codec/registry.hpp"
#include "fuzz/support/samples.hpp"
#include "fuzz/target.hpp"

namespace tally::fuzz {
namespace {

constexpr auto kNetwork = contracts::NetworkKind::test;

void same(const Bytes& encoded, ByteView bytes) { CHECK(std::ranges::equal(encoded, bytes)); }

void output(ByteView bytes) {
  const auto x = codec::decode_output(bytes);
  if (!x) return;
  same(codec::encode_output(*x), bytes);
  (void)codec::to_json(*x, kNetwork);
}
void stored_output(ByteView bytes) {
  const auto x = codec::decode_stored_output(bytes);
  if (x) same(codec::encode_stored_output(*x), bytes);
}
void write(ByteView bytes) {
  const auto x = codec::decode_write(bytes);
  if (!x) return;
  same(codec::encode_write(*x), bytes);
  (void)codec::to_json(x->entry, kNetwork);
}
void block(ByteView bytes) {
  const auto x = codec::decode_block(bytes);
  if (!x) return;
  same(codec::encode_block(*x), bytes);
  std::size_t total = codec::encode_header(x->header).size() + 8;
  for (const auto& outcome : x->outcomes) total += codec::encoded_bytes(outcome);
  CHECK(total >= bytes.size());
}
void header(ByteView bytes) {
  const auto x = codec::decode_header(bytes);
  if (!x) return;
  same(codec::encode_header(*x), bytes);
  (void)codec::to_json(*x, kNetwork);
}
void genesis(ByteView bytes) {
  const auto x = codec::decode_genesis(bytes);
  if (!x) return;
  same(codec::encode_genesis(*x), bytes);
  (void)contracts::apply(*x);
}
void signed_genesis(ByteView bytes) {
  const auto x = codec::decode_signed_genesis(bytes);
  if (x) same(codec::encode_signed_genesis(*x), bytes);
}
void body(ByteView bytes) {
  const auto x = codec::decode_body(bytes);
  if (!x) return;
  same(codec::encode_body(*x), bytes);
  (void)codec::to_json(*x, kNetwork);
}

constexpr void (*kFormats[])(ByteView) = {output, stored_output, write,          block,
                                          header, genesis,       signed_genesis, body};
// Behind them, an entry of each kind.

void run(ByteView input) {
  if (input.empty()) return;
  const auto choice = input.front() % (std::size(kFormats) + contracts::kRegistryKinds);
  const auto bytes = input.subspan(1);
  if (choice < std::size(kFormats)) return kFormats[choice](bytes);
  const auto kind = contracts::kEntryKinds[choice - std::size(kFormats)];
  const auto entry = codec::decode_entry(kind, bytes);
  if (!entry) return;
  CHECK(kind_of(*entry) == kind);
  same(codec::encode_entry(*entry), bytes);
}

void seed(Seeds& seeds) {
  for (const auto& tx : sample_transactions()) {
    const auto name = std::string(contracts::command_name(command_number(tx.commands[0].body)));
    seeds.add("body-" + name, 7, codec::encode_body(tx));
    const auto& out = tx.outputs.front();
    seeds.add("output-" + name, 0, codec::encode_output(out));
    seeds.add("stored-" + name, 1, codec::encode_stored_output({tx.inputs[0].outpoint, out}));
  }
  const auto sample = sample_block();
  seeds.add("block", 3, codec::encode_block(sample));
  seeds.add("header", 4, codec::encode_header(sample.header));
  const auto development = codec::encode_genesis(client::development_genesis());
  seeds.add("genesis", 5, development);
  seeds.add("signed-genesis", 6,
            codec::encode_signed_genesis({development, {{contracts::PublicKey{Hash32{1}}, {}}}}));
  for (const auto& entry : sample_entries()) {
    const auto name = std::to_string(entry.index());
    const contracts::RegistryKey key{kind_of(entry), {}};
    seeds.add("write-" + name, 2, codec::encode_write({key, entry}));
    seeds.add("entry-" + name, static_cast<std::uint8_t>(std::size(kFormats) + entry.index()),
              codec::encode_entry(entry));
  }
}

}  // namespace

FUZZ_TARGET(codec_bytes, run, seed, 8'192);

}  // namespace tally::fuzz
