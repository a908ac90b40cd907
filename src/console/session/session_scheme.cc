#include "console/session/session_scheme.h"

#include <algorithm>

#include "base/encoding.h"
#include "console/session/cookies.h"

namespace haar::console {
namespace {

std::string_view header(const auth::RequestView& request, std::string_view name) {
  const auto found = std::ranges::find_if(
      request.headers, [&](const auth::Header& field) { return http::equal_ignoring_case(field.first, name); });
  return found == request.headers.end() ? std::string_view() : found->second;
}

}  // namespace

bool SessionScheme::recognises(const auth::RequestView& request) const {
  return !find_cookie(request, session_cookie).empty();
}

Result<void> SessionScheme::identify(const auth::RequestView& request, const store::Reader& state,
                                     api::Identified& found) const {
  const std::string_view cookie = find_cookie(request, session_cookie);
  LiveSession live = TRY(find_session(env_, state, cookie));
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && !equal_constant_time(header(request, csrf_header), csrf_secret(env_.keyring, cookie)))
    return Error{"MissingCsrfToken", "The header x-haar-csrf is missing, or is not this session's.", 403};
  last_use_.note(live, env_.clock.now());
  found.caller = std::move(live.caller);
  return {};
}

}  // namespace haar::console
