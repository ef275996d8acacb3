// tally: the command line.
#include "base/private_process.hpp"
#include "cli/cli.hpp"
#include "cli/terminal.hpp"

int main(int argc, char** argv) {
  tally::keep_memory_private();
  tally::cli::SystemTerminal terminal;
  return tally::cli::run({argv + 1, argv + argc}, terminal);
}
