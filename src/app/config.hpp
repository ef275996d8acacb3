// The node's configuration: a TOML file, then overrides from the command line. Every key is
// declared once, in config.cpp; docs/operating.md lists them and a test holds the list against the
// code.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "http/server.hpp"

namespace tally::app {

struct NetworkConfig {
  std::string data_dir = "data";
  std::vector<std::string> listen = {"http://127.0.0.1:8080"};
  std::vector<std::string> hosts;
  bool allow_plain_http = false;
  bool development = false;
};

struct TlsConfig {
  std::string certificate_file;
  std::string private_key_file;
};

struct AdminConfig {
  std::string socket;  ///< Empty: admin.sock in the data directory; not on a development network.
  std::vector<std::string> listen;
  std::string client_ca_file;
};

struct KeysConfig {
  std::string passphrase_file;  ///< Opens node.key; not needed on a development network.
  bool debuggable = false;      ///< Leaves cores, and lets debuggers attach.
};

struct EngineConfig {
  std::uint32_t admission_threads = 0;  ///< 0: one for each core
  std::uint32_t admission_queue_max = 8192;
  std::uint32_t admission_queue_per_source_max = 4096;
  std::uint32_t writer_queue_max = 1024;
  std::uint32_t block_transactions_max = 4096;
  std::uint64_t block_bytes_max = 1 << 20;
  BucketRate member_rate{0, 1};
  BucketRate unsigned_rate{200, 1'000};
  std::uint32_t clock_jump_ms_max = 5000;
  bool hold = false;
  std::vector<std::string> quarantine;
};

struct StorageConfig {
  std::uint64_t journal_map_bytes_max = std::uint64_t{1} << 40;
  std::uint64_t state_map_bytes_max = std::uint64_t{1} << 40;
  std::uint64_t views_map_bytes_max = std::uint64_t{1} << 40;
  std::uint64_t overlay_outputs_max = 500'000;
  std::uint64_t overlay_entries_max = 200'000;
  std::uint64_t checkpoint_blocks_max = 20'000;
  std::string archive_dir;  ///< Empty: `archive` in the data directory.
  std::uint64_t archive_keep_blocks = 0;
  std::uint64_t archive_segment_blocks = 8'192;
  std::uint64_t scrub_bytes_per_second_max = std::uint64_t{4} << 20;  ///< 0: no scrub.
  std::uint64_t backup_bytes_per_second_max = std::uint64_t{64} << 20;
};

struct LogConfig {
  std::string level = "info";
};

struct Config {
  NetworkConfig network;
  std::uint32_t http_threads = 2;
  http::ServerLimits http;
  http::WebSocketLimits websocket;
  TlsConfig tls;
  AdminConfig admin;
  KeysConfig keys;
  EngineConfig engine;
  StorageConfig storage;
  LogConfig log;
};

enum class ConfigError : std::uint16_t {
  kUnreadable = 1,  ///< the file cannot be read
  kSyntax = 2,      ///< not TOML; also the same key twice
  kUnknownKey = 3,
  kWrongType = 4,
  kOutOfRange = 5,
  kInconsistent = 6,  ///< two keys contradict each other
};

struct ConfigFault {
  ConfigError error;
  std::string file;
  std::uint32_t line = 0;  ///< from 1; 0: the fault has no place in the file
  std::string key;         ///< with its table, "http.threads"
  std::string detail;      ///< the nearest key, the type or range wanted, the system's message
};

/// "tallyd.toml:12: http.thread: there is no such key; did you mean http.threads?"
std::string describe(const ConfigFault& fault);

/// Parses a configuration; keys that are not there keep their defaults. `file` is only named in
/// faults. The fault reported is the first of: kSyntax; an unknown key; a wrong type or range, in
/// the order of the keys' declaration; kInconsistent.
std::expected<Config, ConfigFault> parse_config(std::string_view text, std::string file);

/// Reads and parses a file of at most 1 MiB. Errors: kUnreadable, then as parse_config.
std::expected<Config, ConfigFault> load_config(const std::filesystem::path& path);

/// Sets keys from `key=value` as given on the command line, later ones last; each value is TOML,
/// and what is not is taken as a bare string (`network.data_dir=/var/lib/tally`). The result is
/// checked as a whole; on a fault `config` is unchanged. Faults name no file.
std::expected<void, ConfigFault> apply_overrides(Config& config,
                                                 const std::vector<std::string>& assignments);

/// What the HTTP server is started with.
http::ServerOptions server_options(const Config& config);

/// One row of the table in docs/operating.md.
struct ConfigKey {
  std::string key;
  std::string type;
  std::string fallback;  ///< the default, as TOML
  std::string range;     ///< "1 … 256", or the words allowed; empty: any
  std::string meaning;
};

/// All keys, in the order of the document.
std::vector<ConfigKey> config_keys();

}  // namespace tally::app
