#include "console/signup/pages.h"

#include <utility>

#include "console/signup/countries.h"

namespace haar::console {
namespace {

constexpr std::string_view script = "/assets/live.js";

std::string_view place_of(std::string_view step) {
  namespace s = signup_step;
  if (step == s::code || step == s::password) return "Step 1 of 5";
  if (step == s::contact) return "Step 2 of 5";
  if (step == s::billing) return "Step 3 of 5";
  if (step == s::identity || step == s::phone) return "Step 4 of 5";
  return "Step 5 of 5";
}

Page start(std::string title, std::string_view place, const std::string& error) {
  Page page{.title = std::move(title)};
  if (!place.empty()) page.body += el("p", {{"class", "hint"}}, "Sign up for AWS · ", place);
  if (!error.empty()) page.body += alert(Alert::error, error);
  return page;
}

Html begin_again(const Visit& visit) {
  return form(visit, "/billing/signup/restart", el("button", {{"class", "small"}}, "Begin again with another email address"));
}

Page code_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Confirm you are you", place_of(view.record.step), view.error);
  page.body += el("p", {}, "A mail with a verification code was sent to ", el("strong", {}, view.record.email),
                  ". It is in the operator's mailbox, and at that address where a mail server is configured.");
  page.body += form(visit, "/billing/signup/code",
                    field({.name = "code", .label = "Verification code", .autocomplete = "one-time-code", .inputmode = "numeric",
                           .length_max = 6, .focus = true}),
                    submit("Verify"));
  page.body += form(visit, "/billing/signup/resend", el("button", {{"class", "small"}}, "Resend code"));
  page.body += begin_again(visit);
  return page;
}

Page password_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Create your password", place_of(view.record.step), view.error);
  page.body += el("p", {}, "Your email address is verified. With it and this password you sign in as the account's root user, "
                           "who may do everything: choose a strong one, and keep it safe.");
  const std::string hint = "8 to 128 characters, with at least three of: lower case, upper case, digits, other characters. It is "
                           "neither your email address nor the account's name.";
  page.body += form(visit, "/billing/signup/password",
                    field({.name = "password", .label = "Root user password", .type = "password", .hint = hint,
                           .autocomplete = "new-password", .length_max = 128, .focus = true}),
                    field({.name = "again", .label = "Confirm root user password", .type = "password",
                           .autocomplete = "new-password", .length_max = 128}),
                    submit("Continue"));
  return page;
}

Page contact_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Contact information", place_of(view.record.step), view.error);
  const account::ContactRecord& said = view.record.contact;
  std::vector<Option> countries;
  for (const Country& country : all_countries()) countries.push_back({std::string(country.code), std::string(country.name)});
  page.body += form(
      visit, "/billing/signup/contact",
      choices("use", "How do you plan to use AWS?",
              {{"business", "Business", "for your work, school or organization"},
               {"personal", "Personal", "for your own projects"}},
              view.record.billing.use.empty() ? "business" : view.record.billing.use),
      field({.name = "full-name", .label = "Full name", .value = said.full_name, .autocomplete = "name", .length_max = 50}),
      field({.name = "company", .label = "Organization name (optional)", .value = said.company, .autocomplete = "organization",
             .length_max = 50, .required = false}),
      field({.name = "phone", .label = "Phone number", .type = "tel", .value = said.phone,
             .hint = "With a country code: +49 30 1234567", .autocomplete = "tel", .length_max = 20}),
      select("country", "Country or region", countries, said.country.empty() ? "US" : said.country),
      field({.name = "address", .label = "Address", .value = said.address_line_1, .autocomplete = "address-line1",
             .length_max = 60}),
      field({.name = "city", .label = "City", .value = said.city, .autocomplete = "address-level2", .length_max = 50}),
      field({.name = "state", .label = "State, province or region", .value = said.state, .autocomplete = "address-level1",
             .length_max = 50, .required = false}),
      field({.name = "postal-code", .label = "Postal code", .value = said.postal_code, .autocomplete = "postal-code",
             .length_max = 20}),
      checkbox("agree", "I have read and agree to the terms: this is haar on your own machine, nobody charges you, and what you "
                        "say here stays on it."),
      submit("Continue"));
  return page;
}

Page billing_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Billing information", place_of(view.record.step), view.error);
  page.body += alert(Alert::info, "Nothing is ever charged. Of a card number only the last four digits are kept; any number "
                                  "with a right check digit will do, such as 4242 4242 4242 4242.");
  page.body += form(visit, "/billing/signup/billing",
                    field({.name = "number", .label = "Credit or debit card number", .autocomplete = "off",
                           .inputmode = "numeric", .length_max = 23, .focus = true}),
                    field({.name = "expires", .label = "Expiration date", .hint = "Month and year: 12/2030",
                           .autocomplete = "off", .length_max = 7}),
                    field({.name = "holder", .label = "Cardholder's name", .value = view.record.contact.full_name,
                           .autocomplete = "off", .length_max = 50}),
                    submit("Verify and continue"));
  return page;
}

