// Private to this folder: one HTTP connection.
#pragma once

#include <memory>

#include "http/worker.hpp"

namespace tally::http {

/// Runs the connection on `worker` until it ends; called on the worker's thread. `tls` is null for
/// plain HTTP. An empty `permit` means that a cap is reached: the peer is told `overloaded` and the
/// connection closed.
void start_session(std::shared_ptr<Worker> worker, std::shared_ptr<Shared> shared, Socket socket,
                   asio::ssl::context* tls, ConnectionLimiter::Permit permit);

}  // namespace tally::http
