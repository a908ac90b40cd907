#include "services/ec2/instances/instances.h"

#include <algorithm>

#include "services/ec2/interfaces/interfaces.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"

namespace haar::ec2 {
namespace {

template <class Found>
std::optional<FoundInstance> as_found(const Found& found) {
  if (!found) return std::nullopt;
  return FoundInstance{found->key, &found->record};
}

struct StateCode {
  std::string_view state;
  std::int32_t code;
};
constexpr StateCode state_codes[] = {
    {instance_state::pending, 0},     {instance_state::running, 16},  {instance_state::shutting_down, 32},
    {instance_state::terminated, 48}, {instance_state::stopping, 64}, {instance_state::stopped, 80},
};

}  // namespace

std::optional<FoundInstance> find_instance(const store::Reader& reader, std::string_view id) {
  return as_found(reader.find(instances, instances_by_id, store::join(id)).first());
}

std::optional<FoundInstance> find_instance_by_host_address(const store::Reader& reader, std::string_view address) {
  return as_found(reader.find(instances, instances_by_host_address, store::join(address)).first());
}

std::string_view state_of(const InstanceRecord& wanted, const InstanceSeenRecord& seen) {
  using namespace instance_state;
  if (wanted.wanted == terminated) return seen.state == terminated ? terminated : shutting_down;
  if (wanted.wanted == stopped) return seen.state == stopped ? stopped : stopping;
  return seen.state == running ? running : pending;
}

std::string_view state_of(const store::Reader& reader, const store::Key& key, const InstanceRecord& wanted) {
  const InstanceSeenRecord* seen = reader.get(instance_states, key);
  return state_of(wanted, seen == nullptr ? InstanceSeenRecord{} : *seen);
}

std::int32_t state_code(std::string_view state) {
  const auto found = std::ranges::find(state_codes, state, &StateCode::state);
  return found->code;
}

std::vector<const NetworkInterfaceRecord*> interfaces_of(const store::Reader& reader, const store::Key& instance) {
  std::vector<const NetworkInterfaceRecord*> found;
  const store::Key term = store::join(instance.account(), instance.region(), instance.part(2));
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_instance, term))
    found.push_back(&interface);
  std::ranges::sort(found, {}, [](const NetworkInterfaceRecord* it) { return std::pair(it->device_index, it->id); });
  return found;
}

const NetworkInterfaceRecord* primary_interface(const store::Reader& reader, const store::Key& instance) {
  const auto all = interfaces_of(reader, instance);
  return all.empty() || all.front()->device_index != 0 ? nullptr : all.front();
}

std::optional<InstanceRole> role_of(const store::Reader& reader, const FoundInstance& instance) {
  const InstanceRecord& record = *instance.record;
  if (record.profile_name.empty()) return std::nullopt;
  const iam::InstanceProfileRecord* profile =
      reader.get(iam::instance_profiles, iam::entity_key(instance.key.account(), record.profile_name));
  // Another profile of the name is not the one that was given.
  if (profile == nullptr || profile->unique_id != record.profile_id) return std::nullopt;
  InstanceRole out{record.profile_arn, record.profile_id, nullptr};
  if (profile->role_ids.empty()) return out;
  if (const auto role = reader.find(iam::roles, iam::role_by_id, store::join(profile->role_ids.front())).first())
    out.role = &role->record;
  return out;
}

const KeyPairRecord* key_pair_of(const store::Reader& reader, const FoundInstance& instance) {
  if (instance.record->key_name.empty()) return nullptr;
  const store::Key term = store::join(instance.key.account(), instance.key.region(), instance.record->key_name);
  const auto found = reader.find(key_pairs, key_pairs_by_name, term).first();
  return found ? &found->record : nullptr;
}

std::string private_dns_name(std::string_view region, const InstanceRecord& instance, std::string_view private_ip) {
  if (instance.hostname_type == "resource-name") return instance.id + "." + internal_domain(region);
  return private_dns_name(region, private_ip);
}

}  // namespace haar::ec2
