// GET /v1/lots/{gs1_key...}: a lot; GET /v1/item-contents/{gs1_key...}: what is packed in an item;
// GET /v1/item-taint/{gs1_key...}: everything that a recall of an item or lot reaches.
#pragma once

#include "http/api/read.hpp"

namespace tally::http {

void add_item_link_routes(Router& router, const Api& api);

}  // namespace tally::http
