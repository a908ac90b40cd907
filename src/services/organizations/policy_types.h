// The types of policy that haar evaluates, and AWS's own policy of each.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html, .../orgs_manage_policies_rcps.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"
#include "services/organizations/records.h"

namespace haar::organizations {

struct PolicyType {
  std::string_view name;  // "SERVICE_CONTROL_POLICY"
  std::string_view slug;  // in ARNs
  policy::Kind kind;
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
  std::size_t characters_max, policies_max;
  PolicyTypeState OrganizationRecord::*state;
  // AWS's policy that allows everything.
  std::string_view full_access_id, full_access_name, full_access_description, full_access_content;
  // At least one policy must stay attached, but any may go; otherwise AWS's own stays for good.
  bool full_access_detachable;
};

// Attached to one root, OU or account, AWS's own included.
inline constexpr std::size_t attached_per_target_max = 5;

// nullptr: a type that haar does not have (tag policies, backup policies, …).
const PolicyType* find_policy_type(std::string_view name);
// AWS's policy of that id, by its type; nullptr: it is none.
const PolicyType* type_of_aws_policy(std::string_view policy_id);
const std::vector<const PolicyType*>& policy_types();

template <class Record>
auto& attachments_of(Record& record, const PolicyType& type) {
  return type.kind == policy::Kind::scp ? record.scps : record.rcps;
}
// The ids of what is attached; none while the type is not enabled.
std::vector<std::string> attached_ids(const OrganizationRecord& organization, const Attachments& attachments,
                                      const PolicyType& type);
template <class Record>
std::vector<std::string> attached_ids(const OrganizationRecord& organization, const Record& record,
                                      const PolicyType& type) {
  return attached_ids(organization, attachments_of(record, type), type);
}
void set_attached_ids(const OrganizationRecord& organization, Attachments& attachments, const PolicyType& type,
                      std::vector<std::string> ids);

}  // namespace haar::organizations