Page identity_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Confirm your identity", place_of(view.record.step), view.error);
  page.body += el("p", {}, "Before the account can be used, your phone number is verified.");
  page.body += form(visit, "/billing/signup/identity",
                    choices("method", "How should we reach you?",
                            {{"call", "Voice call", "this page shows a code, which you type on the telephone's keypad"},
                             {"sms", "Text message (SMS)", "you get a code, which you type on this page"}},
                            "call"),
                    field({.name = "phone", .label = "Phone number", .type = "tel",
                           .value = view.record.phone.empty() ? view.record.contact.phone : view.record.phone,
                           .autocomplete = "tel", .length_max = 20}),
                    submit("Continue"));
  return page;
}

Page phone_page(const Visit& visit, const SignUpView& view) {
  if (view.record.method == "sms") {
    Page page = start("Enter the code of the text message", place_of(view.record.step), view.error);
    page.body += el("p", {}, "It was sent to ", el("strong", {}, view.record.phone), ", and is on the operator's telephone.");
    page.body += form(visit, "/billing/signup/text-code",
                      field({.name = "code", .label = "Verify code", .autocomplete = "one-time-code", .inputmode = "numeric",
                             .length_max = 6, .focus = true}),
                      submit("Continue"));
    page.body += form(visit, "/billing/signup/other", el("button", {{"class", "small"}}, "Choose another number or way"));
    return page;
  }
  const bool over = view.call_state == "rejected" || view.call_state.empty();
  Page page = start(over ? "The call is over" : "We are calling you", place_of(view.record.step), view.error);
  page.script = script;
  if (over) {
    page.body += alert(Alert::warning, "The code was not typed in time, or wrong ones were. Ask for another call.");
  } else {
    page.body += el("p", {}, "Answer the call to ", el("strong", {}, view.record.phone),
                    " on the operator's telephone, and type this code on its keypad:");
    page.body += el("p", {{"class", "code big"}}, view.call_code);
    page.body += el("p", {{"class", "hint"}}, "This page goes on by itself when the code was typed.");
    page.body += el("div", {{"data-poll", "/billing/signup/state"}, {"data-state", view.call_state}});
  }
  page.body += form(visit, "/billing/signup/other", el("button", {{"class", "small"}}, "Call again, or another way"));
  return page;
}

Page plan_page(const Visit& visit, const SignUpView& view) {
  Page page = start("Select a support plan", place_of(view.record.step), view.error);
  page.body += form(visit, "/billing/signup/plan",
                    choices("plan", "Support plan",
                            {{"basic", "Basic support - Free", "the documentation, and the compatibility page"},
                             {"developer", "Developer support", "recorded; here it is the same"},
                             {"business", "Business support", "recorded; here it is the same"}},
                            "basic"),
                    submit("Complete sign up"));
  return page;
}

Page done_page(const Visit& visit, const SignUpView& view) {
  if (!view.active) {
    Page page = start("We are activating your account", "", view.error);
    page.script = script;
    page.body += el("p", {}, "Your AWS account ", el("strong", {}, view.record.account_id),
                    " is being set up with a default network in every region. This takes a moment; a mail says when it is done.");
    page.body += el("div", {{"data-poll", "/billing/signup/state"}, {"data-state", "pending"}});
    return page;
  }
  Page page = start("Congratulations", "", view.error);
  page.body += alert(Alert::success, "Your account is active.");
  page.body += el("p", {}, "Account ID ", el("strong", {}, view.record.account_id), ". Sign in as its root user with ",
                  el("strong", {}, view.record.email),
                  ", turn on multi-factor authentication, and make a user for everyday tasks.");
  page.body += link_button("/signin?kind=root&other=1", "Go to the console");
  page.body += form(visit, "/billing/signup/restart", el("button", {{"class", "small"}}, "Sign up for another account"));
  return page;
}

}  // namespace

Page signup_begin_page(const Visit& visit, const std::string& email, const std::string& name, const std::string& error) {
  Page page = start("Sign up for AWS", "", error);
  page.body += form(visit, "/billing/signup/begin",
                    field({.name = "email", .label = "Root user email address", .type = "email", .value = email,
                           .hint = "Used for account recovery, and to sign in as the root user", .autocomplete = "email",
                           .length_max = 64, .focus = true}),
                    field({.name = "name", .label = "AWS account name", .value = name,
                           .hint = "Can be changed later", .autocomplete = "off", .length_max = 50}),
                    submit("Verify email address"));
  page.body += el("p", {}, link("/signin?other=1", "Sign in to an existing AWS account"));
  return page;
}

Page signup_page(const Visit& visit, const SignUpView& view) {
  using Maker = Page (*)(const Visit&, const SignUpView&);
  static constexpr std::pair<std::string_view, Maker> pages[] = {
      {signup_step::code, code_page},         {signup_step::password, password_page}, {signup_step::contact, contact_page},
      {signup_step::billing, billing_page},   {signup_step::identity, identity_page}, {signup_step::phone, phone_page},
      {signup_step::plan, plan_page},         {signup_step::done, done_page}};
  for (const auto& [step, make] : pages) {
    if (step == view.record.step) return make(visit, view);
  }
  return signup_begin_page(visit, "", "", view.error);
}

}  // namespace haar::console
