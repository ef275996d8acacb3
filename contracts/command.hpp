// Commands: what a transaction does. Each is decided by one rule, a pair of files of the same name;
// its `kNumber` is its field number on the wire and never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contracts/asset.hpp"
#include "contracts/authentication.hpp"
#include "contracts/id.hpp"
#include "contracts/item.hpp"
#include "contracts/order.hpp"
#include "contracts/registry.hpp"

namespace tally::contracts {

// ---- Governance: signed by a quorum of the operators (MemberAdmit: or by a registrar). ----

/// Adds an operator and states the quorum from now on.
struct OperatorAdd {
  static constexpr CommandNumber kNumber = 10;
  PublicKey key;
  std::uint32_t quorum = 0;
  bool operator==(const OperatorAdd&) const = default;
};
/// Removes an operator and states the quorum from now on.
struct OperatorRemove {
  static constexpr CommandNumber kNumber = 11;
  PublicKey key;
  std::uint32_t quorum = 0;
  bool operator==(const OperatorRemove&) const = default;
};
/// Puts a new key in an operator's place.
struct OperatorRotate {
  static constexpr CommandNumber kNumber = 12;
  PublicKey old_key;
  PublicKey new_key;
  bool operator==(const OperatorRotate&) const = default;
};
/// Admits accounts as members; 1 … kMembersPerCommandMax keys.
struct MemberAdmit {
  static constexpr CommandNumber kNumber = 13;
  std::vector<PublicKey> keys;
  bool operator==(const MemberAdmit&) const = default;
};
struct MemberRevoke {
  static constexpr CommandNumber kNumber = 14;
  PublicKey key;
  Hash32 reason_hash{};
  bool operator==(const MemberRevoke&) const = default;
};
/// Registers a brand's GS1 company prefix, with the hash of the evidence of its licence.
struct PrefixRegister {
  static constexpr CommandNumber kNumber = 15;
  std::string prefix;
  PublicKey brand;
  Hash32 evidence_hash{};
  bool operator==(const PrefixRegister&) const = default;
};
struct PrefixWithdraw {
  static constexpr CommandNumber kNumber = 16;
  std::string prefix;
  Hash32 reason_hash{};
  bool operator==(const PrefixWithdraw&) const = default;
};
/// Accredits an appraiser, centre, carrier or registrar.
struct Accredit {
  static constexpr CommandNumber kNumber = 17;
  PublicKey key;
  Role role = Role::appraiser;
  Hash32 evidence_hash{};
  std::uint64_t quota = 0;  ///< Registrars only.
  bool operator==(const Accredit&) const = default;
};
struct AccreditationRevoke {
  static constexpr CommandNumber kNumber = 18;
  PublicKey key;
  Role role = Role::appraiser;
  Hash32 reason_hash{};
  bool operator==(const AccreditationRevoke&) const = default;
};
/// Licenses an issuer for a kind of asset. Payment tokens need one; the other kinds do not.
struct LicenceGrant {
  static constexpr CommandNumber kNumber = 19;
  PublicKey issuer;
  AssetKind kind = AssetKind::payment;
  Hash32 evidence_hash{};
  bool operator==(const LicenceGrant&) const = default;
};
struct LicenceRevoke {
  static constexpr CommandNumber kNumber = 20;
  PublicKey issuer;
  AssetKind kind = AssetKind::payment;
  Hash32 reason_hash{};
  bool operator==(const LicenceRevoke&) const = default;
};

// ---- Assets. ----

/// Defines an asset of `issuer`, who signs.
struct AssetDefine {
  static constexpr CommandNumber kNumber = 30;
  PublicKey issuer;
  AssetKind kind = AssetKind::payment;
  std::string symbol;
  std::uint32_t decimals = 0;
  AssetPolicies policies;
  std::optional<IouTerms> terms;
  bool operator==(const AssetDefine&) const = default;
};
/// The issuer makes `amount` anew: the claimed coins out exceed those in by it.
struct AssetIssue {
  static constexpr CommandNumber kNumber = 31;
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const AssetIssue&) const = default;
};
/// Coins in, coins out, of any assets, each conserved.
struct AssetTransfer {
  static constexpr CommandNumber kNumber = 32;
  bool operator==(const AssetTransfer&) const = default;
};
/// A holder gives back `amount`. Payment, utility, loyalty: the issuer signs too and pays outside
/// the ledger. An IOU that promises an asset: the payout in that asset is claimed with it, at par.
struct AssetRedeem {
  static constexpr CommandNumber kNumber = 33;
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const AssetRedeem&) const = default;
};
/// A holder destroys `amount` of its own.
struct AssetBurn {
  static constexpr CommandNumber kNumber = 34;
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const AssetBurn&) const = default;
};
/// The issuer freezes or unfreezes a holder, or with no holder the whole asset.
struct AssetFreeze {
  static constexpr CommandNumber kNumber = 35;
  AssetId asset;
  std::optional<Account> holder;
  bool frozen = true;
  bool operator==(const AssetFreeze&) const = default;
};

