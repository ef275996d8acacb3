#include "codec/credential.hpp"

#include <boost/json.hpp>

#include "support.hpp"

namespace tally::codec {
namespace {

namespace json = boost::json;

crypto::Ed25519SecretKey secret() { return crypto::Ed25519SecretKey::generate(); }

Credential signed_credential(const crypto::Ed25519SecretKey& key) {
  Values values;
  auto entry = sample<contracts::CaseEntry>(values);
  entry.verdict = contracts::Verdict::genuine;
  entry.opened_ms = 1'800'000'000'000;
  entry.decided_ms = 1'800'000'001'234;
  entry.closed_ms = 0;
  Credential out{sample<contracts::NetworkId>(values),
                 contracts::NetworkKind::test,
                 sample<contracts::CaseId>(values),
                 77,
                 public_part(entry),
                 crypto::ed25519_public_key(key),
                 {}};
  out.signature = crypto::ed25519_sign(key, credential_message(out));
  return out;
}

TEST(Credential, HoldsByItself) {
  const auto key = secret();
  const auto credential = signed_credential(key);
  EXPECT_TRUE(verify_credential(credential));
  const auto again = credential_from_json(json::parse(json::serialize(to_json(credential))));
  ASSERT_TRUE(again) << contracts::name(again.error().code);
  EXPECT_TRUE(*again == credential);
  EXPECT_TRUE(verify_credential(*again));
  EXPECT_EQ(to_json(credential).at("validFrom"), json::value("2027-01-15T08:00:01.234Z"));
}

TEST(Credential, LeavesOutWhoAsked) {
  const auto key = secret();
  const auto credential = signed_credential(key);
  EXPECT_TRUE(credential.entry.requester.is_zero());
  EXPECT_TRUE(credential.entry.member.is_zero());
  EXPECT_FALSE(credential.entry.owner);
  EXPECT_FALSE(credential.entry.challenger);
  contracts::CaseEntry entry;
  entry.seats.resize(2);
  entry.seats[1].verdict = contracts::Verdict::fake;
  EXPECT_EQ(public_part(entry).seats.size(), 1u) << "a judge who said nothing";
}

TEST(Credential, SaysNothingElse) {
  const auto key = secret();
  const auto credential = signed_credential(key);
  const auto text = to_json(credential);
  auto changed = text;
  changed["credentialSubject"].as_object()["verdict"] = "inconclusive";
  EXPECT_FALSE(credential_from_json(changed)) << "what people read";
  changed = text;
  changed["note"] = "as good as new";
  EXPECT_FALSE(credential_from_json(changed)) << "something more";
  changed = text;
  changed.erase("proof");
  EXPECT_EQ(code(credential_from_json(changed)), "field_missing");
  EXPECT_FALSE(credential_from_json(json::value("text")));

  auto other = credential;
  other.entry.verdict = contracts::Verdict::inconclusive;
  EXPECT_FALSE(verify_credential(other));
  other = credential;
  ++other.height;
  EXPECT_FALSE(verify_credential(other));
  other = credential;
  other.node_key = crypto::ed25519_public_key(secret());
  EXPECT_FALSE(verify_credential(other)) << "another node";
}

}  // namespace
}  // namespace tally::codec
