#include "services/ec2/fleet/instance_kind.h"

#include "base/ip_address.h"
#include "fleet/timers.h"
#include "frontdoor/frontdoor.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/instances/instances.h"
#include "services/ec2/instances/profiles.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/interfaces/managed_endpoints.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view service_principal = "ec2.amazonaws.com";

InstanceSeenRecord seen_of(const store::Reader& reader, const store::Key& key) {
  const InstanceSeenRecord* seen = reader.get(instance_states, key);
  return seen == nullptr ? InstanceSeenRecord{} : *seen;
}

// The wish of this generation is done.
void note_seen(api::Call& call, const store::Key& key, const InstanceRecord& wanted) {
  InstanceSeenRecord seen = seen_of(call.txn, key);
  if (seen.state != wanted.wanted) seen.since = call.now();
  seen.state = wanted.wanted;
  seen.observed_generation = wanted.generation;
  seen.problem.clear();
  call.txn.put(instance_states, key, std::move(seen));
}

void change_interface(api::Call& call, const NetworkInterfaceRecord& record,
                      const std::function<void(NetworkInterfaceRecord&)>& change) {
  NetworkInterfaceRecord changed = record;
  change(changed);
  const store::Key key = call.key(changed.id);
  call.txn.put(network_interfaces, key, std::move(changed));
}

}  // namespace

std::vector<store::Key> InstanceKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, instance] : reader.scan(instances, {})) keys.push_back(key);
  return keys;
}

std::optional<store::Key> InstanceKind::concerned(const store::Reader&, const store::Changed& change) const {
  return change.space == instances.name() && !change.erased ? std::optional(change.key) : std::nullopt;
}

fleet::Plan InstanceKind::plan(const store::Key& key) {
  const store::Reader reader(parts_.host.db.snapshot());
  const InstanceRecord* wanted = reader.get(instances, key);
  if (wanted == nullptr) return {};
  std::function<Result<void>()> act;
  const InstanceStep step = next_step(*wanted, seen_of(reader, key), parts_.host.env.clock.now());
  switch (step) {
    case InstanceStep::none: {
      const std::lock_guard lock(mutex_);
      failures_.erase(key);
      return {};
    }
    case InstanceStep::start: act = [this, key] { return start(key); }; break;
    case InstanceStep::stop: act = [this, key] { return stop_instance(key); }; break;
    case InstanceStep::terminate: act = [this, key] { return terminate(key); }; break;
    case InstanceStep::forget: act = [this, key] { return forget(key); }; break;
  }
  return {{{step_name(step), std::move(act), wanted->id}}, {}};
}

// What is wanted may be another thing by now: the next look sees that.
Result<void> InstanceKind::transact(const store::Key& key,
                                    const std::function<Result<void>(api::Call&, const InstanceRecord&)>& work) const {
  return fleet::transact_as_service(parts_.host, key.account(), ::haar::Region(key.region()), service_principal,
                                    [&](api::Call& call) -> Result<void> {
                                      const InstanceRecord* found = call.txn.get(instances, key);
                                      return found == nullptr ? Result<void>{} : work(call, InstanceRecord(*found));
                                    });
}

Result<void> InstanceKind::start(const store::Key& key) {
  const store::Reader reader(parts_.host.db.snapshot());
  if (const InstanceRecord* record = reader.get(instances, key)) TRY(parts_.check_address(record->host_address));
  return transact(key, [&](api::Call& call, const InstanceRecord& wanted) -> Result<void> {
    if (wanted.wanted != instance_state::running) return {};
    if (const NetworkInterfaceRecord* first = primary_interface(call.txn, key); first && first->host_address.empty()) {
      change_interface(call, *first, [&](NetworkInterfaceRecord& it) { it.host_address = wanted.host_address; });
    }
    note_seen(call, key, wanted);
    return {};
  });
}

// Its private addresses stay its own.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-ec2-instance-stop-start-works.html
Result<void> InstanceKind::stop_instance(const store::Key& key) {
  return transact(key, [&](api::Call& call, const InstanceRecord& wanted) -> Result<void> {
    if (wanted.wanted != instance_state::stopped) return {};
    if (const NetworkInterfaceRecord* first = primary_interface(call.txn, key)) {
      change_interface(call, *first, [](NetworkInterfaceRecord& it) { it.host_address.clear(); });
    }
    note_seen(call, key, wanted);
    return {};
  });
}

Result<void> InstanceKind::terminate(const store::Key& key) {
  return transact(key, [&](api::Call& call, const InstanceRecord& wanted) -> Result<void> {
    if (wanted.wanted != instance_state::terminated) return {};
    for (const NetworkInterfaceRecord* interface : interfaces_of(call.txn, key)) {
      const std::string id = interface->id;
      if (interface->delete_on_termination) {
        unmap_addresses_of(call, id);
        call.txn.erase(network_interfaces, call.key(id));
      } else {
        change_interface(call, *interface, detach);
      }
    }
    release_host_address(call.txn, wanted.host_address);
    InstanceRecord changed = wanted;
    changed.host_address.clear();
    clear_profile(changed);
    call.txn.put(instances, key, changed);
    note_seen(call, key, changed);
    fleet::set_timer(call.txn, call.now().plus_seconds(terminated_seconds), kind_name, key);
    return {};
  });
}

Result<void> InstanceKind::forget(const store::Key& key) {
  return transact(key, [&](api::Call& call, const InstanceRecord&) -> Result<void> {
    call.txn.erase(instance_states, key);
    call.txn.erase(instances, key);
    return {};
  });
}

// What keeps one from running is shown until it runs.
int InstanceKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  const Result<void> noted = transact(key, [&](api::Call& call, const InstanceRecord&) -> Result<void> {
    InstanceSeenRecord seen = seen_of(call.txn, key);
    seen.problem = std::string(action.name) + ": " + error.message;
    call.txn.put(instance_states, key, std::move(seen));
    return {};
  });
  (void)noted.ok();  // a store that takes no write is what fails most often
  const std::lock_guard lock(mutex_);
  return ++failures_[key];
}

std::unique_ptr<fleet::EngineKind> make_instance_kind(const services::FleetParts& given) {
  constexpr std::uint16_t any_port = 0;
  return std::make_unique<InstanceKind>(InstanceKind::Parts{given.host, [](const std::string& text) -> Result<void> {
    const std::optional<IpAddress> address = IpAddress::parse(text);
    if (!address) return Error{"AddressUnavailable", "the instance has no address of this host", 503, Fault::receiver};
    return frontdoor::probe(*address, any_port);
  }});
}

}  // namespace haar::ec2
