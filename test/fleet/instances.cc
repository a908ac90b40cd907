#include "instances.h"

#include <fmt/format.h>

#include "model/ec2/RunInstances.h"
#include "model/ec2/StartInstances.h"
#include "model/ec2/StopInstances.h"
#include "model/ec2/TerminateInstances.h"
#include "services/ec2/instances/images.h"
#include "services/ec2/instances/instances.h"
#include "services/ec2/prepared.h"

namespace haar::fleet::sim {
namespace {

constexpr std::size_t instances_max = 4;
constexpr std::size_t addresses_offered = 4;

store::Key key_of(const std::string& id) { return store::key_of(account, region, id); }

}  // namespace

void Instances::note(const std::string& call, const std::string& id, const Result<void>& done) {
  life_.tell(fmt::format("{} {}: {}", call, id, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

void Instances::call_something() {
  const std::uint64_t what = life_.chance.below(100);
  if (what < 40) launch();
  else if (what < 60) stop();
  else if (what < 80) start();
  else terminate();
}

Result<void> Instances::check_address() {
  if (!life_.faults || !life_.chance.in_thousand(200)) return {};
  return Error{"AddressUnavailable", "the address is taken", 503, Fault::receiver};
}

std::string Instances::some_instance() {
  std::vector<std::string> there;
  for (const auto& [id, state] : wishes_) there.push_back(id);
  return there.empty() ? "i-00000000000000000" : life_.chance.one_of(there);
}

void Instances::launch() {
  if (wishes_.size() >= instances_max) return;
  ec2::RunInstancesRequest in;
  in.MinCount = 1;
  in.MaxCount = static_cast<std::int32_t>(life_.chance.between(1, 2));
  in.ImageId = ec2::image_id(region, ec2::all_images()[1]);
  in.InstanceType = "t3.micro";
  const ec2::PreparedLaunch prepared{life_.world.some_addresses(addresses_offered)};
  const auto made = life_.world.call<ec2::ops::RunInstances>(in, &prepared);
  note("RunInstances", "", made.ok() ? Result<void>{} : made.error());
  if (!made.ok()) return;
  for (const ec2::Instance& instance : *made->Instances) wishes_[*instance.InstanceId] = "running";
}

void Instances::start() {
  const std::string id = some_instance();
  ec2::StartInstancesRequest in;
  in.InstanceIds = {id};
  const auto done = life_.world.call<ec2::ops::StartInstances>(in);
  note("StartInstances", id, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[id] = "running";
}

void Instances::stop() {
  const std::string id = some_instance();
  ec2::StopInstancesRequest in;
  in.InstanceIds = {id};
  const auto done = life_.world.call<ec2::ops::StopInstances>(in);
  note("StopInstances", id, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[id] = "stopped";
}

void Instances::terminate() {
  const std::string id = some_instance();
  ec2::TerminateInstancesRequest in;
  in.InstanceIds = {id};
  const auto done = life_.world.call<ec2::ops::TerminateInstances>(in);
  note("TerminateInstances", id, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[id] = "terminated";
}

// ---- what has to hold ----------------------------------------------------------------------------------

// Whoever may be acted as goes by an address that nobody else has; whoever may not goes by none.
void Instances::check_always() {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, seen] : reader.scan(ec2::instance_states, {})) {
    const ec2::InstanceRecord* instance = reader.get(ec2::instances, key);
    if (instance == nullptr) {
      life_.violation("a state without its instance: " + key.text());
      continue;
    }
    if (seen.observed_generation > instance->generation) life_.violation("a wish of the future was observed: " + key.text());
    const ec2::NetworkInterfaceRecord* first = ec2::primary_interface(reader, key);
    const bool goes_by_it = first != nullptr && !first->host_address.empty();
    if (goes_by_it && first->host_address != instance->host_address) life_.violation("it goes by another's address: " + key.text());
    if (seen.state == "running" && !goes_by_it) life_.violation("it runs, and nobody can come from it: " + key.text());
    if ((seen.state == "stopped" || seen.state == "terminated") && goes_by_it) life_.violation("it is over, and goes on: " + key.text());
  }
}

void Instances::check_rest(Held& held) {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, instance] : reader.scan(ec2::instances, {})) {
    const std::string_view state = ec2::state_of(reader, key, instance);
    if (wishes_[instance.id] != state) life_.violation(fmt::format("{} is {} for ever", instance.id, state));
    if (const auto* seen = reader.get(ec2::instance_states, key); seen == nullptr || !seen->problem.empty())
      life_.violation("a problem that is over stands: " + instance.id);
    if (!instance.host_address.empty()) held.addresses.insert(instance.host_address);
    for (const ec2::NetworkInterfaceRecord* interface : ec2::interfaces_of(reader, key)) held.interfaces.insert(interface->id);
    if (state == "terminated" && (!instance.host_address.empty() || !ec2::interfaces_of(reader, key).empty()))
      life_.violation("something is left of what is terminated: " + instance.id);
  }
  for (const auto& [id, state] : wishes_) {
    if (reader.get(ec2::instances, key_of(id)) == nullptr) life_.violation("an instance is gone too early: " + id);
  }
}

}  // namespace haar::fleet::sim
