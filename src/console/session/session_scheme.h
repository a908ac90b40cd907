// A cookie as a credential: the session of a browser that is signed in. It yields the Caller that temporary credentials of
// the same person would. What changes something must carry the session's second secret in a header, which a page of
// another origin cannot read; the router holds Host and Origin besides (web/site.h).
#pragma once

#include "api/kit/call.h"
#include "api/pipeline/scheme.h"
#include "console/session/sessions.h"

namespace haar::console {

inline constexpr std::string_view csrf_header = "x-haar-csrf";

class SessionScheme : public api::Scheme {
 public:
  SessionScheme(const api::Environment& env, LastUse& last_use) : env_(env), last_use_(last_use) {}

  [[nodiscard]] bool recognises(const auth::RequestView& request) const override;
  // Fills found.caller. Which service and region are meant is for who serves a site of it to say (override, and call
  // this). NotSignedIn and RoleSessionEnded (401), MissingCsrfToken (403).
  Result<void> identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const override;
  [[nodiscard]] bool ambient() const override { return true; }

 private:
  const api::Environment& env_;
  LastUse& last_use_;
};

}  // namespace haar::console
