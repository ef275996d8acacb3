#include "provenance/event_query.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "crypto/hash.hpp"
#include "storage/scan.hpp"

namespace tally::provenance {
namespace {

using storage::ReadTransaction;

constexpr std::size_t kFilterBytes = 8;

// Where a page begins, and up to which event the first page saw. As a token: the hexadecimal digits
// of after(8) last(8) and the first bytes of a hash of the query.
struct Position {
  std::uint64_t after = 0;
  std::uint64_t last = 0;
};

Hash32 fingerprint(const EventReader& reader, const EventFilter& filter) {
  Bytes text;
  const auto add = [&](const std::vector<std::string>& list) {
    append_be(text, static_cast<std::uint32_t>(list.size()));
    for (const auto& entry : list) {
      append_be(text, static_cast<std::uint32_t>(entry.size()));
      append(text, as_bytes(entry));
    }
  };
  add(filter.epcs);
  add(filter.any_epcs);
  add(filter.biz_steps);
  for (const auto type : filter.types) text.push_back(static_cast<std::uint8_t>(type));
  append_be(text, static_cast<std::uint64_t>(filter.from_ms.value_or(INT64_MIN)));
  append_be(text, static_cast<std::uint64_t>(filter.until_ms.value_or(INT64_MAX)));
  text.push_back(static_cast<std::uint8_t>(reader.sees_all));
  if (reader.account) append(text, reader.account->view());
  return crypto::tagged_hash("tally/event-query", {text});
}

std::string to_token(const Position& position, const Hash32& query) {
  Bytes out;
  append_be(out, position.after);
  append_be(out, position.last);
  append(out, ByteView(query).first(kFilterBytes));
  return to_hex(out);
}

std::optional<Position> from_token(std::string_view token, const Hash32& query) {
  const auto bytes = from_hex(token);
  if (!bytes || bytes->size() != 16 + kFilterBytes) return std::nullopt;
  const ByteView view(*bytes);
  if (!std::ranges::equal(view.last(kFilterBytes), ByteView(query).first(kFilterBytes))) {
    return std::nullopt;
  }
  return Position{read_be<std::uint64_t>(view), read_be<std::uint64_t>(view.subspan(8))};
}

bool matches(const EventRecord& record, const EventFilter& filter) {
  const auto type = static_cast<epcis::EventType>(record.type);
  return (filter.types.empty() || std::ranges::find(filter.types, type) != filter.types.end()) &&
         (filter.biz_steps.empty() ||
          std::ranges::find(filter.biz_steps, record.biz_step) != filter.biz_steps.end()) &&
         record.event_time_ms >= filter.from_ms.value_or(INT64_MIN) &&
         record.event_time_ms < filter.until_ms.value_or(INT64_MAX);
}

Bytes joined(ByteView prefix, std::uint64_t number) {
  Bytes out(prefix.begin(), prefix.end());
  append_be(out, number);
  return out;
}

// A list of event numbers in ascending order: the keys of a table that begin with a prefix.
struct Source {
  storage::Table table;
  Bytes prefix;
};

// Whether the event is under one of the prefixes, too.
std::expected<bool, storage::Error> is_under_any(const ReadTransaction& read,
                                                 const std::vector<Bytes>& prefixes,
                                                 std::uint64_t number) {
  for (const auto& prefix : prefixes) {
    const auto found = read.get(kEventEpcsTable, joined(prefix, number));
    if (found) return true;
    if (found.error() != storage::Error::not_found) return std::unexpected(found.error());
  }
  return prefixes.empty();
}

std::vector<Bytes> prefixes_of(const std::vector<std::string>& epcs, bool with_parents) {
  std::vector<Bytes> out;
  for (const auto& epc : epcs) {
    out.push_back(epc_prefix(EpcRole::subject, epc));
    if (with_parents) out.push_back(epc_prefix(EpcRole::parent, epc));
  }
  return out;
}

// The narrowest list that holds every answer: of one identifier, of the reader, or of all events.
Source source_of(const EventReader& reader, const std::vector<Bytes>& epcs,
                 const std::vector<Bytes>& any_epcs) {
  if (epcs.size() == 1) return {kEventEpcsTable, epcs.front()};
  if (epcs.empty() && any_epcs.size() == 1) return {kEventEpcsTable, any_epcs.front()};
  if (!reader.sees_all && reader.account) {
    return {kEventReadersTable, {reader.account->view().begin(), reader.account->view().end()}};
  }
  return {kEventsTable, {}};
}

std::unexpected<QueryFault> failed(storage::Error error) {
  spdlog::error("captured events cannot be read: {}", name(error));
  return std::unexpected(QueryFault::failed);
}

std::expected<std::uint64_t, storage::Error> last_number(const ReadTransaction& read) {
  const auto last = storage::first_entry(read, kEventsTable, {}, storage::Direction::backward);
  if (last) return read_be<std::uint64_t>(last->key);
  if (last.error() == storage::Error::not_found) return 0;
  return std::unexpected(last.error());
}

}  // namespace

std::expected<EventPage, QueryFault> query_events(const CaptureStore& store,
                                                  const EventReader& reader,
                                                  const EventFilter& filter, std::size_t per_page,
                                                  std::string_view token) {
  const auto query = fingerprint(reader, filter);
  const auto read = store.begin_read();
  if (!read) return failed(read.error());
  const auto& tables = **read;
  const auto last = last_number(tables);
  if (!last) return failed(last.error());
  auto position = token.empty() ? Position{0, *last} : from_token(token, query);
  if (!position) return std::unexpected(QueryFault::bad_token);
  if (!reader.sees_all && !reader.account) return EventPage{};

  const auto epcs = prefixes_of(filter.epcs, false);
  const auto any_epcs = prefixes_of(filter.any_epcs, true);
  const auto source = source_of(reader, epcs, any_epcs);
  EventPage page;
  std::optional<storage::Error> failure;
  std::uint64_t passed = 0;
  bool more = false;
  const auto end = position->last == UINT64_MAX ? storage::prefix_end(source.prefix)
                                                : joined(source.prefix, position->last + 1);
  const auto visit = [&](const storage::Entry& entry) {
    more = page.records.size() == per_page || passed == kQueryScanMax;
    if (more) return false;
    ++passed;
    const auto key = entry.key.last(8);
    position->after = read_be<std::uint64_t>(key);
    const auto row = tables.get(kEventsTable, key);
    const auto in_epcs = is_under_any(tables, epcs, position->after);
    const auto in_any = is_under_any(tables, any_epcs, position->after);
    auto record = row ? decode_event(*row) : std::nullopt;
    if (!record || !in_epcs || !in_any) {
      failure = storage::Error::corrupt;
      return false;
    }
    if (*in_epcs && *in_any && reader.may_read(*record) && matches(*record, filter)) {
      page.records.push_back(std::move(*record));
    }
    return true;
  };
  const auto scanned =
      storage::for_each(tables, source.table, {joined(source.prefix, position->after + 1), end},
                        storage::Direction::forward, visit);
  if (!scanned) return failed(scanned.error());
  if (failure) return failed(*failure);
  if (more) page.next_token = to_token(*position, query);
  return page;
}

std::optional<std::string> EventContents::read(const EventRecord& record) {
  if (!bundle_ || hash_ != record.bundle) {
    auto bundle = documents_.get(record.bundle);
    if (!bundle) {
      if (bundle.error() != documents::Error::erased) {
        spdlog::error("a bundle of events cannot be read: {}", name(bundle.error()));
      }
      return std::nullopt;
    }
    bundle_ = std::move(*bundle);
    hash_ = record.bundle;
  }
  const auto text = as_text(bundle_->content.view());
  if (record.offset > text.size() || record.length > text.size() - record.offset) {
    return std::nullopt;
  }
  return std::string(text.substr(record.offset, record.length));
}

}  // namespace tally::provenance
