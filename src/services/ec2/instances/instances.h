// Instances, for those who ask who acts as one (haar run, its metadata service, enforcement) and what it may.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/ec2/instances/records.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/key_pairs/records.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::ec2 {

// Pointers live as long as the reader's snapshot.
struct FoundInstance {
  store::Key key;  // (account, region, id)
  const InstanceRecord* record = nullptr;
};

// In whatever account and region: ids are unique, and so are addresses of this host.
std::optional<FoundInstance> find_instance(const store::Reader& reader, std::string_view id);
std::optional<FoundInstance> find_instance_by_host_address(const store::Reader& reader, std::string_view address);

// The states of AWS's page, in the order of their codes.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
namespace instance_state {
inline constexpr std::string_view pending = "pending", running = "running", shutting_down = "shutting-down",
                                  terminated = "terminated", stopping = "stopping", stopped = "stopped";
}  // namespace instance_state

// What is wanted and what was seen make the state that is shown.
std::string_view state_of(const InstanceRecord& wanted, const InstanceSeenRecord& seen);
std::string_view state_of(const store::Reader& reader, const store::Key& key, const InstanceRecord& wanted);
// 0 pending, 16 running, 32 shutting-down, 48 terminated, 64 stopping, 80 stopped.
std::int32_t state_code(std::string_view state);

// Only then may somebody act as the instance: its address is held, and the first interface goes by it.
inline bool is_running(const store::Reader& reader, const FoundInstance& instance) {
  return state_of(reader, instance.key, *instance.record) == instance_state::running;
}

// Its interfaces, by device index; the first is the one whose addresses and groups are the instance's.
std::vector<const NetworkInterfaceRecord*> interfaces_of(const store::Reader& reader, const store::Key& instance);
const NetworkInterfaceRecord* primary_interface(const store::Reader& reader, const store::Key& instance);

// The profile that the instance was given, if there is still one with its id, and the role in it.
struct InstanceRole {
  std::string profile_arn, profile_id;
  const iam::RoleRecord* role = nullptr;  // null: the profile has none now
};
std::optional<InstanceRole> role_of(const store::Reader& reader, const FoundInstance& instance);

// The key that it was launched with; null: none, or it is deleted.
const KeyPairRecord* key_pair_of(const store::Reader& reader, const FoundInstance& instance);

// Its host name in its VPC: "ip-10-0-0-5.ec2.internal" or "i-….ec2.internal".
std::string private_dns_name(std::string_view region, const InstanceRecord& instance, std::string_view private_ip);

}  // namespace haar::ec2
