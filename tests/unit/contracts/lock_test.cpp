#include "contracts/lock.hpp"

#include "unit/contracts/support.hpp"

namespace tally::contracts {
namespace {

std::vector<PublicKey> keys(std::size_t count) {
  std::vector<PublicKey> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(key_of("k" + std::to_string(i)));
  std::sort(out.begin(), out.end());
  return out;
}

TEST(CheckLock, TakesWhatIsWellFormed) {
  EXPECT_TRUE(check_lock(KeyLock{key_of("ana")}));
  EXPECT_TRUE(check_lock(TimeLock{key_of("ana"), 0}));
  EXPECT_TRUE(check_lock(TimeLock{key_of("ana"), UINT64_MAX}));
  EXPECT_TRUE(check_lock(HashLock{key_of("ana"), {}}));
  EXPECT_TRUE(check_lock(MultiLock{1, keys(1)}));
  EXPECT_TRUE(check_lock(MultiLock{1, keys(kLockKeysMax)}));
  EXPECT_TRUE(check_lock(MultiLock{kLockKeysMax, keys(kLockKeysMax)}));
}

TEST(CheckLock, RefusesWhatIsNot) {
  auto descending = keys(2);
  std::swap(descending[0], descending[1]);
  const auto ana = key_of("ana");
  const std::vector<Lock> wrong{KeyLock{},
                                TimeLock{},
                                HashLock{},
                                MultiLock{0, {}},
                                MultiLock{1, {}},
                                MultiLock{0, keys(2)},
                                MultiLock{3, keys(2)},
                                MultiLock{UINT32_MAX, keys(2)},
                                MultiLock{1, keys(kLockKeysMax + 1)},
                                MultiLock{1, descending},
                                MultiLock{2, {ana, ana}},
                                MultiLock{1, {PublicKey{}, ana}}};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const auto outcome = check_lock(wrong[i]);
    ASSERT_FALSE(outcome) << i;
    EXPECT_EQ(outcome.error().code, ErrorCode::invalid_lock) << i;
  }
}

Result<void> open_with(const Lock& lock, const std::vector<PublicKey>& signers,
                       const std::optional<Hash32>& preimage = {}, std::uint64_t time_ms = 0) {
  return open_lock(lock, {signers, preimage, time_ms}, 7);
}

Error failure(ErrorCode code, std::uint64_t figure = 0) { return {code, 7, figure}; }

TEST(OpenLock, AKeyOpensByItsSignature) {
  const Lock lock = KeyLock{key_of("ana")};
  EXPECT_TRUE(open_with(lock, {key_of("bo"), key_of("ana")}));
  EXPECT_EQ(open_with(lock, {key_of("bo")}).error(), failure(ErrorCode::signature_missing));
  EXPECT_EQ(open_with(lock, {}).error(), failure(ErrorCode::signature_missing));
}

TEST(OpenLock, SeveralKeysOpenByTheThreshold) {
  const auto three = keys(3);
  const Lock lock = MultiLock{2, three};
  EXPECT_TRUE(open_with(lock, three));
  EXPECT_TRUE(open_with(lock, {three[2], key_of("bo"), three[0]}));
  EXPECT_EQ(open_with(lock, {three[1]}).error(), failure(ErrorCode::signature_missing, 1));
  EXPECT_EQ(open_with(lock, {key_of("bo")}).error(), failure(ErrorCode::signature_missing, 2));
}

TEST(OpenLock, ATimeOpensAtItsTime) {
  const Lock lock = TimeLock{key_of("ana"), 1'000};
  EXPECT_EQ(open_with(lock, {}, {}, 999).error(), failure(ErrorCode::signature_missing));
  EXPECT_EQ(open_with(lock, {key_of("ana")}, {}, 999).error(),
            failure(ErrorCode::lock_time, 1'000));
  EXPECT_TRUE(open_with(lock, {key_of("ana")}, {}, 1'000));
}

TEST(OpenLock, AHashOpensByItsPreimage) {
  const auto preimage = hash_of("secret");
  const Lock lock = HashLock{key_of("ana"), crypto::sha256(preimage)};
  EXPECT_EQ(open_with(lock, {}, hash_of("wrong")).error(), failure(ErrorCode::signature_missing));
  EXPECT_EQ(open_with(lock, {key_of("ana")}).error(), failure(ErrorCode::preimage_missing));
  EXPECT_EQ(open_with(lock, {key_of("ana")}, hash_of("wrong")).error(),
            failure(ErrorCode::preimage_wrong));
  EXPECT_TRUE(open_with(lock, {key_of("ana")}, preimage));
}

// These bytes are in the state: they never change. Computed with Python's hashlib.
TEST(AccountOf, IsAKeyOrTheHashOfALock) {
  const auto ana = key_of("ana");
  EXPECT_EQ(account_of(ana), (Account{Account::Kind::key, ana.bytes}));
  EXPECT_EQ(account_of(Lock{KeyLock{ana}}), account_of(ana));
  auto pair = std::vector{ana, key_of("bo")};
  std::sort(pair.begin(), pair.end());
  const std::vector<std::pair<Lock, std::string_view>> golden{
      {MultiLock{2, pair}, "4d67ca50dde87537934228e58e01df670cf1e90cfcd345efa5dcd2c6f49e9c11"},
      {TimeLock{ana, 1'800'000'000'000},
       "67ef219fb9fee35846086f595f21ed3c9fa4a525731e7b2627f721d7808e7dfa"},
      {HashLock{ana, hash_of("lock")},
       "e7fed8239e68da69547d7207040902ce6c4f0acc7b15729f500bdd3bc1194e99"}};
  for (const auto& [lock, hex] : golden) {
    EXPECT_EQ(account_of(lock).kind, Account::Kind::lock);
    EXPECT_EQ(to_hex(account_of(lock).id), hex);
  }
}

TEST(AccountOf, EncodesAsKindAndId) {
  const auto bytes = Account{Account::Kind::lock, hash_of("x")}.encode();
  ASSERT_EQ(bytes.size(), 33u);
  EXPECT_EQ(bytes[0], 1);
  EXPECT_EQ(to_hex(bytes).substr(2), to_hex(hash_of("x")));
}

}  // namespace
}  // namespace tally::contracts
