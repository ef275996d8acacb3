#include "http/api/profile.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "http/api/read.hpp"
#include "http/json.hpp"
#include "market/profile_commitment.hpp"
#include "views/accounts.hpp"
#include "views/registry.hpp"

namespace tally::http {
namespace {

using contracts::ErrorCode;
using documents::AttributeKey;

constexpr std::size_t kCiphertextBytesMax = 64 * 1024;
constexpr std::size_t kNameBytesMax = 64;
constexpr std::string_view kMediaType = "application/octet-stream";

Problem problem_of_documents(documents::Error error) {
  switch (error) {
    case documents::Error::not_found:
    case documents::Error::erased:
      return problem(ErrorCode::document_unknown);
    case documents::Error::too_large:
      return bad_parameter("attribute", "the account has as many attributes as it may");
    case documents::Error::invalid:
      return bad_parameter("body", "empty or too long");
    case documents::Error::disk_full:
    case documents::Error::map_full:
      spdlog::error("documents: {}", name(error));
      return no_room("the attribute");
    case documents::Error::busy:
      return problem(ErrorCode::queue_full);
    default:
      spdlog::error("documents: {}", name(error));
      return problem(ErrorCode::internal_error);
  }
}

// By name, or by the hash of a name that the path shall not tell.
OrProblem<Hash32> parse_attribute(const Request& request) {
  const auto& text = request.param("attribute");
  if (const auto hash = array_from_hex<32>(text)) return *hash;
  const bool plain =
      text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      });
  if (!plain) {
    return std::unexpected(bad_parameter(
        "attribute", "a name of a-z, 0-9, -, _ and ., or the 64 hexadecimal digits of its hash"));
  }
  return market::profile_attribute_id(text);
}

// What is stored: ciphertexts of two owners are never one document, so none can erase the other's.
Bytes stored_form(const AttributeKey& key, ByteView ciphertext) {
  Bytes out;
  append(out, key.owner.view());
  append(out, key.attribute);
  append(out, ciphertext);
  return out;
}
constexpr std::size_t kStoredPrefixBytes = 64;

OrProblem<void> erase_document(const Api& api, const documents::DocumentHash& hash) {
  const auto done =
      api.documents.erase(hash, documents::EraseReason::requested, api.clock.wall_ms());
  if (!done && done.error() != documents::Error::erased &&
      done.error() != documents::Error::not_found) {
    return std::unexpected(problem_of_documents(done.error()));
  }
  return {};
}

OrProblem<Response> put(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  const auto attribute = parse_attribute(request);
  if (!attribute) return std::unexpected(attribute.error());
  if (request.media_type() != kMediaType) {
    return std::unexpected(problem(ErrorCode::unsupported_media_type));
  }
  if (request.body.empty()) return std::unexpected(bad_parameter("body", "empty"));
  const auto commitment =
      array_from_hex<32>(request.query_value("commitment").value_or(std::string_view()));
  if (!commitment) return std::unexpected(bad_parameter("commitment", "64 hexadecimal digits"));
  if (auto member = require_member(api, *caller->account); !member) {
    return std::unexpected(member.error());
  }
  const AttributeKey key{*caller->account, *attribute};
  const auto now_ms = api.clock.wall_ms();
  const auto hash = api.documents.put(
      stored_form(key, request.body),
      {.media_type = std::string(kMediaType), .owner = key.owner.bytes, .created_ms = now_ms});
  if (!hash) return std::unexpected(problem_of_documents(hash.error()));
  const auto before =
      api.profiles.put(key, {.commitment = *commitment, .document = *hash, .stored_ms = now_ms});
  if (!before) return std::unexpected(problem_of_documents(before.error()));
  // What it replaces was encrypted under a key that a former reader may have. A put that is sent
  // again finishes what the first one could not.
  const auto erased = documents::erase_replaced(api.profiles, api.documents, now_ms);
  if (!erased) return std::unexpected(problem_of_documents(erased.error()));
  return json_response(200, {{"owner", address_of(api, key.owner)},
                             {"attribute_id", to_hex(key.attribute)},
                             {"commitment", to_hex(*commitment)},
                             {"document", hash->hex()},
                             {"stored_ms", json_number(now_ms)}});
}

