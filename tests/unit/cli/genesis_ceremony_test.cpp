#include "cli/genesis_ceremony.hpp"

#include <gtest/gtest.h>

#include "client/development.hpp"

namespace tally::cli {
namespace {

using client::development_key;

contracts::Genesis genesis() {
  contracts::Genesis out;
  out.kind = contracts::NetworkKind::main;
  out.name = "Milan goods";
  out.time_ms = 1'800'000'000'000;
  for (const auto* name : {"a", "b", "c"}) {
    out.operators.push_back(crypto::public_key(development_key(name)));
  }
  out.quorum = 2;
  return out;
}

TEST(GenesisCeremony, EndToEnd) {
  const auto draft = draft_genesis(genesis());
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_TRUE(std::ranges::is_sorted(draft->genesis.operators));
  EXPECT_EQ(draft->missing().size(), 3u);

  std::vector<GenesisFile> signed_files;
  for (const auto* name : {"a", "b", "c"}) {
    auto own = parse_genesis_file(draft->bytes());
    ASSERT_TRUE(own);
    ASSERT_TRUE(sign_genesis(*own, development_key(name)));
    EXPECT_EQ(own->missing().size(), 2u);
    signed_files.push_back(*parse_genesis_file(own->bytes()));
  }
  const auto whole = assemble_genesis(signed_files);
  ASSERT_TRUE(whole) << whole.error().message;
  const auto read = parse_genesis_file(whole->bytes());
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->missing().empty());
  EXPECT_EQ(read->network_id, draft->network_id);
  EXPECT_EQ(read->genesis.name, "Milan goods");
}

TEST(GenesisCeremony, AllMustSign) {
  auto file = draft_genesis(genesis());
  ASSERT_TRUE(file);
  ASSERT_TRUE(sign_genesis(*file, development_key("a")));
  ASSERT_TRUE(sign_genesis(*file, development_key("b")));
  EXPECT_FALSE(assemble_genesis({&*file, 1}));
  EXPECT_FALSE(assemble_genesis({}));
}

TEST(GenesisCeremony, AStrangerCannotSign) {
  auto file = draft_genesis(genesis());
  ASSERT_TRUE(file);
  EXPECT_FALSE(sign_genesis(*file, development_key("mallory")));
}

TEST(GenesisCeremony, TwoNetworksAreNotMixed) {
  auto other = genesis();
  other.name = "Turin goods";
  const std::vector<GenesisFile> files{*draft_genesis(genesis()), *draft_genesis(other)};
  const auto mixed = assemble_genesis(files);
  ASSERT_FALSE(mixed);
  EXPECT_NE(mixed.error().message.find("two networks"), std::string::npos);
}

TEST(GenesisCeremony, AForgedSignatureIsSeen) {
  auto file = draft_genesis(genesis());
  ASSERT_TRUE(file);
  ASSERT_TRUE(sign_genesis(*file, development_key("a")));
  file->signed_genesis.signatures[0].signature.bytes[5] ^= 1;
  EXPECT_FALSE(parse_genesis_file(file->bytes()));
  EXPECT_FALSE(parse_genesis_file(as_bytes("junk")));
  EXPECT_FALSE(parse_genesis_file({}));
}

TEST(GenesisCeremony, RulesAreKept) {
  auto quorum = genesis();
  quorum.quorum = 1;
  EXPECT_FALSE(draft_genesis(quorum));
  auto name = genesis();
  name.name.clear();
  EXPECT_FALSE(draft_genesis(name));
  auto twice = genesis();
  twice.operators.push_back(twice.operators[0]);
  EXPECT_FALSE(draft_genesis(twice));
  auto zero = genesis();
  zero.operators.emplace_back();
  EXPECT_FALSE(draft_genesis(zero));
}

}  // namespace
}  // namespace tally::cli
