// `tally completion`: a script for the shell.
#include "cli/completion.hpp"

#include "cli/tree.hpp"

namespace tally::cli {

void add_completion(Tree& tree, const Program& program) {
  auto shell = std::make_shared<std::string>();
  auto* root = &tree.root();
  auto& app =
      tree.leaf("completion", "Prints the completion script of a shell.", "tally completion bash",
                [shell, root, &program](Context& context) -> Result<void> {
                  std::vector<std::string> general;
                  for (const auto* option : root->get_options()) {
                    for (const auto& name : option->get_lnames()) general.push_back("--" + name);
                  }
                  const auto script = completion_script(*shell, program.commands(), general);
                  if (!script) return usage("bash, zsh or fish");
                  context.print(json::object{{"shell", *shell}, {"script", *script}}, *script);
                  return {};
                });
  app.add_option("shell", *shell, "bash, zsh or fish")->required();
}

}  // namespace tally::cli
