// The pages of sign-in: what they show, and nothing of how it is decided.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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
struct MfaChoice {
  std::vector<std::string> virtual_devices;  // serial numbers
  bool passkeys = false;
};
// A code of one of these devices, or a passkey.
Page mfa_page(const Visit& visit, const MfaChoice& devices, std::string_view chosen, const std::string& error);
// Two codes in a row, for a device whose clock has drifted.
Page resync_page(const Visit& visit, const MfaChoice& devices, std::string_view chosen, const std::string& error);
// The old password and a new one, twice.
Page new_password_page(const Visit& visit, std::string_view user, std::string_view account, const std::string& error);

// "You are signed in", with a way to end it.
Page signed_in_page(const Visit& visit, const WayBack& back, std::string_view who, std::string_view note);
Page signed_out_page();

}  // namespace haar::console
