// One recorded run of tallyd: what it wrote and synced, and what it promised meanwhile, each
// promise with the place in the log at which the client had it.
//
// Two clients talk to it: one sends transactions of every kind (workload.hpp), one documents and
// what custody keeps: profile blobs, EPCIS documents, API tokens, agents' keys. Small blocks, and a
// checkpoint every few of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "contracts/error_code.hpp"
#include "contracts/transaction.hpp"
#include "crypto/schnorr.hpp"
#include "documents/document_store.hpp"
#include "fault/common/program.hpp"
#include "fault/harness.hpp"
#include "fault/power_loss/write_log.hpp"
#include "provenance/capture_rows.hpp"

namespace tally::fault {

inline constexpr std::uint64_t kNever = UINT64_MAX;

/// When something was asked for and when its answer was there: positions in the log.
struct Moment {
  std::uint64_t sent = kNever;
  std::uint64_t answered = kNever;
};

/// A transaction whose final answer is in the journal.
struct PromisedTransaction {
  Moment moment;
  contracts::Txid txid;
  bool settled = false;
  std::string code;  ///< Why not.
  std::uint64_t height = 0;
  std::uint64_t first_output_number = 0;
};

struct PromisedToken {
  std::string text;
  Moment issued;
  Moment revoked;
};

struct PromisedAgent {
  crypto::PublicKey key;
  Moment created;
  Moment removed;
};

/// The blobs that one attribute of the profile had, one after the other.
struct PromisedBlob {
  Moment moment;
  documents::DocumentHash document;
};
struct PromisedAttribute {
  crypto::PublicKey owner;
  std::string name;
  std::vector<PromisedBlob> blobs;
};

struct PromisedJob {
  provenance::JobId id;
  Moment moment;
};

struct Recording {
  std::filesystem::path disk;  ///< The directory in which tallyd made its data directory.
  std::unique_ptr<WriteLog> log;
  std::uint64_t ready = 0;  ///< Where it listened for the first time.
  std::vector<PromisedTransaction> transactions;
  std::vector<PromisedToken> tokens;
  std::vector<PromisedAgent> agents;
  std::vector<PromisedAttribute> attributes;
  std::vector<PromisedJob> jobs;
};

/// The name of the data directory on the disk.
inline constexpr const char* kDataName = "data";
/// What the node is set to, so that little is enough to make it do everything.
const std::vector<std::string>& recorded_settings();

/// Starts tallyd under the recorder, with its data in `disk`, and waits until it listens. The log
/// must be made. Throws std::runtime_error if it does not.
struct RecordedNode {
  std::unique_ptr<Program> program;
  std::string url;
};
RecordedNode start_recorded(const Options& options, const std::filesystem::path& disk,
                            const std::filesystem::path& log);
/// Stops it in order. Throws std::runtime_error if it does not, or if the recording is of no use.
void stop_recorded(Program& program, const WriteLog& log);

/// Records a node on a new disk in `directory` until about `transactions` have their answers, then
/// stops it in order. Throws std::runtime_error with what went wrong: nothing was recorded, or the
/// recording is of no use.
Recording record(const Options& options, const std::filesystem::path& directory,
                 std::uint64_t transactions, std::uint64_t seed);

}  // namespace tally::fault
