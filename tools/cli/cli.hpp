// The program `tally`: the tree of commands, parsing, and running one of them.
//
//   run() ─▶ Program::parse() ─▶ the command's handler(Context) ─▶ exit code
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"

namespace tally::cli {

/// One command of the tree.
struct CommandInfo {
  std::string path;                  ///< As `order fund`.
  std::string doc;                   ///< One sentence.
  std::string example;               ///< A whole command line.
  std::vector<std::string> options;  ///< With their dashes; positionals without.
};

class Program {
 public:
  explicit Program(Terminal& terminal);
  ~Program();

  /// Parses and runs; returns the exit code. Faults are printed. Once for each object.
  int run(std::vector<std::string> arguments);
  /// Parses only: the path of the command that would run. `usage` with the parser's message, which
  /// is empty when help was asked for and printed.
  Result<std::string> parse(std::vector<std::string> arguments);

  /// Every command that runs, in the order of the help.
  [[nodiscard]] std::vector<CommandInfo> commands() const;
  /// The help of a path; of the program if it is empty.
  [[nodiscard]] std::string help(std::string_view path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Runs one command line, without the program's name.
int run(std::vector<std::string> arguments, Terminal& terminal);

}  // namespace tally::cli
