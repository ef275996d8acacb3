// `tally verify`: what the record says of an item, or of a transaction.
#include "cli/arguments.hpp"
#include "cli/bundle.hpp"
#include "cli/files.hpp"
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "codec/credential.hpp"
#include "codec/json.hpp"
#include "codec/receipt.hpp"

namespace tally::cli {
namespace {

struct VerifyOptions {
  std::string what;
};

// One sentence for each finding of the scan page.
std::string_view sentence(std::string_view finding) {
  if (finding == "genuine")
    return "Issued by the brand that the record names; nothing speaks against it.";
  if (finding == "withdrawn") return "Issued under a prefix that was withdrawn since.";
  if (finding == "admitted") return "Admitted by an accredited centre.";
  if (finding == "admitted_revoked") return "Admitted by a centre whose accreditation was revoked.";
  if (finding == "fake") return "NOT GENUINE: an appraiser found it fake.";
  if (finding == "disputed") return "IN DOUBT: there is an open challenge.";
  if (finding == "stolen") return "STOLEN: do not buy it.";
  if (finding == "recalled") return "RECALLED.";
  if (finding == "counterfeit") return "COUNTERFEIT: do not buy it.";
  if (finding == "decommissioned") return "ENDED: the item is decommissioned.";
  return "Nothing is on record.";
}

Result<void> verify_item(Context& context, const std::string& gs1_key) {
  const auto node = context.node();
  if (!node) return std::unexpected(node.error());
  const auto answer = (*node)->get("/" + gs1_key);
  if (!answer) return std::unexpected(answer.error());
  const auto finding = text_at(*answer, "finding").value_or("unknown");
  auto text = std::string(sentence(finding)) + "\n\n" +
              object_text(context, *answer,
                          {{"item", "gs1_key"},
                           {"finding", "finding"},
                           {"issued", "issued"},
                           {"by", "authority", Cell::id},
                           {"brand prefix", "prefix"},
                           {"authority stands", "authority_stands"},
                           {"flag", "flag.flag"},
                           {"owners so far", "owners"},
                           {"for sale new", "for_sale"},
                           {"open challenges", "open_challenges"},
                           {"since", "since_ms", Cell::time},
                           {"as of block", "as_of_height"}});
  text += "\n" + rows_text(context, *answer, "verdicts",
                           {{"VERDICT", "verdict"},
                            {"BASIS POINTS", "confidence_bps", Cell::number},
                            {"APPRAISER", "appraiser", Cell::id},
                            {"ACCREDITED", "accredited"},
                            {"WHEN", "time_ms", Cell::time}},
                           "no verdicts");
  text += "\nA record is of a code, not of a thing: a copied label shows the same.\n";
  context.print(*answer, text);
  return {};
}

Result<void> verify_transaction(Context& context, const std::string& txid) {
  if (auto in = context.sign_in_if_possible(); !in) return in;
  const auto answer = (*context.node())->get("/v1/transactions/" + txid);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"outcome", "outcome"},
                                      {"final", "final"},
                                      {"code", "code"},
                                      {"txid", "txid"},
                                      {"height", "height"},
                                      {"position", "position"},
                                      {"time", "time_ms", Cell::time}}));
  return {};
}

// A receipt holds by itself or it does not: the path into the block, the signature over both. What
// it cannot say is whether its network and its node are the ones that are meant: those that are
// asked.
Result<void> check_receipt(const json::value& value, Node& node) {
  const auto receipt = codec::receipt_from_json(value);
  if (!receipt) return usage("the receipt is not well formed");
  if (const auto holds = codec::verify_receipt(*receipt); !holds) {
    return broken("receipt_forged", holds.error() == codec::ReceiptFault::not_in_block
                                        ? "the receipt's path does not lead into its block"
                                        : "the receipt is not signed by the node that it names");
  }
  const auto network = node.get("/v1/network");
  if (!network) return std::unexpected(network.error());
  if (text_at(*network, "network_id") != receipt->network_id.hex()) {
    return broken("receipt_forged", "the receipt is of another network");
  }
  if (text_at(*network, "node_key") != receipt->node_key.hex()) {
    return broken("receipt_forged", "the receipt is signed by another node than the one asked");
  }
  return {};
}

