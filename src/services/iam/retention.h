// How long what is over is kept. Afterwards it is erased (control/retention.h).
#pragma once

#include "services/iam/delegation/delegation_records.h"
#include "services/iam/records.h"
#include "services/iam/usage/access_reports.h"

namespace haar::iam {

// Tasks of DeleteServiceLinkedRole.
inline constexpr std::int64_t deletion_kept_seconds = 2 * 24 * 3600;
// Beyond the end of the state that a request is in.
inline constexpr std::int64_t delegation_kept_seconds = 7 * 24 * 3600;

inline bool is_forgotten(const RoleDeletionRecord& task, Timestamp now) {
  return task.created.plus_seconds(deletion_kept_seconds) < now;
}
inline bool is_forgotten(const AccessReportRecord& report, Timestamp now) {
  return report.created.plus_seconds(access_report_kept_seconds) < now;
}
inline bool is_forgotten(const DelegationRequestRecord& request, Timestamp now) {
  return request.expires.plus_seconds(delegation_kept_seconds) < now;
}

}  // namespace haar::iam
