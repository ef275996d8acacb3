#include "provenance/commitments.hpp"

#include "crypto/hash.hpp"

namespace tally::provenance {
namespace {

Hash32 commit(std::string_view tag, const epcis::Identifier& id) {
  return crypto::tagged_hash(tag, {as_bytes(canonical_text(id))});
}

}  // namespace

std::string canonical_text(const epcis::Identifier& id) {
  return id.key ? id.key->canonical() : id.text;
}

Hash32 place_hash(const epcis::Identifier& read_point) { return commit("tally/place", read_point); }

Hash32 container_commitment(const epcis::Identifier& parent) {
  return commit("tally/container", parent);
}

Hash32 custodian_commitment(const epcis::Identifier& party) {
  return commit("tally/custodian", party);
}

}  // namespace tally::provenance
