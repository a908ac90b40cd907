#include "console/page/page.h"

#include "console/page/assets.h"
#include "web/answer.h"

namespace haar::console {
namespace {

// Scripts and styles are files of this host. Nothing is loaded from elsewhere, no page is framed, and forms go nowhere else.
constexpr std::string_view content_security_policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

Html head_of(const Page& page) {
  Html head = el("meta", {{"charset", "utf-8"}});
  head += el("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  head += el("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  head += el("title", {}, page.title + " - haar");
  head += el("link", {{"rel", "stylesheet"}, {"href", "/assets/page.css"}});
  head += el("link", {{"rel", "icon"}, {"href", "/assets/icon.svg"}});
  if (!page.script.empty()) head += el("script", {{"src", std::string(page.script)}, {"defer", ""}});
  return el("head", {}, head);
}

Html body_of(const Page& page) {
  Html header = el("header", {{"class", "top"}}, el("a", {{"class", "brand"}, {"href", "/"}}, "haar"));
  Html main = el("main", {{"class", page.wide ? "wide" : "narrow"}}, el("h1", {}, page.title), page.body);
  return el("body", {}, header, main);
}

std::string_view class_of(Alert kind) {
  switch (kind) {
    case Alert::info: return "alert info";
    case Alert::success: return "alert success";
    case Alert::warning: return "alert warning";
    case Alert::error: return "alert error";
  }
  return "alert info";
}

}  // namespace

void add_security_headers(http::Headers& headers) {
  headers.emplace_back("Content-Security-Policy", content_security_policy);
  headers.emplace_back("X-Frame-Options", "DENY");
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  // Not no-referrer: with it browsers send "Origin: null" with a form, and forms are taken from our own origin alone.
  headers.emplace_back("Referrer-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Cache-Control", "no-store");
}

http::Response answer(const Page& page, const Visit& visit) {
  http::Response response;
  response.status = page.status;
  response.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
  add_security_headers(response.headers);
  if (const std::optional<std::string> cookie = visit.set_cookie()) response.headers.emplace_back("Set-Cookie", *cookie);
  for (const std::string& cookie : page.set_cookies) response.headers.emplace_back("Set-Cookie", cookie);
  response.body = Builder::document(head_of(page), body_of(page)).markup();
  return response;
}

http::Response redirect(std::string_view path, std::vector<std::string> set_cookies) {
  http::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", path);
  add_security_headers(response.headers);
  for (std::string& cookie : set_cookies) response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

http::Response problem(const Visit& visit, int status, std::string_view title, std::string_view text, std::string_view back) {
  Page page{.title = std::string(title)};
  page.status = status;
  page.body += alert(Alert::error, text);
  page.body += el("p", {}, link(back, "Go back"));
  return answer(page, visit);
}

Html alert(Alert kind, const Html& text) {
  return el("div", {{"class", std::string(class_of(kind))}, {"role", kind == Alert::error ? "alert" : "status"}}, text);
}

Html field(const Field& wanted) {
  const std::string id = "f-" + std::string(wanted.name.text());
  Html out = el("label", {{"for", id}}, wanted.label);
  if (!wanted.hint.empty()) out += el("p", {{"class", "hint"}, {"id", id + "-hint"}}, wanted.hint);
  out += el("input", {{"id", id},
                      {"name", std::string(wanted.name.text())},
                      {"type", wanted.type},
                      {"value", wanted.value, !wanted.value.empty()},
                      {"autocomplete", std::string(wanted.autocomplete), !wanted.autocomplete.empty()},
                      {"inputmode", std::string(wanted.inputmode), !wanted.inputmode.empty()},
                      {"pattern", wanted.pattern, !wanted.pattern.empty()},
                      {"maxlength", std::to_string(wanted.length_max), wanted.length_max != 0},
                      {"aria-describedby", id + "-hint", !wanted.hint.empty()},
                      {"autofocus", "", wanted.focus},
                      {"spellcheck", "false"},
                      {"required", "", wanted.required}});
  return el("div", {{"class", "field"}}, out);
}

Html hidden(MarkupName name, std::string_view value) {
  return el("input", {{"type", "hidden"}, {"name", std::string(name.text())}, {"value", std::string(value)}});
}

Html choices(MarkupName name, std::string_view legend, const std::vector<Choice>& all, std::string_view chosen) {
  Html inner = el("legend", {}, legend);
  for (const Choice& one : all) {
    const std::string id = "f-" + std::string(name.text()) + "-" + one.value;
    Html label = el("label", {{"for", id}}, one.label);
    if (!one.hint.empty()) label += el("p", {{"class", "hint"}}, one.hint);
    inner += el("div", {{"class", "choice"}},
                el("input", {{"type", "radio"}, {"id", id}, {"name", std::string(name.text())}, {"value", one.value},
                             {"checked", "", one.value == chosen}}),
                el("div", {}, label));
  }
  return el("fieldset", {{"class", "field"}}, inner);
}

Html select(MarkupName name, std::string_view label, const std::vector<Option>& all, std::string_view chosen) {
  const std::string id = "f-" + std::string(name.text());
  Html options;
  for (const Option& one : all) options += el("option", {{"value", one.value}, {"selected", "", one.value == chosen}}, one.label);
  return el("div", {{"class", "field"}}, el("label", {{"for", id}}, label),
            el("select", {{"id", id}, {"name", std::string(name.text())}}, options));
}

Html checkbox(MarkupName name, const Html& label, bool checked, bool required) {
  const std::string id = "f-" + std::string(name.text());
  return el("div", {{"class", "field choice"}},
            el("input", {{"type", "checkbox"}, {"id", id}, {"name", std::string(name.text())}, {"value", "yes"},
                         {"checked", "", checked}, {"required", "", required}}),
            el("div", {}, el("label", {{"for", id}}, label)));
}

Html submit(std::string_view label) { return el("button", {{"class", "primary"}, {"type", "submit"}}, label); }

Html submit_other(std::string_view label, MarkupName name, std::string_view value) {
  return el("button", {{"class", "normal"}, {"type", "submit"}, {"name", std::string(name.text())},
                       {"value", std::string(value)}, {"formnovalidate", ""}}, label);
}

Html link(std::string_view href, std::string_view label) { return el("a", {{"href", std::string(href)}}, label); }

Html link_button(std::string_view href, std::string_view label) {
  return el("a", {{"class", "button normal"}, {"href", std::string(href)}}, label);
}

Html form_around(const Visit& visit, std::string_view action, const Html& inner) {
  Html fields = el("input", {{"type", "hidden"}, {"name", std::string(secret_field)}, {"value", visit.secret()}});
  fields += inner;
  return el("form", {{"method", "post"}, {"action", std::string(action)}, {"autocomplete", "on"}}, fields);
}

web::Site page_assets(std::vector<std::string> hosts) {
  web::Site site{.name = "page_assets", .hosts = std::move(hosts), .cache_control = "no-cache"};
  for (const web::EmbeddedFile& file : web::page_assets()) site.routes.push_back({.methods = "GET HEAD", .path = file.path});
  site.handle = [](const web::Site& self, const web::Route& route, http::Request&& request, const http::Respond& respond) {
    for (const web::EmbeddedFile& file : web::page_assets()) {
      if (file.path != route.path) continue;
      return web::answer_document(self, request, respond, {file.content_type, file.plain, file.gzip, file.brotli, file.etag});
    }
    web::answer_error(respond, 404, "not found");
  };
  return site;
}

}  // namespace haar::console