OrProblem<Response> erase(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  const auto attribute = parse_attribute(request);
  if (!attribute) return std::unexpected(attribute.error());
  const AttributeKey key{*caller->account, *attribute};
  // The document goes first: should the rest fail, nothing can be read all the same.
  const auto found = api.profiles.find(key);
  if (!found) return std::unexpected(problem_of_documents(found.error()));
  if (const auto done = erase_document(api, found->document); !done) {
    return std::unexpected(done.error());
  }
  const auto erased = api.profiles.erase(key);
  if (!erased) return std::unexpected(problem_of_documents(erased.error()));
  return Response{.status = 204};
}

OrProblem<Response> put_key(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::build);
  if (!caller) return std::unexpected(caller.error());
  const auto attribute = parse_attribute(request);
  if (!attribute) return std::unexpected(attribute.error());
  const auto reader = parse_key(api, "reader", request.param("reader"));
  if (!reader) return std::unexpected(reader.error());
  const auto done = api.profiles.put_key({*caller->account, *attribute}, *reader, request.body);
  if (!done) return std::unexpected(problem_of_documents(done.error()));
  return Response{.status = 204};
}

// The live grant of the owner's that lets the reader read the attribute now.
OrProblem<std::optional<std::uint64_t>> find_grant(const Api& api, const views::Snapshot& snapshot,
                                                   const AttributeKey& key,
                                                   const crypto::PublicKey& reader) {
  const auto now_ms = api.engine.time_ms();
  views::PageRequest request{.limit = views::kPageRowsMax};
  do {
    const auto page = checked(views::list_outputs(snapshot, contracts::account_of(key.owner),
                                                  {.kind = views::OutputKind::grant}, request));
    if (!page) return std::unexpected(page.error());
    for (const auto& row : page->rows) {
      const auto* grant = std::get_if<contracts::Grant>(&row.stored.output);
      if (grant != nullptr && grant->attribute_id == key.attribute && grant->reader == reader &&
          grant->expires_ms > now_ms) {
        return row.number;
      }
    }
    request.cursor = page->next_cursor;
  } while (!request.cursor.empty());
  return std::nullopt;
}

// Whether the views know of a grant's end as soon as its answer was given: they are never asked for
// less than the last block.
OrProblem<views::Snapshot> latest_snapshot(const Api& api) {
  if (!api.views.wait_for(api.engine.head().height, std::chrono::seconds(1))) {
    return std::unexpected(problem(ErrorCode::views_behind));
  }
  return checked(api.views.snapshot());
}

OrProblem<void> record_access(const Api& api, const AttributeKey& key,
                              const crypto::PublicKey& reader, std::uint64_t grant) {
  const auto done = api.profiles.record(key.owner, {.number = 0,
                                                    .time_ms = api.engine.time_ms(),
                                                    .attribute = key.attribute,
                                                    .reader = reader,
                                                    .grant = grant});
  if (!done) return std::unexpected(problem_of_documents(done.error()));
  return {};
}

OrProblem<void> add_ledger_entry(const views::Snapshot& snapshot, const AttributeKey& key,
                                 boost::json::object& body) {
  const auto found =
      checked(views::find_entry(snapshot, contracts::profile_key(key.owner, key.attribute)));
  if (!found) return std::unexpected(found.error());
  if (!*found) return {};
  if (const auto* entry = std::get_if<contracts::ProfileEntry>(&(*found)->entry)) {
    body["ledger_commitment"] = to_hex(entry->commitment);
    body["ledger_version"] = json_number(entry->version);
  }
  return {};
}

