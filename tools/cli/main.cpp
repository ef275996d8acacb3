// tally: the command line.
#include "cli/cli.hpp"
#include "cli/terminal.hpp"

int main(int argc, char** argv) {
  tally::cli::SystemTerminal terminal;
  return tally::cli::run({argv + 1, argv + argc}, terminal);
}
