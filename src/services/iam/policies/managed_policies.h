// Managed policies, AWS's own and the customer's, seen alike.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/managed_policies.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

// haar's data has the default version of each of AWS's policies, and no other.
using AwsPolicy = data::ManagedPolicy;

// A policy by its ARN: exactly one of the two, or neither.
struct FoundPolicy {
  const AwsPolicy* aws = nullptr;
  const PolicyRecord* customer = nullptr;
  explicit operator bool() const { return aws != nullptr || customer != nullptr; }
};
// `account`: whose customer policies count; the ARN of another account's finds nothing.
FoundPolicy find_policy(const store::Reader& reader, const Partition& partition, const AccountId& account,
                        std::string_view arn);

const PolicyVersionRecord* find_version(const PolicyRecord& policy, std::string_view version_id);
// The text of the policy's default version.
std::string_view default_document(const FoundPolicy& policy);

// "ARN x is not valid.": ValidationError for what is no ARN, InvalidInput for one that names no policy.
Result<void> check_policy_arn(std::string_view arn);
// "Policy arn does not exist or is not attachable."
Error not_attachable(std::string_view arn);
// "Policy arn was not found."
Error policy_not_found(std::string_view arn);
// A customer's policy to read or change; errors as above.
Result<const PolicyRecord*> need_customer_policy(const Call& call, const std::string& arn,
                                                 Error (*missing)(std::string_view) = policy_not_found);

// How many users, groups and roles of the account carry the policy; how many have it as their boundary.
std::size_t attachment_count(const store::Reader& reader, const AccountId& account, std::string_view arn);
std::size_t boundary_count(const store::Reader& reader, const AccountId& account, std::string_view arn);

// A requirement on a policy, which belongs to whom policy::owner_of says.
Requirement& need_on_policy(const Call& call, const std::string& arn, Requirements& needs);

}  // namespace haar::iam
