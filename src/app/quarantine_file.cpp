#include "app/quarantine_file.hpp"

#include <fmt/format.h>

#include "storage/durable_file.hpp"
#include "storage/unknown_outcome.hpp"

namespace tally::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{16} << 20;
constexpr std::string_view kTransaction = "transaction ";
// What is not carried on any more: the word before the id, and its kind.
constexpr std::pair<std::string_view, contracts::RegistryKind> kDue[] = {
    {"order ", contracts::RegistryKind::order},
    {"case ", contracts::RegistryKind::authentication_case},
};

// Whether the line was one, and is now in `out`.
bool take_line(std::string_view line, engine::Quarantine& out) {
  if (line.starts_with(kTransaction)) {
    const auto txid = contracts::Txid::parse(line.substr(kTransaction.size()));
    return txid && out.transactions.insert(*txid).second;
  }
  for (const auto& [word, kind] : kDue) {
    if (!line.starts_with(word)) continue;
    const auto id = array_from_hex<32>(line.substr(word.size()));
    return id && out.due.insert({kind, *id}).second;
  }
  return false;
}

}  // namespace

std::expected<engine::Quarantine, std::string> read_quarantine(const std::filesystem::path& path) {
  engine::Quarantine out;
  const auto bytes = storage::read_file(path, kFileBytesMax);
  if (!bytes && bytes.error() == storage::Error::not_found) return out;
  if (!bytes) return std::unexpected(fmt::format("quarantine: {}", name(bytes.error())));
  auto text = as_text(*bytes);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!take_line(text.substr(0, end), out)) {
      return std::unexpected(fmt::format(
          "quarantine: line {} is not `transaction`, `order` or `case` and an id, or is "
          "there twice",
          number));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::expected<void, std::string> write_quarantine(const std::filesystem::path& path,
                                                  const engine::Quarantine& quarantine) {
  std::string text;
  for (const auto& txid : quarantine.transactions) {
    text += fmt::format("{}{}\n", kTransaction, txid.hex());
  }
  for (const auto& key : quarantine.due) {
    for (const auto& [word, kind] : kDue) {
      if (kind == key.kind) text += fmt::format("{}{}\n", word, to_hex(key.id));
    }
  }
  if (const auto done = storage::write_file(path, as_bytes(text)); !done) {
    if (done.error() == storage::Error::outcome_unknown) storage::stop_process(path.string());
    return std::unexpected(std::string(name(done.error())));
  }
  return {};
}

}  // namespace tally::app
