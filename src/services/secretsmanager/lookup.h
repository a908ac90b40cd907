// Which secret a request names: by its name, by its ARN, or by an ARN without the six characters at its end. Names are of
// the caller's account; ARNs may be of another, whose secrets have resource policies.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "services/secretsmanager/retention.h"

namespace haar::secretsmanager {

struct Place {
  AccountId account;
  std::string name;
  std::string arn;  // the secret's own; of one that is not there: what it could have
  const SecretRecord* record = nullptr;  // null: there is none
};

// Who looks, and into what.
struct Viewpoint {
  const store::Reader& reader;
  const Partition& partition;
  const AccountId& account;
  const Region& region;
  Timestamp now;
};
Place find_secret(const Viewpoint& from, std::string_view id);
Place find_secret(const api::Call& call, std::string_view id);
std::string secret_arn(const api::Call& call, const AccountId& account, const SecretRecord& record);
store::Key secret_key(const api::Call& call, const Place& place);

// What can be restored no more is over, whether it was erased by now or not.
inline bool is_over(const SecretRecord& record, Timestamp now) { return is_forgotten(record, now); }

// The secret that the request names. ResourceNotFoundException without one.
Result<Place> require_secret(const api::Call& call, std::string_view id);
// The same of one that is not to be deleted: InvalidRequestException else.
Result<Place> require_live(const api::Call& call, std::string_view id);
// The same for what only the owner of a secret may do: InvalidRequestException for a secret that a service keeps,
// unless it is that service that asks.
Result<Place> require_own(const api::Call& call, std::string_view id);

// "rds" while that service calls for whoever it works for; else empty.
std::string invoking_service(const api::Call& call);

// The permission on the secret that the request names, with what policies may ask about it. Whether it exists shows in
// nothing but the decision: the refusal names it as the request does.
api::Requirement& need_secret(const api::Call& call, std::string_view id, api::Requirements& needs);
api::Requirement& need_place(const api::Call& call, const Place& place, api::Requirement& need);

}  // namespace haar::secretsmanager
