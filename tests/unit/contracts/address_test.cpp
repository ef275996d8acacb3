#include "contracts/address.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

const Account kKey = account_of(key_of("ana"));
const Account kLock{Account::Kind::lock, key_of("ana").bytes};

// The texts were made with BIP-350's reference code in Python.
struct Golden {
  Account account;
  NetworkKind kind;
  std::string_view text;
};
const std::vector<Golden> kGolden{
    {kKey, NetworkKind::main, "tally1qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzp7q0vr"},
    {kKey, NetworkKind::test, "tallyt1qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmz3cu020"},
    {kLock, NetworkKind::development,
     "tallyd1q9m349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzmz9hpv"}};

TEST(Address, ReadsAndWritesTheGoldenOnes) {
  for (const auto& [account, kind, text] : kGolden) {
    EXPECT_EQ(encode_address(account, kind), text);
    EXPECT_EQ(decode_address(text, kind), account);
  }
}

TEST(Address, TakesUpperCaseToo) {
  std::string text(kGolden[0].text);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(decode_address(text, NetworkKind::main), kKey);
}

TEST(Address, RefusesAnotherNetworks) {
  for (const auto& [account, kind, text] : kGolden) {
    for (const auto other : {NetworkKind::main, NetworkKind::test, NetworkKind::development}) {
      EXPECT_EQ(decode_address(text, other).has_value(), other == kind) << text;
    }
  }
}

TEST(Address, RefusesEverySingleWrongCharacter) {
  const std::string good(kGolden[0].text);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    EXPECT_FALSE(decode_address(bad, NetworkKind::main)) << i;
  }
}

TEST(Address, RefusesWhatIsMalformed) {
  for (const std::string_view text :
       {"", "tally", "tally1", "ana",
        // An unknown version, a byte too many, a byte too few: with right checksums.
        "tally1qfm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzufrc2y",
        "tally1qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzqq9qtz8d",
        "tally1qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfs80rxkg",
        // A character lost; mixed case.
        "tally1qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzp7q0v",
        "tally1Qpm349rtd2c30w6c3c6eguzpwwz5m9m3epayy49yu4kdnms2xpfmzp7q0vr"}) {
    EXPECT_FALSE(decode_address(text, NetworkKind::main)) << text;
  }
}

}  // namespace
}  // namespace tally::contracts
