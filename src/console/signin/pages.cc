#include "console/signin/pages.h"

#include "base/encoding.h"

namespace haar::console {
namespace {

constexpr std::size_t email_max = 254, account_max = 63, user_max = 64, password_max = 1024;

Html error_of(const Tried& tried) { return tried.error.empty() ? Html() : alert(Alert::error, tried.error); }

Html way(const WayBack& back) { return hidden("return", back.path); }

Html password_field(bool focus) {
  return field({.name = "password", .label = "Password", .type = "password", .autocomplete = "current-password",
                .length_max = password_max, .focus = focus});
}

Html code_field(MarkupName name, const char* label, bool focus) {
  return field({.name = name, .label = label, .autocomplete = "one-time-code", .inputmode = "numeric", .pattern = "[0-9]{6}",
                .length_max = 6, .focus = focus});
}

// "arn:aws:iam::111122223333:mfa/phone" is shown as "phone".
Html device_field(const MfaChoice& devices, std::string_view chosen) {
  if (devices.virtual_devices.size() == 1) return hidden("device", devices.virtual_devices.front());
  std::vector<Option> all;
  for (const std::string& serial : devices.virtual_devices) all.push_back({serial, serial.substr(serial.rfind('/') + 1)});
  return select("device", "MFA device", all, chosen);
}

}  // namespace

std::string WayBack::query() const { return path.empty() ? "" : "?return=" + percent_encode(path); }

Page choose_page(const Visit& visit, const WayBack& back, std::string_view kind, const Tried& tried) {
  Page page{.title = "Sign in"};
  page.body += error_of(tried);
  const Html email = el("div", {{"class", "only-root"}},
                        field({.name = "email", .label = "Root user email address", .type = "email", .value = tried.email,
                               .autocomplete = "username", .length_max = email_max, .required = false}));
  const Html account = el("div", {{"class", "only-user"}},
                          field({.name = "account", .label = "Account ID (12 digits) or account alias", .value = tried.account,
                                 .length_max = account_max, .required = false}));
  page.body += form(visit, "/signin", way(back),
                    choices("kind", "Who are you?",
                            {{"root", "Root user", "Account owner that performs tasks requiring unrestricted access."},
                             {"user", "IAM user", "User within an account that performs daily tasks."}},
                            kind),
                    email, account, submit("Next"));
  page.body += el("hr");
  page.body += el("p", {}, "New here?");
  page.body += link_button("/billing/signup", "Create a new AWS account");
  return page;
}

Page root_password_page(const Visit& visit, const WayBack& back, const Tried& tried) {
  Page page{.title = "Root user sign in"};
  page.body += error_of(tried);
  page.body += el("p", {}, "Email address: ", el("strong", {}, tried.email));
  page.body += form(visit, "/signin/root", way(back), hidden("email", tried.email), password_field(true), submit("Sign in"));
  page.body += el("p", {}, link("/signin/recover?email=" + percent_encode(tried.email), "Forgot password?"));
  page.body += el("p", {}, link("/signin?other=1" + (back.path.empty() ? "" : "&return=" + percent_encode(back.path)),
                                "Sign in to a different account"));
  page.body += el("p", {}, link("/billing/signup", "Create a new AWS account"));
  return page;
}

Page user_page(const Visit& visit, const WayBack& back, const Tried& tried, bool remembered) {
  Page page{.title = "Sign in as IAM user"};
  page.body += error_of(tried);
  const bool has_account = !tried.account.empty(), has_user = has_account && !tried.user.empty();
  page.body += form(visit, "/signin/user", way(back),
                    field({.name = "account", .label = "Account ID (12 digits) or account alias", .value = tried.account,
                           .length_max = account_max, .focus = !has_account}),
                    field({.name = "user", .label = "IAM user name", .value = tried.user, .autocomplete = "username",
                           .length_max = user_max, .focus = has_account && !has_user}),
                    password_field(has_user),
                    checkbox("remember", "Remember this account", remembered), submit("Sign in"));
  const std::string more = back.path.empty() ? "" : "&return=" + percent_encode(back.path);
  page.body += el("p", {}, link("/signin?other=1&kind=root" + more, "Sign in using root user email"));
  page.body += el("p", {}, link("/signin?other=1" + more, "Sign in to a different account"));
  page.body += el("p", {}, link("/billing/signup", "Create a new AWS account"));
  return page;
}

Page mfa_page(const Visit& visit, const MfaChoice& devices, std::string_view chosen, const std::string& error) {
  Page page{.title = "Multi-factor authentication"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  if (devices.passkeys) {
    page.script = "/assets/passkey.js";
    page.body += el("p", {}, "Your account is secured by a passkey or security key.");
    page.body += el("form", {{"id", "passkey-form"}, {"method", "post"}, {"action", "/signin/passkey"}},
                    hidden("csrf", visit.secret()), hidden("credential", ""), hidden("client", ""), hidden("authenticator", ""),
                    hidden("signature", ""), submit("Use a passkey or security key"));
    page.body += el("div", {{"id", "passkey-problem"}, {"class", "alert error"}, {"role", "alert"}, {"hidden", ""}});
    if (!devices.virtual_devices.empty()) page.body += el("hr");
  }
  if (!devices.virtual_devices.empty()) {
    page.body += el("p", {}, "Enter the code that your authenticator app shows.");
    page.body += form(visit, "/signin/mfa", device_field(devices, chosen), code_field("code", "MFA code", !devices.passkeys),
                      submit("Submit"));
    page.body += el("p", {}, link("/signin/mfa?resync=1", "Codes are refused? Synchronize the device"));
  }
  page.body += el("p", {}, link("/signin/recover", "Troubleshoot MFA"));
  page.body += el("p", {}, link("/signin?other=1", "Cancel"));
  return page;
}

Page resync_page(const Visit& visit, const MfaChoice& devices, std::string_view chosen, const std::string& error) {
  Page page{.title = "Synchronize your MFA device"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  page.body += el("p", {}, "The clock of your device and haar's may differ. Enter a code, wait until the device shows the next "
                           "one, and enter that too.");
  page.body += form(visit, "/signin/mfa/resync", device_field(devices, chosen), code_field("code1", "MFA code 1", true),
                    code_field("code2", "MFA code 2", false), submit("Synchronize and sign in"));
  page.body += el("p", {}, link("/signin/mfa", "Back"));
  return page;
}

Page new_password_page(const Visit& visit, std::string_view user, std::string_view account, const std::string& error) {
  Page page{.title = "Choose a new password"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  page.body += el("p", {}, "You must change your password to continue.");
  page.body += el("dl", {}, el("dt", {}, "AWS account"), el("dd", {}, account), el("dt", {}, "IAM user name"),
                  el("dd", {}, user));
  const auto secret = [](MarkupName name, const char* label, const char* autocomplete, bool focus) {
    return field({.name = name, .label = label, .type = "password", .autocomplete = autocomplete, .length_max = password_max,
                  .focus = focus});
  };
  page.body += form(visit, "/signin/password", secret("old", "Old password", "current-password", true),
                    secret("new", "New password", "new-password", false),
                    secret("again", "Retype new password", "new-password", false), submit("Confirm password change"));
  page.body += el("p", {}, link("/signin?other=1", "Sign in to a different account"));
  return page;
}

Page signed_in_page(const Visit& visit, const WayBack& back, std::string_view who, std::string_view note) {
  Page page{.title = "You are signed in"};
  if (!note.empty()) page.body += alert(Alert::warning, note);
  page.body += el("p", {}, "Signed in as ", el("strong", {}, who), ".");
  page.body += link_button(back.path.empty() ? "/console/" : back.path, "Go on to the console");
  page.body += form(visit, "/signin/out", submit("Sign out"));
  return page;
}

Page signed_out_page() {
  Page page{.title = "You are signed out"};
  page.body += el("p", {}, "Your session has ended in this browser.");
  page.body += link_button("/signin", "Sign in again");
  return page;
}

}  // namespace haar::console
