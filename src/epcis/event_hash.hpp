// The CBV event hash: an event's fingerprint that is the same however the event is written down.
// It works on the JSON of an event of any type, because the order of fields is the same for all.
// Source: CBV 2.0 (ISO/IEC 19988:2024), section 8.9; where it leaves room, the reference
// implementation (RalphTro/epcis-event-hash-generator) as its published vectors show it.
#pragma once

#include <span>
#include <string>

#include "epcis/document.hpp"

namespace tally::epcis {

/// The canonical text that is hashed. `event` is the event's JSON object, `context` the document's;
/// an `@context` of the event's own is added. `ignored` names fields of the event that play no part
/// beside those that never do, as `{namespace}local`, a standard field by its name alone; whoever
/// compares two hashes has to ignore the same. Never fails: what is malformed is taken as it is.
std::string event_prehash(const Json& event, const Context& context,
                          std::span<const std::string> ignored = {});

/// `ni:///sha-256;<64 hexadecimal digits>?ver=CBV2.0` of the event. eventID, recordTime,
/// errorDeclaration and comments play no part.
std::string event_hash(const Json& event, const Context& context,
                       std::span<const std::string> ignored = {});
std::string event_hash(const Event& event, const Context& context,
                       std::span<const std::string> ignored = {});

}  // namespace tally::epcis
