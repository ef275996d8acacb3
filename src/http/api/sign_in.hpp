// POST /v1/sign-in/challenge, POST /v1/sign-in, DELETE /v1/session: a short session for whoever has
// an account's key.
#pragma once

#include "http/api/context.hpp"

namespace tally::http {

void add_sign_in_routes(Router& router, const Api& api);

}  // namespace tally::http
