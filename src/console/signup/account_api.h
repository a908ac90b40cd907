// What the console's account and billing pages ask, where AWS has no API for it. JSON, on the session's cookie; what changes
// something carries the header x-haar-csrf. Errors: the status, and {"code", "message"}.
//
//   GET  /console/account-api/account
//     -> {"account", "name", "state", "created" (epoch seconds), "root": bool, "iamAccessToBilling": bool,
//         "email" (root alone), "billing": {"cardHolder", "cardLastDigits", "cardExpires", "use", "supportPlan"} or null (root
//         alone), "passwordSet": bool}
//   POST /console/account-api/iam-access   {"active": bool}                -> {"iamAccessToBilling": bool}   (root alone)
//   POST /console/account-api/close        {"account": "<its own id>"}     -> {"state": "SUSPENDED"}         (root alone)
//   GET  /console/account-api/usage
//     -> {"from", "to" (epoch seconds), "currency": "USD", "total", "lines": [{"service", "region", "unit", "quantity", "price",
//         "amount"}]}
//        Root always; others where root has activated IAM access and their policies allow billing:GetBillingData.
//
// 401 NotSignedIn; 403 AccessDenied.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "api/kit/call.h"
#include "console/session/sessions.h"
#include "console/signup/usage.h"
#include "services/iam/records.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

struct AccountApiParts {
  const api::Environment& env;
  store::Db& db;
  LastUse& last_use;
  std::vector<std::string> hosts;
  Prices prices;
};

class AccountApi {
 public:
  explicit AccountApi(AccountApiParts parts) : parts_(std::move(parts)) {}

  // It outlives its site.
  web::Site site();

 private:
  void serve(const web::Site& site, const web::Route& route, http::Request&& request, const http::Respond& respond);
  Result<boost::json::object> account(const LiveSession& session) const;
  Result<boost::json::object> usage(const LiveSession& session, const http::Request& request) const;
  // Root's own changes of its account's record, with an event.
  using Change = std::function<Result<boost::json::object>(store::Txn&, iam::AccountRecord&)>;
  Result<Change> change_of(std::string_view path, const LiveSession& session, const http::Request& request) const;
  void change(const http::Request& request, const http::Respond& respond, LiveSession session, std::string name, Change change);

  AccountApiParts parts_;
};

}  // namespace haar::console
