// AWS's API for the console's pages: every operation of every service in one form, on the session of the browser.
//   POST /console/api/{service}/{Operation}?region=eu-west-1   x-haar-csrf: …   {members of the input}
// It enters the same pipeline as a signed request, so the same authorization holds and the same events are written. The
// router holds Host and Origin (web/site.h), the session's scheme the cookie and the second secret.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/pipeline/serve.h"
#include "console/session/session_scheme.h"
#include "web/site.h"

namespace haar::console {

inline constexpr std::string_view gateway_path = "/console/api/";

// What a path and a query ask for. Views into both; nothing in them is believed.
struct Asked {
  std::string_view service, operation, region;  // region empty: none is named
};
// nullopt: the path is no "/console/api/{service}/{Operation}".
std::optional<Asked> read_asked(std::string_view path, std::string_view query);

class GatewayScheme final : public SessionScheme {
 public:
  GatewayScheme(const api::Environment& env, LastUse& last_use, std::set<std::string> regions, std::string region)
      : SessionScheme(env, last_use), env_(env), regions_(std::move(regions)), region_(std::move(region)) {}

  // A request without a cookie is refused as JSON, too.
  [[nodiscard]] bool recognises(const auth::RequestView&) const override { return true; }
  // NotSignedIn (401) and MissingCsrfToken (403) of the session; UnknownOperation (404) and UnknownRegion (400).
  Result<void> identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const override;

 private:
  const api::Environment& env_;
  const std::set<std::string> regions_;
  const std::string region_;  // where none is named
};

struct GatewayParts {
  const api::Environment& env;
  api::Pipeline& pipeline;
  LastUse& last_use;
  std::vector<std::string> hosts;
  std::set<std::string> regions;  // that regional services are served in
  std::string region;
};
web::Site gateway(const GatewayParts& parts);

}  // namespace haar::console
