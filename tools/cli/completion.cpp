#include "cli/completion.hpp"

#include <map>

#include <fmt/format.h>

namespace tally::cli {
namespace {

/// What may follow a path of words: the next words of longer paths with what they do, and options.
struct Node {
  std::vector<std::pair<std::string, std::string>> words;
  std::vector<std::string> options;
};

std::map<std::string, Node> nodes_of(const std::vector<CommandInfo>& commands) {
  std::map<std::string, Node> out;
  for (const auto& command : commands) {
    std::string path;
    std::string_view rest = command.path;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(' '), rest.size());
      const std::string word(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      auto& words = out[path].words;
      const bool known = std::any_of(words.begin(), words.end(),
                                     [&](const auto& entry) { return entry.first == word; });
      if (!known) words.emplace_back(word, rest.empty() ? command.doc : std::string());
      path += path.empty() ? word : " " + word;
    }
    out[path].options = command.options;
  }
  return out;
}

std::string joined(const Node& node) {
  std::string out;
  for (const auto& [word, doc] : node.words) out += (out.empty() ? "" : " ") + word;
  for (const auto& option : node.options) out += (out.empty() ? "" : " ") + option;
  return out;
}

// Single quotes as every one of the three shells takes them; fish escapes differently.
std::string quoted(std::string_view text, std::string_view quote) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
    } else {
      out += c;
    }
  }
  return out + "'";
}

// The words typed so far that are a path of the tree, as both bash and zsh find them.
std::string cases(const std::map<std::string, Node>& nodes, std::string_view indent) {
  std::string out;
  for (const auto& [path, node] : nodes) {
    out += fmt::format("{}{}) choices={} ;;\n", indent, quoted(path, R"('\'')"),
                       quoted(joined(node), R"('\'')"));
  }
  return out;
}

std::string known_paths(const std::map<std::string, Node>& nodes) {
  std::string out;
  for (const auto& [path, node] : nodes) {
    if (path.empty()) continue;
    if (!out.empty()) out += '|';
    out += quoted(path, R"('\'')");
  }
  return out;
}

std::string bash(const std::map<std::string, Node>& nodes, const std::string& general) {
  return fmt::format(
      R"(# bash completion of tally: source it, or put it into bash-completion's directory.
_tally() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" at="" try="" choices="" i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    try="${{at:+$at }}${{COMP_WORDS[i]}}"
    case "$try" in
      {}) at="$try" ;;
    esac
  done
  case "$at" in
{}  esac
  [[ "$cur" == -* ]] && choices="$choices {}"
  COMPREPLY=($(compgen -W "$choices" -- "$cur"))
}}
complete -o default -F _tally tally
)",
      known_paths(nodes), cases(nodes, "    "), general);
}

std::string zsh(const std::map<std::string, Node>& nodes, const std::string& general) {
  return fmt::format(R"(#compdef tally
# zsh completion of tally: put it into a directory of $fpath as _tally.
_tally() {{
  local at="" try="" choices="" i
  local -a line=("${{(@)words}}")
  for ((i = 2; i < CURRENT; ++i)); do
    try="${{at:+$at }}${{line[i]}}"
    case "$try" in
      {}) at="$try" ;;
    esac
  done
  case "$at" in
{}  esac
  [[ "${{line[CURRENT]}}" == -* ]] && choices="$choices {}"
  [[ -n "$choices" ]] && compadd -- ${{=choices}}
  _files
}}
compdef _tally tally
)",
                     known_paths(nodes), cases(nodes, "    "), general);
}

std::string fish(const std::map<std::string, Node>& nodes,
                 const std::vector<std::string>& general) {
  std::string out =
      R"(# fish completion of tally: put it into ~/.config/fish/completions as tally.fish.
function __tally_at
  set -l words (commandline -opc)
  set -l at
  for word in $words[2..]
    string match -q -- '-*' $word; or set -a at $word
  end
  test (string join ' ' $at[1..(count (string split ' ' -- $argv[1]))]) = "$argv[1]"
end
)";
  for (const auto& [path, node] : nodes) {
    const auto when = path.empty()
                          ? std::string("-n __fish_use_subcommand")
                          : fmt::format("-n {}", quoted("__tally_at \"" + path + "\"", R"(\')"));
    for (const auto& [word, doc] : node.words) {
      out += fmt::format("complete -c tally -f {} -a {}{}\n", when, word,
                         doc.empty() ? "" : " -d " + quoted(doc, R"(\')"));
    }
    for (const auto& option : node.options) {
      out += fmt::format("complete -c tally {} -l {}\n", when, option.substr(2));
    }
  }
  for (const auto& option : general)
    out += fmt::format("complete -c tally -l {}\n", option.substr(2));
  return out;
}

}  // namespace

std::optional<std::string> completion_script(std::string_view shell,
                                             const std::vector<CommandInfo>& commands,
                                             const std::vector<std::string>& general) {
  const auto nodes = nodes_of(commands);
  const auto options = fmt::format("{}", fmt::join(general, " "));
  if (shell == "bash") return bash(nodes, options);
  if (shell == "zsh") return zsh(nodes, options);
  if (shell == "fish") return fish(nodes, general);
  return std::nullopt;
}

}  // namespace tally::cli
