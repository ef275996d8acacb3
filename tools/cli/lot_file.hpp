// The file in which a brand keeps a lot: its secret and the list of its serials, of which the tree
// and every proof are made again when they are needed (market/lot_tree.hpp). Mode 0600: who has it
// can take every item out of the lot in the brand's eyes, and can tell which serials there are.
//
//   line 1      tally/lot/1
//   line 2      the lot's key, a space, the secret in hexadecimal
//   then        one serial a line, as it stands in the item's key
//   at the end  `=`, a space, the count, a space, the root in hexadecimal
//
// A file without the last line is of a list that was cut off; it is taken up where it ended.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "market/lot_tree.hpp"

namespace tally::cli {

struct LotFile {
  std::string lot;
  Hash32 secret{};
  std::vector<std::string> serials;
  market::LotTree tree{{}, {}};  ///< Over all of them.
  Hash32 root{};
};

/// Reads a whole file. `usage`: it cannot be read, is of another format, was cut off, or its root
/// is not that of its serials.
Result<LotFile> read_lot_file(const std::filesystem::path& path);

/// Makes the file from a list (market/serial_list.hpp), line by line, and says on standard error
/// how far it is. A file that is there already must hold the beginning of the list, or all of it.
/// `usage`: either cannot be read or written, the list has a line that is no serial, one twice,
/// none at all or more than contracts::kLotItemsMax, or the file is of another lot or list.
Result<LotFile> make_lot_file(const std::filesystem::path& path, const std::string& lot,
                              const std::filesystem::path& list, Terminal& terminal);

}  // namespace tally::cli
