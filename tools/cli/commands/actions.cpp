// The commands that change the ledger by one of its commands: a table. Options come from the schema
// of the ledger's command (arguments.hpp).
#include "cli/arguments.hpp"
#include "cli/transact.hpp"
#include "cli/tree.hpp"

#include "base/check.hpp"

namespace tally::cli {
namespace {

struct Action {
  std::string_view path;
  std::string_view command;  ///< Of the ledger.
  std::string_view doc;      ///< Empty: the schema's.
  std::string_view example;
  std::vector<std::string_view> positionals;
  std::string_view fixed = {};  ///< JSON of parameters that the path says.
};

#define ITEM "01/09521141000007/21/0001"
#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

std::vector<Action> asset_actions() {
  return {
      {"pay",
       "asset_transfer",
       "Pays somebody.",
       "tally pay dev:bo 12.50 EUR --dev ana",
       {"payments.to", "payments.amount", "payments.asset"}},
      {"asset define",
       "asset_define",
       "",
       "tally asset define payment EUR --decimals 2 --supply-max 1000000.00 --dev issuer",
       {"kind", "symbol"}},
      {"asset issue",
       "asset_issue",
       "",
       "tally asset issue EUR 1000.00 dev:ana --dev issuer",
       {"asset", "recipients.amount", "recipients.to"}},
      {"asset redeem",
       "asset_redeem",
       "",
       "tally asset redeem EUR 10.00 --dev ana,issuer",
       {"asset", "amount"}},
      {"asset burn", "asset_burn", "", "tally asset burn EUR 1.00 --dev ana", {"asset", "amount"}},
      {"asset freeze",
       "asset_freeze",
       "Freezes a holder, or the whole asset.",
       "tally asset freeze EUR --holder dev:bo --dev issuer",
       {"asset"},
       R"({"frozen": true})"},
      {"asset unfreeze",
       "asset_freeze",
       "Lifts a freeze.",
       "tally asset unfreeze EUR --holder dev:bo --dev issuer",
       {"asset"},
       R"({"frozen": false})"},
      {"iou define",
       "asset_define",
       "Defines an IOU with its terms.",
       "tally iou define BAGCREDIT --decimals 2 --supply-max 5000.00 --promised-asset EUR "
       "--accepted-at dev:boutique --dev boutique",
       {"symbol"},
       R"({"kind": "iou"})"},
      {"iou issue",
       "asset_issue",
       "Issues coins of an IOU of the account's.",
       "tally iou issue BAGCREDIT 50.00 dev:ana --dev boutique",
       {"asset", "recipients.amount", "recipients.to"}},
      {"iou transfer",
       "asset_transfer",
       "Passes an IOU on.",
       "tally iou transfer BAGCREDIT 20.00 dev:bo --dev ana",
       {"payments.asset", "payments.amount", "payments.to"}},
      {"iou redeem",
       "asset_redeem",
       "Gives an IOU back for what it promises.",
       "tally iou redeem BAGCREDIT 20.00 --dev ana,boutique",
       {"asset", "amount"}},
  };
}

std::vector<Action> item_actions() {
  return {
      {"item commission",
       "item_commission",
       "",
       "tally item commission 9521141 " ITEM " --event-hash @event.json --attributes colour=black "
       "--dev brand",
       {"prefix", "gs1_keys"}},
      {"item admit",
       "item_admit",
       "",
       "tally item admit 8004/9521141A1 --evidence-hash @photos.zip --dev centre",
       {"gs1_key"}},
      {"item observe",
       "item_observe",
       "",
       "tally item observe " ITEM " --event-hash @event.json --disposition in_transit --dev brand",
       {"gs1_keys"}},
      {"item transfer",
       "item_transfer",
       "",
       "tally item transfer " ITEM " --to dev:boutique --dev brand",
       {"gs1_keys"}},
      {"item attest",
       "item_attest",
       "",
       "tally item attest " ITEM " genuine --confidence-bps 9500 --method-hash @method.txt "
       "--evidence-hash @photos.zip --dev appraiser-1",
       {"gs1_key", "verdict"}},
      {"item challenge",
       "item_challenge",
       "Doubts an item in public.",
       "tally item challenge " ITEM " --reason-hash @reason.txt --dev cai",
       {"gs1_key"},
       R"({"resolve": false})"},
      {"item resolve",
       "item_challenge",
       "Closes a challenge.",
       "tally item resolve " ITEM " --reason-hash @finding.txt --dev cai",
       {"gs1_key"},
       R"({"resolve": true})"},
      {"item flag",
       "item_flag_set",
       "Flags an item stolen, recalled or counterfeit.",
       "tally item flag " ITEM " stolen --reason-hash @report.pdf --expires 2027-03-01T12:00:00Z "
       "--dev brand,operator-1,operator-2",
       {"gs1_key", "flag"},
       R"({"clear": false})"},
      {"item unflag",
       "item_flag_set",
       "Lifts a flag.",
       "tally item unflag " ITEM " stolen --reason-hash @appeal.pdf --dev operator-1,operator-2",
       {"gs1_key", "flag"},
       R"({"clear": true})"},
      {"item decommission",
       "item_decommission",
       "",
       "tally item decommission " ITEM " --event-hash @event.json --dev bo",
       {"gs1_keys"}},
      {"item claim",
       "item_claim",
       "",
       "tally item claim " ITEM " --event-hash @event.json --dev cai",
       {"gs1_keys"}},
  };
}

std::vector<Action> composition_actions() {
#define CARTON "00/095211410000000014"
  return {
      {"item pack",
       "item_aggregate",
       "",
       "tally item pack " CARTON " " ITEM " --event-hash @event.json --dev brand",
       {"container", "gs1_keys"}},
      {"item unpack",
       "item_disaggregate",
       "",
       "tally item unpack " CARTON " " ITEM " --event-hash @event.json --dev boutique",
       {"container", "gs1_keys"}},
      {"item fix",
       "item_associate",
       "Fixes parts and seals to an item.",
       "tally item fix " ITEM " --seals @seal.txt --event-hash @event.json --dev brand",
       {"gs1_key"},
       R"({"dissociate": false})"},
      {"item take-off",
       "item_associate",
       "Takes parts and seals off an item.",
       "tally item take-off " ITEM " --seals @seal.txt --event-hash @event.json --dev brand",
       {"gs1_key"},
       R"({"dissociate": true})"},
      {"item transform",
       "item_transform",
       "",
       "tally item transform 9521141 --gs1-key 8004/9521141HIDE --unit KGM --milli 2500 "
       "--made-gs1-key " ITEM " --made-unit KGM --made-milli 2400 "
       "--lost-unit KGM --lost-milli 100 --event-hash @event.json --dev brand",
       {"prefix"}},
      {"item error",
       "item_event_error",
       "",
       "tally item error " ITEM " --wrong-hash @event.json --reason-hash @reason.txt "
       "--event-hash @declaration.json --dev brand",
       {"gs1_keys"}},
      {"item merge",
       "item_merge",
       "",
       "tally item merge 8004/9521141A1995 " ITEM " 9521141 --event-hash @event.json "
       "--dev ana,brand",
       {"admitted", "gs1_key", "prefix"}},
      {"item hand-over",
       "item_hand_over",
       "",
       "tally item hand-over " ITEM " --to dev:carrier --event-hash @event.json "
       "--dev brand,carrier",
       {"gs1_keys"}},
  };
#undef CARTON
}

std::vector<Action> order_actions() {
  return {
      {"order offer",
       "order_offer",
       "",
       "tally order offer --gs1-key " ITEM " --price 890.00 --price-asset EUR "
       "--accepted-ious BAGCREDIT --verdicts-min 2 --dev boutique",
       {}},
      {"order fund",
       "order_fund",
       "",
       "tally order fund " HASH " --asset BAGCREDIT --amount 20.00 --dev bo",
       {"order"}},
      {"order accept", "order_accept", "", "tally order accept " HASH " --dev boutique", {"order"}},
      {"order ship",
       "order_ship",
       "",
       "tally order ship " HASH " --tracking-hash @label.pdf --dev boutique",
       {"order"}},
      {"order deliver", "order_deliver", "", "tally order deliver " HASH " --dev bo", {"order"}},
      {"order release", "order_release", "", "tally order release " HASH " --dev bo", {"order"}},
      {"order refund", "order_refund", "", "tally order refund " HASH " --dev boutique", {"order"}},
      {"order withdraw",
       "order_withdraw",
       "",
       "tally order withdraw " HASH " --dev boutique",
       {"order"}},
      {"order timeout", "order_timeout", "", "tally order timeout " HASH " --dev bo", {"order"}},
      {"order dispute",
       "order_dispute",
       "",
       "tally order dispute " HASH " --reason-hash @reason.txt --dev bo",
       {"order"}},
  };
}

std::vector<Action> case_actions() {
  return {
      {"case open",
       "case_open",
       "",
       "tally case open EUR --nonce " HASH " --description-hash @tote.txt --category-hash " HASH
       " --source-hash " HASH " --evidence-root " HASH " --sealed-hash " HASH
       " --fee 0.00 --dev ana",
       {"asset"}},
      {"case commit",
       "case_commit",
       "",
       "tally case commit " HASH " " HASH " --dev appraiser-1",
       {"case", "commitment"}},
      {"case reveal",
       "case_reveal",
       "",
       "tally case reveal " HASH " genuine --confidence-bps 9500 --method-hash @method.txt "
       "--points-hash " HASH " --salt " HASH " --dev appraiser-1",
       {"case", "verdict"}},
      {"case challenge",
       "case_challenge",
       "",
       "tally case challenge " HASH " EUR 30.00 --reason-hash @reason.txt --dev cai",
       {"case", "asset", "bond"}},
      {"case advance", "case_advance", "", "tally case advance " HASH " --dev bo", {"case"}},
      {"case calibrate",
       "case_calibrate",
       "",
       "tally case calibrate " HASH " fake --salt " HASH " --dev operator-1,operator-2",
       {"case", "answer"}},
      {"case bond",
       "appraiser_bond",
       "",
       "tally case bond EUR 100.00 --dev appraiser-1",
       {"asset", "amount"}},
      {"case withdraw",
       "appraiser_withdraw",
       "",
       "tally case withdraw EUR 100.00 --dev appraiser-1",
       {"asset", "amount"}},
      {"case panel",
       "panel_define",
       "",
       "tally case panel EUR --judges 3 --agreeing 2 --fee 9.00 --bond 20.00 "
       "--challenge-bond 30.00 --dev operator-1,operator-2",
       {"asset"}},
  };
}

std::vector<Action> power_actions() {
  return {
      {"profile grant",
       "profile_grant",
       "",
       "tally profile grant shoe_size dev:boutique --commitment " HASH
       " --expires 2027-03-01T12:00:00Z --dev bo",
       {"attribute", "reader"}},
      {"profile revoke",
       "profile_revoke",
       "",
       "tally profile revoke --reader dev:boutique --dev bo",
       {}},
      {"delegate grant",
       "delegation_grant",
       "",
       "tally delegate grant dev:erp --commands item_observe --prefixes 9521141 --items-max 1000 "
       "--until 2027-03-01T12:00:00Z --dev brand",
       {"agent"}},
      {"delegate revoke",
       "delegation_revoke",
       "",
       "tally delegate revoke dev:erp --dev brand",
       {"agent"}},
  };
}

std::vector<Action> governance_actions() {
#define QUORUM " --dev operator-1,operator-2"
  return {
      {"network operator add",
       "operator_add",
       "",
       "tally network operator add dev:operator-4 --quorum 3" QUORUM,
       {"key"}},
      {"network operator remove",
       "operator_remove",
       "",
       "tally network operator remove dev:operator-3 --quorum 2" QUORUM,
       {"key"}},
      {"network operator rotate",
       "operator_rotate",
       "",
       "tally network operator rotate dev:operator-3 dev:operator-5" QUORUM,
       {"old_key", "new_key"}},
      {"network member admit",
       "member_admit",
       "",
       "tally network member admit dev:ana dev:bo" QUORUM,
       {"keys"}},
      {"network member revoke",
       "member_revoke",
       "",
       "tally network member revoke dev:bo --reason-hash @reason.txt" QUORUM,
       {"key"}},
      {"network prefix register",
       "prefix_register",
       "",
       "tally network prefix register 9521141 dev:brand --evidence-hash @licence.pdf" QUORUM,
       {"prefix", "brand"}},
      {"network prefix withdraw",
       "prefix_withdraw",
       "",
       "tally network prefix withdraw 9521141 --reason-hash @reason.txt" QUORUM,
       {"prefix"}},
      {"network accreditation grant",
       "accredit",
       "",
       "tally network accreditation grant dev:appraiser-1 appraiser --evidence-hash "
       "@file.pdf" QUORUM,
       {"key", "role"}},
      {"network accreditation revoke",
       "accreditation_revoke",
       "",
       "tally network accreditation revoke dev:appraiser-1 appraiser --reason-hash "
       "@reason.txt" QUORUM,
       {"key", "role"}},
      {"network licence grant",
       "licence_grant",
       "",
       "tally network licence grant dev:issuer payment --evidence-hash @licence.pdf" QUORUM,
       {"issuer", "kind"}},
      {"network licence revoke",
       "licence_revoke",
       "",
       "tally network licence revoke dev:issuer payment --reason-hash @reason.txt" QUORUM,
       {"issuer", "kind"}},
  };
#undef QUORUM
}

void add(Tree& tree, const Action& action) {
  const auto* schema = market::find_command_schema(action.command);
  CHECK(schema != nullptr);
  struct Options {
    Wish wish;
    std::unique_ptr<Arguments> arguments;
  };
  auto options = std::make_shared<Options>();
  options->wish.command = action.command;
  const auto doc = action.doc.empty() ? schema->doc : action.doc;
  auto& app =
      tree.leaf(action.path, doc, action.example, [options](Context& context) -> Result<void> {
        auto parameters = options->arguments->parameters(context);
        if (!parameters) return std::unexpected(parameters.error());
        auto wish = options->wish;
        wish.parameters = std::move(*parameters);
        return transact(context, std::move(wish));
      });
  options->arguments = std::make_unique<Arguments>(app, *schema, action.positionals, action.fixed);
  app.add_option("--valid-for", options->wish.valid_for,
                 "How long it may wait to be settled, as 10m; at most 24h");
  app.add_option("--idempotency-key", options->wish.idempotency_key,
                 "Two transactions with the same one never both settle");
  app.add_option("--note-hash", options->wish.note_hash, "Commitment to a note kept elsewhere");
}

}  // namespace

void add_actions(Tree& tree) {
  tree.group("asset", "Payment, utility and loyalty tokens");
  tree.group("iou", "Promises that are passed on, redeemed and taken as payment");
  tree.group("item", "Serialised products and what is said of them");
  tree.group("order", "Buying and selling with everything in escrow");
  tree.group("case", "Asking appraisers whether something is genuine, and judging");
  tree.group("profile", "What others may know of a person");
  tree.group("delegate", "Agent keys that act for an account, within limits");
  tree.group("network", "Genesis, governance and the node's state");
  tree.group("network operator", "Who runs the network");
  tree.group("network member", "Who may use it");
  tree.group("network prefix", "Brands and their GS1 company prefixes");
  tree.group("network accreditation", "Appraisers, centres, carriers, registrars");
  tree.group("network licence", "Who may issue payment tokens");
  for (const auto& family :
       {asset_actions(), item_actions(), composition_actions(), order_actions(), case_actions(),
        power_actions(), governance_actions()}) {
    for (const auto& action : family) add(tree, action);
  }
}

}  // namespace tally::cli
