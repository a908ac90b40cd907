// The router: which site a request is for, by host, path and method. It stands between http::Server and everything that
// is served. What no site claims is the API's, which answers as AWS does.
//
//   1. A Host that is some site's own: only the sites of that name, or 404. None of them is reached by another name.
//   2. The path / is the API's, at once: nearly every request is a POST to it.
//   3. A path that is some site's, if the site takes the credential that came with the request, or if none came. So a
//      signed request is the API's whatever its path: a signature names its service, whose operations have paths too.
//   4. The API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/site.h"

namespace haar::web {

class Router {
 public:
  // `api` takes what no other site does. A site whose credential a browser sends by itself must name hosts.
  Router(Site api, std::vector<Site> others);
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // The handler of http::Server.
  void handle(http::Request&& request, http::Respond respond) const;

  struct Choice {
    const Site* site = nullptr;  // null: the Host is a site's own, and nothing of it has the path
    const Route* route = nullptr;
  };
  [[nodiscard]] Choice choose(const http::Request& request) const;

 private:
  struct Entry {
    const Site* site;
    const Route* route;
    bool prefix, pattern;
  };
  [[nodiscard]] Choice find_by_host(std::string_view host, const http::Request& request) const;
  [[nodiscard]] Choice find_by_path(const http::Request& request) const;
  [[nodiscard]] static bool matches(const Entry& entry, const http::Request& request);

  Site api_;
  const Route any_route_{};
  std::vector<Site> others_;
  std::vector<std::string> own_hosts_;    // of all sites, each once: few, since every request is asked for them
  std::vector<Entry> by_host_, by_path_;  // the longest path first: what is said more closely wins
};

}  // namespace haar::web
