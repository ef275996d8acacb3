// Private to this program: the tree of commands while it is declared.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/cli.hpp"
#include "cli/context.hpp"

namespace tally::cli {

using Handler = std::function<Result<void>(Context&)>;

class Tree {
 public:
  explicit Tree(CLI::App& root) : root_(root) {}

  /// A group of commands, as `order`.
  CLI::App& group(std::string_view path, std::string_view doc);
  /// A command. Its groups exist. `doc`: one sentence; `example`: a command line that stands in its
  /// help. The handler runs when the command is chosen; its options are bound to what it captures.
  CLI::App& leaf(std::string_view path, std::string_view doc, std::string_view example,
                 Handler handler);

  struct Leaf {
    CLI::App* app = nullptr;
    CommandInfo info;
    Handler handler;
  };
  [[nodiscard]] const std::vector<Leaf>& leaves() const { return leaves_; }
  [[nodiscard]] CLI::App& root() const { return root_; }
  /// The app of a path, or null.
  [[nodiscard]] CLI::App* find(std::string_view path) const;

 private:
  CLI::App& add(std::string_view path, std::string_view doc);
  CLI::App& root_;
  std::vector<Leaf> leaves_;
};

// The families of commands, each in a file of its name below commands/.
void add_keys(Tree& tree);
void add_actions(Tree& tree);
/// After the actions.
void add_lots(Tree& tree);
void add_profile(Tree& tree);
void add_reads(Tree& tree);
void add_statement(Tree& tree);
void add_verify(Tree& tree);
void add_network(Tree& tree);
void add_node(Tree& tree);
void add_upkeep(Tree& tree);
void add_genesis(Tree& tree);
void add_tokens(Tree& tree);
void add_signing(Tree& tree);
void add_stream(Tree& tree);
/// Last: it describes the others. `program` outlives the tree.
void add_completion(Tree& tree, const Program& program);

}  // namespace tally::cli
