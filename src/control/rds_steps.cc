// The steps of a DB cluster: each can be repeated after a crash, and none waits long for an engine.
#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>

#include "control/rds_controller.h"
#include "engines/postgres.h"
#include "engines/postgres_setup.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"

namespace haar::control {
namespace {

using engines::Milliseconds;

// Filling waits until the create that emptied the pool is through.
constexpr WorkQueue::Delay fill_delay{500};
// An engine starts in a fraction of this; one that needs longer is asked again, after others had their turn.
constexpr Milliseconds ready_patience{2'000};
// A volume of an older haar is repaired first, in every database, once.
constexpr Milliseconds repair_patience{20'000};
// Roles and a database are made in a fraction of this, unless the tenant holds a lock or its engine hangs.
constexpr Milliseconds master_patience{10'000};
// The sessions' time to end; then PostgreSQL ends as in a power cut, after which nothing is lost either.
constexpr engines::StopPlan stop_soon{SIGINT, Milliseconds{3'000}, SIGQUIT, Milliseconds{1'000}};

int major_of(const std::string& version) { return std::atoi(version.c_str()); }

}  // namespace

Result<void> RdsController::take(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                                 const rds::InstanceRecord* instance) {
  switch (step) {
    case RdsStep::make_volume: return make_volume(key, cluster);
    case RdsStep::finish_cluster:
      return update_cluster(key, [](rds::ClusterRecord& r) {
        if (r.status == rds::status::creating) r.status = rds::status::available;
        return true;
      });
    case RdsStep::start_engine: return start_engine(key, cluster, *instance);
    case RdsStep::await_engine: return await_engine(key, cluster);
    case RdsStep::stop_engine: return stop_engine(key, cluster);
    case RdsStep::create_master: return create_master(key, cluster);
    case RdsStep::finish_instance: return finish_instance(key, *instance);
    case RdsStep::remove_instance: return remove_instance(key, cluster, *instance);
    case RdsStep::remove_cluster: return remove_cluster(key, cluster);
    case RdsStep::none: return {};
  }
  return {};
}

Result<void> RdsController::make_volume(const store::Key& key, const rds::ClusterRecord& cluster) {
  const engines::Program program = TRY(host_.catalog.find(engines::Engine::postgres, major_of(cluster.engine_version)));
  const auto prepared =
      TRY(engines::postgres::prepare_template(host_.supervisor, program, host_.templates_folder));
  // On disk before the record says that the volume is there; from then on PostgreSQL's own log keeps it.
  TRY(pool_.create(prepared, spec_of(key, cluster)));
  queue_.add(std::string(rds_fill_volumes), fill_delay);
  return update_cluster(key, [](rds::ClusterRecord& r) {
    r.volume_ready = true;
    if (r.status == rds::status::creating) r.status = rds::status::available;
    return true;
  });
}

Result<void> RdsController::start_engine(const store::Key& key, const rds::ClusterRecord& cluster,
                                         const rds::InstanceRecord& instance) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  storage_.watch(spec.id, volume_of(key, cluster, instance));
  if (!engines::adopt(host_.supervisor, spec).ok()) {
    // A volume that somebody has written to may be one that has to rest; it is looked at before it can grow.
    if (cluster.master_ready) {
      storage_.measure(spec.id);
      show(spec.id);
      if (storage_.finding(spec.id).must_rest()) return {};
    }
    const engines::Program program = TRY(host_.catalog.find(engines::Engine::postgres, major_of(cluster.engine_version)));
    TRY(host_.supervisor.self_test());
    TRY(engines::postgres::start(host_.supervisor, program, spec));
  }
  health_.watch(spec.id, key.account().value, [this, spec](Milliseconds timeout) {
    return engines::postgres::wait_ready(host_.supervisor, spec, timeout);
  });
  show(spec.id);
  return {};
}

Result<void> RdsController::await_engine(const store::Key& key, const rds::ClusterRecord& cluster) {
  const bool repaired = engines::postgres::is_set_up(spec_of(key, cluster));
  TRY(health_.ask(cluster.resource_id, repaired ? ready_patience : repair_patience));
  endpoints_.refresh();
  return {};
}

// What was adopted or started here: an engine of an earlier haar has been adopted by start_engine before this.
Result<void> RdsController::stop_engine(const store::Key& key, const rds::ClusterRecord& cluster) {
  return host_.supervisor.stop(spec_of(key, cluster).id, stop_soon);
}

Result<void> RdsController::create_master(const store::Key& key, const rds::ClusterRecord& cluster) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  TRY(engines::postgres::create_master(
      host_.supervisor, spec, {cluster.master_username, cluster.master_verifier, cluster.database_name}, master_patience));
  return update_cluster(key, [&](rds::ClusterRecord& r) {
    // The password may have been changed while this one was being set: then that one is still to come.
    r.master_ready = r.master_verifier == cluster.master_verifier;
    return true;
  });
}

Result<void> RdsController::finish_instance(const store::Key& key, const rds::InstanceRecord& instance) {
  endpoints_.refresh();
  return update_instance(key, instance.id, [](rds::InstanceRecord& r) {
    if (r.status == rds::status::creating) r.status = rds::status::available;
    r.problem.clear();
    return true;
  });
}

Result<void> RdsController::remove_instance(const store::Key& key, const rds::ClusterRecord& cluster,
                                            const rds::InstanceRecord& instance) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  // After a restart of haar the engine may run unadopted: a second engine must never meet its volume.
  (void)engines::adopt(host_.supervisor, spec).ok();
  TRY(host_.supervisor.stop(spec.id, stop_soon));
  health_.forget(spec.id);
  storage_.forget(spec.id);
  host_.states.forget(spec.id);
  const std::string interface_id = instance.interface_id, address = instance.address, id = instance.id;
  return transact_as_service(
      host_, key.account(), Region(key.region()), rds::service_principal, [&](api::Call& call) -> Result<void> {
        if (!interface_id.empty())
          TRY(ec2::delete_managed_interface(call, rds::service_principal, call.shared_caller(), interface_id));
        ec2::release_host_address(call.txn, address);
        call.txn.erase(rds::instances, call.key(id));
        return {};
      });
}

Result<void> RdsController::remove_cluster(const store::Key& key, const rds::ClusterRecord& cluster) {
  TRY(engines::remove_instance(host_.supervisor, spec_of(key, cluster)));
  const std::string id = cluster.id, writer = cluster.writer_address, reader_address = cluster.reader_address;
  TRY(transact_as_service(host_, key.account(), Region(key.region()), rds::service_principal,
                          [&](api::Call& call) -> Result<void> {
                            ec2::release_host_address(call.txn, writer);
                            ec2::release_host_address(call.txn, reader_address);
                            call.txn.erase(rds::clusters, call.key(id));
                            return {};
                          }));
  host_.states.forget(cluster.resource_id);
  const std::lock_guard lock(mutex_);
  key_of_resource_.erase(cluster.resource_id);
  failures_.erase(key.bytes());
  return {};
}

Result<void> RdsController::update_cluster(const store::Key& key, const std::function<bool(rds::ClusterRecord&)>& change) {
  return transact_as_service(host_, key.account(), Region(key.region()), rds::service_principal,
                             [&](api::Call& call) -> Result<void> {
                               const rds::ClusterRecord* record = call.txn.get(rds::clusters, key);
                               if (record == nullptr) return {};
                               rds::ClusterRecord changed = *record;
                               if (change(changed)) call.txn.put(rds::clusters, key, std::move(changed));
                               return {};
                             });
}

Result<void> RdsController::update_instance(const store::Key& cluster_key, const std::string& id,
                                            const std::function<bool(rds::InstanceRecord&)>& change) {
  return transact_as_service(host_, cluster_key.account(), Region(cluster_key.region()), rds::service_principal,
                             [&](api::Call& call) -> Result<void> {
                               const store::Key key = call.key(id);
                               const rds::InstanceRecord* record = call.txn.get(rds::instances, key);
                               if (record == nullptr) return {};
                               rds::InstanceRecord changed = *record;
                               if (change(changed)) call.txn.put(rds::instances, key, std::move(changed));
                               return {};
                             });
}

}  // namespace haar::control
