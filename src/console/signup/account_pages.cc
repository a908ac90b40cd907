#include "console/signup/account_pages.h"

#include <utility>

#include "console/page/page.h"
#include "console/session/session_scheme.h"

namespace haar::console {

AccountPages::AccountPages(const api::Environment& env, store::Db& db, LastUse& last_use, const std::vector<std::string>& hosts,
                           AccountOptions options)
    : door_(env.random, std::move(options.operator_password)),
      operator_site_(env, db, door_),
      account_api_({env, db, last_use, hosts, options.prices}),
      sign_up_({env, db, hosts, {std::make_shared<SessionScheme>(env, last_use)}}),
      recovery_({env, db, hosts, {std::make_shared<SessionScheme>(env, last_use)}}),
      post_office_(env, db, std::move(options.post)) {
  db.watch([this](Revision, const std::vector<store::Changed>& changes) { post_office_.changed(changes); });
}

std::vector<web::Site> AccountPages::sites() {
  return {operator_site_.site(), page_assets({std::string(operator_host)}), account_api_.site(), sign_up_.site(),
          recovery_.site()};
}

}  // namespace haar::console