// ---- Items. ----

/// The brand, or its agent, issues new identities under its prefix: one claimed Item output each.
struct ItemCommission {
  static constexpr CommandNumber kNumber = 40;
  std::string prefix;
  Hash32 event_hash{};
  std::vector<Attribute> attributes;  ///< Of all these items; ascending by name.
  bool operator==(const ItemCommission&) const = default;
};
/// An accredited centre admits goods without an identity: one claimed Item output under
/// the centre's own prefix, usually a GIAI.
struct ItemAdmit {
  static constexpr CommandNumber kNumber = 41;
  PublicKey centre;
  Hash32 evidence_hash{};  ///< Photographs, serial, marks, seal.
  std::vector<Attribute> attributes;
  bool operator==(const ItemAdmit&) const = default;
};
/// An authorised event about items: chains it, and changes disposition, custodian, container if
/// given.
struct ItemObserve {
  static constexpr CommandNumber kNumber = 42;
  std::vector<std::string> gs1_keys;  ///< 1 … kItemsPerCommandMax, distinct.
  Hash32 event_hash{};
  std::optional<Disposition> disposition;
  std::optional<Hash32> custodian;
  std::optional<Hash32> container;
  std::optional<Hash32> place;  ///< Hash of the read point; held against a delegation's places.
  bool operator==(const ItemObserve&) const = default;
};
/// Title passes, without payment in this command: claimed items in, the same items out.
struct ItemTransfer {
  static constexpr CommandNumber kNumber = 43;
  std::optional<Hash32> event_hash;
  bool operator==(const ItemTransfer&) const = default;
};
/// An accredited appraiser's verdict.
struct ItemAttest {
  static constexpr CommandNumber kNumber = 44;
  std::string gs1_key;
  PublicKey appraiser;
  Verdict verdict = Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;
  Hash32 method_hash{};
  Hash32 evidence_hash{};
  bool operator==(const ItemAttest&) const = default;
};
/// A member opens a challenge; or (`resolve`) the operators' quorum or the challenger closes it.
struct ItemChallenge {
  static constexpr CommandNumber kNumber = 45;
  std::string gs1_key;
  PublicKey challenger;
  Hash32 reason_hash{};
  bool resolve = false;
  bool operator==(const ItemChallenge&) const = default;
};
/// Stolen, recalled or counterfeit: by the item's authority together with a quorum of the
/// operators. Cleared (`clear`) by a quorum alone, which is the appeal.
struct ItemFlagSet {
  static constexpr CommandNumber kNumber = 46;
  std::string gs1_key;
  ItemFlag flag = ItemFlag::stolen;
  Hash32 reason_hash{};
  std::uint64_t expires_ms = 0;
  bool clear = false;
  bool operator==(const ItemFlagSet&) const = default;
};
/// The owner ends items: the claimed Item inputs go and nothing comes.
struct ItemDecommission {
  static constexpr CommandNumber kNumber = 47;
  Hash32 event_hash{};
  bool operator==(const ItemDecommission&) const = default;
};
/// Anyone's event about anything: recorded, changes no item.
struct ItemClaim {
  static constexpr CommandNumber kNumber = 48;
  PublicKey claimant;
  Hash32 event_hash{};
  std::vector<std::string> gs1_keys;  ///< What it says it is about; may be empty.
  bool operator==(const ItemClaim&) const = default;
};

// ---- Items in lots, in containers, in each other. ----

