#include "http/api/routes.hpp"

#include "http/api/transactions.hpp"

namespace tally::http {

Router make_router(const Api& api) {
  Router router;
  add_transaction_routes(router, api);
  router.add(metrics_route(api.metrics));
  return router;
}

}  // namespace tally::http
