// The pages of sign-in: what they show, and nothing of how it is decided.
#pragma once

#include <string>
#include <string_view>

#include "console/page/page.h"

namespace haar::console {

// Where a page leads after the sign-in; in forms and links.
struct WayBack {
  std::string path;  // own_path()
  // "?return=%2Fconsole%2F", or empty.
  [[nodiscard]] std::string query() const;
};

struct Tried {
  std::string email, account, user;
  std::string error;  // in plain words; empty: nothing was tried
};

// Root user or IAM user?
Page choose_page(const Visit& visit, const WayBack& back, std::string_view kind, const Tried& tried);
// Root's password, on the page after the e-mail address.
Page root_password_page(const Visit& visit, const WayBack& back, const Tried& tried);
// Account, user name and password of an IAM user.
Page user_page(const Visit& visit, const WayBack& back, const Tried& tried, bool remembered);
// "You are signed in", with a way to end it.
Page signed_in_page(const Visit& visit, const WayBack& back, std::string_view who, std::string_view note);
Page signed_out_page();

}  // namespace haar::console
