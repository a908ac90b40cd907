// Everything that organizations keeps, so that the layout reads in a minute.
//
// An account's place lies under the account itself, since that is what every request asks for. All else lies
// under the management account and the organization's id, so that what an old organization left behind is
// not taken for a new one's.
//
// `stamp` of the organization is a random number, new with every change that may change what applies to any
// of its accounts (touch() in org_caller.h): memberships are cached by it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "services/iam/records.h"
#include "store/space.h"

namespace haar::organizations {

using iam::TagList;

// The policies of one type that are attached to a root, OU or account, in the order of attaching. They were
// written in an `epoch` of the type: enabling it begins a new one, and what is of an older epoch counts as
// nothing but AWS's full access, which AWS attaches everywhere when a type is enabled.
struct Attachments {
  std::uint32_t epoch = 0;
  std::vector<std::string> policy_ids;
  template <class V>
  void fields(V& v) {
    v(1, epoch), v(2, policy_ids);
  }
};

struct PolicyTypeState {
  bool enabled = false;
  std::uint32_t epoch = 0;  // how often it was enabled
  template <class V>
  void fields(V& v) {
    v(1, enabled), v(2, epoch);
  }
};

// A service, and since when: trusted access, or a delegated administrator's service.
struct ServiceGrant {
  std::string service;
  Timestamp since{};
  template <class V>
  void fields(V& v) {
    v(1, service), v(2, since);
  }
};

struct OrganizationRecord {
  static constexpr std::string_view record_name = "organizations.organization";
  static constexpr std::uint32_t record_version = 1;

  std::string id;           // "o-…"
  std::string feature_set;  // ALL, CONSOLIDATED_BILLING
  std::string root_id;
  Timestamp created{};
  PolicyTypeState scp, rcp;
  std::vector<ServiceGrant> trusted_services;
  std::uint32_t accounts = 0;  // the management account included
  std::uint64_t stamp = 0;

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, feature_set), v(3, root_id), v(4, created), v(5, scp), v(6, rcp), v(7, trusted_services);
    v(8, accounts), v(9, stamp);
  }
};

// The root, or an organizational unit.
struct NodeRecord {
  static constexpr std::string_view record_name = "organizations.node";
  static constexpr std::uint32_t record_version = 1;

  std::string id, name;   // "r-…" or "ou-…"
  std::string parent_id;  // empty: the root
  TagList tags;
  Attachments scps, rcps;

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, name), v(3, parent_id), v(4, tags), v(5, scps), v(6, rcps);
  }
};

struct MemberRecord {
  static constexpr std::string_view record_name = "organizations.member";
  static constexpr std::uint32_t record_version = 1;

  std::string organization_id, management_account;
  std::string parent_id;
  std::string joined_method;  // CREATED, INVITED
  Timestamp joined{};
  TagList tags;
  Attachments scps, rcps;
  std::vector<ServiceGrant> delegated_services;

  template <class V>
  void fields(V& v) {
    v(1, organization_id), v(2, management_account), v(3, parent_id), v(4, joined_method), v(5, joined);
    v(6, tags), v(7, scps), v(8, rcps), v(9, delegated_services);
  }
};

// A customer's policy; AWS's own are in policy_types.h.
struct PolicyRecord {
  static constexpr std::string_view record_name = "organizations.policy";
  static constexpr std::uint32_t record_version = 1;

  std::string id, name, description, type, content;
  TagList tags;

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, name), v(3, description), v(4, type), v(5, content), v(6, tags);
  }
};

// What CreateAccount was asked for and how far it is.
struct AccountRequestRecord {
  static constexpr std::string_view record_name = "organizations.account-request";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // "car-…"
  std::string account_name, email, role_name;
  TagList tags;
  std::string state;           // IN_PROGRESS, SUCCEEDED, FAILED
  std::string failure_reason;  // of FAILED
  std::string account_id;      // set when the account exists, which is before SUCCEEDED
  Timestamp requested{}, completed{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, account_name), v(3, email), v(4, role_name), v(5, tags), v(6, state), v(7, failure_reason);
    v(8, account_id), v(9, requested), v(10, completed);
  }
};

struct HandshakeRecord {
  static constexpr std::string_view record_name = "organizations.handshake";
  static constexpr std::uint32_t record_version = 1;

  std::string id, action, state;       // INVITE; OPEN, CANCELED, ACCEPTED, DECLINED (EXPIRED is OPEN, too late)
  std::string organization_id, management_account;
  std::string target_type, target;     // ACCOUNT and its id, or EMAIL and the address
  std::string notes;
  TagList tags;                        // for the account, once it is a member
  Timestamp requested{}, expires{}, closed{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, action), v(3, state), v(4, organization_id), v(5, management_account), v(6, target_type);
    v(7, target), v(8, notes), v(9, tags), v(10, requested), v(11, expires), v(12, closed);
  }
};

struct ResourcePolicyRecord {
  static constexpr std::string_view record_name = "organizations.resource-policy";
  static constexpr std::uint32_t record_version = 1;

  std::string id, content;  // "rp-…"
  TagList tags;

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, content), v(3, tags);
  }
};

// ---- key spaces ---------------------------------------------------------------------------------

template <class R>
void attached_terms(const store::Key&, const R& record, store::Terms& out) {
  for (const Attachments* list : {&record.scps, &record.rcps}) {
    for (const std::string& id : list->policy_ids) out.add(id);
  }
}

// (management account, global, "organization"): one each.
inline store::Key organization_key(const AccountId& management) {
  return store::key_of(management, store::global, "organization");
}
extern const store::KeySpace<OrganizationRecord> organization_records;

// (management account, global, organization id, node id)
extern const store::Index<NodeRecord> node_by_parent;
extern const store::Index<NodeRecord> node_by_policy;
extern const store::KeySpace<NodeRecord> nodes;

// (account, global, "member")
inline store::Key member_key(const AccountId& account) { return store::key_of(account, store::global, "member"); }
extern const store::Index<MemberRecord> member_by_organization;
extern const store::Index<MemberRecord> member_by_parent;
extern const store::Index<MemberRecord> member_by_policy;
extern const store::KeySpace<MemberRecord> members;

// (management account, global, organization id, policy id)
extern const store::Index<PolicyRecord> policy_by_name;
extern const store::KeySpace<PolicyRecord> policies;

// (management account, global, organization id, request id)
extern const store::Index<AccountRequestRecord> account_request_by_state;
extern const store::KeySpace<AccountRequestRecord> account_requests;

// (management account, global, organization id, handshake id)
extern const store::Index<HandshakeRecord> handshake_by_id;
extern const store::Index<HandshakeRecord> handshake_by_target;
extern const store::KeySpace<HandshakeRecord> handshakes;

// (management account, global, organization id, "resource-policy")
extern const store::KeySpace<ResourcePolicyRecord> resource_policies;

}  // namespace haar::organizations
