#include "cli/cli.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "cli/files.hpp"
#include "market/schema.hpp"
#include "unit/cli/person.hpp"

namespace tally::cli {
namespace {

using test::Person;

// The words of a command line, as a shell takes them apart; behind the program's name.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false;
  bool any = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (c == ' ' && !quoted) {
      if (any) out.push_back(word);
      word.clear();
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) out.push_back(word);
  EXPECT_FALSE(out.empty());
  EXPECT_EQ(out.front(), "tally");
  out.erase(out.begin());
  return out;
}

std::vector<CommandInfo> commands() {
  Person person;
  return Program(person).commands();
}

class EveryCommand : public testing::TestWithParam<CommandInfo> {};

TEST_P(EveryCommand, HasAnExampleInItsHelpThatRunsIt) {
  const auto& command = GetParam();
  EXPECT_TRUE(command.example.starts_with("tally " + command.path)) << command.example;
  Person person;
  Program program(person);
  const auto help = program.help(command.path);
  EXPECT_NE(help.find("Example:\n  " + command.example), std::string::npos) << help;
  EXPECT_NE(help.find(command.doc.substr(0, 30)), std::string::npos) << help;
  const auto parsed = program.parse(words_of(command.example));
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, command.path);
}

TEST_P(EveryCommand, PrintsItsHelp) {
  Person person;
  auto words = words_of("tally " + GetParam().path);
  words.emplace_back("--help");
  EXPECT_EQ(run(words, person), 0);
  EXPECT_NE(person.out_text.find("Example:"), std::string::npos);
}

TEST_P(EveryCommand, RefusesAnUnknownOption) {
  Person person;
  auto words = words_of(GetParam().example);
  words.emplace_back("--no-such-option");
  EXPECT_EQ(run(words, person), 2);
}

std::string test_name(const testing::TestParamInfo<CommandInfo>& command) {
  auto name = command.param.path;
  std::erase_if(name, [](char c) { return c == '-'; });
  std::ranges::replace(name, ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EveryCommand, testing::ValuesIn(commands()), test_name);

TEST(Program, HasEveryCommandOfTheLedger) {
  // One action at least for each: the table of actions CHECKs that its commands exist; that none is
  // missing shows in the count.
  EXPECT_GE(commands().size(), market::command_schemas().size());
}

TEST(Document, HasTheExampleOfEveryCommand) {
  const auto page = read_file(TALLY_SOURCE_DIR "/docs/cli.md");
  ASSERT_TRUE(page);
  for (const auto& command : commands()) {
    EXPECT_NE(as_text(*page).find(command.example + "\n"), std::string_view::npos)
        << command.example;
  }
}

TEST(Document, EveryCommandInItParses) {
  const auto page = read_file(TALLY_SOURCE_DIR "/docs/cli.md");
  ASSERT_TRUE(page);
  std::istringstream lines{std::string(as_text(*page))};
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("tally ")) continue;
    line.resize(std::min(line.find(" > "), line.size()));
    Person person;
    Program program(person);
    const auto parsed = program.parse(words_of(line));
    EXPECT_TRUE(parsed) << line << ": " << parsed.error().message;
    ++count;
  }
  EXPECT_GE(count, commands().size());
}

TEST(Program, HelpNamesTheExitCodes) {
  Person person;
  EXPECT_EQ(run({"--help"}, person), 0);
  EXPECT_NE(person.out_text.find("Exit codes: 0 ok, 2 usage, 3 malformed"), std::string::npos);
  EXPECT_TRUE(person.err_text.empty());
}

TEST(Program, MistakesAreUsage) {
  for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                 {"nonsense"},
                                                                 {"pay"},
                                                                 {"order"},
                                                                 {"order", "nonsense"},
                                                                 {"--node"},
                                                                 {"keys", "show"}}) {
    Person person;
    EXPECT_EQ(run(words, person), 2) << (words.empty() ? "" : words.back());
    EXPECT_TRUE(person.out_text.empty());
    EXPECT_TRUE(person.err_text.starts_with("tally: usage: ")) << person.err_text;
  }
}

TEST(Program, WithJsonAFailureIsJsonOnStandardOutput) {
  Person person;
  EXPECT_EQ(run({"--json", "network", "genesis", "show", "/nonexistent"}, person), 2);
  EXPECT_TRUE(person.out_text.starts_with(R"({"code":"usage")")) << person.out_text;
  EXPECT_TRUE(person.err_text.empty());
}

TEST(Program, WithoutANodeThereIsNoConnection) {
  Person person;
  // Port 1 of the loopback is nobody's.
  EXPECT_EQ(run({"network", "status", "--node", "http://127.0.0.1:1"}, person), 10);
  EXPECT_NE(person.err_text.find("no_connection"), std::string::npos);
}

TEST(Completion, HasEveryCommandAndOption) {
  const auto all = commands();
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    Person person;
    ASSERT_EQ(run({"completion", shell}, person), 0);
    for (const auto& command : all) {
      const auto at = command.path.rfind(' ');
      EXPECT_NE(person.out_text.find(command.path.substr(at == std::string::npos ? 0 : at + 1)),
                std::string::npos)
          << shell << " " << command.path;
      if (at != std::string::npos) {
        EXPECT_NE(person.out_text.find(command.path.substr(0, at)), std::string::npos)
            << shell << " " << command.path;
      }
      for (const auto& option : command.options) {
        EXPECT_NE(person.out_text.find(option.substr(2)), std::string::npos)
            << shell << " " << command.path << " " << option;
      }
    }
  }
  Person person;
  EXPECT_EQ(run({"completion", "tcsh"}, person), 2);
}

}  // namespace
}  // namespace tally::cli
