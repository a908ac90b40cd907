// What iam keeps of who used which service, and the reports that are made of it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

struct ActionAccess {
  std::string name;  // "CreateUser"
  Timestamp time{};
  std::string region;
  template <class V>
  void fields(V& v) {
    v(1, name), v(2, time), v(3, region);
  }
};

// When a principal last called one service, and its actions; written in batches.
struct ServiceAccessRecord {
  static constexpr std::string_view record_name = "iam.service-access";
  static constexpr std::uint32_t record_version = 1;

  std::string service;  // as in the key
  Timestamp time{};
  std::string region;
  std::vector<ActionAccess> actions;

  template <class V>
  void fields(V& v) {
    v(1, service), v(2, time), v(3, region), v(4, actions);
  }
};

// One action in a report.
struct ReportedAction {
  std::string name, entity_arn;
  Timestamp time{};
  std::string region;
  template <class V>
  void fields(V& v) {
    v(1, name), v(2, entity_arn), v(3, time), v(4, region);
  }
};

// One service in a report; `total` is 0 for a service that nobody called.
struct ReportedService {
  std::string prefix;
  Timestamp time{};
  std::string entity;  // who called it last: an ARN, or the entity path in an organization's report
  std::string region;
  std::int32_t total = 0;
  std::vector<ReportedAction> actions;
  template <class V>
  void fields(V& v) {
    v(1, prefix), v(2, time), v(3, entity), v(4, region), v(5, total), v(6, actions);
  }
};

// What a Generate… call made: the report as it was at that moment, for whoever asked for it.
struct AccessReportRecord {
  static constexpr std::string_view record_name = "iam.access-report";
  static constexpr std::uint32_t record_version = 1;

  Timestamp created{};
  std::string requester_id;   // unique id of the user or role, or the account id; empty: anyone of the account
  std::string subject;        // the ARN or the entity path
  std::string granularity;    // SERVICE_LEVEL, ACTION_LEVEL; empty for an organization's report
  std::string error_code, error_message;    // the job failed
  std::vector<ReportedService> services;    // by prefix

  template <class V>
  void fields(V& v) {
    v(1, created), v(2, requester_id), v(3, subject), v(4, granularity), v(5, error_code), v(6, error_message);
    v(7, services);
  }
};

// (account, global, the principal's unique id or the account id for root, service prefix)
extern const store::KeySpace<ServiceAccessRecord> service_accesses;
// (account, global, job id)
extern const store::KeySpace<AccessReportRecord> access_reports;

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
inline constexpr std::int64_t access_tracked_seconds = 400LL * 24 * 3600;

}  // namespace haar::iam
