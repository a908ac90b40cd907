// Reports of who used which service: made at once by the Generate… calls, read by the Get… calls.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/usage/access_records.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

// AWS does not say how long a job's answer can be read, nor how many there may be; haar keeps the latest.
inline constexpr std::int64_t access_report_kept_seconds = 7 * 24 * 3600;
inline constexpr std::size_t access_reports_max = 500;

// Someone whose uses count in a report.
struct Accessor {
  std::string unique_id;
  std::string arn;
};

// For each service that one of them used within the tracked time: by whom last, and by how many.
std::map<std::string, ReportedService> uses_of(const Call& call, const std::vector<Accessor>& accessors);
// Of everyone in an account: the latest use of each service.
std::map<std::string, ReportedService> uses_in(const Call& call, const AccountId& account);

// Stores the report and returns its job id; old reports go.
std::string store_report(Call& call, AccessReportRecord report);
// NoSuchEntity: there is none, or somebody else asked for it.
Result<const AccessReportRecord*> need_report(const Call& call, const std::string& job_id);

// The reports' services as a list, those that nobody used included.
template <class Services>
std::vector<ReportedService> reported(const Services& services, std::map<std::string, ReportedService> uses) {
  std::vector<ReportedService> out;
  for (const auto* service : services) {
    const auto at = uses.find(std::string(service->prefix));
    if (at != uses.end()) out.push_back(std::move(at->second));
    else out.emplace_back().prefix = service->prefix;
  }
  return out;
}

}  // namespace haar::iam
