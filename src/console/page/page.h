// Pages that haar makes itself: sign-in, sign-up, the operator's mailbox. One look, no scripts but files of our own, no
// request to anywhere else. docs: src/console/page/README.md
//
//   Page page{.title = "Sign in"};
//   page.body += alert(Alert::error, "Your authentication information is incorrect. Please try again.");
//   page.body += form(visit, "/signin", field({.name = "email", .label = "Email address", .type = "email"}), submit("Next"));
//   respond(answer(page, visit));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/page/form.h"
#include "console/page/html.h"
#include "http/message.h"
#include "web/site.h"

namespace haar::console {

struct Page {
  std::string title;
  Html body{};
  int status = 200;
  bool wide = false;               // for lists and tables; false: one narrow column
  std::string_view script{};       // a file of ours: "/assets/passkey.js"; empty: none
  std::vector<std::string> set_cookies{};
};

// The page as it is sent, with the headers that keep it ours: a content security policy without unsafe-inline, no framing, no
// caching, no referrer to others.
http::Response answer(const Page& page, const Visit& visit);
// 303: "see other", with GET. `path` is on this host (own_path).
http::Response redirect(std::string_view path, std::vector<std::string> set_cookies = {});
// A page in plain words for what went wrong.
http::Response problem(const Visit& visit, int status, std::string_view title, std::string_view text,
                       std::string_view back = "/signin");
// The headers alone, for JSON and files of the console's host.
void add_security_headers(http::Headers& headers);

// ---- parts of a page ----------------------------------------------------------------------------

enum class Alert { info, success, warning, error };
Html alert(Alert kind, const Html& text);

struct Field {
  MarkupName name;
  std::string label;
  std::string type = "text";
  std::string value{};
  std::string hint{};
  std::string_view autocomplete{};  // "username", "current-password", "one-time-code"
  std::string_view inputmode{};     // "numeric"
  std::string pattern{};
  std::size_t length_max = 0;       // 0: none
  bool required = true;
  bool focus = false;
};
Html field(const Field& wanted);
Html hidden(MarkupName name, std::string_view value);
struct Choice {
  std::string value, label, hint{};
};
// Radio buttons.
Html choices(MarkupName name, std::string_view legend, const std::vector<Choice>& all, std::string_view chosen);
struct Option {
  std::string value, label;
};
Html select(MarkupName name, std::string_view label, const std::vector<Option>& all, std::string_view chosen);
Html checkbox(MarkupName name, const Html& label, bool checked = false, bool required = false);
Html submit(std::string_view label);
// A second way on, that looks less like one.
Html submit_other(std::string_view label, MarkupName name, std::string_view value);
Html link(std::string_view href, std::string_view label);
// A link that looks like a button.
Html link_button(std::string_view href, std::string_view label);

Html form_around(const Visit& visit, std::string_view action, const Html& inner);
// POST to `action`, with the visit's secret.
template <class... Children>
Html form(const Visit& visit, std::string_view action, const Children&... children) {
  Html inner;
  ((inner += Html(children)), ...);
  return form_around(visit, action, inner);
}

// ---- their files --------------------------------------------------------------------------------

// The style sheet and scripts of pages, under /assets/, for these hosts.
web::Site page_assets(std::vector<std::string> hosts);

}  // namespace haar::console
