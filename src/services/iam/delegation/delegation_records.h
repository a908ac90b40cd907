// What iam keeps of temporary delegation: templates that an operator has registered for a product provider's
// account, requests made from them, and what a provider is told about its requests.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation.html
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

// A policy with parameters ("arn:aws:s3:::@{bucketName}/*") that requests of one account may use.
struct DelegationTemplateRecord {
  static constexpr std::string_view record_name = "iam.delegation-template";
  static constexpr std::uint32_t record_version = 1;

  std::string arn;
  std::string requestor_name;  // what customers see of the provider
  std::string document;
  Timestamp created{};

  template <class V>
  void fields(V& v) {
    v(1, arn), v(2, requestor_name), v(3, document), v(4, created);
  }
};

struct DelegationParameter {
  std::string name, type;
  std::vector<std::string> values;
  template <class V>
  void fields(V& v) {
    v(1, name), v(2, type), v(3, values);
  }
};

// Who accepted, as it was at that moment: the delegated session is this identity's.
struct DelegationApprover {
  std::string arn;
  std::string type;           // "user", "role"
  std::string principal_arn, principal_id, session_name;
  std::string source_identity;
  std::map<std::string, std::string> tags;  // of the session
  template <class V>
  void fields(V& v) {
    v(1, arn), v(2, type), v(3, principal_arn), v(4, principal_id), v(5, session_name), v(6, source_identity);
    v(7, tags);
  }
};

// The key's account is the requestor's.
struct DelegationRequestRecord {
  static constexpr std::string_view record_name = "iam.delegation-request";
  static constexpr std::uint32_t record_version = 1;

  std::string id, requestor_name, workflow_id;
  std::string owner_account;             // empty: any account may take it
  std::string owner_arn, owner_user_id;  // who took it; empty: nobody yet
  std::string description, message, redirect_url, notification_channel;
  std::string template_arn;
  std::vector<DelegationParameter> parameters;
  std::string policy;                    // the template with the parameters' values
  std::int32_t session_seconds = 0;
  bool only_send_by_owner = false;
  std::string state;                     // as written last; it may have expired since
  Timestamp created{}, updated{}, expires{};
  std::string notes, rejection_reason;
  DelegationApprover approver;           // arn empty: not accepted
  Timestamp finalized{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, requestor_name), v(3, workflow_id), v(4, owner_account), v(5, owner_arn), v(6, owner_user_id);
    v(7, description), v(8, message), v(9, redirect_url), v(10, notification_channel), v(11, template_arn);
    v(12, parameters), v(13, policy), v(14, session_seconds), v(15, only_send_by_owner), v(16, state);
    v(17, created), v(18, updated), v(19, expires), v(20, notes), v(21, rejection_reason), v(22, approver);
    v(23, finalized);
  }
};

// One message to a provider: haar has no SNS, so it lies here until the operator reads it. The token of a
// finalized request is not in it; it is derived when it is read.
struct DelegationNoticeRecord {
  static constexpr std::string_view record_name = "iam.delegation-notice";
  static constexpr std::uint32_t record_version = 1;

  Timestamp time{};
  std::string topic_arn, request_id, workflow_id, state, owner_account;

  template <class V>
  void fields(V& v) {
    v(1, time), v(2, topic_arn), v(3, request_id), v(4, workflow_id), v(5, state), v(6, owner_account);
  }
};

// (account of the provider, global, template ARN)
extern const store::KeySpace<DelegationTemplateRecord> delegation_templates;

// (account of the provider, global, request id)
extern const store::Index<DelegationRequestRecord> delegation_by_id;
extern const store::Index<DelegationRequestRecord> delegation_by_workflow;
extern const store::Index<DelegationRequestRecord> delegation_by_owner;
extern const store::KeySpace<DelegationRequestRecord> delegation_requests;

// (account of the provider, global, time, request id)
extern const store::KeySpace<DelegationNoticeRecord> delegation_notices;

}  // namespace haar::iam
