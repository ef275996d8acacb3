// What stands on the ledger for the places and parties of events: hashes, not names. The ledger's
// bodies are read by operators and auditors alone; a hash keeps a name out of them, though not from
// someone who can try all names. docs/spec/capture.md has the tags.
#pragma once

#include "base/id.hpp"
#include "epcis/event.hpp"

namespace tally::provenance {

/// What is hashed of an identifier: the canonical form of its GS1 key, so that URN and Digital Link
/// agree; the text as it is, if it is no GS1 key.
std::string canonical_text(const epcis::Identifier& id);

/// tagged_hash("tally/place", canonical_text): of a read point. What a delegation's `places` hold.
Hash32 place_hash(const epcis::Identifier& read_point);
/// tagged_hash("tally/container", canonical_text): of the parent that an item is packed in.
Hash32 container_commitment(const epcis::Identifier& parent);
/// tagged_hash("tally/custodian", canonical_text): of the party that has an item.
Hash32 custodian_commitment(const epcis::Identifier& party);

}  // namespace tally::provenance