/// The brand, or its agent, issues a lot: any number of new items at once, by the root over their
/// serials. Claims nothing.
struct LotCommission {
  static constexpr CommandNumber kNumber = 49;
  std::string gs1_key;  ///< Of the lot.
  std::string prefix;
  std::uint64_t count = 0;
  Hash32 root{};
  Hash32 event_hash{};
  std::vector<Attribute> attributes;  ///< Of all its items; ascending by name.
  bool operator==(const LotCommission&) const = default;
};
/// Items leave their lot on first use, each with its proof: one claimed Item output for each step.
struct LotStepOut {
  static constexpr CommandNumber kNumber = 52;
  std::string lot;
  std::vector<LotStep> steps;
  bool operator==(const LotStepOut&) const = default;
};
/// The owner packs items into another: claimed are the container, then the items; out comes the
/// container alone.
struct ItemAggregate {
  static constexpr CommandNumber kNumber = 53;
  Hash32 event_hash{};
  bool operator==(const ItemAggregate&) const = default;
};
/// The owner unpacks: claimed is the container; out come the container, then the items.
struct ItemDisaggregate {
  static constexpr CommandNumber kNumber = 54;
  Hash32 event_hash{};
  bool operator==(const ItemDisaggregate&) const = default;
};
/// Parts and seals are fixed to an item, or (`dissociate`) taken off; a seal taken off is broken.
struct ItemAssociate {
  static constexpr CommandNumber kNumber = 55;
  std::string gs1_key;
  std::vector<std::string> parts;  ///< Items of the ledger.
  std::vector<Hash32> seals;       ///< Hashes of what stands on them.
  Hash32 event_hash{};
  bool dissociate = false;
  bool operator==(const ItemAssociate&) const = default;
};
/// Items are used up and others made of them under the brand's prefix.
struct ItemTransform {
  static constexpr CommandNumber kNumber = 56;
  std::string prefix;
  Hash32 event_hash{};
  std::vector<Attribute> attributes;  ///< Of all that is made; ascending by name.
  std::vector<Quantity> used;         ///< Of each claimed input, in order.
  std::vector<Quantity> made;         ///< Of each claimed output, in order.
  std::vector<Quantity> lost;         ///< Ascending by unit.
  bool operator==(const ItemTransform&) const = default;
};
/// The authority takes an event of its items back. It undoes nothing.
struct ItemEventError {
  static constexpr CommandNumber kNumber = 57;
  std::vector<std::string> gs1_keys;  ///< 1 … kItemsPerCommandMax, distinct.
  Hash32 wrong_hash{};                ///< The event in error.
  Hash32 reason_hash{};
  Hash32 event_hash{};  ///< The declaration itself.
  bool operator==(const ItemEventError&) const = default;
};
/// A brand takes a thing that a centre admitted under its own identity: claimed are the admitted
/// item and, if it was issued before, the brand's; out comes the brand's.
struct ItemMerge {
  static constexpr CommandNumber kNumber = 58;
  std::string prefix;
  Hash32 event_hash{};
  std::vector<Attribute> attributes;  ///< Of a new identity; none if it was issued before.
  bool operator==(const ItemMerge&) const = default;
};
/// Custody passes: who gives and who takes both sign.
struct ItemHandOver {
  static constexpr CommandNumber kNumber = 59;
  std::vector<std::string> gs1_keys;  ///< 1 … kItemsPerCommandMax, distinct.
  PublicKey from;
  PublicKey to;
  Hash32 event_hash{};
  bool operator==(const ItemHandOver&) const = default;
};

// ---- Delegation. ----

struct DelegationGrant {
  static constexpr CommandNumber kNumber = 50;
  PublicKey principal;
  PublicKey agent;
  DelegationPowers powers;
  bool operator==(const DelegationGrant&) const = default;
};
struct DelegationRevoke {
  static constexpr CommandNumber kNumber = 51;
  PublicKey principal;
  PublicKey agent;
  bool operator==(const DelegationRevoke&) const = default;
};

// ---- Orders. Every output is exactly what the terms give (order_flow.hpp). ----

