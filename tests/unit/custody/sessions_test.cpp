#include "custody/sessions.hpp"

#include <gtest/gtest.h>

namespace tally::custody {
namespace {

constexpr Hash32 kNetwork{4};

class SessionsTest : public testing::Test {
 protected:
  std::expected<NewSession, Error> sign_in(Sessions& sessions, const crypto::SecretKey& key,
                                           const SignsIn& who = {}) {
    const auto challenge = sessions.challenge(crypto::public_key(key));
    return sessions.redeem(challenge.account, challenge.nonce, challenge.expires_ms,
                           crypto::sign(key, challenge.digest), who);
  }
  static std::string text_of(const NewSession& session) {
    return std::string(as_text(session.text.view()));
  }

  ManualClock clock_{1'000'000};
  Sessions sessions_{clock_, kNetwork, "node.example"};
  const crypto::SecretKey ana_ = crypto::SecretKey::generate();
  const crypto::SecretKey bo_ = crypto::SecretKey::generate();
};

TEST_F(SessionsTest, AChallengeSignedGivesASession) {
  const auto session = sign_in(sessions_, ana_);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->session.account, crypto::public_key(ana_));
  EXPECT_EQ(session->session.expires_ms, clock_.wall_ms() + 30 * 60 * 1000);
  const auto found = sessions_.authenticate(text_of(*session));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->account, crypto::public_key(ana_));
  ASSERT_TRUE(sessions_.end(text_of(*session)));
  EXPECT_EQ(sessions_.authenticate(text_of(*session)).error(), Error::not_found);
  EXPECT_EQ(sessions_.end(text_of(*session)).error(), Error::not_found);
  EXPECT_EQ(sessions_.size(), 0u);
}

TEST_F(SessionsTest, TheDigestNamesAllThatItIsFor) {
  const auto account = crypto::public_key(ana_);
  const auto digest = sign_in_digest(kNetwork, account, {1}, 2, "host");
  EXPECT_NE(digest, sign_in_digest({5}, account, {1}, 2, "host"));
  EXPECT_NE(digest, sign_in_digest(kNetwork, crypto::public_key(bo_), {1}, 2, "host"));
  EXPECT_NE(digest, sign_in_digest(kNetwork, account, {2}, 2, "host"));
  EXPECT_NE(digest, sign_in_digest(kNetwork, account, {1}, 3, "host"));
  EXPECT_NE(digest, sign_in_digest(kNetwork, account, {1}, 2, "other"));
  const auto challenge = sessions_.challenge(account);
  EXPECT_EQ(challenge.digest, sign_in_digest(kNetwork, account, challenge.nonce,
                                             challenge.expires_ms, "node.example"));
  EXPECT_NE(challenge.nonce, sessions_.challenge(account).nonce);
}

TEST_F(SessionsTest, RefusesInOrder) {
  const auto account = crypto::public_key(ana_);
  const auto challenge = sessions_.challenge(account);
  const auto good = crypto::sign(ana_, challenge.digest);
  const auto forged = crypto::sign(bo_, challenge.digest);
  const auto redeem = [&](const crypto::PublicKey& who, Hash32 nonce, std::uint64_t expires_ms,
                          const crypto::Signature& signature) {
    const auto session = sessions_.redeem(who, nonce, expires_ms, signature);
    return session ? Error{} : session.error();
  };
  auto other_nonce = challenge.nonce;
  other_nonce[31] ^= 1;
  auto other_random = challenge.nonce;
  other_random[0] ^= 1;
  const auto expires = challenge.expires_ms;
  EXPECT_EQ(redeem(account, other_nonce, expires, good), Error::wrong_signature);
  EXPECT_EQ(redeem(account, other_random, expires, good), Error::wrong_signature);
  EXPECT_EQ(redeem(account, challenge.nonce, expires + 1, good), Error::wrong_signature);
  EXPECT_EQ(redeem(crypto::public_key(bo_), challenge.nonce, expires, good),
            Error::wrong_signature);
  EXPECT_EQ(redeem(account, challenge.nonce, expires, forged), Error::wrong_signature);
  // A failed attempt by a stranger does not spend the challenge.
  EXPECT_EQ(redeem(account, challenge.nonce, expires, good), Error{});
  EXPECT_EQ(redeem(account, challenge.nonce, expires, good), Error::already_used);
  clock_.advance(2 * 60 * 1000);
  EXPECT_EQ(redeem(account, challenge.nonce, expires, good), Error::expired);
}

TEST_F(SessionsTest, AChallengeOfAnotherProcessOrHostIsNotOurs) {
  Sessions other(clock_, kNetwork, "node.example");
  const auto challenge = other.challenge(crypto::public_key(ana_));
  EXPECT_EQ(sessions_
                .redeem(challenge.account, challenge.nonce, challenge.expires_ms,
                        crypto::sign(ana_, challenge.digest))
                .error(),
            Error::wrong_signature);
}

TEST_F(SessionsTest, ARedeemedChallengeStaysUsedWhenTheClockIsSetBack) {
  const auto challenge = sessions_.challenge(crypto::public_key(ana_));
  const auto signature = crypto::sign(ana_, challenge.digest);
  const auto again = [&] {
    return sessions_.redeem(challenge.account, challenge.nonce, challenge.expires_ms, signature);
  };
  ASSERT_TRUE(again());
  clock_.advance(3 * 60 * 1000);
  clock_.step_wall(1'000'000);
  EXPECT_EQ(again().error(), Error::already_used);
}

