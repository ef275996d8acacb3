#include "market/build.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/nearest.hpp"
#include "codec/transaction.hpp"
#include "contracts/verify.hpp"
#include "market/commands/table.hpp"
#include "market/draft.hpp"
#include "market/explain.hpp"
#include "market/values.hpp"

namespace tally::market {
namespace {

using contracts::ErrorCode;

// How often coins may be snatched away by parallel requests before one is told so.
constexpr int kLeaseAttempts = 16;

BuildError error_of(ErrorCode code, std::string field, std::string detail,
                    std::uint64_t figure = 0) {
  return {{code, 0, figure}, std::move(field), std::move(detail)};
}

BuildError unknown_command(std::string_view command) {
  std::vector<std::string_view> names;
  for (const auto& schema : command_schemas()) names.push_back(schema.name);
  return error_of(
      ErrorCode::bad_parameter, std::string(kCommandField),
      fmt::format("there is no such command; did you mean {}?", nearest_word(command, names)));
}

// What the rules would say in the next block.
std::optional<contracts::Error> forecast(const Draft& draft, ByteView body,
                                         const contracts::Registry& registry,
                                         const BuildContext& context) {
  const auto& tx = draft.transaction();
  if (tx.valid_until_ms < context.now_ms) return contracts::Error{ErrorCode::expired};
  contracts::ResolvedTransaction resolved{tx, contracts::txid(tx.network_id, body), 0, {}};
  for (const auto& output : draft.spent()) resolved.inputs.push_back(&output);
  const auto& snapshot = context.snapshot;
  const auto time_ms = std::max(context.now_ms, snapshot.time_ms());
  const contracts::BlockContext block{
      .height = snapshot.height() + 1,
      .time_ms = time_ms,
      .active_ms = snapshot.active_ms() +
                   std::min(time_ms - snapshot.time_ms(), contracts::kActiveStepMsMax)};
  const auto delta = contracts::verify(resolved, registry, block);
  return delta ? std::nullopt : std::optional(delta.error());
}

std::vector<KnownAsset> assets_of(const Draft& draft, const contracts::Registry& registry) {
  std::vector<KnownAsset> out;
  for (const auto& id : mentioned_assets(draft.transaction(), draft.spent())) {
    const auto* asset = registry.get<contracts::AssetEntry>(contracts::asset_key(id));
    if (asset != nullptr) out.push_back({id, asset->symbol, asset->decimals, asset->issuer});
  }
  return out;
}

// Shape and size, which the parameters' limits do not all bound.
std::optional<BuildError> check_whole(const contracts::Transaction& tx, ByteView body) {
  if (const auto shape = contracts::check_shape(tx, tx.network_id); !shape) {
    return BuildError{shape.error(), {}, std::string(contracts::title(shape.error().code))};
  }
  if (body.size() > contracts::kBodyBytesMax) {
    return error_of(ErrorCode::body_too_large, {}, "the transaction is too large",
                    contracts::kBodyBytesMax);
  }
  return std::nullopt;
}

// Nothing if somebody else took one of the coins in the meantime.
std::expected<std::optional<CoinLease>, BuildError> lease(const BuildRequest& request,
                                                          const BuildContext& context,
                                                          const Draft& draft) {
  const auto id = context.leases.lease(request.account, draft.coins(), request.lease_ms);
  if (id) return CoinLease{*id, context.now_ms + request.lease_ms, draft.coins()};
  if (id.error() == custody::Error::leased) return std::nullopt;
  if (id.error() == custody::Error::too_many) {
    return std::unexpected(
        error_of(ErrorCode::coins_leased, {}, "the account has leased too many coins"));
  }
  return std::unexpected(error_of(ErrorCode::bad_parameter, "/lease", "a lease lasts at most 60s"));
}

std::expected<std::optional<BuildResult>, BuildError> try_build(const CommandBuilder& builder,
                                                                const BuildRequest& request,
                                                                const BuildContext& context) {
  const views::SnapshotRegistry registry(context.snapshot);
  Reading reading{registry, context.network_kind};
  check_parameters(*request.parameters, builder.parameters, {}, reading);
  if (!reading.ok()) return std::unexpected(*reading.error);

  const Parameters parameters(*request.parameters, {}, reading);
  Draft draft(request, context, reading);
  for (const auto& signer : parameters.keys("signers")) draft.sign(signer);
  draft.command(builder.body(draft, parameters));
  if (registry.fault()) {
    reading.error = error_of(ErrorCode::internal_error, {}, "the node failed to read its views");
    reading.error->fault = *registry.fault();
  }
  if (!reading.ok()) return std::unexpected(*reading.error);

  BuildResult result;
  result.transaction = draft.transaction();
  result.body = codec::encode_body(result.transaction);
  if (auto wrong = check_whole(result.transaction, result.body)) return std::unexpected(*wrong);
  result.forecast = forecast(draft, result.body, registry, context);
  result.summary = explain(result.transaction, {.me = contracts::account_of(request.account),
                                                .network_kind = context.network_kind,
                                                .assets = assets_of(draft, registry),
                                                .spent = draft.spent()})
                       .lines;
  if (draft.coins().empty() || request.lease_ms == 0) return result;
  auto leased = lease(request, context, draft);
  if (!leased) return std::unexpected(leased.error());
  if (!*leased) return std::nullopt;
  result.lease = std::move(*leased);
  return result;
}

}  // namespace

std::expected<BuildResult, BuildError> build(const BuildRequest& request,
                                             const BuildContext& context) {
  const auto* builder = find_builder(request.command);
  if (builder == nullptr) return std::unexpected(unknown_command(request.command));
  for (int attempt = 0; attempt < kLeaseAttempts; ++attempt) {
    auto result = try_build(*builder, request, context);
    if (!result) return std::unexpected(std::move(result.error()));
    if (*result) return *std::move(*result);
  }
  return std::unexpected(error_of(ErrorCode::coins_leased, {}, "too many requests at a time"));
}

ReadRequest::ReadRequest() = default;
ReadRequest::ReadRequest(ReadRequest&&) noexcept = default;
ReadRequest& ReadRequest::operator=(ReadRequest&&) noexcept = default;
ReadRequest::~ReadRequest() = default;

namespace {

std::uint64_t read_valid_until(const Parameters& p, const BuildContext& context) {
  constexpr auto kMax = contracts::kValidityMsMax;
  const auto for_ms = p.duration_ms("valid_for", contracts::kValidityMsDefault);
  const auto until_ms =
      p.has("valid_until") ? p.time_ms("valid_until") : context.now_ms + std::min(for_ms, kMax + 1);
  if (until_ms > context.now_ms + kMax) {
    p.refuse(ErrorCode::valid_too_long, p.has("valid_until") ? "valid_until" : "valid_for",
             "a transaction is valid for 24h at most", kMax);
  }
  return until_ms;
}

}  // namespace

std::expected<ReadRequest, BuildError> read_request(std::string_view command,
                                                    const boost::json::object& body,
                                                    const BuildContext& context) {
  const auto* builder = find_builder(command);
  if (builder == nullptr) return std::unexpected(unknown_command(command));
  const views::SnapshotRegistry registry(context.snapshot);
  Reading reading{registry, context.network_kind};
  // All of it at once, so that what is said of an unknown member knows all that there are.
  auto schema = request_schema();
  schema.insert(schema.end(), builder->parameters.begin(), builder->parameters.end());
  check_parameters(body, schema, {}, reading);
  if (!reading.ok()) return std::unexpected(*reading.error);

  ReadRequest out;
  auto& request = out.request;
  const Parameters p(body, {}, reading);
  request.command = command;
  request.account = p.key("account");
  request.valid_until_ms = read_valid_until(p, context);
  const auto key = p.text("idempotency_key");
  if (key.size() > contracts::kIdempotencyKeyBytesMax) {
    p.refuse(ErrorCode::idempotency_key_length, "idempotency_key", "at most 64 bytes",
             contracts::kIdempotencyKeyBytesMax);
  }
  request.idempotency_key.assign(key.begin(), key.end());
  request.note_hash = p.optional_hash("note_hash");
  request.lease_ms = p.duration_ms("lease", kLeaseMsDefault);
  if (!reading.ok()) return std::unexpected(*reading.error);

  out.parameters = std::make_unique<boost::json::object>(body);
  for (const auto& member : request_schema()) out.parameters->erase(member.name);
  request.parameters = out.parameters.get();
  return out;
}

}  // namespace tally::market
