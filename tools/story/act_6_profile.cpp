// Act 6: Bo lets the boutique read one attribute of his profile, and takes that back. The value is
// encrypted on Bo's side; the ledger holds a commitment, the node a ciphertext.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/limits.hpp"
#include "crypto/aead.hpp"
#include "crypto/random.hpp"
#include "market/profile_commitment.hpp"
#include "story/acts.hpp"

namespace tally::story {

using namespace contracts;

namespace {

constexpr std::string_view kAttribute = "glove-size";
constexpr std::string_view kValue = "8½";
constexpr std::size_t kSaltBytes = 32;

struct Secret {
  Hash32 key{};
  Bytes ciphertext;
  Hash32 attribute_id{};
  Hash32 commitment{};
};

// salt ‖ value under a key of its own, bound to whose attribute it is.
Secret seal() {
  Secret out;
  out.attribute_id = market::profile_attribute_id(kAttribute);
  const auto salt = crypto::random_array<kSaltBytes>();
  out.commitment = market::profile_commitment(salt, out.attribute_id, 1, as_bytes(kValue));
  Bytes plain(salt.begin(), salt.end());
  append(plain, as_bytes(kValue));
  out.key = crypto::random_array<32>();
  out.ciphertext = crypto::aead_seal(out.key, plain, out.attribute_id);
  return out;
}

// What the boutique reads with the key that Bo gave it; empty if it is not what the ledger has.
std::string open(const Secret& secret, const Answer& answer) {
  const auto ciphertext = from_base64(answer.field("ciphertext"));
  if (!ciphertext) return {};
  const auto plain = crypto::aead_open(secret.key, *ciphertext, secret.attribute_id);
  if (!plain || plain->size() <= kSaltBytes) return {};
  Hash32 salt{};
  std::copy_n(plain->view().begin(), kSaltBytes, salt.begin());
  const auto value = plain->view().subspan(kSaltBytes);
  const auto commitment = market::profile_commitment(salt, secret.attribute_id, 1, value);
  if (to_hex(commitment) != answer.field("ledger_commitment")) return {};
  return std::string(as_text(value));
}

Signed grant(Story& story, const Secret& secret) {
  Draft draft({kBo});
  draft.make(Grant{key_of(kBo), secret.attribute_id, key_of(kBoutique),
                   document_hash("gloves in the right size"), story.stage.time_ms() + 30 * kDayMs});
  draft.command(ProfileGrant{});
  return story.stage.expect_settled("Bo grants the boutique this one attribute, for 30 days",
                                    draft);
}

}  // namespace

void grant_profile(Story& story) {
  auto& stage = story.stage;
  stage.report().begin_act(6, "Bo lets the boutique know his glove size, and no more");
  const auto secret = seal();
  const auto path = fmt::format("/v1/profile/{}/{}", address_of(kBo), kAttribute);
  const auto stored = stage.node().call(
      {.method = "PUT",
       .target = fmt::format("/v1/profile/{}?commitment={}", kAttribute, to_hex(secret.commitment)),
       .token = stage.session(kBo),
       .content_type = "application/octet-stream",
       .body = std::string(as_text(secret.ciphertext))});
  stage.require("Bo stores it encrypted", "200", stored.describe(), {}, stored.us);
  Draft set({kBo});
  set.command(ProfileSet{key_of(kBo), secret.attribute_id, secret.commitment, 1});
  stage.expect_settled("He commits to it on the ledger", set);
  const auto before = stage.node().get(path, stage.session(kBoutique));
  stage.expect("The boutique may not read it yet", "403 not_yours", before.describe(), {},
               before.us);
  const auto granted = grant(story, secret);
  const auto read = stage.node().get(path, stage.session(kBoutique));
  stage.expect("The boutique reads it, and it is what the ledger has",
               fmt::format("200 {}", kValue),
               fmt::format("{} {}", read.describe(), open(secret, read)),
               "/v1/transactions/" + granted.txid.hex(), read.us);
  Draft revoke({kBo});
  revoke.spend(stage.purse().grant(granted.txid)).command(ProfileRevoke{});
  const auto revoked = stage.expect_settled("Bo revokes the grant", revoke);
  const auto after = stage.node().get(path, stage.session(kBoutique));
  stage.expect("The boutique may not read it any more", "403 not_yours", after.describe(),
               "/v1/transactions/" + revoked.txid.hex(), after.us);
  const auto log = stage.node().get("/v1/profile/access-log", stage.session(kBo));
  const auto* accesses = member(log.body, "accesses").if_array();
  stage.expect("Bo sees who read what: one receipt", "1",
               std::to_string(accesses == nullptr ? 0 : accesses->size()), {}, log.us);
}

}  // namespace tally::story
