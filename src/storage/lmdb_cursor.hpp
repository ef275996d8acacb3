// Cursors over LMDB that prove that nothing is left out. Private to this folder.
#pragma once

#include "storage/lmdb_view.hpp"

namespace tally::storage {

/// Each entry is checked to be linked with the one before it in the walk; the ends of the range, to
/// what lies beyond them.
class LmdbCursor final : public Cursor {
 public:
  /// Owns `cursor`; `open` counts the transaction's cursors.
  LmdbCursor(const LmdbView& view, Table table, MDB_cursor* cursor, Range range,
             Direction direction, int& open);
  ~LmdbCursor() override;

  std::expected<std::optional<Entry>, Error> next() override;

 private:
  using Step = std::expected<std::optional<LmdbView::Found>, Error>;
  [[nodiscard]] Step forward();
  [[nodiscard]] Step forward_first();
  [[nodiscard]] Step backward();
  [[nodiscard]] Step backward_first();
  /// Whether `entry` (nothing: the end) is what the link says.
  [[nodiscard]] Step linked(Step entry, std::uint32_t link);

  const LmdbView& view_;
  const Table table_;
  MDB_cursor* cursor_;
  const Bytes first_;
  const Bytes end_;
  const Direction direction_;
  int& open_;
  std::uint32_t link_ = 0;  // forward: to the entry passed last; backward: to the one that comes
  bool started_ = false;
  bool done_ = false;
};

}  // namespace tally::storage
