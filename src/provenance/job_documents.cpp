#include "provenance/job_documents.hpp"

#include "base/log.hpp"

namespace tally::provenance {
namespace {

constexpr std::string_view kDocumentType = "application/ld+json";

}  // namespace

std::expected<documents::DocumentHash, documents::Error> JobDocuments::keep(const Job& job,
                                                                            ByteView content) {
  const std::lock_guard lock(mutex_);
  const auto document =
      store_.put(content, {std::string(kDocumentType), job.author.principal.bytes, job.created_ms});
  if (document) count(job, *document);
  return document;
}

void JobDocuments::add(const Job& job) {
  const std::lock_guard lock(mutex_);
  count(job, job.document);
}

void JobDocuments::count(const Job& job, const documents::DocumentHash& document) {
  auto& use = uses_[document];
  use.brought |= brought(job, document);
  use.jobs.insert(job.id);
}

// Whether the document was not there before this job: its metadata are those of who put it first.
bool JobDocuments::brought(const Job& job, const documents::DocumentHash& document) const {
  const auto info = store_.stat(document);
  return info && info->metadata.created_ms == job.created_ms &&
         info->metadata.owner == job.author.principal.bytes;
}

void JobDocuments::release(const Job& job) {
  const std::lock_guard lock(mutex_);
  const auto found = uses_.find(job.document);
  if (found == uses_.end()) return;
  auto& use = found->second;
  use.jobs.erase(job.id);
  use.needed |= job.events > 0;
  if (!use.jobs.empty()) return;
  const bool idle = use.brought && !use.needed;
  uses_.erase(found);
  if (idle) forget(job.document);
}

void JobDocuments::release_bundle(const Job& job, const documents::DocumentHash& bundle) {
  const std::lock_guard lock(mutex_);
  if (job.events == 0 && brought(job, bundle)) forget(bundle);
}

// One that cannot be forgotten now, as while a backup copies it, stays.
void JobDocuments::forget(const documents::DocumentHash& document) {
  const auto gone = store_.forget(document);
  if (gone || gone.error() == documents::Error::not_found) return;
  if (gone.error() == documents::Error::erased) return;
  spdlog::warn("a document of which nothing was captured stays: {}", name(gone.error()));
}

}  // namespace tally::provenance