/// The seller locks its items (and bond) under terms: claims Item inputs and, for a bond, coins.
struct OrderOffer {
  static constexpr CommandNumber kNumber = 60;
  OrderTerms terms;
  bool operator==(const OrderOffer&) const = default;
};
/// The buyer adds payment. `buyer` signs; change beyond the payment comes back at once in coins.
struct OrderFund {
  static constexpr CommandNumber kNumber = 61;
  PublicKey buyer;
  std::vector<Holding> payment;  ///< What goes into escrow; ascending by asset.
  bool operator==(const OrderFund&) const = default;
};
struct OrderAccept {
  static constexpr CommandNumber kNumber = 62;
  bool operator==(const OrderAccept&) const = default;
};
struct OrderShip {
  static constexpr CommandNumber kNumber = 63;
  Hash32 tracking_hash{};
  bool operator==(const OrderShip&) const = default;
};
/// Signed by the buyer or the carrier of the terms.
struct OrderDeliver {
  static constexpr CommandNumber kNumber = 64;
  bool operator==(const OrderDeliver&) const = default;
};
/// The buyer releases: items to the buyer, price to the seller, the seller's own IOU burned, change
/// in kind, loyalty minted, bond back.
struct OrderRelease {
  static constexpr CommandNumber kNumber = 65;
  bool operator==(const OrderRelease&) const = default;
};
/// Back to where it came from: the seller before or after acceptance, the buyer before acceptance,
/// both at any time.
struct OrderRefund {
  static constexpr CommandNumber kNumber = 66;
  bool operator==(const OrderRefund&) const = default;
};
/// The seller takes an offer back that nobody has funded.
struct OrderWithdraw {
  static constexpr CommandNumber kNumber = 67;
  bool operator==(const OrderWithdraw&) const = default;
};
/// Anyone, once the deadline of the present state has passed.
struct OrderTimeout {
  static constexpr CommandNumber kNumber = 68;
  bool operator==(const OrderTimeout&) const = default;
};
/// Either party, when the order is delivered and its authenticity policy no longer holds.
struct OrderDispute {
  static constexpr CommandNumber kNumber = 69;
  Hash32 reason_hash{};
  bool operator==(const OrderDispute&) const = default;
};

// ---- Authentication. ----

/// A quorum of the operators sets the terms on which cases are judged for a payment token.
struct PanelDefine {
  static constexpr CommandNumber kNumber = 70;
  AssetId asset;
  PanelTerms terms;
  bool operator==(const PanelDefine&) const = default;
};
/// An accredited appraiser puts up coins, so that it can be drawn.
struct AppraiserBond {
  static constexpr CommandNumber kNumber = 71;
  PublicKey appraiser;
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const AppraiserBond&) const = default;
};
/// … and takes back what no living case locks: one claimed coin.
struct AppraiserWithdraw {
  static constexpr CommandNumber kNumber = 72;
  PublicKey appraiser;
  AssetId asset;
  std::uint64_t amount = 0;
  bool operator==(const AppraiserWithdraw&) const = default;
};
/// A member asks whether something is genuine. Of an item on the ledger the title is shown: claims
/// the Item input and the same output. Then the coins of the fee, unless it is the first case.
struct CaseOpen {
  static constexpr CommandNumber kNumber = 73;
  PublicKey requester;
  AssetId asset;
  Hash32 nonce{};
  std::string gs1_key;  ///< Empty: goods from elsewhere.
  Hash32 description_hash{};
  Hash32 category_hash{};
  Hash32 source_hash{};
  Hash32 evidence_root{};
  Hash32 sealed_hash{};
  std::uint64_t fee = 0;  ///< What it costs, as the requester knows it; 0 if it is free.
  bool operator==(const CaseOpen&) const = default;
};
/// A judge commits to its verdict (case_commitment()).
struct CaseCommit {
  static constexpr CommandNumber kNumber = 74;
  CaseId case_id;
  PublicKey appraiser;
  Hash32 commitment{};
  bool operator==(const CaseCommit&) const = default;
};
/// … and reveals what it has committed to.
struct CaseReveal {
  static constexpr CommandNumber kNumber = 75;
  CaseId case_id;
  PublicKey appraiser;
  Verdict verdict = Verdict::inconclusive;
  std::uint32_t confidence_bps = 0;
  Hash32 method_hash{};
  Hash32 points_hash{};
  Hash32 salt{};
  bool operator==(const CaseReveal&) const = default;
};
/// A member doubts a verdict and puts up the bond; a second panel judges.
struct CaseChallenge {
  static constexpr CommandNumber kNumber = 76;
  CaseId case_id;
  PublicKey challenger;
  Hash32 reason_hash{};
  std::uint64_t bond = 0;  ///< As the challenger knows it.
  bool operator==(const CaseChallenge&) const = default;
};
/// Anyone carries a case on from this state when its time has come: draws, opens the revealing,
/// decides, closes.
struct CaseAdvance {
  static constexpr CommandNumber kNumber = 77;
  CaseId case_id;
  CaseState from = CaseState::open;
  bool operator==(const CaseAdvance&) const = default;
};
/// A registrar, or a quorum of the operators, opens the sealed answer of a blind control.
struct CaseCalibrate {
  static constexpr CommandNumber kNumber = 78;
  CaseId case_id;
  Verdict answer = Verdict::inconclusive;
  Hash32 salt{};
  bool operator==(const CaseCalibrate&) const = default;
};

