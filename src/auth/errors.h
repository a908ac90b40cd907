// What a refused authentication looks like on the wire, per protocol family: the table of
// measured answers (SignatureDoesNotMatch for query services, InvalidSignatureException for JSON ones,
// AuthFailure for EC2, ...). https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::auth {

enum class Family : std::uint8_t {
  query,  // awsQuery: iam, sts, rds, elasticache
  ec2,    // ec2Query
  json,   // awsJson: every refusal of a client is a 400
  rest,   // restJson: the same codes with 403
};

enum class Refusal : std::uint8_t {
  missing_token,       // nothing that could be a signature
  incomplete,          // a signature that cannot be read
  mismatch,            // a signature that does not fit the request
  expired_signature,   // too old, or not yet current
  unknown_key,         // no such access key, an inactive one, or a session token that is not ours
  expired_session,     // the session behind the token has ended
};

// `message` empty: AWS's general text for this refusal. EC2 keeps its own fixed texts for what it says
// the same way whatever the reason (AuthFailure, RequestExpired).
Error refuse(Family family, Refusal refusal, std::string_view message = {});

}  // namespace haar::auth
