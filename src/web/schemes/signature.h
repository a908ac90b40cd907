// Signature Version 4: who signed this request? In a header, or in the query of a presigned URL.
#pragma once

#include <set>
#include <string>

#include "api/kit/call.h"
#include "api/pipeline/scheme.h"

namespace haar::web {

class Signature final : public api::Scheme {
 public:
  enum class Form { header, query };
  // `regions`: those that a regional service is served in.
  Signature(Form form, const api::Environment& env, std::set<std::string> regions);

  [[nodiscard]] bool recognises(const auth::RequestView& request) const override;
  // AWS's refusal for the family (InvalidClientTokenId, SignatureDoesNotMatch, AuthFailure, ExpiredToken …) unless
  // signature, key, session and time are right. The date is looked at before the key, as AWS does; an inactive key is
  // an unknown one.
  Result<void> identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const override;

 private:
  // The credential scope names service and region before anything is believed.
  Result<void> read_scope(const auth::RequestView& request, const auth::SignatureClaims& claims, api::Identified& found) const;

  const Form form_;
  const api::Environment& env_;
  const std::set<std::string> regions_;
};

}  // namespace haar::web
