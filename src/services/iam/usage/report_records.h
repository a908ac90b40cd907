// What iam keeps of the last credential report: the facts, from which the CSV is written when it is fetched.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

// Of an access key; created is zero where there is none, used where it was not used.
struct ReportedKey {
  bool active = false;
  Timestamp created{}, used{};
  std::string region, service;

  template <class V>
  void fields(V& v) {
    v(1, active), v(2, created), v(3, used), v(4, region), v(5, service);
  }
};

struct ReportedCertificate {
  bool active = false;
  Timestamp uploaded{};

  template <class V>
  void fields(V& v) {
    v(1, active), v(2, uploaded);
  }
};

// One line; the first is the root user's, which has no name.
struct ReportedUser {
  std::string name, path;
  Timestamp created{};
  bool password = false, mfa = false;
  Timestamp password_used{}, password_changed{}, password_expires{};  // zero: never, unknown
  std::vector<ReportedKey> keys;                  // oldest first, two at most
  std::vector<ReportedCertificate> certificates;  // oldest first, two at most

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, created), v(4, password), v(5, mfa), v(6, password_used), v(7, password_changed);
    v(8, password_expires), v(9, keys), v(10, certificates);
  }
};

struct CredentialReportRecord {
  static constexpr std::string_view record_name = "iam.credential-report";
  static constexpr std::uint32_t record_version = 1;

  Timestamp generated{};
  std::vector<ReportedUser> users;

  template <class V>
  void fields(V& v) {
    v(1, generated), v(2, users);
  }
};

// (account, global, "credential-report"): one record each, or none.
inline store::Key credential_report_key(const AccountId& account) {
  return store::key_of(account, store::global, "credential-report");
}
extern const store::KeySpace<CredentialReportRecord> credential_reports;

}  // namespace haar::iam
