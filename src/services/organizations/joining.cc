#include "services/organizations/joining.h"

#include <optional>

#include "base/log.h"
#include "services/iam/account/account.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/organizations/common.h"

namespace haar::organizations {
namespace {

// Of the 128 writes that a transaction takes.
constexpr std::size_t swept_at_once = 100;

// The role through which the management account's principals administer the new account.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access-cross-account-role.html
void put_access_role(store::Txn& txn, const Partition& partition, const AccountId& account, const AccountId& management,
                     const std::string& name, Timestamp now, Random& random) {
  iam::RoleRecord role;
  role.name = name;
  role.path = "/";
  role.unique_id = iam_unique_id(random, "AROA");
  role.created = now;
  role.trust = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" +
               iam::root_arn(partition, management) + R"("},"Action":"sts:AssumeRole"}]})";
  role.attached_arns.push_back(iam::entity_arn(partition, AccountId("aws"), "policy", "/", "AdministratorAccess"));
  iam::save(txn, random, iam::roles, account, std::move(role));
}

// AWS's reason why the account cannot be made; empty: it can.
std::string_view refusal_of(const store::Reader& reader, const OrganizationRecord& organization,
                            const AccountRequestRecord& request) {
  if (organization.accounts >= accounts_max) return "ACCOUNT_LIMIT_EXCEEDED";
  if (iam::find_account_by_email(reader, request.email)) return "EMAIL_ALREADY_EXISTS";
  return {};
}

void end_request(store::Txn& txn, const store::Key& key, AccountRequestRecord request, std::string_view failure,
                 Timestamp now) {
  request.state = failure.empty() ? "SUCCEEDED" : "FAILED";
  request.failure_reason = failure;
  request.completed = now;
  txn.put(account_requests, key, std::move(request));
}

// At most so many records of organizations that exist no more.
template <class R>
std::vector<store::Key> orphans_of(const store::Reader& reader, const store::KeySpace<R>& space, std::size_t most) {
  std::vector<store::Key> orphans;
  for (const auto& [key, record] : reader.scan(space, store::prefix_of())) {
    if (orphans.size() == most) break;
    const OrganizationRecord* organization = reader.get(organization_records, organization_key(key.account()));
    if (organization == nullptr || organization->id != key.part(2)) orphans.push_back(key);
  }
  return orphans;
}

template <class R>
std::size_t sweep_space(store::Txn& txn, const store::KeySpace<R>& space, std::size_t most) {
  const std::vector<store::Key> orphans = orphans_of(txn, space, most);
  for (const store::Key& key : orphans) txn.erase(space, key);
  return orphans.size();
}

}  // namespace

void join(store::Txn& txn, const Joining& joining, Timestamp now) {
  MemberRecord member;
  member.organization_id = joining.organization.id;
  member.management_account = joining.management.value;
  member.parent_id = joining.organization.root_id;
  member.joined_method = joining.method;
  member.joined = now;
  member.tags = joining.tags;
  txn.put(members, member_key(joining.account), std::move(member));
}

std::vector<store::Key> requests_in_progress(const store::Reader& reader) {
  std::vector<store::Key> keys;
  for (const auto& [key, request] : reader.find(account_requests, account_request_by_state, "IN_PROGRESS"))
    keys.push_back(key);
  return keys;
}

MadeAccount make_account(store::Txn& txn, const Partition& partition, const store::Key& key, Timestamp now,
                         Random& random, const auth::Keyring& keyring) {
  const AccountRequestRecord* found = txn.get(account_requests, key);
  if (found == nullptr || found->state != "IN_PROGRESS") return {};
  if (!found->account_id.empty()) return {AccountId(found->account_id), false};
  AccountRequestRecord request = *found;
  const AccountId management = key.account();
  // DeleteOrganization waits for requests in progress, so it is there.
  OrganizationRecord organization = *txn.get(organization_records, organization_key(management));
  if (const std::string_view refusal = refusal_of(txn, organization, request); !refusal.empty()) {
    end_request(txn, key, std::move(request), refusal, now);
    return {};
  }
  iam::NewAccount wanted;
  wanted.name = request.account_name;
  wanted.email = request.email;
  const Result<iam::AccountPlan> plan = iam::plan_account(txn, wanted, random);
  const Result<iam::CreatedAccount> made =
      plan.ok() ? iam::create_account(txn, *plan, now, random, keyring) : Result<iam::CreatedAccount>(plan.error());
  if (!made.ok()) {
    log_warning("an account could not be made", {{"request", request.id}, {"why", made.error().message}});
    end_request(txn, key, std::move(request), plan.ok() ? "INTERNAL_FAILURE" : "INVALID_EMAIL", now);
    return {};
  }
  put_access_role(txn, partition, made->id, management, request.role_name, now, random);
  iam::put_linked_role(txn, random, partition, made->id, "organizations.amazonaws.com", now);
  join(txn, {management, organization, made->id, "CREATED", request.tags}, now);
  ++organization.accounts;
  touch(txn, random, management, std::move(organization));
  request.account_id = made->id.value;
  txn.put(account_requests, key, std::move(request));
  return {made->id, true};
}

void finish_request(store::Txn& txn, const store::Key& key, Timestamp now) {
  const AccountRequestRecord* request = txn.get(account_requests, key);
  if (request == nullptr || request->state != "IN_PROGRESS" || request->account_id.empty()) return;
  end_request(txn, key, *request, {}, now);
}

bool sweep(store::Txn& txn) {
  std::size_t swept = sweep_space(txn, nodes, swept_at_once);
  swept += sweep_space(txn, policies, swept_at_once - swept);
  swept += sweep_space(txn, account_requests, swept_at_once - swept);
  swept += sweep_space(txn, handshakes, swept_at_once - swept);
  swept += sweep_space(txn, resource_policies, swept_at_once - swept);
  return swept > 0;
}

bool has_leftovers(const store::Reader& reader) {
  const auto any = [&](const auto& space) { return !orphans_of(reader, space, 1).empty(); };
  return any(nodes) || any(policies) || any(account_requests) || any(handshakes) || any(resource_policies);
}

}  // namespace haar::organizations
