#include "services/organizations/policy_types.h"

namespace haar::organizations {
namespace {

constexpr PolicyType scp{
    "SERVICE_CONTROL_POLICY",
    "service_control_policy",
    policy::Kind::scp,
    5120,
    10'000,
    &OrganizationRecord::scp,
    "p-FullAWSAccess",
    "FullAWSAccess",
    "Allows access to every operation",
    "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n"
    "      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
    true,
};
constexpr PolicyType rcp{
    "RESOURCE_CONTROL_POLICY",
    "resource_control_policy",
    policy::Kind::rcp,
    5120,
    1'000,
    &OrganizationRecord::rcp,
    "p-RCPFullAWSAccess",
    "RCPFullAWSAccess",
    "Allows access to every resource",
    "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n"
    "      \"Principal\": \"*\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
    false,
};

}  // namespace

const std::vector<const PolicyType*>& policy_types() {
  static const std::vector<const PolicyType*> all{&scp, &rcp};
  return all;
}

const PolicyType* find_policy_type(std::string_view name) {
  for (const PolicyType* type : policy_types()) {
    if (type->name == name) return type;
  }
  return nullptr;
}

const PolicyType* type_of_aws_policy(std::string_view policy_id) {
  for (const PolicyType* type : policy_types()) {
    if (type->full_access_id == policy_id) return type;
  }
  return nullptr;
}

std::vector<std::string> attached_ids(const OrganizationRecord& organization, const Attachments& attachments,
                                      const PolicyType& type) {
  const PolicyTypeState& state = organization.*type.state;
  if (!state.enabled) return {};
  if (attachments.epoch != state.epoch) return {std::string(type.full_access_id)};
  return attachments.policy_ids;
}

void set_attached_ids(const OrganizationRecord& organization, Attachments& attachments, const PolicyType& type,
                      std::vector<std::string> ids) {
  attachments.epoch = (organization.*type.state).epoch;
  attachments.policy_ids = std::move(ids);
}

}  // namespace haar::organizations
