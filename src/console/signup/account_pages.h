// All of accounts that is served to browsers: sign-up, the operator's mailbox and telephone, what the console's account pages
// ask; and the thread that sends messages on.
#pragma once

#include <string>
#include <vector>

#include "console/operator/door.h"
#include "console/operator/operator_site.h"
#include "console/operator/post_office.h"
#include "console/signup/account_api.h"
#include "console/signup/recovery.h"
#include "console/signup/signup.h"
#include "control/retention.h"

namespace haar::console {

struct AccountOptions {
  PostOptions post;
  std::string operator_password;  // empty: none
  Prices prices;
};

class AccountPages {
 public:
  // Before the first work is submitted to the Db.
  AccountPages(const api::Environment& env, store::Db& db, LastUse& last_use, const std::vector<std::string>& hosts,
               AccountOptions options);

  // It outlives them.
  std::vector<web::Site> sites();
  OperatorDoor& door() { return door_; }
  PostOffice& post_office() { return post_office_; }

 private:
  OperatorDoor door_;
  OperatorSite operator_site_;
  AccountApi account_api_;
  SignUp sign_up_;
  Recovery recovery_;
  PostOffice post_office_;
};

}  // namespace haar::console
