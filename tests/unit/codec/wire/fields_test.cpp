// The field tables against the domain types (every member has its line) and against the schema
// (every line has the number and name of a field, and there are no others).
#include "codec/wire/fields.hpp"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>
#include <tally/v1/block.pb.h>
#include <tally/v1/genesis.pb.h>
#include <tally/v1/registry.pb.h>
#include <tally/v1/transaction.pb.h>

#include <map>

#include "codec/wire/block_fields.hpp"
#include "codec/wire/transaction_fields.hpp"
#include "codec/words.hpp"

namespace tally::codec::wire {
namespace {

using Table = std::map<int, std::string>;

class Lister : public Visitor {
 public:
  void field(std::uint32_t number, std::string_view name, auto&, auto, auto) { add(number, name); }
  template <typename T>
  void alternative(std::uint32_t number, std::string_view name, auto&, auto, auto) {
    add(number, name);
    ++alternatives;
  }
  void oneof(auto& x) {
    ++oneofs;
    fields(*this, x);
  }
  void require(bool) {}

  Table table;
  std::size_t alternatives = 0;
  std::size_t oneofs = 0;

 private:
  void add(std::uint32_t number, std::string_view name) {
    EXPECT_TRUE(table.emplace(static_cast<int>(number), name).second) << name;
  }
};

// How many members an aggregate has: as many as it can be initialised with, beside a copy of
// itself.
template <typename Owner>
struct Anything {
  template <typename T>
    requires(!std::same_as<T, Owner>)
  operator T() const;
};
template <typename T, typename... Args>
constexpr std::size_t members() {
  if constexpr (requires { T{Args{}..., Anything<T>{}}; }) {
    return members<T, Args..., Anything<T>>();
  } else {
    return sizeof...(Args);
  }
}

template <typename T>
Table listed() {
  T x{};
  Lister lister;
  fields(lister, x);
  if constexpr (is_variant<T>) {
    EXPECT_EQ(lister.alternatives, std::variant_size_v<T>);
  } else {
    EXPECT_EQ(lister.table.size() - lister.alternatives + lister.oneofs, members<T>());
  }
  return lister.table;
}

template <typename T, typename M>
void agree() {
  Table schema;
  const auto* descriptor = M::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    schema[descriptor->field(i)->number()] = descriptor->field(i)->name();
  }
  EXPECT_EQ(listed<T>(), schema) << descriptor->full_name();
}

#define AGREE(Type) agree<contracts::Type, v1::Type>()

TEST(FieldTables, CountMembers) {
  EXPECT_EQ(members<contracts::AssetTransfer>(), 0u);
  EXPECT_EQ(members<contracts::Outpoint>(), 2u);
  EXPECT_EQ(members<contracts::OrderTerms>(), 13u);
}

TEST(FieldTables, AgreeForTransactions) {
  AGREE(Transaction);
  AGREE(Outpoint);
  AGREE(Input);
  AGREE(Reference);
  AGREE(RegistryKey);
  AGREE(Command);
  agree<SignedTransaction, v1::SignedTransaction>();
}

TEST(FieldTables, AgreeForOutputs) {
  AGREE(Lock);
  AGREE(KeyLock);
  AGREE(MultiLock);
  AGREE(TimeLock);
  AGREE(HashLock);
  AGREE(Account);
  AGREE(Output);
  AGREE(Coin);
  AGREE(Item);
  AGREE(Grant);
  AGREE(Order);
  AGREE(OrderTerms);
  AGREE(OrderLine);
  AGREE(OrderPeriods);
  AGREE(AuthenticityPolicy);
  AGREE(Attribute);
  AGREE(LoyaltyReward);
  AGREE(Holding);
  agree<StoredOutput, v1::StoredOutput>();
}

TEST(FieldTables, AgreeForGovernanceCommands) {
  AGREE(OperatorAdd);
  AGREE(OperatorRemove);
  AGREE(OperatorRotate);
  AGREE(MemberAdmit);
  AGREE(MemberRevoke);
  AGREE(PrefixRegister);
  AGREE(PrefixWithdraw);
  AGREE(Accredit);
  AGREE(AccreditationRevoke);
  AGREE(LicenceGrant);
  AGREE(LicenceRevoke);
  AGREE(DelegationGrant);
  AGREE(DelegationRevoke);
  AGREE(DelegationPowers);
}

TEST(FieldTables, AgreeForAssetCommands) {
  AGREE(AssetDefine);
  AGREE(AssetIssue);
  AGREE(AssetTransfer);
  AGREE(AssetRedeem);
  AGREE(AssetBurn);
  AGREE(AssetFreeze);
  AGREE(IouTerms);
  AGREE(AssetPolicies);
}

TEST(FieldTables, AgreeForItemCommands) {
  AGREE(ItemCommission);
  AGREE(ItemAdmit);
  AGREE(ItemObserve);
  AGREE(ItemTransfer);
  AGREE(ItemAttest);
  AGREE(ItemChallenge);
  AGREE(ItemFlagSet);
  AGREE(ItemDecommission);
  AGREE(ItemClaim);
  AGREE(LotCommission);
  AGREE(LotStep);
  AGREE(LotStepOut);
  AGREE(ItemAggregate);
  AGREE(ItemDisaggregate);
  AGREE(ItemAssociate);
  AGREE(Quantity);
  AGREE(ItemTransform);
  AGREE(ItemEventError);
  AGREE(ItemMerge);
  AGREE(ItemHandOver);
}

TEST(FieldTables, AgreeForOrderAndProfileCommands) {
  AGREE(OrderOffer);
  AGREE(OrderFund);
  AGREE(OrderAccept);
  AGREE(OrderShip);
  AGREE(OrderDeliver);
  AGREE(OrderRelease);
  AGREE(OrderRefund);
  AGREE(OrderWithdraw);
  AGREE(OrderTimeout);
  AGREE(OrderDispute);
  AGREE(ProfileSet);
  AGREE(ProfileGrant);
  AGREE(ProfileRevoke);
}

TEST(FieldTables, AgreeForAuthenticationCommands) {
  AGREE(PanelTerms);
  AGREE(PanelDefine);
  AGREE(AppraiserBond);
  AGREE(AppraiserWithdraw);
  AGREE(CaseOpen);
  AGREE(CaseCommit);
  AGREE(CaseReveal);
  AGREE(CaseChallenge);
  AGREE(CaseAdvance);
  AGREE(CaseCalibrate);
}

TEST(FieldTables, AgreeForRegistries) {
  AGREE(RegistryEntry);
  AGREE(RegistryWrite);
  AGREE(NetworkEntry);
  AGREE(MemberEntry);
  AGREE(PrefixEntry);
  AGREE(AccreditationEntry);
  AGREE(LicenceEntry);
  AGREE(DelegationEntry);
  AGREE(AssetEntry);
  AGREE(SymbolEntry);
  AGREE(FreezeEntry);
  AGREE(ItemEntry);
  AGREE(Attestation);
  AGREE(Challenge);
  AGREE(FlagState);
  AGREE(OrderEntry);
  AGREE(ProfileEntry);
  AGREE(Batch);
  AGREE(BatchCount);
  AGREE(Contents);
  AGREE(Part);
  AGREE(EventError);
  AGREE(LotEntry);
  AGREE(LotPageEntry);
  AGREE(TransformationEntry);
  AGREE(CaseEntry);
  AGREE(Seat);
  AGREE(PanelEntry);
  AGREE(Stake);
  AGREE(AppraiserEntry);
  AGREE(RequesterEntry);
}

TEST(FieldTables, AgreeForBlocksAndGenesis) {
  agree<Block, v1::Block>();
  agree<BlockHeader, v1::BlockHeader>();
  agree<Outcome, v1::Outcome>();
  agree<SettledRecord, v1::Settled>();
  agree<RejectedRecord, v1::Rejected>();
  AGREE(Error);
  AGREE(Genesis);
  agree<SignedGenesis, v1::SignedGenesis>();
  agree<OperatorSignature, v1::OperatorSignature>();
}

TEST(FieldTables, AlternativesHaveTheCommandsNumbersAndNames) {
  for (const auto& [number, name] : listed<contracts::CommandBody>()) {
    EXPECT_EQ(contracts::command_name(static_cast<std::uint32_t>(number)), name);
  }
}

int depth(const google::protobuf::Descriptor* descriptor) {
  int deepest = 0;
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* inner = descriptor->field(i)->message_type();
    if (inner != nullptr) deepest = std::max(deepest, depth(inner));
  }
  return deepest + 1;
}