// The receipt is durable before the answer leaves.
OrProblem<Response> get(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::read_own);
  if (!caller) return std::unexpected(caller.error());
  const auto owner = parse_key(api, "owner", request.param("owner"));
  if (!owner) return std::unexpected(owner.error());
  const auto attribute = parse_attribute(request);
  if (!attribute) return std::unexpected(attribute.error());
  const AttributeKey key{*owner, *attribute};
  const auto snapshot = latest_snapshot(api);
  if (!snapshot) return std::unexpected(snapshot.error());
  const bool own = *caller->account == *owner;
  std::optional<std::uint64_t> grant;
  if (!own) {
    const auto found = find_grant(api, *snapshot, key, *caller->account);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected(problem(ErrorCode::not_yours));
    grant = *found;
  }
  const auto blob = api.profiles.find(key);
  if (!blob) return std::unexpected(problem_of_documents(blob.error()));
  const auto document = api.documents.get(blob->document);
  if (!document) return std::unexpected(problem_of_documents(document.error()));
  if (grant) {
    const auto receipt = record_access(api, key, *caller->account, *grant);
    if (!receipt) return std::unexpected(receipt.error());
  }
  boost::json::object body{
      {"owner", address_of(api, key.owner)},
      {"attribute_id", to_hex(key.attribute)},
      {"commitment", to_hex(blob->commitment)},
      {"ledger_commitment", nullptr},
      {"ledger_version", nullptr},
      {"stored_ms", json_number(blob->stored_ms)},
      {"ciphertext", to_base64(document->content.view().subspan(kStoredPrefixBytes))},
      {"wrapped_key", nullptr},
      {"as_of_height", json_number(snapshot->height())}};
  if (const auto wrapped = api.profiles.find_key(key, *caller->account)) {
    body["wrapped_key"] = to_base64(*wrapped);
  }
  if (const auto done = add_ledger_entry(*snapshot, key, body); !done) {
    return std::unexpected(done.error());
  }
  auto response = json_response(200, body);
  return std::move(response.with("Cache-Control", "no-store"));
}

OrProblem<Response> access_log(const Api& api, const Request& request) {
  const auto caller = require_account(api, request, custody::Scope::read_own);
  if (!caller) return std::unexpected(caller.error());
  const auto limit = number_parameter(request, "limit", 100);
  if (!limit) return std::unexpected(limit.error());
  if (*limit == 0 || *limit > views::kPageRowsMax) {
    return std::unexpected(bad_parameter("limit", "from 1 to 1000"));
  }
  const auto before = number_parameter(request, "cursor", UINT64_MAX);
  if (!before) return std::unexpected(bad_parameter("cursor", "not one of this list"));
  const auto accesses = api.profiles.accesses(*caller->account, *before, *limit);
  if (!accesses) return std::unexpected(problem_of_documents(accesses.error()));
  boost::json::array rows;
  for (const auto& access : *accesses) {
    rows.push_back({{"number", json_number(access.number)},
                    {"time_ms", json_number(access.time_ms)},
                    {"attribute_id", to_hex(access.attribute)},
                    {"reader", address_of(api, access.reader)},
                    {"grant", json_number(access.grant)}});
  }
  boost::json::object body{{"accesses", std::move(rows)}, {"next_cursor", nullptr}};
  if (accesses->size() == *limit && accesses->back().number > 0) {
    body["next_cursor"] = json_number(accesses->back().number);
  }
  return json_response(200, body);
}

}  // namespace

void add_profile_routes(Router& router, const Api& api) {
  add_write(router, api, Method::kPut, "/v1/profile/{attribute}", put, kCiphertextBytesMax,
            {{"commitment"}});
  add_write(router, api, Method::kDelete, "/v1/profile/{attribute}", erase);
  add_write(router, api, Method::kPut, "/v1/profile/{attribute}/keys/{reader}", put_key,
            documents::kWrappedKeyBytesMax);
  add_write(router, api, Method::kGet, "/v1/profile/{owner}/{attribute}", get);
  add_write(router, api, Method::kGet, "/v1/profile/access-log", access_log, 0,
            {{"limit"}, {"cursor"}});
}

}  // namespace tally::http
