// Unsigned requests of operations that AWS takes so (the model says authtype none): what the input holds says who
// asks, an identity provider's token (AssumeRoleWithSAML, AssumeRoleWithWebIdentity), a portal's access token, or
// nothing (the registration of a client). The operation names the service; its row names the caller after `prepare` has
// verified the token.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/scheme.h"

namespace haar::web {

class TokenInRequest final : public api::Scheme {
 public:
  // `regions`: those that a host can name.
  TokenInRequest(const api::Environment& env, std::set<std::string> regions);

  // Every request without a credential of another kind: whether it names such an operation is found out after that.
  [[nodiscard]] bool recognises(const auth::RequestView& request) const override { return auth::is_unsigned(request); }
  // MissingAuthenticationToken, unless it asks for such an operation.
  Result<void> identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const override;

 private:
  const api::Environment& env_;
  const std::set<std::string> regions_;
  std::vector<const wire::Service*> services_;  // those that have such operations
};

}  // namespace haar::web
