#include "services/organizations/records.h"

#include "store/key_space.h"

namespace haar::organizations {

const store::KeySpace<OrganizationRecord> organization_records{"organizations/organization"};
const store::Index<NodeRecord> node_by_parent{
    "by-parent", [](const store::Key&, const NodeRecord& r, store::Terms& out) {
      if (!r.parent_id.empty()) out.add(r.parent_id);
    }};
const store::Index<NodeRecord> node_by_policy{"by-policy", attached_terms<NodeRecord>};
const store::KeySpace<NodeRecord> nodes{"organizations/node", {&node_by_parent, &node_by_policy}};
const store::Index<MemberRecord> member_by_organization{
    "by-organization",
    [](const store::Key&, const MemberRecord& r, store::Terms& out) { out.add(r.organization_id); }};
const store::Index<MemberRecord> member_by_parent{
    "by-parent", [](const store::Key&, const MemberRecord& r, store::Terms& out) { out.add(r.parent_id); }};
const store::Index<MemberRecord> member_by_policy{"by-policy", attached_terms<MemberRecord>};
const store::KeySpace<MemberRecord> members{
    "organizations/member", {&member_by_organization, &member_by_parent, &member_by_policy}};
const store::Index<PolicyRecord> policy_by_name{
    "by-name", [](const store::Key& key, const PolicyRecord& r, store::Terms& out) {
      out.add(key.part(2), r.type, r.name);
    }};
const store::KeySpace<PolicyRecord> policies{"organizations/policy", {&policy_by_name}};
const store::Index<AccountRequestRecord> account_request_by_state{
    "by-state", [](const store::Key&, const AccountRequestRecord& r, store::Terms& out) { out.add(r.state); }};
const store::KeySpace<AccountRequestRecord> account_requests{"organizations/account-request",
                                                                    {&account_request_by_state}};
const store::Index<HandshakeRecord> handshake_by_id{
    "by-id", [](const store::Key&, const HandshakeRecord& r, store::Terms& out) { out.add(r.id); }};
const store::Index<HandshakeRecord> handshake_by_target{
    "by-target", [](const store::Key&, const HandshakeRecord& r, store::Terms& out) { out.add(to_lower(r.target)); }};
const store::KeySpace<HandshakeRecord> handshakes{"organizations/handshake",
                                                         {&handshake_by_id, &handshake_by_target}};
const store::KeySpace<ResourcePolicyRecord> resource_policies{"organizations/resource-policy"};

}  // namespace haar::organizations
