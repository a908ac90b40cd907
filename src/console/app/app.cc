#include "console/app/app.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "console/gateway/gateway.h"
#include "console/page/page.h"
#include "web/answer.h"
#include "web/host.h"

namespace haar::console {
namespace {

constexpr std::string_view app_path = "/console/", page_path = "/console/index.html", assets_path = "/console/assets/";
// A file's name has the hash of its contents.
constexpr std::string_view cache_for_ever = "public, max-age=31536000, immutable";
constexpr std::string_view cache_and_ask = "no-cache";

const web::EmbeddedFile* find_file(std::string_view path) {
  const auto files = web::app_files();
  const auto found = std::ranges::find_if(files, [path](const web::EmbeddedFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

// Those of every page but what answer_document() and the site say themselves.
const http::Headers& app_headers() {
  static const http::Headers headers = [] {
    http::Headers all;
    add_security_headers(all);
    std::erase_if(all, [](const auto& field) {
      return field.first == "Cache-Control" || field.first == "X-Content-Type-Options";
    });
    return all;
  }();
  return headers;
}

void answer_file(const web::Site& site, const http::Request& request, const http::Respond& respond,
                 const web::EmbeddedFile& file) {
  web::answer_document(site, request, respond,
                       {file.content_type, file.plain, file.gzip, file.brotli, file.etag, &app_headers()});
}

void serve_asset(const web::Site& site, const web::Route&, http::Request&& request, const http::Respond& respond) {
  const web::EmbeddedFile* file = find_file(request.path);
  if (file == nullptr) return web::answer_error(respond, 404, "not found");
  answer_file(site, request, respond, *file);
}

void serve_app(const web::Site& site, const web::Route& route, http::Request&& request, const http::Respond& respond) {
  if (route.path != app_path) return respond(redirect(app_path));
  if (request.path.starts_with(gateway_path)) return web::answer_error(respond, 404, "not found");
  const web::EmbeddedFile* file = find_file(request.path);
  answer_file(site, request, respond, file != nullptr ? *file : *find_file(page_path));
}

// A person who opens the console under a name of the API's comes to the console's own: where its cookie is.
web::Handle lead_to(const std::string& host) {
  return [host](const web::Site&, const web::Route&, http::Request&& request, const http::Respond& respond) {
    std::string to = web::origin_of(request, host) + request.path;
    if (!request.query.empty()) to.append("?").append(request.query);
    respond(redirect(to));
  };
}

}  // namespace

std::vector<web::Site> app_sites(const std::vector<std::string>& hosts) {
  constexpr std::string_view reads = "GET HEAD";
  return {
      {.name = "console_assets",
       .hosts = hosts,
       .routes = {{.methods = reads, .path = assets_path}},
       .cache_control = cache_for_ever,
       .handle = serve_asset},
      {.name = "console_app",
       .hosts = hosts,
       .routes = {{.methods = reads, .path = "/console"}, {.methods = reads, .path = app_path}},
       .cache_control = cache_and_ask,
       .handle = serve_app},
      {.name = "console_elsewhere",
       .routes = {{.methods = reads, .path = "/console"}, {.methods = reads, .path = app_path}},
       .handle = lead_to(hosts.front())},
  };
}

}  // namespace haar::console
