// Act 0: a quorum of operators prepares the network; the brand and the boutique get keys for the
// machines that cannot sign.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "contracts/address.hpp"
#include "contracts/limits.hpp"
#include "crypto/hash.hpp"
#include "story/acts.hpp"

namespace tally::story {

using namespace contracts;

namespace {

const std::vector<std::string> kQuorum{"operator-1", "operator-2"};
// What an EPCIS client does to items in the brand's name.
const std::vector<CommandNumber> kCaptureCommands{ItemCommission::kNumber, ItemObserve::kNumber,
                                                  ItemTransfer::kNumber, ItemClaim::kNumber};

std::string partner_name(std::size_t index) {
  return index == 0 ? kBoutique : fmt::format("partner-{}", index + 1);
}

void admit_members(Story& story) {
  MemberAdmit admit;
  for (const auto& name : people(story.sample)) admit.keys.push_back(key_of(name));
  Draft draft(kQuorum);
  const auto count = admit.keys.size();
  draft.command(std::move(admit));
  story.stage.expect_settled(fmt::format("Two of three operators admit {} members", count), draft);
}

void register_prefixes(Story& story) {
  const auto& sample = story.sample;
  Draft draft(kQuorum);
  draft.command(PrefixRegister{sample.brand_prefix, key_of(kMaison),
                               document_hash("GS1 licence " + sample.brand_prefix)});
  for (std::size_t i = 0; i < sample.partner_prefixes.size(); ++i) {
    const auto& prefix = sample.partner_prefixes[i];
    draft.command(
        PrefixRegister{prefix, key_of(partner_name(i)), document_hash("GS1 licence " + prefix)});
  }
  story.stage.expect_settled(
      "They register the GS1 company prefixes of the brand and of its partners", draft);
}

void accredit(Story& story) {
  Draft draft(kQuorum);
  for (const auto* name : {"appraiser-1", "appraiser-2"}) {
    draft.command(Accredit{key_of(name), Role::appraiser, document_hash("accreditation"), 0});
  }
  draft.command(
      LicenceGrant{key_of(kIssuer), AssetKind::payment, document_hash("e-money licence")});
  story.stage.expect_settled("They accredit two appraisers and license an issuer of payment tokens",
                             draft);
}

// A key that the node keeps for a machine of `principal`.
PublicKey create_agent(Stage& stage, const std::string& principal) {
  const auto answer =
      stage.node().post("/v1/agents", {{"label", "EPCIS"}}, stage.session(principal));
  const auto account = decode_address(answer.field("address"), NetworkKind::development);
  if (!answer.ok() || !account) {
    throw StoryBroken(principal + " gets no agent key: " + answer.describe());
  }
  return {account->id};
}

std::string issue_token(Stage& stage, const std::string& principal, const PublicKey& agent) {
  const auto answer = stage.node().post("/v1/tokens",
                                        {{"scopes", {"capture", "query"}},
                                         {"label", "EPCIS"},
                                         {"agent", address_of(agent)},
                                         {"expires_ms", std::to_string(stage.time_ms() + kDayMs)}},
                                        stage.session(principal));
  stage.require(
      fmt::format("An API token for the EPCIS client of the {}, bound to its agent key", principal),
      "201", answer.describe(), {}, answer.us);
  return answer.field("token");
}

DelegationGrant delegation(Stage& stage, const std::string& principal, const PublicKey& agent,
                           std::vector<CommandNumber> commands, const std::string& prefix) {
  DelegationGrant grant{key_of(principal), agent, {}};
  grant.powers.commands = std::move(commands);
  grant.powers.prefixes = {prefix};
  grant.powers.items_max = 100'000;
  grant.powers.until_ms = stage.time_ms() + 30 * kDayMs;
  return grant;
}

// Agents become members by the delegation of their principal.
void delegate_capture(Story& story) {
  auto& stage = story.stage;
  const auto& prefix = story.sample.brand_prefix;
  const auto brand_agent = create_agent(stage, kMaison);
  const auto boutique_agent = create_agent(stage, kBoutique);
  Draft brand({kMaison});
  brand.command(delegation(stage, kMaison, brand_agent, kCaptureCommands, prefix));
  brand.command(delegation(stage, kMaison, boutique_agent, {ItemObserve::kNumber}, prefix));
  stage.expect_settled("The brand lets its EPCIS client write, and the boutique's observe", brand);
  story.brand_capture_token = issue_token(stage, kMaison, brand_agent);
  story.boutique_capture_token = issue_token(stage, kBoutique, boutique_agent);
}

}  // namespace

std::vector<std::string> people(const Sample& sample) {
  std::vector<std::string> names{kMaison,  kIssuer, kAna,          kBo,           kCai,
                                 kMallory, kTill,   "appraiser-1", "appraiser-2", kBoutique};
  for (std::size_t i = 1; i < sample.partner_prefixes.size(); ++i) names.push_back(partner_name(i));
  return names;
}

Hash32 document_hash(std::string_view text) {
  return crypto::tagged_hash("tally/story-document", {as_bytes(text)});
}

void prepare_network(Story& story) {
  story.stage.report().begin_act(0, "The operators prepare the network");
  admit_members(story);
  register_prefixes(story);
  accredit(story);
  delegate_capture(story);
}

}  // namespace tally::story
