#include "web/router.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "web/answer.h"
#include "web/host.h"

namespace haar::web {
namespace {

// "/*/scim/v2/": a piece of any name, then what follows it.
bool matches_pattern(std::string_view path, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (!path.starts_with(pattern.substr(0, star))) return false;
  const std::size_t end = path.find('/', star);
  if (end == std::string_view::npos || end == star) return false;
  const std::string_view rest = path.substr(end), wanted = pattern.substr(star + 1);
  return wanted.ends_with('/') ? rest.starts_with(wanted) : rest == wanted;
}

// `methods` is a list with blanks between: "GET" is none of "GETX POST".
bool has_method(std::string_view methods, std::string_view method) {
  while (!methods.empty()) {
    const std::size_t end = std::min(methods.find(' '), methods.size());
    if (methods.substr(0, end) == method) return true;
    methods.remove_prefix(std::min(end + 1, methods.size()));
  }
  return false;
}

bool changes_nothing(std::string_view method) { return method == "GET" || method == "HEAD"; }

// As auth reads requests. The views are of `request`.
class View {
 public:
  explicit View(const http::Request& request) {
    headers_.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers_.emplace_back(name, value);
    view_ = {request.method, request.path, request.query, headers_, request.body};
  }
  [[nodiscard]] const auth::RequestView& get() const { return view_; }

 private:
  std::vector<auth::Header> headers_;
  auth::RequestView view_;
};

}  // namespace

bool Site::recognises(const auth::RequestView& request) const {
  return std::ranges::any_of(schemes, [&](const auto& scheme) { return scheme->recognises(request); });
}

bool Site::ambient() const {
  return std::ranges::any_of(schemes, [](const auto& scheme) { return scheme->ambient(); });
}

Router::Router(Site api, std::vector<Site> others) : api_(std::move(api)), others_(std::move(others)) {
  assert(api_.hosts.empty() && !api_.ambient());
  for (const Site& site : others_) {
    assert(!site.ambient() || !site.hosts.empty());
    assert(site.body_bytes_max <= request_body_bytes_max);
    for (const std::string& host : site.hosts) {
      if (std::ranges::find(own_hosts_, host) == own_hosts_.end()) own_hosts_.push_back(host);
    }
    for (const Route& route : site.routes) {
      assert(route.path.starts_with('/'));
      (site.hosts.empty() ? by_path_ : by_host_)
          .push_back({&site, &route, route.path.ends_with('/'), route.path.find('*') != std::string_view::npos});
    }
  }
  const auto longer = [](const Entry& a, const Entry& b) { return a.route->path.size() > b.route->path.size(); };
  std::ranges::stable_sort(by_host_, longer);
  std::ranges::stable_sort(by_path_, longer);
}

bool Router::matches(const Entry& entry, const http::Request& request) {
  const Route& route = *entry.route;
  const bool here = entry.pattern  ? matches_pattern(request.path, route.path)
                    : entry.prefix ? request.path.starts_with(route.path)
                                   : request.path == route.path;
  return here && (route.methods.empty() || has_method(route.methods, request.method));
}

Router::Choice Router::find_by_host(std::string_view host, const http::Request& request) const {
  for (const Entry& entry : by_host_) {
    const bool here = std::ranges::any_of(entry.site->hosts, [&](const auto& name) { return names_host(host, name); });
    if (here && matches(entry, request)) return {entry.site, entry.route};
  }
  return {};
}

Router::Choice Router::find_by_path(const http::Request& request) const {
  for (const Entry& entry : by_path_) {
    if (!matches(entry, request)) continue;
    if (entry.site->heeds_no_credential) return {entry.site, entry.route};
    const View view(request);
    if (auth::is_unsigned(view.get()) || entry.site->recognises(view.get())) return {entry.site, entry.route};
  }
  return {&api_, &any_route_};
}

Router::Choice Router::choose(const http::Request& request) const {
  if (!own_hosts_.empty()) {
    const std::string_view host = request.header("host");
    for (const std::string& name : own_hosts_) {
      if (names_host(host, name)) return find_by_host(host, request);
    }
  }
  if (request.path.size() == 1) return {&api_, &any_route_};
  return find_by_path(request);
}

void Router::handle(http::Request&& request, http::Respond respond) const {
  const auto [site, route] = choose(request);
  if (site == nullptr) return answer_error(respond, 404, "not found");
  if (request.body.size() > site->body_bytes_max) return answer_error(respond, 413, "the body is too large");
  if (!site->hosts.empty() && !changes_nothing(request.method) && site->ambient() && !same_origin(request))
    return answer_error(respond, 403, "this comes from another origin");
  site->handle(*site, *route, std::move(request), std::move(respond));
}

}  // namespace haar::web
