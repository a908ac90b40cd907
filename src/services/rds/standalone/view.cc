#include "services/rds/standalone/view.h"

#include <fmt/format.h>

#include "services/rds/engine_versions.h"

namespace haar::rds {

void show_standalone(const ClusterRecord& hidden, const InstanceRecord& instance, DBInstance& out) {
  out.DBClusterIdentifier.reset();
  out.PromotionTier.reset();
  out.StorageType = instance.storage_type;
  out.AllocatedStorage = instance.storage_gib;
  if (instance.iops != 0) out.Iops = instance.iops;
  out.StorageThroughput = instance.storage_throughput;
  out.CopyTagsToSnapshot = hidden.copy_tags_to_snapshot;
  out.DeletionProtection = hidden.deletion_protection;
  out.BackupTarget = "region";
  out.DatabaseInsightsMode = "standard";
  out.EngineLifecycleSupport = std::string(extended_support);
  out.DedicatedLogVolume = false;
  out.IsStorageConfigUpgradeAvailable = false;
  if (hidden.stopped) out.AutomaticRestartTime = hidden.starts_again;
  if (instance.pending_storage_gib == 0) return;
  PendingModifiedValues& pending = *out.PendingModifiedValues;
  if (instance.pending_storage_gib != instance.storage_gib) pending.AllocatedStorage = instance.pending_storage_gib;
  if (instance.pending_storage_type != instance.storage_type) pending.StorageType = instance.pending_storage_type;
  if (instance.pending_iops != instance.iops) pending.Iops = instance.pending_iops;
  if (instance.pending_throughput != instance.storage_throughput) pending.StorageThroughput = instance.pending_throughput;
}

}  // namespace haar::rds
