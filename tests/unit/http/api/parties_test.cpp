#include "http/api/parties.hpp"

#include "http/api/read.hpp"

#include <gtest/gtest.h>

namespace tally::http {
namespace {

using contracts::account_of;
using custody::Scope;

crypto::PublicKey key_of(std::uint8_t byte) {
  crypto::PublicKey key;
  key.bytes.fill(byte);
  return key;
}

TEST(PartiesTest, OfAnOrderAreThoseItNames) {
  contracts::Order order;
  order.terms.seller = key_of(3);
  EXPECT_EQ(parties_of(order), std::vector{account_of(key_of(3))}) << "nobody has funded it yet";
  order.buyer = key_of(2);
  order.terms.named_buyer = key_of(2);
  order.terms.carrier = key_of(1);
  EXPECT_EQ(parties_of(order),
            (std::vector{account_of(key_of(1)), account_of(key_of(2)), account_of(key_of(3))}));
}

TEST(PartiesTest, AnAccountNeedsTheRightToReadItsOwn) {
  const std::vector parties{account_of(key_of(1)), account_of(key_of(2))};
  struct Row {
    const char* who;
    Caller caller;
    bool concerned;
  };
  const Row rows[] = {
      {"a stranger", {}, false},
      {"a party", {.account = key_of(1), .scopes = {Scope::read_own}}, true},
      {"a party that may only build", {.account = key_of(1), .scopes = {Scope::build}}, false},
      {"another", {.account = key_of(3), .scopes = {Scope::read_own}}, false},
      {"an auditor", {.account = key_of(3), .scopes = {Scope::audit}}, true},
      {"an operator", {.account = key_of(3), .scopes = {Scope::operate, Scope::admin}}, false},
      {"the development token", {.account = {}, .scopes = {}, .anything = true}, true},
  };
  for (const auto& row : rows) EXPECT_EQ(concerns(parties, row.caller), row.concerned) << row.who;
}

TEST(RequireOwnTest, SaysWhyNot) {
  const auto owner = account_of(key_of(1));
  const auto code = [&](const Caller& caller) -> std::string {
    const auto allowed = require_own(caller, owner);
    return allowed ? "" : allowed.error().code;
  };
  EXPECT_EQ(code({}), "token_missing");
  EXPECT_EQ(code({.account = key_of(2), .scopes = {Scope::read_own}}), "not_yours");
  EXPECT_EQ(code({.account = key_of(1), .scopes = {Scope::build}}), "scope_missing");
  EXPECT_EQ(code({.account = key_of(1), .scopes = {Scope::read_own}}), "");
  EXPECT_EQ(code({.account = key_of(2), .scopes = {Scope::audit}}), "");
  EXPECT_EQ(code({.account = {}, .scopes = {}, .anything = true}), "");
}

}  // namespace
}  // namespace tally::http
