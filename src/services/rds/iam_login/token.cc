#include "services/rds/iam_login/token.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.h"

namespace haar::rds {
namespace {

Error invalid(std::string why) { return {"InvalidToken", std::move(why)}; }

// The value of a parameter that stands in the query once; nothing if it does not, or more than once.
std::optional<std::string> one_value(std::string_view query, std::string_view name) {
  std::optional<std::string> found;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name || equals == pair.npos) continue;
    if (found) return std::nullopt;
    found = percent_decode(pair.substr(equals + 1), false);
    if (!found) return std::nullopt;
  }
  return found;
}

}  // namespace

Result<LoginToken> read_login_token(std::string_view text) {
  if (text.size() > token_bytes_max) return invalid("it is longer than any token");
  const std::size_t slash = text.find("/?");
  if (slash == 0 || slash == text.npos) return invalid("it is not a token of generate-db-auth-token");
  LoginToken out;
  out.host = text.substr(0, slash);
  out.query = text.substr(slash + 2);
  if (out.host.find_first_of("/ @\t\r\n") != std::string::npos) return invalid("its host is none");
  if (one_value(out.query, "Action") != "connect") return invalid("its action is not connect");
  const std::optional<std::string> user = one_value(out.query, "DBUser");
  if (!user || user->empty()) return invalid("it names no database user");
  out.user = *user;
  const std::array<auth::Header, 1> headers{auth::Header{"host", out.host}};
  const auth::RequestView request{"GET", "/", out.query, headers, ""};
  if (!auth::is_presigned(request)) return invalid("it is not signed");
  Result<auth::SignatureClaims> claims = auth::read_claims(request, auth::Family::query);
  if (!claims.ok()) return invalid("its signature cannot be read");
  out.claims = std::move(*claims);
  if (std::ranges::find(out.claims.signed_headers, "host") == out.claims.signed_headers.end())
    return invalid("its host is not signed");
  // Whatever it says of itself, it is good for a quarter of an hour at most.
  out.claims.expires_seconds = std::min(out.claims.expires_seconds.value_or(token_seconds), token_seconds);
  return out;
}

}  // namespace haar::rds
