// The rows of snapshots, restores and automated backups, for rds's manifest.
#pragma once

#include "api/kit/row.h"

namespace haar::rds {

const api::Operations& cluster_snapshots_operations();
const api::Operations& snapshot_attributes_operations();
const api::Operations& restore_operations();
const api::Operations& automated_backups_operations();

}  // namespace haar::rds
