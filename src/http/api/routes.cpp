#include "http/api/routes.hpp"

#include "http/api/accounts.hpp"
#include "http/api/admin.hpp"
#include "http/api/assets.hpp"
#include "http/api/build.hpp"
#include "http/api/case_files.hpp"
#include "http/api/cases.hpp"
#include "http/api/epcis.hpp"
#include "http/api/health.hpp"
#include "http/api/item_links.hpp"
#include "http/api/items.hpp"
#include "http/api/network.hpp"
#include "http/api/orders.hpp"
#include "http/api/profile.hpp"
#include "http/api/resolver.hpp"
#include "http/api/sign_in.hpp"
#include "http/api/simulate.hpp"
#include "http/api/story.hpp"
#include "http/api/stream.hpp"
#include "http/api/tokens.hpp"
#include "http/api/transactions.hpp"
#include "http/api/web_app.hpp"

namespace tally::http {

Router make_router(const Api& api) {
  Router router;
  add_transaction_routes(router, api);
  add_simulate_route(router, api);
  add_build_routes(router, api);
  add_account_routes(router, api);
  add_reputation_routes(router, api);
  add_asset_routes(router, api);
  add_item_routes(router, api);
  add_item_link_routes(router, api);
  if (api.capture != nullptr) add_epcis_routes(router, api);
  add_resolver_routes(router, api);
  add_order_routes(router, api);
  add_case_routes(router, api);
  add_statistics_route(router, api);
  if (api.cases != nullptr) add_case_file_routes(router, api);
  add_profile_routes(router, api);
  add_sign_in_routes(router, api);
  add_token_routes(router, api);
  add_stream_route(router, api);
  add_network_routes(router, api);
  add_admin_routes(router, api);
  add_story_routes(router, api);
  add_web_app_routes(router);
  add_health_routes(router, api);
  return router;
}

}  // namespace tally::http
