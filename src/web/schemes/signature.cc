#include "web/schemes/signature.h"

#include <utility>

#include "api/kit/account_regions.h"
#include "api/kit/row.h"
#include "api/kit/signed_caller.h"
#include "api/pipeline/request_state.h"
#include "web/schemes/region.h"

namespace haar::web {
Signature::Signature(Form form, const api::Environment& env, std::set<std::string> regions)
    : form_(form), env_(env), regions_(std::move(regions)) {}

bool Signature::recognises(const auth::RequestView& request) const {
  return form_ == Form::header ? auth::has_signature_header(request) : auth::is_presigned(request);
}

Result<void> Signature::identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const {
  Result<auth::SignatureClaims> claims = auth::read_claims(request, found.family);
  if (!claims.ok()) {
    found.family = auth::guess_family(request);
    return auth::read_claims(request, found.family).error();  // worded for whom the request looks to be from
  }
  TRY(read_scope(request, *claims, found));
  // A presigned request is good for 15 minutes like any other: only S3 looks at X-Amz-Expires, which clients set to 0 and
  // to 60 and yet use their URLs for a quarter of an hour. https://github.com/aws/aws-sdk-go/pull/2224 ("All other AWS
  // services will use a fixed request signature expiration of about 15 minutes"), and STS alike:
  // https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
  claims->expires_seconds.reset();
  auth::Rules rules;
  rules.family = found.family;
  found.caller = TRY(api::signed_caller(env_, state, request, *claims, rules));
  // A region that the account has not opened knows none of its credentials.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
  const bool is_optional = found.service != nullptr && !found.service->global && !regions_.contains(found.region.value);
  if (is_optional && !env_.part<api::AccountRegions>().is_open(state, found.caller->account, found.region.value))
    return auth::refuse(found.family, auth::Refusal::unknown_key);
  return {};
}

Result<void> Signature::read_scope(const auth::RequestView& request, const auth::SignatureClaims& claims,
                                   api::Identified& found) const {
  found.service = env_.rows.service_by_signing_name(claims.service);
  if (found.service == nullptr) {  // said after the signature has been checked
    found.unserved = claims.service;
    found.family = auth::guess_family(request);
    return {};
  }
  found.family = api::family_of(found.service->protocol);
  if (found.service->global) {
    found.region = Region(global_services_region);
    return {};
  }
  found.region = Region(claims.region);
  const api::AccountRegions* optional = env_.find_part<api::AccountRegions>();
  if (!regions_.contains(found.region.value) && (optional == nullptr || !optional->knows(found.region.value))) {
    return auth::refuse(found.family, auth::Refusal::mismatch,
                        "Credential should be scoped to a valid region, not '" + found.region.value + "'.");
  }
  return {};
}

}  // namespace haar::web
