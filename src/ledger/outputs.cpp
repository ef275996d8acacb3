#include "ledger/outputs.hpp"

#include "base/check.hpp"
#include "ledger/state_tables.hpp"
#include "storage/sealed_record.hpp"

namespace tally::ledger {
namespace {

// An output with its pointer and the allocator's share; an order's lists are about as long as on
// the wire, twice over.
std::size_t memory_bytes(const StoredOutput* output) {
  constexpr std::size_t kBytes = sizeof(StoredOutput) + 32;
  if (output == nullptr) return sizeof(output);
  if (!std::holds_alternative<contracts::Order>(output->output)) return kBytes;
  return kBytes + 2 * codec::encode_output(output->output).size();
}

}  // namespace

void Outputs::append(StoredOutput output) {
  hot_bytes_ += memory_bytes(&output);
  hot_.outputs.push_back(std::make_unique<const StoredOutput>(std::move(output)));
}

void Outputs::truncate(OutputNumber next) {
  CHECK(next >= hot_.first && next <= this->next());
  for (auto at = next - hot_.first; at < hot_.outputs.size(); ++at) {
    hot_bytes_ -= memory_bytes(hot_.outputs[at].get());
  }
  hot_.outputs.resize(next - hot_.first);
}

const OutputRun* Outputs::run_of(OutputNumber number) const {
  if (number >= hot_.first) return &hot_;
  return frozen_ && number >= frozen_->first ? frozen_.get() : nullptr;
}

Faulty<const StoredOutput*> Outputs::find(OutputNumber number) {
  const auto* run = run_of(number);
  if (run == nullptr) return load(number);
  CHECK(number - run->first < run->outputs.size());
  const auto& output = run->outputs[number - run->first];
  CHECK(output);  // only spent ones are null
  return output.get();
}

Faulty<StoredOutput> Outputs::read(OutputNumber number) const {
  if (const auto* run = run_of(number)) return *run->outputs.at(number - run->first);
  const auto state = state_.begin_read();
  if (!state) return fault(state.error(), "outputs: begin read");
  return read_output(**state, number);
}

Faulty<const StoredOutput*> Outputs::load(OutputNumber number) {
  const auto read = snapshot_.get();
  if (!read) return fault(read.error(), "outputs: begin read");
  auto output = read_output(**read, number);
  if (!output) return std::unexpected(output.error());
  return &loaded_.emplace_back(std::move(*output));
}

void Outputs::release(OutputNumber number) {
  if (number < hot_.first) return;
  auto& output = hot_.outputs[number - hot_.first];
  hot_bytes_ -= memory_bytes(output.get());
  output.reset();
  hot_bytes_ += memory_bytes(nullptr);
}

std::shared_ptr<const OutputRun> Outputs::freeze() {
  CHECK(!frozen_);
  const auto next = this->next();
  frozen_ = std::make_shared<const OutputRun>(std::move(hot_));
  hot_ = OutputRun{next, {}};
  hot_bytes_ = 0;
  return frozen_;
}

Faulty<StoredOutput> read_output(const storage::ReadTransaction& state, OutputNumber number) {
  const auto record = state.get(kOutputsTable, number_key(number));
  if (!record) {
    if (record.error() == storage::Error::not_found) {
      return fault(FaultCode::state_corrupt, 0,
                   fmt::format("output {} is unspent but missing: rebuild the state from the "
                               "journal with tally-replay --rebuild-state",
                               number));
    }
    return fault(record.error(), "outputs: get");
  }
  const auto payload = storage::open_record(*record);
  if (payload) {
    if (auto output = codec::decode_stored_output(*payload)) return std::move(*output);
  }
  return fault(FaultCode::state_corrupt, 0, fmt::format("output {} is damaged", number));
}

}  // namespace tally::ledger
