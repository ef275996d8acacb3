#include "market/commands/commands.hpp"

namespace tally::market {
namespace {

using contracts::CommandBody;

ParameterSchema quorum_parameter() {
  return required("quorum", ParameterType::number,
                  "How many operators must sign from now on: more than half of them.", "2");
}
ParameterSchema evidence_parameter(std::string_view doc) {
  return required("evidence_hash", ParameterType::hash, doc, kHashExample);
}
ParameterSchema reason_parameter() {
  return required("reason_hash", ParameterType::hash, "The hash of the stated reason.",
                  kHashExample);
}
ParameterSchema prefix_parameter() {
  return required("prefix", ParameterType::text, "The GS1 company prefix: 4 to 12 digits.",
                  R"("9521141")");
}
ParameterSchema role_parameter() {
  return with_words<contracts::Role>(
      required("role", ParameterType::word, "What it is accredited as.", R"("appraiser")"));
}
ParameterSchema kind_parameter() {
  return with_words<contracts::AssetKind>(
      required("kind", ParameterType::word, "The kind of asset.", R"("payment")"));
}
ParameterSchema key_parameter(std::string_view name, std::string_view doc) {
  return required(name, ParameterType::key, doc, kAddressExample);
}

CommandBody operator_add(Draft&, const Parameters& p) {
  return contracts::OperatorAdd{p.key("key"), p.number_32("quorum")};
}
CommandBody operator_remove(Draft&, const Parameters& p) {
  return contracts::OperatorRemove{p.key("key"), p.number_32("quorum")};
}
CommandBody operator_rotate(Draft&, const Parameters& p) {
  return contracts::OperatorRotate{p.key("old_key"), p.key("new_key")};
}
CommandBody member_admit(Draft&, const Parameters& p) {
  return contracts::MemberAdmit{p.keys("keys")};
}
CommandBody member_revoke(Draft&, const Parameters& p) {
  return contracts::MemberRevoke{p.key("key"), p.hash("reason_hash")};
}
CommandBody prefix_register(Draft&, const Parameters& p) {
  return contracts::PrefixRegister{p.text("prefix"), p.key("brand"), p.hash("evidence_hash")};
}
CommandBody prefix_withdraw(Draft&, const Parameters& p) {
  return contracts::PrefixWithdraw{p.text("prefix"), p.hash("reason_hash")};
}
CommandBody accredit(Draft&, const Parameters& p) {
  return contracts::Accredit{p.key("key"), p.word<contracts::Role>("role"), p.hash("evidence_hash"),
                             p.number("quota")};
}
CommandBody accreditation_revoke(Draft&, const Parameters& p) {
  return contracts::AccreditationRevoke{p.key("key"), p.word<contracts::Role>("role"),
                                        p.hash("reason_hash")};
}
CommandBody licence_grant(Draft&, const Parameters& p) {
  return contracts::LicenceGrant{p.key("issuer"), p.word<contracts::AssetKind>("kind"),
                                 p.hash("evidence_hash")};
}
CommandBody licence_revoke(Draft&, const Parameters& p) {
  return contracts::LicenceRevoke{p.key("issuer"), p.word<contracts::AssetKind>("kind"),
                                  p.hash("reason_hash")};
}

}  // namespace

std::vector<CommandBuilder> governance_commands() {
  return {
      {contracts::OperatorAdd::kNumber,
       "Adds an operator; signed by a quorum of the operators.",
       {key_parameter("key", "The new operator."), quorum_parameter()},
       operator_add},
      {contracts::OperatorRemove::kNumber,
       "Removes an operator; signed by a quorum of the operators.",
       {key_parameter("key", "The operator that goes."), quorum_parameter()},
       operator_remove},
      {contracts::OperatorRotate::kNumber,
       "Puts a new key in an operator's place; signed by a quorum of the operators.",
       {key_parameter("old_key", "The key that goes."),
        key_parameter("new_key", "The key that comes.")},
       operator_rotate},
      {contracts::MemberAdmit::kNumber,
       "Admits members; signed by a quorum of the operators, or by a registrar.",
       {list_of(key_parameter("keys", "Who is admitted."))},
       member_admit},
      {contracts::MemberRevoke::kNumber,
       "Ends a membership; signed by a quorum of the operators.",
       {key_parameter("key", "Whose."), reason_parameter()},
       member_revoke},
      {contracts::PrefixRegister::kNumber,
       "Registers a brand's GS1 company prefix; signed by a quorum of the operators.",
       {prefix_parameter(), key_parameter("brand", "Whose prefix it is."),
        evidence_parameter("The hash of the evidence of the GS1 licence.")},
       prefix_register},
      {contracts::PrefixWithdraw::kNumber,
       "Withdraws a brand's prefix; signed by a quorum of the operators.",
       {prefix_parameter(), reason_parameter()},
       prefix_withdraw},
      {contracts::Accredit::kNumber,
       "Accredits an appraiser, centre, carrier or registrar; signed by a quorum of the operators.",
       {key_parameter("key", "Who."), role_parameter(),
        evidence_parameter("The hash of what the accreditation rests on."),
        optional("quota", ParameterType::number, "Of a registrar: how many members it may admit.",
                 "1000")},
       accredit},
      {contracts::AccreditationRevoke::kNumber,
       "Ends an accreditation; signed by a quorum of the operators.",
       {key_parameter("key", "Whose."), role_parameter(), reason_parameter()},
       accreditation_revoke},
      {contracts::LicenceGrant::kNumber,
       "Licenses an issuer for a kind of asset; signed by a quorum of the operators.",
       {key_parameter("issuer", "Who."), kind_parameter(),
        evidence_parameter("The hash of what the licence rests on.")},
       licence_grant},
      {contracts::LicenceRevoke::kNumber,
       "Ends an issuer's licence; signed by a quorum of the operators.",
       {key_parameter("issuer", "Whose."), kind_parameter(), reason_parameter()},
       licence_revoke},
  };
}

}  // namespace tally::market