TEST_F(SessionsTest, EndsByTheMonotonicClock) {
  const auto session = sign_in(sessions_, ana_);
  clock_.step_wall(0);
  clock_.advance(30 * 60 * 1000 - 1);
  EXPECT_TRUE(sessions_.authenticate(text_of(*session)));
  clock_.advance(1);
  EXPECT_EQ(sessions_.authenticate(text_of(*session)).error(), Error::not_found);
  EXPECT_EQ(sessions_.size(), 0u);
}

TEST_F(SessionsTest, AnAccountsOldestGivesWay) {
  std::vector<std::string> texts;
  for (int i = 0; i < 17; ++i) texts.push_back(text_of(*sign_in(sessions_, ana_)));
  EXPECT_EQ(sessions_.size(), 16u);
  EXPECT_EQ(sessions_.authenticate(texts[0]).error(), Error::not_found);
  EXPECT_TRUE(sessions_.authenticate(texts[1]));
  EXPECT_TRUE(sessions_.authenticate(texts[16]));
}

TEST_F(SessionsTest, AreBoundedInAll) {
  SessionLimits limits;
  limits.sessions_max = 2;
  limits.session_ms = 1'000;
  Sessions sessions(clock_, kNetwork, "h", limits);
  const SignsIn member{"a", true};
  ASSERT_TRUE(sign_in(sessions, ana_, member));
  ASSERT_TRUE(sign_in(sessions, bo_, member));
  EXPECT_EQ(sign_in(sessions, crypto::SecretKey::generate(), member).error(), Error::too_many);
  clock_.advance(2 * limits.challenge_ms);
  EXPECT_TRUE(sign_in(sessions, ana_, member));
}

TEST_F(SessionsTest, StrangersLeaveHalfOfTheSignInsToMembers) {
  SessionLimits limits;
  limits.sessions_max = 8;
  Sessions sessions(clock_, kNetwork, "h", limits);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(sign_in(sessions, crypto::SecretKey::generate(), {std::to_string(i)}));
  }
  EXPECT_EQ(sign_in(sessions, bo_, {"other"}).error(), Error::too_many);
  EXPECT_TRUE(sign_in(sessions, ana_, {"other", true}));
  clock_.advance(2 * limits.challenge_ms);
  EXPECT_TRUE(sign_in(sessions, bo_, {"other"}));
}

TEST_F(SessionsTest, TheOldestStrangerMakesWayForAMemberAndNoMemberForAStranger) {
  SessionLimits limits;
  limits.sessions_max = 4;
  Sessions sessions(clock_, kNetwork, "h", limits);
  const auto first = sign_in(sessions, bo_, {"1"});
  clock_.advance(1);
  const auto second = sign_in(sessions, crypto::SecretKey::generate(), {"2"});
  ASSERT_TRUE(first && second);
  clock_.advance(2 * limits.challenge_ms);
  std::vector<std::string> members;
  for (int i = 0; i < 4; ++i) {
    const auto member = sign_in(sessions, crypto::SecretKey::generate(), {"m", true});
    ASSERT_TRUE(member) << i;
    members.push_back(text_of(*member));
    EXPECT_EQ(sessions.authenticate(text_of(*first)).has_value(), i < 2) << i;
    EXPECT_EQ(sessions.authenticate(text_of(*second)).has_value(), i < 3) << i;
  }
  clock_.advance(2 * limits.challenge_ms);
  EXPECT_EQ(sign_in(sessions, bo_, {"1"}).error(), Error::too_many);
  for (const auto& text : members) EXPECT_TRUE(sessions.authenticate(text));
}

TEST_F(SessionsTest, OneAddressHasItsShare) {
  SessionLimits limits;
  limits.per_peer_max = 2;
  limits.sign_ins_per_peer_max = 5;
  Sessions sessions(clock_, kNetwork, "h", limits);
  const auto other = sign_in(sessions, bo_, {"other"});
  const auto own = sign_in(sessions, ana_, {"flood", true});
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(sign_in(sessions, crypto::SecretKey::generate(), {"flood"})) << i;
  }
  EXPECT_EQ(sign_in(sessions, crypto::SecretKey::generate(), {"flood"}).error(), Error::too_many);
  EXPECT_EQ(sessions.size(), 3u);
  EXPECT_TRUE(sessions.authenticate(text_of(*other)));
  EXPECT_TRUE(sessions.authenticate(text_of(*own))) << "strangers made way for each other";
  clock_.advance(2 * limits.challenge_ms);
  EXPECT_TRUE(sign_in(sessions, crypto::SecretKey::generate(), {"flood"}));
}

TEST_F(SessionsTest, EveryOtherTextIsNotFound) {
  const auto text = text_of(*sign_in(sessions_, ana_));
  auto wrong = text;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const auto& other : {wrong, std::string(), text + "00", std::string(71, 'z')}) {
    EXPECT_EQ(sessions_.authenticate(other).error(), Error::not_found);
    EXPECT_EQ(sessions_.end(other).error(), Error::not_found);
  }
}

TEST_F(SessionsTest, ManyThreadsSignInAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      const auto key = crypto::SecretKey::generate();
      for (int i = 0; i < 20; ++i) {
        const auto session = sign_in(sessions_, key);
        ASSERT_TRUE(session);
        EXPECT_TRUE(sessions_.authenticate(text_of(*session)));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(sessions_.size(), 4u * 16u);
}

}  // namespace
}  // namespace tally::custody