// A verdict's credential: it holds by itself, and needs no node. Whether the node that signed it is
// one to be trusted is for whoever reads its key.
Result<void> verify_credential_file(Context& context, const json::value& value) {
  const auto credential = codec::credential_from_json(value);
  if (!credential) {
    return broken("credential_forged", "the credential does not say what it was made of");
  }
  if (!codec::verify_credential(*credential)) {
    return broken("credential_forged", "the credential is not signed by the node that it names");
  }
  auto text = object_text(context, value.as_object().at("credentialSubject"),
                          {{"verdict", "verdict"},
                           {"item", "gs1_key"},
                           {"description", "description_hash"},
                           {"state", "state"},
                           {"decided", "decided"},
                           {"closed", "closed"},
                           {"case", "case"}});
  text += fmt::format("\nSigned by node {} of network {}. It is of photographs, not of a thing.\n",
                      credential->node_key.hex(), credential->network_id.hex());
  context.print(value, text);
  return {};
}

bool is_credential(const json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && object->contains("credentialSubject") && object->contains("proof");
}

// A transaction's file, its receipt, or the answer to a submission: what the node says of the same
// txid must agree.
Result<void> verify_file(Context& context, const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (const auto bundle = parse_bundle(as_text(*bytes))) {
    return verify_transaction(context, bundle->txid().hex());
  }
  const auto value = codec::parse_json(as_text(*bytes), kFileBytesMax);
  if (value && is_credential(*value)) return verify_credential_file(context, *value);
  const auto txid = value ? text_at(*value, "txid") : std::nullopt;
  if (!txid) return usage(path + ": neither a transaction nor a receipt");
  const auto node = context.node();
  if (!node) return std::unexpected(node.error());
  if (value->as_object().contains("path")) {
    if (auto ok = check_receipt(*value, **node); !ok) return ok;
  }
  const auto answer = (*node)->get("/v1/transactions/" + escaped(*txid));
  if (!answer) return std::unexpected(answer.error());
  for (const auto* member : {"outcome", "height"}) {
    const auto said = text_at(*value, member);
    if (said && said != text_at(*answer, member)) {
      return broken("not_as_receipted", fmt::format("the receipt says {} {}, the node {}", member,
                                                    *said, text_at(*answer, member).value_or("?")));
    }
  }
  return verify_transaction(context, *txid);
}

Result<void> verify(Context& context, const VerifyOptions& options) {
  const auto& what = options.what;
  if (contracts::Txid::parse(what)) return verify_transaction(context, what);
  const bool is_uri = what.contains("://") || what.starts_with("urn:");
  std::error_code fault;
  if (!is_uri && std::filesystem::is_regular_file(what, fault)) return verify_file(context, what);
  const auto key = gs1_key_of(what);
  if (!key) return std::unexpected(key.error());
  if (!contracts::valid_gs1_key(*key)) {
    return usage(fmt::format("{}: neither an item's key or link, nor a txid, nor a file", what));
  }
  return verify_item(context, *key);
}

}  // namespace

void add_verify(Tree& tree) {
  auto options = std::make_shared<VerifyOptions>();
  auto& app = tree.leaf("verify", "Says what the record knows of an item or a transaction.",
                        "tally verify https://id.gs1.org/01/09521141000007/21/0001",
                        [options](Context& context) { return verify(context, *options); });
  app.add_option(
         "what", options->what,
         "A GS1 key, the link on a label, a txid, or a file with a transaction, a receipt or "
         "a verdict's credential")
      ->required();
}

}  // namespace tally::cli
