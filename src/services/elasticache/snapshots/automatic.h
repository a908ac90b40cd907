// Automated snapshots: one a day in the cache's window, kept for as many days as its owner says.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html
#pragma once

#include <string_view>

#include "api/kit/call.h"
#include "services/elasticache/records.h"
#include "services/elasticache/snapshots/records.h"

namespace haar::elasticache {

// The key under which the fleet looks at a cluster's window, and back.
store::Key schedule_key(const store::Key& cluster);
bool is_schedule(const store::Key& key);
store::Key cluster_of_schedule(const store::Key& key);

bool is_due(const ClusterRecord& cluster, Timestamp now);
// The next opening of a daily window ("03:00-04:00") after `now`.
Timestamp next_daily_window(std::string_view window, Timestamp now);

// Sets when the cluster's next automated snapshot is due, with its timer. In the transaction that changes retention or
// window; the record is written by the caller.
void schedule_automatic(api::Call& call, const store::Key& cluster_key, ClusterRecord& cluster);
// The window has come: a snapshot is wanted, and the next one is scheduled.
Result<void> begin_automatic(api::Call& call, const store::Key& cluster_key);
// Those that are older than they are kept go.
void sweep_automatic(api::Call& call, const SnapshotRecord& newest);

}  // namespace haar::elasticache
