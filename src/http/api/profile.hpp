// /v1/profile/*: encrypted attributes off the ledger. The owner stores ciphertext; a reader gets it
// while the ledger has a live grant of the owner's to it; every such read leaves a receipt for the
// owner.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_profile_routes(Router& router, const Api& api);

}  // namespace tally::http
