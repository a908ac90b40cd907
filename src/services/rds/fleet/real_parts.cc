#include "fleet/drivers/mysql.h"
#include "fleet/drivers/postgres.h"
#include "services/rds/access/certificate_kind.h"
#include "services/rds/engine_facts.h"
#include "services/rds/fleet/backup_kind.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/snapshot_kind.h"
#include "services/rds/secret/rotation_kind.h"

namespace haar::rds {

std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& given) {
  const auto driver = std::make_shared<fleet::PostgresDriver>(given.machine, given.host.state_folder);
  const auto access = std::make_shared<EngineAccess>(given.host, given.machine.supervisor);
  const auto mysql = std::make_shared<fleet::MysqlDriver>(given.machine);
  ClusterKind::Parts parts{
      given.host,
      [driver, mysql](engines::InstanceSpec spec, const std::string& engine, const std::string& version) {
        return is_mysql(engine) ? mysql->engine(std::move(spec), engine) : driver->engine(std::move(spec), version);
      },
      [driver](fleet::Storage::Hooks hooks) { return driver->watch_storage(std::move(hooks)); },
      [changed = given.endpoints_changed](const store::Key& cluster) { changed(ClusterKind::kind_name, cluster); },
      [driver] { driver->prepare_template(); },
      [driver] { driver->fill_pool(); },
      access, given.machine.storage_limit_bytes,
      {[driver](engines::InstanceSpec spec, const std::string& version) { return driver->engine(std::move(spec), version); },
       [driver](const std::string& from, const std::string& to) { return driver->duplicate(from, to); },
       [driver](const std::string& folder) { return driver->discard(folder); }}};
  const CopyParts copies = parts.copies;
  std::vector<std::unique_ptr<fleet::EngineKind>> out;
  out.push_back(std::make_unique<ClusterKind>(given.runtime, given.reconciler, std::move(parts)));
  out.push_back(std::make_unique<SnapshotKind>(given.host, given.reconciler, copies));
  out.push_back(std::make_unique<BackupKind>(given.host, given.runtime, copies));
  out.push_back(std::make_unique<RotationKind>(given.host));
  out.push_back(std::make_unique<CertificateKind>(access));
  return out;
}

}  // namespace haar::rds
