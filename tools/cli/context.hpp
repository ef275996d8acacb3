// What every command works with: the general options, the person, the node, the keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/failure.hpp"
#include "cli/json.hpp"
#include "cli/key_file.hpp"
#include "cli/node.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace tally::cli {

/// The options that may stand anywhere on the command line.
struct General {
  std::string node{kNodeDefault};
  NodeAccess access;
  std::string network;                ///< The network id that the node must have; empty: any.
  std::vector<std::string> keys;      ///< Names or files.
  std::vector<std::string> dev_keys;  ///< Well-known names of the development network.
  std::string token;
  std::string passphrase_file;
  std::string out_file;  ///< Write the transaction there instead of submitting it.
  std::uint32_t wait_s = 60;
  bool json = false;
  bool yes = false;
  bool dry_run = false;
  bool full = false;
};

/// A key that can sign, and what its owner calls it.
struct Signer {
  std::string name;
  contracts::PublicKey key;
  crypto::SecretKey secret;
};

class Context {
 public:
  Context(General general, Terminal& terminal)
      : general_(std::move(general)), terminal_(terminal) {}

  [[nodiscard]] const General& general() const { return general_; }
  [[nodiscard]] Terminal& terminal() { return terminal_; }

  /// The node, connected on first use. Failures: `usage` (the URL, or --network is not its id).
  Result<Node*> node();
  /// Its network; with --network, which it must be.
  Result<Network> network();

  /// The keys of --key and --dev, opened on first use, in that order. `usage`: none is given, one
  /// is not there, a wrong passphrase, --dev on another network than the development one.
  Result<std::vector<Signer>*> signers();
  /// The first of them, without opening it: whom the command is about.
  Result<contracts::PublicKey> account();
  /// account() or else, if the option was given, whoever `who` names (key_named()).
  Result<contracts::Account> account_or(const std::string& who);
  /// The key that a text on the command line means: an address of the network, 64 hexadecimal
  /// digits, `me`, `key:NAME` or `dev:NAME`.
  Result<contracts::Account> account_named(std::string_view text);
  Result<KeyStore> key_store();

  /// Signs in as account() unless there is a token already.
  Result<void> sign_in();
  /// Signs in as every other signer too: for what is built with sight of their coins.
  Result<void> sign_in_parties();
  /// As sign_in(), but for a command that a stranger may use as well: does nothing without keys.
  Result<void> sign_in_if_possible();

  /// The passphrase of a key: from --passphrase-file, TALLY_PASSPHRASE_FILE, or the terminal.
  Result<crypto::SecretBytes> passphrase(std::string_view question);
  /// A new one, asked for twice on a terminal.
  Result<crypto::SecretBytes> new_passphrase();

  /// Asks whether to go on. `usage`: no, or nobody can be asked and --yes is not given.
  Result<void> confirm(std::string_view question);

  /// Prints a result: the value with --json, else the text.
  void print(const json::value& value, const std::string& text);
  /// An address, key or hash as it is shown: whole with --full or where nobody reads it.
  [[nodiscard]] std::string show(std::string_view text) const;

 private:
  Result<contracts::PublicKey> development_account(std::string_view name);
  Result<std::string> session_of(const Signer& signer);

  General general_;
  Terminal& terminal_;
  std::optional<Node> node_;
  std::optional<std::vector<Signer>> signers_;
};

}  // namespace tally::cli
