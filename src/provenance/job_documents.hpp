// The documents of capture jobs: kept while a job is open, and for good once an event came of one.
//
// Documents are found by their content, so two jobs may have one: it goes with the last of them, if
// it was not there before the first and no event came of any.
//
// Threads: any.
#pragma once

#include <expected>
#include <mutex>
#include <set>
#include <unordered_map>

#include "provenance/capture_rows.hpp"

namespace tally::provenance {

class JobDocuments {
 public:
  /// `store` outlives this.
  explicit JobDocuments(documents::DocumentStore& store) : store_(store) {}

  /// Stores what an open job is to capture; the job has author and time. Errors: those of
  /// DocumentStore::put().
  [[nodiscard]] std::expected<documents::DocumentHash, documents::Error> keep(const Job& job,
                                                                              ByteView content);
  /// Counts the document of a job that an earlier life left open.
  void add(const Job& job);
  /// The job is over.
  void release(const Job& job);
  /// The same for the bundle of its events, which no other open job has.
  void release_bundle(const Job& job, const documents::DocumentHash& bundle);

 private:
  struct Use {
    std::set<JobId> jobs;  // open
    bool brought = false;  // by one of these
    bool needed = false;   // an event came of one
  };
  [[nodiscard]] bool brought(const Job& job, const documents::DocumentHash& document) const;
  void count(const Job& job, const documents::DocumentHash& document);
  void forget(const documents::DocumentHash& document);

  documents::DocumentStore& store_;
  std::mutex mutex_;  // while documents are put or forgotten; guards uses_
  std::unordered_map<documents::DocumentHash, Use, IdHash> uses_;
};

}  // namespace tally::provenance
