// Trust policies (AssumeRolePolicyDocument). AWS stores a principal that is a user or a role as its unique
// id, so that an entity made later under the same name is not trusted; it shows the ARN while the entity
// lives, and the id afterwards. A bare account id becomes the account's ARN, ":root" at its end.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
#pragma once

#include <string>
#include <string_view>

#include "base/names.h"
#include "base/result.h"
#include "policy/document.h"
#include "store/reader.h"

namespace haar::iam {

// The text to store for a document that a caller gives. MalformedPolicyDocument for what is no trust policy
// or names a principal that does not exist, LimitExceeded for one beyond the quota of 2,048 characters.
Result<std::string> stored_trust(const store::Reader& reader, const Partition& partition, std::string_view document);
// The text to show for a stored one.
std::string shown_trust(const store::Reader& reader, const Partition& partition, const std::string& stored);

// The same two of policies of other kinds that name principals; their length is for whoever keeps them to bound.
Result<std::string> stored_policy(const store::Reader& reader, const Partition& partition, std::string_view document,
                                  policy::Kind kind);
std::string shown_policy(const store::Reader& reader, const Partition& partition, const std::string& stored, policy::Kind kind);

}  // namespace haar::iam