// No message holds one of its own type, so the schema bounds how deep anything that is known can
// go.
TEST(FieldTables, NestNoDeeperThanTheLimit) {
  EXPECT_EQ(depth(v1::Transaction::descriptor()), 6);  // output, order, terms, line, attribute
  EXPECT_LE(depth(v1::Block::descriptor()), static_cast<int>(contracts::kNestingMax));
}

// The values of an enum of the schema, in words: without its prefix and without UNSPECIFIED.
template <typename E>
void words_agree(const google::protobuf::EnumDescriptor* descriptor, std::string_view prefix) {
  Table schema;
  for (int i = 0; i < descriptor->value_count(); ++i) {
    auto name = descriptor->value(i)->name().substr(prefix.size());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name != "unspecified") schema[descriptor->value(i)->number()] = name;
  }
  Table words;
  for (const auto& entry : kWords<E>) words[static_cast<int>(entry.value)] = entry.text;
  EXPECT_EQ(words, schema) << descriptor->full_name();
}

TEST(FieldTables, AgreeForEnums) {
  words_agree<contracts::AssetKind>(v1::AssetKind_descriptor(), "ASSET_KIND_");
  words_agree<contracts::ItemStatus>(v1::ItemStatus_descriptor(), "ITEM_STATUS_");
  words_agree<contracts::ItemFlag>(v1::ItemFlag_descriptor(), "ITEM_FLAG_");
  words_agree<contracts::Verdict>(v1::Verdict_descriptor(), "VERDICT_");
  words_agree<contracts::Disposition>(v1::Disposition_descriptor(), "DISPOSITION_");
  words_agree<contracts::OrderState>(v1::OrderState_descriptor(), "ORDER_STATE_");
  words_agree<contracts::CaseState>(v1::CaseState_descriptor(), "CASE_STATE_");
  words_agree<contracts::Role>(v1::Role_descriptor(), "ROLE_");
  words_agree<contracts::Account::Kind>(v1::AccountKind_descriptor(), "ACCOUNT_KIND_");
  words_agree<contracts::RegistryKind>(v1::RegistryKind_descriptor(), "REGISTRY_KIND_");
  words_agree<contracts::NetworkKind>(v1::NetworkKind_descriptor(), "NETWORK_KIND_");
}

}  // namespace
}  // namespace tally::codec::wire
