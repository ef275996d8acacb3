#include "cli/cli.hpp"

#include <sstream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/tree.hpp"

namespace tally::cli {
namespace {

constexpr const char* kDescription =
    "Tallystick on the command line: keys, tokens and IOUs, items and orders, governance.\n"
    "Whatever changes the ledger is built by the node, checked and signed here, and sent.";

// What general options there are; they may stand before or behind the command.
void declare(CLI::App& app, General& general) {
  app.add_option("--node", general.node, "The node's URL")->envname("TALLY_NODE");
  app.add_option("--socket", general.access.socket,
                 "The Unix socket of the node's operator, instead of its URL")
      ->envname("TALLY_SOCKET");
  app.add_option("--ca-file", general.access.ca_file,
                 "PEM: who signed the node's certificate, instead of the system's authorities");
  app.add_option("--client-cert", general.access.certificate_file,
                 "PEM: the operator's certificate, for a node that asks for one");
  app.add_option("--client-key", general.access.private_key_file, "PEM: its private key");
  app.add_option("--network", general.network, "The network id that the node must be on")
      ->envname("TALLY_NETWORK");
  app.add_option("--key", general.keys, "Whose key: a name or a file; several by commas")
      ->delimiter(',')
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--dev", general.dev_keys,
                 "A well-known key of the development network, as ana; several by commas")
      ->delimiter(',')
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--token", general.token, "An API token, instead of signing in with the key")
      ->envname("TALLY_TOKEN");
  app.add_option("--passphrase-file", general.passphrase_file,
                 "Holds the passphrase of the key; or TALLY_PASSPHRASE_FILE names it");
  app.add_option("--out", general.out_file,
                 "Sign and write the transaction to this file, for others to sign; send nothing");
  app.add_option("--wait", general.wait_s,
                 "How many seconds to go on sending when the connection breaks");
  app.add_flag("--json", general.json, "Answer in JSON, for programs");
  app.add_flag("--yes", general.yes, "Ask for no confirmation");
  app.add_flag("--dry-run", general.dry_run, "Ask what the rules would say; sign and send nothing");
  app.add_flag("--full", general.full, "Show addresses and hashes whole");
  app.set_version_flag("--version", "tally " TALLY_VERSION);
}

json::value problem_json(const Failure& failure) {
  if (!failure.problem.empty()) {
    boost::json::error_code ec;
    auto value = json::parse(failure.problem, ec);
    if (!ec) return value;
  }
  return json::object{{"code", failure.code},
                      {"exit", static_cast<unsigned>(failure.exit)},
                      {"detail", failure.message}};
}

}  // namespace

CLI::App& Tree::add(std::string_view path, std::string_view doc) {
  const auto space = path.rfind(' ');
  auto* parent = space == std::string_view::npos ? &root_ : find(path.substr(0, space));
  const auto name = space == std::string_view::npos ? path : path.substr(space + 1);
  auto* app = parent->add_subcommand(std::string(name), std::string(doc));
  app->fallthrough();
  return *app;
}

CLI::App& Tree::group(std::string_view path, std::string_view doc) {
  auto& app = add(path, doc);
  app.require_subcommand(1);
  return app;
}

CLI::App& Tree::leaf(std::string_view path, std::string_view doc, std::string_view example,
                     Handler handler) {
  auto& app = add(path, doc);
  app.footer(fmt::format("Example:\n  {}\n\nGeneral options: tally --help", example));
  leaves_.push_back(
      {&app, {std::string(path), std::string(doc), std::string(example), {}}, std::move(handler)});
  return app;
}

CLI::App* Tree::find(std::string_view path) const {
  auto* app = &root_;
  while (!path.empty() && app != nullptr) {
    const auto end = std::min(path.find(' '), path.size());
    const auto found = app->get_subcommands(
        [name = path.substr(0, end)](CLI::App* child) { return child->get_name() == name; });
    app = found.empty() ? nullptr : found.front();
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return app;
}

struct Program::State {
  explicit State(Terminal& t) : terminal(t), app(kDescription, "tally"), tree(app) {}

  Terminal& terminal;
  General general;
  CLI::App app;
  Tree tree;
};

Program::Program(Terminal& terminal) : state_(std::make_unique<State>(terminal)) {
  auto& app = state_->app;
  app.require_subcommand(1);
  app.footer(std::string(exit_codes_help()) +
             "\n\nExample:\n  tally pay dev:bo 12.50 EUR --dev ana\n\n"
             "Every command has an example: tally order fund --help");
  declare(app, state_->general);
  auto& tree = state_->tree;
  add_keys(tree);
  add_actions(tree);
  add_lots(tree);
  add_profile(tree);
  add_reads(tree);
  add_statement(tree);
  add_verify(tree);
  add_network(tree);
  add_node(tree);
  add_upkeep(tree);
  add_genesis(tree);
  add_tokens(tree);
  add_signing(tree);
  add_stream(tree);
  add_completion(tree, *this);
}

Program::~Program() = default;

Result<std::string> Program::parse(std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    state_->app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = state_->app.exit(error, out, err);
    state_->terminal.out(out.str());
    if (status == 0) return usage("");
    auto message = err.str();
    while (message.ends_with('\n')) message.pop_back();
    return usage(std::move(message));
  }
  for (const auto& leaf : state_->tree.leaves()) {
    if (leaf.app->parsed()) return leaf.info.path;
  }
  return usage("no command");
}

int Program::run(std::vector<std::string> arguments) {
  const auto path = parse(std::move(arguments));
  if (!path && path.error().message.empty()) return 0;
  Result<void> done;
  if (!path) {
    done = std::unexpected(path.error());
  } else {
    Context context(state_->general, state_->terminal);
    for (const auto& leaf : state_->tree.leaves()) {
      if (leaf.info.path == *path) done = leaf.handler(context);
    }
  }
  if (done) return 0;
  const auto& failure = done.error();
  if (state_->general.json) {
    state_->terminal.out(json::serialize(problem_json(failure)) + "\n");
  } else {
    std::string text;
    std::istringstream lines(failure.message);
    for (std::string line; std::getline(lines, line);) text += printable(line) + "\n";
    state_->terminal.err(fmt::format("tally: {}: {}", failure.code, text));
  }
  return static_cast<int>(failure.exit);
}

std::vector<CommandInfo> Program::commands() const {
  std::vector<CommandInfo> out;
  for (const auto& leaf : state_->tree.leaves()) {
    auto info = leaf.info;
    for (const auto* option : leaf.app->get_options()) {
      for (const auto& name : option->get_lnames()) info.options.push_back("--" + name);
    }
    out.push_back(std::move(info));
  }
  return out;
}

std::string Program::help(std::string_view path) const {
  const auto* app = state_->tree.find(path);
  return app == nullptr ? std::string() : app->help();
}

int run(std::vector<std::string> arguments, Terminal& terminal) {
  return Program(terminal).run(std::move(arguments));
}

}  // namespace tally::cli
