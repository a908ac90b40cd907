#include "fleet/drivers/cache.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/fleet/cluster_kind.h"

namespace haar::elasticache {
namespace {

ClusterKind::Parts real_parts(const fleet::Host& host, const fleet::Machine& machine,
                              std::function<void(const store::Key& cluster)> endpoints_changed) {
  ClusterKind::Parts out{host, {}, {}, {}, {}, std::move(endpoints_changed)};
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

std::unique_ptr<fleet::EngineKind> make_kind(const services::FleetParts& given) {
  auto changed = [changed = given.endpoints_changed](const store::Key& cluster) { changed(ClusterKind::kind_name, cluster); };
  return std::make_unique<ClusterKind>(given.runtime, given.reconciler,
                                       real_parts(given.host, given.machine, std::move(changed)));
}

}  // namespace haar::elasticache
