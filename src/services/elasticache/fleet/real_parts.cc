#include "fleet/drivers/cache.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/fleet/group_kind.h"
#include "services/elasticache/snapshots/snapshot_kind.h"
#include "tls/engine_certificates.h"

namespace haar::elasticache {
namespace {

Certificates real_certificates(const fleet::Host& host) {
  const auto all = [&host] { return host.env.find_part<tls::EngineCertificates>(); };
  return {[all] { return all() != nullptr && all()->can_make(); },
          [all](const std::vector<tls::Name>& names) -> Result<std::string> { return TRY(all()->make(names)).pem; },
          [all](const std::string& pem, const std::vector<tls::Name>& names) { return all()->is_good(pem, names); }};
}

ClusterKind::Parts real_parts(const fleet::Host& host, const fleet::Machine& machine,
                              std::function<void(const store::Key& cluster)> endpoints_changed) {
  ClusterKind::Parts out{host, {}, {}, {}, {}, std::move(endpoints_changed), real_certificates(host)};
  out.engine = [&host, &machine](const ClusterRecord& cluster, const engines::InstanceSpec& spec) {
    fleet::ProgramOf program = [&machine, engine = cluster.engine,
                                version = cluster.engine_version]() -> Result<engines::Program> {
      return TRY(choose_version(machine.catalog, engine, version)).program;
    };
    return cluster.engine == engine::redis ? fleet::redis_engine(machine, spec, std::move(program), host.env.random)
                                           : fleet::memcached_engine(machine, spec, std::move(program));
  };
  out.program_version = [&machine](const ClusterRecord& cluster) -> Result<std::string> {
    return TRY(choose_version(machine.catalog, cluster.engine, cluster.engine_version)).program.version;
  };
  out.free_addresses = [&host](std::uint16_t port, std::size_t count) {
    return ec2::probe_host_addresses(host.env.part<frontdoor::AddressSlice>(), port, host.env.random, count);
  };
  out.discard = [&machine](const std::string& folder) { return machine.supervisor.discard(folder); };
  return out;
}

}  // namespace

// The groups first: when an engine ends, clients are led away from it before it is started again.
std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& given) {
  const auto changed = [changed = given.endpoints_changed](std::string_view kind) {
    return [changed, kind](const store::Key& resource) { changed(kind, resource); };
  };
  auto members = std::make_unique<ClusterKind>(given.runtime, given.reconciler,
                                               real_parts(given.host, given.machine, changed(ClusterKind::kind_name)));
  members->set_group_look(
      [&reconciler = given.reconciler](const store::Key& group) { reconciler.look(GroupKind::kind_name, group); });
  std::vector<std::unique_ptr<fleet::EngineKind>> out;
  out.push_back(std::make_unique<GroupKind>(given.runtime, given.reconciler, *members, changed(GroupKind::kind_name)));
  out.push_back(std::make_unique<SnapshotKind>(given.reconciler, *members));
  out.push_back(std::move(members));
  return out;
}

}  // namespace haar::elasticache
