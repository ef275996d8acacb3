#include "views/reader.hpp"

#include "views/row.hpp"
#include "views/tables.hpp"

namespace tally::views {

std::optional<ByteView> Reader::get(storage::Table table, ByteView key) {
  if (fault_) return std::nullopt;
  const auto value = tables_.get(table, key);
  if (value) return *value;
  if (value.error() != storage::Error::not_found) set(value.error(), table);
  return std::nullopt;
}

std::uint64_t Reader::count(storage::Table table) {
  if (fault_) return 0;
  const auto count = tables_.count(table);
  if (count) return *count;
  set(count.error(), table);
  return 0;
}

std::uint64_t Reader::number(storage::Table table, ByteView key) {
  const auto value = get(table, key);
  if (!value) return 0;
  RowReader row(*value);
  const auto number = row.u64();
  if (!row.complete()) corrupt(table);
  return number;
}

void Reader::corrupt(storage::Table table) { set(storage::Error::corrupt, table); }

void Reader::set(ledger::Fault fault) {
  if (!fault_) fault_ = std::move(fault);
}

void Reader::set(storage::Error error, storage::Table table) {
  std::string detail = "views: table " + table_names()[table.index];
  if (error == storage::Error::corrupt) detail += " is damaged: rebuild the views";
  set(ledger::Fault{ledger::FaultCode::storage, error, 0, std::move(detail)});
}

void Writer::put(storage::Table table, ByteView key, ByteView value) {
  if (!ok()) return;
  if (const auto done = tables_.put(table, key, value); !done) set(done.error(), table);
}

void Writer::append(storage::Table table, ByteView key, ByteView value) {
  if (!ok()) return;
  if (const auto done = tables_.append(table, key, value); !done) set(done.error(), table);
}

void Writer::erase(storage::Table table, ByteView key) {
  if (!ok()) return;
  if (const auto done = tables_.erase(table, key); !done) {
    const bool missing = done.error() == storage::Error::not_found;
    set(missing ? storage::Error::corrupt : done.error(), table);
  }
}

void Writer::clear(storage::Table table) {
  if (!ok()) return;
  if (const auto done = tables_.clear(table); !done) set(done.error(), table);
}

void Writer::add(storage::Table table, ByteView key, std::int64_t change) {
  const auto before = number(table, key);
  put(table, key, Row().u64(before + static_cast<std::uint64_t>(change)));
}

}  // namespace tally::views
