#include "custody/tokens.hpp"

#include <gtest/gtest.h>

#include "custody/custody_store.hpp"
#include "storage/memory_store.hpp"

namespace tally::custody {
namespace {

constexpr std::uint64_t kNow = 1'000'000;
constexpr std::uint64_t kHour = 3'600'000;

class TokensTest : public testing::Test {
 protected:
  TokensTest() { restart(); }
  void restart() {
    tokens_.reset();
    store_.reset();
    store_ = std::move(*storage::open_memory_store(disk_, clock_, custody_options({}, true)));
    tokens_.emplace(*store_);
  }
  static TokenRequest request(std::uint8_t principal = 1) {
    return {{Hash32{principal}}, {Scope::read_own, Scope::build}, "till", kNow + kHour};
  }
  IssuedToken issue(std::uint8_t principal = 1) {
    auto issued = tokens_->issue(request(principal), kNow);
    EXPECT_TRUE(issued);
    return std::move(*issued);
  }
  Error error_of(std::string_view text, std::uint64_t now_ms = kNow) {
    const auto token = tokens_->authenticate(text, now_ms);
    return token ? Error{} : token.error();
  }

  storage::MemoryDisk disk_;
  ManualClock clock_{kNow};
  std::unique_ptr<storage::Store> store_;
  std::optional<Tokens> tokens_;
};

TEST_F(TokensTest, AuthenticatesOverARestart) {
  const auto issued = issue();
  const auto text = std::string(as_text(issued.text.view()));
  EXPECT_EQ(text.size(), 86u);
  EXPECT_TRUE(text.starts_with("tally_"));
  restart();
  const auto token = tokens_->authenticate(text, kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(*token, issued.token);
  EXPECT_EQ(token->principal, request().principal);
  EXPECT_EQ(token->scopes, request().scopes);
  EXPECT_EQ(token->label, "till");
}

TEST_F(TokensTest, StoresNoSecret) {
  const auto issued = issue();
  const auto text = std::string(as_text(issued.text.view()));
  const auto secret = *from_hex(text.substr(6 + 16));
  const auto record = (*store_->begin_read())->get(kTokens, issued.token.id);
  ASSERT_TRUE(record);
  EXPECT_TRUE(std::ranges::search(*record, secret).empty());
}

TEST_F(TokensTest, EveryOtherTextIsNotFound) {
  const auto issued = issue();
  const auto text = std::string(as_text(issued.text.view()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto other = text;
    other[i] = other[i] == '0' ? '1' : '0';
    EXPECT_EQ(error_of(other), Error::not_found) << i;
  }
  for (const auto& other : {std::string(), text + "0", text.substr(1), std::string(1 << 16, 'a')}) {
    EXPECT_EQ(error_of(other), Error::not_found);
  }
}

TEST_F(TokensTest, RefusesBadRequests) {
  struct Row {
    std::string what;
    std::function<void(TokenRequest&)> change;
  };
  const Row rows[] = {
      {"no scope", [](auto& r) { r.scopes = {}; }},
      {"label", [](auto& r) { r.label = "a\nb"; }},
      {"no life", [](auto& r) { r.expires_ms = kNow; }},
      {"past", [](auto& r) { r.expires_ms = 0; }},
      {"too long a life", [](auto& r) { r.expires_ms = kNow + kTokenLifeMsMax + 1; }},
      {"for ever", [](auto& r) { r.expires_ms = UINT64_MAX; }},
  };
  for (const auto& row : rows) {
    auto bad = request();
    row.change(bad);
    EXPECT_EQ(tokens_->issue(bad, kNow).error(), Error::invalid) << row.what;
  }
  auto longest = request();
  longest.expires_ms = kNow + kTokenLifeMsMax;
  EXPECT_TRUE(tokens_->issue(longest, kNow));
}

TEST_F(TokensTest, EndsByTimeOrByRevocation) {
  const auto issued = issue();
  const auto text = as_text(issued.text.view());
  EXPECT_TRUE(tokens_->authenticate(text, kNow + kHour - 1));
  EXPECT_EQ(error_of(text, kNow + kHour), Error::expired);
  ASSERT_TRUE(tokens_->revoke(issued.token.id, kNow + 5));
  ASSERT_TRUE(tokens_->revoke(issued.token.id, kNow + 9));
  EXPECT_EQ(tokens_->list(request().principal)->front().revoked_ms, kNow + 5);
  // Revoked is said before expired; a wrong secret is told neither.
  EXPECT_EQ(error_of(text, kNow + kHour), Error::revoked);
  auto wrong = std::string(text);
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(error_of(wrong, kNow + kHour), Error::not_found);
  EXPECT_EQ(tokens_->revoke(TokenId{}, kNow).error(), Error::not_found);
}

TEST_F(TokensTest, AreBoundedAndListedByPrincipal) {
  for (std::size_t i = 0; i < kTokensPerPrincipalMax; ++i) issue(1);
  EXPECT_EQ(tokens_->issue(request(1), kNow).error(), Error::too_many);
  issue(2);
  EXPECT_EQ(tokens_->list({Hash32{1}})->size(), kTokensPerPrincipalMax);
  EXPECT_EQ(tokens_->list({Hash32{2}})->size(), 1u);
  EXPECT_TRUE(tokens_->list({Hash32{3}})->empty());
  EXPECT_EQ(*tokens_->purge(kNow + kHour), 0u);
  EXPECT_EQ(*tokens_->purge(kNow + kHour + 1), kTokensPerPrincipalMax + 1);
  EXPECT_TRUE(tokens_->list({Hash32{1}})->empty());
  issue(1);
}

TEST_F(TokensTest, DamageIsCorrupt) {
  const auto issued = issue();
  ASSERT_TRUE(write(*store_, [&](storage::WriteTransaction& tx) -> std::expected<void, Error> {
    const auto record = *tx.get(kTokens, issued.token.id);
    Bytes bad(record.begin(), record.end());
    bad[70] ^= 1;  // would add a scope
    EXPECT_TRUE(tx.put(kTokens, issued.token.id, bad));
    return {};
  }));
  EXPECT_EQ(error_of(as_text(issued.text.view())), Error::corrupt);
  EXPECT_EQ(tokens_->list(request().principal).error(), Error::corrupt);
  EXPECT_EQ(tokens_->purge(0).error(), Error::corrupt);
}

TEST_F(TokensTest, AFailedCommitIssuesNothing) {
  disk_.set_commit_fault([] { return storage::CommitFault{storage::Error::disk_full}; });
  EXPECT_EQ(tokens_->issue(request(), kNow).error(), Error::disk_full);
  disk_.set_commit_fault({});
  EXPECT_TRUE(tokens_->list(request().principal)->empty());
}

TEST_F(TokensTest, TheDeadDoNotCountAndAreForgotten) {
  std::vector<TokenId> ids;
  for (std::size_t i = 0; i < kTokensPerPrincipalMax; ++i) ids.push_back(issue().token.id);
  EXPECT_EQ(tokens_->issue(request(), kNow).error(), Error::too_many);
  ASSERT_TRUE(tokens_->revoke(ids[0], kNow));
  EXPECT_EQ(tokens_->list(request().principal)->size(), kTokensPerPrincipalMax);
  EXPECT_TRUE(tokens_->issue(request(), kNow));
  EXPECT_EQ(tokens_->list(request().principal)->size(), kTokensPerPrincipalMax);
  EXPECT_EQ(tokens_->issue(request(), kNow).error(), Error::too_many);
  // All have expired.
  auto later = request();
  later.expires_ms = kNow + 2 * kHour;
  EXPECT_TRUE(tokens_->issue(later, kNow + kHour));
  EXPECT_EQ(tokens_->list(request().principal)->size(), 1u);
}

TEST_F(TokensTest, ARevokedTokenIsPurgedBeforeItExpires) {
  const auto revoked = issue().token.id;
  issue();
  ASSERT_TRUE(tokens_->revoke(revoked, kNow + 5));
  EXPECT_EQ(*tokens_->purge(kNow + 5), 0u);
  EXPECT_EQ(*tokens_->purge(kNow + 6), 1u);
  EXPECT_EQ(tokens_->list(request().principal)->size(), 1u);
}

}  // namespace
}  // namespace tally::custody
