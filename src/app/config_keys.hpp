// Private to this folder: the declaration of every configuration key, once, for all who walk them.
#pragma once

#include <limits>
#include <span>

#include "app/config.hpp"

namespace tally::app {

inline constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 46;  // 64 TiB, an address space
inline constexpr std::string_view kLogLevels[] = {"trace", "debug", "info", "warn", "error", "off"};

/// Calls `visit` for each key with its name, the member it sets, its range and its meaning. A
/// Visitor has text, choice, flag, list, number (a count or milliseconds) and bytes.
template <typename Visitor>
void for_each_key(Config& c, Visitor& visit) {
  constexpr std::uint64_t kMsMax = 3'600'000;
  constexpr std::uint64_t kQueueMax = 1 << 20;

  visit.text("network.data_dir", c.network.data_dir, "where the node keeps everything");
  visit.list("network.listen", c.network.listen,
             "addresses to serve, `http://IP:PORT` or `https://IP:PORT`");
  visit.list(
      "network.hosts", c.network.hosts,
      "Host names that are answered for, without ports; empty: any, on a development network "
      "IP addresses and localhost");
  visit.flag("network.allow_plain_http", c.network.allow_plain_http,
             "serve plain HTTP on addresses other than loopback");
  visit.flag("network.development", c.network.development,
             "a development network: its time can be advanced by a command");

  visit.text("tls.certificate_file", c.tls.certificate_file, "PEM chain, the node's own first");
  visit.text("tls.private_key_file", c.tls.private_key_file, "PEM key of that certificate");

  visit.text(
      "admin.socket", c.admin.socket,
      "the operator's Unix socket; empty: `admin.sock` in the data directory, on a development "
      "network none");
  visit.list("admin.listen", c.admin.listen,
             "addresses for operators, `https://IP:PORT`: TLS 1.3 with a client certificate");
  visit.text("admin.client_ca_file", c.admin.client_ca_file,
             "PEM: who signs the operators' client certificates");

  visit.text("keys.passphrase_file", c.keys.passphrase_file,
             "file (mode 0600) with the passphrase of the node's own keys");
  visit.flag("keys.debuggable", c.keys.debuggable,
             "leave core dumps and let debuggers attach, keys and all; a development node does");

  visit.number("http.threads", c.http_threads, 1, 256, "threads that serve connections");
  visit.number("http.connections_max", c.http.connections_max, 1, 1'000'000, "open connections");
  visit.number("http.connections_per_ip_max", c.http.connections_per_ip_max, 1, 1'000'000,
               "of them, from one address: an IPv4 one, or an IPv6 /64");
  visit.number("http.requests_per_second_per_ip", c.http.requests_per_ip.per_second, 0, 1'000'000,
               "requests of one address; 0: any. A new connection counts as one");
  visit.number("http.requests_burst_per_ip", c.http.requests_per_ip.burst, 1, 10'000'000,
               "of them at once, after a pause");
  visit.number("http.look_ups_per_second_per_ip", c.http.look_ups_per_ip.per_second, 0, 1'000'000,
               "look-ups of items by one address, scans included; 0: any");
  visit.number("http.look_ups_burst_per_ip", c.http.look_ups_per_ip.burst, 1, 10'000'000,
               "of them at once, after a pause");
  visit.bytes("http.request_line_bytes_max", c.http.head.request_line_bytes_max, 256, 65536,
              "method, target and version");
  visit.bytes("http.head_bytes_max", c.http.head.head_bytes_max, 1024, 1 << 20,
              "request line and header fields");
  visit.number("http.header_count_max", c.http.head.header_count_max, 8, 1024, "header fields");
  visit.bytes("http.chunk_extension_bytes_max", c.http.chunk_extension_bytes_max, 0, 65536,
              "chunk extensions of one body");
  visit.number("http.pipeline_depth_max", c.http.pipeline_depth_max, 1, 4096,
               "requests of one connection in progress");
  visit.bytes("http.pipeline_bytes_max", c.http.pipeline_bytes_max, 4096, kBytesMax,
              "their bodies and answers; one larger body goes alone");
  visit.bytes("http.buffered_bytes_max", c.http.buffered_bytes_max, 1 << 20, kBytesMax,
              "bodies of all connections");
  visit.bytes("http.buffered_bytes_per_ip_max", c.http.buffered_bytes_per_ip_max, 1 << 20,
              kBytesMax, "bodies and unsent answers of one address's");
  visit.number("http.head_ms_max", c.http.head_ms_max, 1, kMsMax,
               "from a head's first byte to its last; also for a TLS handshake");
  visit.number("http.body_ms_max", c.http.body_ms_max, 1, kMsMax, "for a whole body");
  visit.number("http.idle_ms_max", c.http.idle_ms_max, 1, kMsMax, "between requests");
  visit.number("http.write_ms_max", c.http.write_ms_max, 1, kMsMax, "for one write");
  visit.number("http.linger_ms_max", c.http.linger_ms_max, 1, kMsMax,
               "for a peer to read a refusal before the connection closes");

  visit.number("websocket.queue_messages_max", c.websocket.queue_messages_max, 1, kQueueMax,
               "messages waiting for one reader, who is then cut off");
  visit.bytes("websocket.queue_bytes_max", c.websocket.queue_bytes_max, 1024, kBytesMax,
              "their bytes");
  visit.bytes("websocket.message_bytes_max", c.websocket.message_bytes_max, 1, 1 << 24,
              "one message from a client");
  visit.number("websocket.per_ip_max", c.websocket.per_ip_max, 1, 1'000'000,
               "open WebSockets of one address");
  visit.number("websocket.idle_ms", c.websocket.idle_ms, 1000, kMsMax,
               "a silent client is pinged at half of it, cut off at it");

  visit.number("engine.admission_threads", c.engine.admission_threads, 0, 1024,
               "threads that check signatures; 0: one for each core");
  visit.number("engine.admission_queue_max", c.engine.admission_queue_max, 1, kQueueMax,
               "transactions waiting for admission: half of members, half of addresses");
  visit.number("engine.admission_queue_per_source_max", c.engine.admission_queue_per_source_max, 1,
               kQueueMax, "of them, of one member or address");
  visit.number("engine.writer_queue_max", c.engine.writer_queue_max, 1, kQueueMax,
               "admitted transactions waiting for the writer; admission waits for room");
  visit.number("engine.block_transactions_max", c.engine.block_transactions_max, 1, 65536,
               "transactions in one block");
  visit.bytes("engine.block_bytes_max", c.engine.block_bytes_max, 65536, 1 << 24,
              "bodies in one block");
  visit.number(
      "engine.member_rate_per_second", c.engine.member_rate.per_second, 0, 1'000'000,
      "what one member may submit to this node: signatures, and 4 KiB of body each; 0: any");
  visit.number("engine.member_rate_burst", c.engine.member_rate.burst, 1, 1'000'000,
               "of these at once, after a pause");
  visit.number(
      "engine.unsigned_rate_per_second", c.engine.unsigned_rate.per_second, 0, 1'000'000,
      "transactions without signers, the timeouts of orders, of one member or address; 0: any");
  visit.number("engine.unsigned_rate_burst", c.engine.unsigned_rate.burst, 1, 1'000'000,
               "of them at once, after a pause");
  visit.number("engine.clock_jump_ms_max", c.engine.clock_jump_ms_max, 100, kMsMax,
               "jump of the wall clock that halts writing");
  visit.flag("engine.hold", c.engine.hold,
             "start with writing halted, until it is resumed: what is there is only read");
  visit.list("engine.quarantine", c.engine.quarantine,
             "txids that are refused since they broke an invariant");

  visit.bytes("storage.journal_map_bytes_max", c.storage.journal_map_bytes_max, 8 << 20, kBytesMax,
              "how far the journal's LMDB map may grow");
  visit.bytes("storage.state_map_bytes_max", c.storage.state_map_bytes_max, 16 << 20, kBytesMax,
              "likewise the state's");
  visit.bytes("storage.views_map_bytes_max", c.storage.views_map_bytes_max, 16 << 20, kBytesMax,
              "likewise the views'");
  visit.number("storage.overlay_outputs_max", c.storage.overlay_outputs_max, 1'000, 100'000'000,
               "new outputs in memory that start a checkpoint; twice as many make the writer wait");
  visit.number("storage.overlay_entries_max", c.storage.overlay_entries_max, 1'000, 100'000'000,
               "likewise changed registry entries");
  visit.number("storage.checkpoint_blocks_max", c.storage.checkpoint_blocks_max, 1, 1'000'000,
               "blocks to replay after a crash, before a checkpoint starts anyway");
  visit.text("storage.archive_dir", c.storage.archive_dir,
             "where archived blocks go; empty: `archive` in the data directory");
  visit.number("storage.archive_keep_blocks", c.storage.archive_keep_blocks, 0,
               std::uint64_t{1} << 40,
               "blocks that the journal keeps; older ones are archived. 0: only when asked to");
  visit.number("storage.archive_segment_blocks", c.storage.archive_segment_blocks, 1, 65'536,
               "blocks in one file of the archive");
  visit.bytes("storage.scrub_bytes_per_second_max", c.storage.scrub_bytes_per_second_max, 0,
              kBytesMax, "how fast the stores are read anew to find damage; 0: never");
  visit.bytes("storage.backup_bytes_per_second_max", c.storage.backup_bytes_per_second_max, 0,
              kBytesMax, "how fast a backup is copied; 0: as fast as it goes");

  visit.choice("log.level", c.log.level, kLogLevels, "least severe record that is logged");
}

}  // namespace tally::app