// ---- Profile. ----

/// The owner commits to the value of an attribute; `version` counts from 1 without gaps.
struct ProfileSet {
  static constexpr CommandNumber kNumber = 80;
  PublicKey owner;
  Hash32 attribute_id{};
  Hash32 commitment{};
  std::uint64_t version = 0;
  bool operator==(const ProfileSet&) const = default;
};
/// Claims one Grant output.
struct ProfileGrant {
  static constexpr CommandNumber kNumber = 81;
  bool operator==(const ProfileGrant&) const = default;
};
/// Claims Grant inputs; nothing comes out.
struct ProfileRevoke {
  static constexpr CommandNumber kNumber = 82;
  bool operator==(const ProfileRevoke&) const = default;
};

using CommandAlternatives = std::variant<
    OperatorAdd, OperatorRemove, OperatorRotate, MemberAdmit, MemberRevoke, PrefixRegister,
    PrefixWithdraw, Accredit, AccreditationRevoke, LicenceGrant, LicenceRevoke, AssetDefine,
    AssetIssue, AssetTransfer, AssetRedeem, AssetBurn, AssetFreeze, ItemCommission, ItemAdmit,
    ItemObserve, ItemTransfer, ItemAttest, ItemChallenge, ItemFlagSet, ItemDecommission, ItemClaim,
    LotCommission, LotStepOut, ItemAggregate, ItemDisaggregate, ItemAssociate, ItemTransform,
    ItemEventError, ItemMerge, ItemHandOver, DelegationGrant, DelegationRevoke, OrderOffer,
    OrderFund, OrderAccept, OrderShip, OrderDeliver, OrderRelease, OrderRefund, OrderWithdraw,
    OrderTimeout, OrderDispute, PanelDefine, AppraiserBond, AppraiserWithdraw, CaseOpen, CaseCommit,
    CaseReveal, CaseChallenge, CaseAdvance, CaseCalibrate, ProfileSet, ProfileGrant, ProfileRevoke>;

/// One of them. What runs over all alternatives is compiled once, in command.cpp: in every file
/// that holds a transaction it was most of what compiling took.
struct CommandBody : CommandAlternatives {
  using CommandAlternatives::CommandAlternatives;
  CommandBody();
  CommandBody(const CommandBody& other);
  CommandBody(CommandBody&& other) noexcept;
  CommandBody& operator=(const CommandBody& other);
  CommandBody& operator=(CommandBody&& other) noexcept;
  ~CommandBody();
  bool operator==(const CommandBody& other) const;
};

/// A command with the inputs and outputs it claims, by index into the transaction, ascending.
struct Command {
  std::vector<std::uint32_t> inputs;
  std::vector<std::uint32_t> outputs;
  CommandBody body;
  bool operator==(const Command&) const = default;
};

/// The wire number of a command, and its name in the documents, as `asset_transfer`.
[[nodiscard]] CommandNumber command_number(const CommandBody& body);
[[nodiscard]] std::string_view command_name(CommandNumber number);
/// The number of a command's name; nothing if there is none.
[[nodiscard]] std::optional<CommandNumber> command_number(std::string_view name);

}  // namespace tally::contracts

/// For who counts alternatives, it is the variant that it holds.
template <>
struct std::variant_size<tally::contracts::CommandBody>
    : std::variant_size<tally::contracts::CommandAlternatives> {};
