// The credentials that an instance's role gives it: EC2 assumes the role, by the same AssumeRole that everybody calls,
// with the trust policy's word and an event.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "api/kit/call.h"
#include "auth/session_token.h"
#include "base/clock.h"
#include "base/result.h"
#include "control/instance_routes.h"
#include "events/log.h"
#include "services/iam/records.h"
#include "store/db.h"

namespace haar::control {

// AWS's last about six hours, and it "makes new credentials available at least five minutes before the expiration of the
// old ones". SDKs look for new ones within the last quarter of an hour: here they find them an hour before.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
inline constexpr std::int32_t role_session_seconds = 6 * 3600, renewed_seconds_before = 3600;
// Instances whose credentials are kept; what is beyond is made anew when it is asked for.
inline constexpr std::size_t kept_credentials_max = 10'000;

enum class Delivery : std::uint8_t { version_1, version_2 };  // of IMDS: ec2:RoleDelivery

struct RoleCredentials {
  std::string access_key_id, secret_access_key, token;
  Timestamp updated{}, expires{};
};

class RoleCredentialsMaker {
 public:
  RoleCredentialsMaker(const api::Environment& env, store::Db& db, events::Log& log) : env_(env), db_(db), log_(log) {}

  // Error AccessDenied where the role does not trust EC2.
  Result<RoleCredentials> of(const store::Reader& reader, const KnownInstance& instance, const iam::RoleRecord& role,
                             Delivery delivery);

 private:
  struct Kept {
    RoleCredentials credentials;
    std::string refusal;  // the last one that was recorded; not empty: there are no credentials
  };
  Result<RoleCredentials> assume(const store::Reader& reader, const KnownInstance& instance, const iam::RoleRecord& role,
                                 Delivery delivery, const std::string& told);

  const api::Environment& env_;
  store::Db& db_;
  events::Log& log_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace haar::control
