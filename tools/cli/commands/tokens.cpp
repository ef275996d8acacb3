// `tally token`: API tokens of an account.
#include "cli/render.hpp"
#include "cli/tree.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "market/values.hpp"

namespace tally::cli {
namespace {

constexpr std::uint64_t kLifeMsDefault = std::uint64_t{90} * 24 * 3600 * 1000;

struct TokenOptions {
  std::string id;
  std::string label;
  std::string valid_for;
  std::string agent;
  std::vector<std::string> scopes;
};

Result<void> issue(Context& context, const TokenOptions& options) {
  if (auto in = context.sign_in(); !in) return in;
  std::optional<std::uint64_t> life_ms = kLifeMsDefault;
  if (!options.valid_for.empty()) life_ms = market::parse_duration_ms(options.valid_for);
  if (!life_ms) return usage("--valid-for: as 90d");
  json::object body{{"scopes", json::value_from(options.scopes)},
                    {"label", options.label},
                    {"expires_ms", std::to_string(SystemClock().wall_ms() + *life_ms)}};
  if (!options.agent.empty()) body["agent"] = options.agent;
  const auto answer = (*context.node())->post("/v1/tokens", body);
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, object_text(context, *answer,
                                     {{"token", "token"},
                                      {"id", "id"},
                                      {"scopes", "scopes"},
                                      {"expires", "expires_ms", Cell::time}}) +
                             "It is shown this once.\n");
  return {};
}

Result<void> list(Context& context, const TokenOptions&) {
  if (auto in = context.sign_in(); !in) return in;
  const auto answer = (*context.node())->get("/v1/tokens");
  if (!answer) return std::unexpected(answer.error());
  context.print(*answer, rows_text(context, *answer, "tokens",
                                   {{"ID", "id"},
                                    {"LABEL", "label"},
                                    {"SCOPES", "scopes"},
                                    {"FOR", "principal", Cell::id},
                                    {"EXPIRES", "expires_ms", Cell::time},
                                    {"REVOKED", "revoked_ms", Cell::time}},
                                   "no tokens"));
  return {};
}

Result<void> revoke(Context& context, const TokenOptions& options) {
  if (auto in = context.sign_in(); !in) return in;
  const auto answer = (*context.node())->remove("/v1/tokens/" + escaped(options.id));
  if (!answer) return std::unexpected(answer.error());
  context.print(json::object{{"id", options.id}, {"revoked", true}},
                fmt::format("token {} is revoked\n", options.id));
  return {};
}

}  // namespace

void add_tokens(Tree& tree) {
  tree.group("token", "API tokens for programs that cannot sign in");
  const auto make = [&](std::string_view path, std::string_view doc, std::string_view example,
                        auto* handler) -> std::pair<CLI::App&, TokenOptions&> {
    auto options = std::make_shared<TokenOptions>();
    auto& app = tree.leaf(path, doc, example, [options, handler](Context& context) {
      return handler(context, *options);
    });
    return {app, *options};
  };
  {
    const auto [app, options] = make(
        "token issue", "Issues a token.",
        "tally token issue --scopes build,read_own --label shop --valid-for 30d --dev boutique",
        issue);
    app.add_option("--scopes", options.scopes,
                   "What it is for: read_own, build, capture, query, subscribe; of an operator "
                   "also admin, operate, audit")
        ->required()
        ->delimiter(',')
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--label", options.label, "For people");
    app.add_option("--valid-for", options.valid_for, "90d if left out");
    app.add_option("--agent", options.agent, "The agent's address that it acts as");
  }
  make("token list", "Lists the account's tokens.", "tally token list --dev boutique", list);
  {
    const auto [app, options] = make("token revoke", "Revokes a token.",
                                     "tally token revoke 0011223344556677 --dev boutique", revoke);
    app.add_option("id", options.id, "Its id")->required();
  }
}

}  // namespace tally::cli
