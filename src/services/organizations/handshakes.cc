// Invitations: how an account that exists comes into an organization.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
#include "model/organizations/AcceptHandshake.h"
#include "model/organizations/CancelHandshake.h"
#include "model/organizations/DeclineHandshake.h"
#include "model/organizations/DescribeHandshake.h"
#include "model/organizations/InviteAccountToOrganization.h"
#include "model/organizations/ListHandshakesForAccount.h"
#include "model/organizations/ListHandshakesForOrganization.h"
#include "model/organizations/service.h"
#include "services/iam/account/account.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/organizations/joining.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"
#include "services/organizations/retention.h"

namespace haar::organizations {
namespace {

// "An invitation is valid for 15 days".
constexpr std::int64_t valid_seconds = 15LL * 24 * 3600;
// What may be open at a time: AWS bounds invitations to twenty a day.
constexpr std::size_t open_invitations_max = 20;

std::string state_of(const HandshakeRecord& record, Timestamp now) {
  return record.state == "OPEN" && record.expires < now ? "EXPIRED" : record.state;
}

std::string handshake_arn(const Call& call, const HandshakeRecord& record) {
  const Home home{AccountId(record.management_account), record.organization_id};
  return arn_of(call, home, "handshake", to_lower(record.action) + "/" + record.id);
}

Handshake handshake_view(const Call& call, const HandshakeRecord& record) {
  const AccountId management(record.management_account);
  const iam::AccountRecord& owner = *iam::find_account(call.txn, management);
  const OrganizationRecord* organization = call.txn.get(organization_records, organization_key(management));
  Handshake view;
  view.Id = record.id;
  view.Arn = handshake_arn(call, record);
  view.Parties.emplace();
  view.Parties->push_back({record.organization_id, "ORGANIZATION"});
  view.Parties->push_back({record.target, record.target_type});
  view.State = state_of(record, call.now());
  view.RequestedTimestamp = record.requested;
  view.ExpirationTimestamp = record.expires;
  view.Action = record.action;
  const auto resource = [](std::string type, std::string value) {
    HandshakeResource made;
    made.Type = std::move(type);
    made.Value = std::move(value);
    return made;
  };
  HandshakeResource inviting = resource("ORGANIZATION", record.organization_id);
  inviting.Resources.emplace();
  inviting.Resources->push_back(resource("MASTER_EMAIL", owner.email));
  inviting.Resources->push_back(resource("MASTER_NAME", owner.name));
  if (organization != nullptr)
    inviting.Resources->push_back(resource("ORGANIZATION_FEATURE_SET", organization->feature_set));
  view.Resources.emplace().push_back(std::move(inviting));
  view.Resources->push_back(resource(record.target_type, record.target));
  if (!record.notes.empty()) view.Resources->push_back(resource("NOTES", record.notes));
  return view;
}

// ---- who may see a handshake ----------------------------------------------------------------------

struct Found {
  store::Key key;
  const HandshakeRecord* record = nullptr;  // null: there is none of that id
};
Found find_handshake(const Call& call, const std::string& id) {
  for (const auto& [key, record] : call.txn.find(handshakes, handshake_by_id, id)) {
    if (is_forgotten(record, call.now())) break;
    return {key, &record};
  }
  return {};
}

bool is_recipient(const Call& call, const HandshakeRecord& record) {
  if (record.target_type == "ACCOUNT") return record.target == call.account().value;
  const iam::AccountRecord* own = iam::find_account(call.txn, call.account());
  return own != nullptr && to_lower(own->email) == to_lower(record.target);
}

enum class Side : std::uint8_t { sender, recipient, either };
Result<Found> need_handshake(const Call& call, const std::string& id, Side side) {
  const Found found = find_handshake(call, id);
  if (found.record == nullptr) return errors::HandshakeNotFoundException("You specified a handshake that doesn't exist.");
  const bool sent = found.record->management_account == call.account().value;
  const bool received = is_recipient(call, *found.record);
  if ((side != Side::recipient && sent) || (side != Side::sender && received)) return found;
  return access_denied();
}

// An open handshake passes into another state once.
Result<HandshakeRecord> close(const Call& call, const Found& found, std::string_view state) {
  const std::string now = state_of(*found.record, call.now());
  if (now == state)
    return errors::HandshakeAlreadyInStateException("The specified handshake is already in the requested state.");
  if (now != "OPEN")
    return errors::InvalidHandshakeTransitionException("The handshake can't be moved into the requested state from " +
                                                       now + ".");
  HandshakeRecord record = *found.record;
  record.state = state;
  record.closed = call.now();
  return record;
}

// ---- operations -----------------------------------------------------------------------------------

Error handshake_constraint(std::string_view reason, std::string message) {
  return errors::HandshakeConstraintViolationException(std::move(message)).with("Reason", std::string(reason));
}

Result<void> check_target(const Call& call, const OrganizationCaller& org_caller, const HandshakeParty& target) {
  if (target.Type == "ORGANIZATION")
    return invalid_input("INVALID_PARTY_TYPE_TARGET", "You specified an invalid type of party.");
  std::optional<AccountId> account;
  if (target.Type == "ACCOUNT") {
    // What AWS answers for an id that no account has is not documented.
    if (!is_account_id(target.Id) || iam::find_account(call.txn, AccountId(target.Id)) == nullptr)
      return invalid_input("INVALID_PATTERN_TARGET_ID", "You specified an account that doesn't exist.");
    account = AccountId(target.Id);
  } else {
    const std::size_t at = target.Id.find('@');
    if (at == std::string::npos || at == 0 || at + 1 == target.Id.size())
      return invalid_input("INVALID_EMAIL_ADDRESS_TARGET", "You specified an invalid email address for the target.");
    account = iam::find_account_by_email(call.txn, target.Id);
  }
  if (account && find_member(call, org_caller, account->value) != nullptr)
    return handshake_constraint("ALREADY_IN_AN_ORGANIZATION", "The invited account is already a member of an organization.");
  return {};
}

Result<InviteAccountToOrganizationResponse> invite_account(Call& call, const InviteAccountToOrganizationRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_target(call, org_caller, in.Target));
  std::size_t open = 0;
  const store::Key own = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  for (const auto& [key, record] : call.txn.scan(handshakes, own)) {
    if (state_of(record, call.now()) != "OPEN") continue;
    ++open;
    if (to_lower(record.target) == to_lower(in.Target.Id))
      return errors::DuplicateHandshakeException("A handshake with the same action and target already exists.");
  }
  if (open >= open_invitations_max)
    return handshake_constraint("HANDSHAKE_RATE_LIMIT_EXCEEDED",
                                "You have exceeded the number of invitations that may be open.");
  HandshakeRecord record;
  record.id = new_id(call.random(), "h-", 32);
  record.action = "INVITE";
  record.state = "OPEN";
  record.organization_id = org_caller.organization->id;
  record.management_account = org_caller.management.value;
  record.target_type = in.Target.Type;
  record.target = in.Target.Id;
  record.notes = in.Notes.value_or("");
  record.tags = TRY(new_tags(in.Tags));
  record.requested = call.now();
  record.expires = call.now().plus_seconds(valid_seconds);
  InviteAccountToOrganizationResponse out;
  out.Handshake = handshake_view(call, record);
  call.txn.put(handshakes, key_in(org_caller, record.id), std::move(record));
  return out;
}

Result<AcceptHandshakeResponse> accept_handshake(Call& call, const AcceptHandshakeRequest& in) {
  const Found found = TRY(need_handshake(call, in.HandshakeId, Side::recipient));
  HandshakeRecord record = TRY(close(call, found, "ACCEPTED"));
  const AccountId management(record.management_account);
  const OrganizationRecord* organization = call.txn.get(organization_records, organization_key(management));
  if (organization == nullptr || organization->id != record.organization_id)
    return errors::HandshakeNotFoundException("You specified a handshake that doesn't exist.");
  if (organization_caller(call))
    return handshake_constraint("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of an organization.");
  if (organization->accounts >= accounts_max)
    return handshake_constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED", "You have exceeded the allowed number of AWS accounts.");
  iam::put_linked_role(call.txn, call.random(), call.partition(), call.account(), "organizations.amazonaws.com", call.now());
  join(call.txn, {management, *organization, call.account(), "INVITED", record.tags}, call.now());
  OrganizationRecord joined = *organization;
  ++joined.accounts;
  touch(call.txn, call.random(), management, std::move(joined));
  AcceptHandshakeResponse out;
  out.Handshake = handshake_view(call, record);
  call.txn.put(handshakes, found.key, std::move(record));
  return out;
}

template <class Output>
Result<Output> end_handshake(Call& call, const std::string& id, Side side, std::string_view state) {
  const Found found = TRY(need_handshake(call, id, side));
  HandshakeRecord record = TRY(close(call, found, state));
  Output out;
  out.Handshake = handshake_view(call, record);
  call.txn.put(handshakes, found.key, std::move(record));
  return out;
}

Result<DeclineHandshakeResponse> decline_handshake(Call& call, const DeclineHandshakeRequest& in) {
  return end_handshake<DeclineHandshakeResponse>(call, in.HandshakeId, Side::recipient, "DECLINED");
}

Result<CancelHandshakeResponse> cancel_handshake(Call& call, const CancelHandshakeRequest& in) {
  return end_handshake<CancelHandshakeResponse>(call, in.HandshakeId, Side::sender, "CANCELED");
}

Result<DescribeHandshakeResponse> describe_handshake(Call& call, const DescribeHandshakeRequest& in) {
  DescribeHandshakeResponse out;
  out.Handshake = handshake_view(call, *TRY(need_handshake(call, in.HandshakeId, Side::either)).record);
  return out;
}

bool is_wanted(const Call& call, const HandshakeRecord& record, const std::optional<HandshakeFilter>& filter) {
  if (is_forgotten(record, call.now())) return false;
  if (!filter) return true;
  // No handshake of haar's has a parent.
  if (filter->ParentHandshakeId) return false;
  return !filter->ActionType || *filter->ActionType == record.action;
}

std::string listing_of(std::string_view operation, const std::optional<HandshakeFilter>& filter) {
  std::string text(operation);
  if (filter) text += " " + filter->ActionType.value_or("") + " " + filter->ParentHandshakeId.value_or("");
  return text;
}

Result<ListHandshakesForAccountResponse> list_for_account(Call& call, const ListHandshakesForAccountRequest& in) {
  Page page = TRY(Page::open(call, listing_of("ListHandshakesForAccount", in.Filter), in));
  ListHandshakesForAccountResponse out;
  out.Handshakes.emplace();
  std::map<std::string, const HandshakeRecord*> own;
  const iam::AccountRecord* account = iam::find_account(call.txn, call.account());
  for (const std::string& target : {call.account().value, account != nullptr ? to_lower(account->email) : std::string()}) {
    if (target.empty()) continue;
    for (const auto& [key, record] : call.txn.find(handshakes, handshake_by_target, target)) {
      if (is_wanted(call, record, in.Filter)) own.emplace(record.id, &record);
    }
  }
  for (const auto& [id, record] : own) {
    if (page.before(id)) continue;
    if (!page.take(id)) break;
    out.Handshakes->push_back(handshake_view(call, *record));
  }
  page.close(out);
  return out;
}

Result<ListHandshakesForOrganizationResponse> list_for_organization(Call& call,
                                                                    const ListHandshakesForOrganizationRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  Page page = TRY(Page::open(call, listing_of("ListHandshakesForOrganization", in.Filter), in));
  ListHandshakesForOrganizationResponse out;
  out.Handshakes.emplace();
  const store::Key own = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  for (const auto& [key, record] : call.txn.scan(handshakes, own, store::Key::from_bytes(page.after()))) {
    if (!is_wanted(call, record, in.Filter)) continue;
    if (!page.take(key.bytes())) break;
    out.Handshakes->push_back(handshake_view(call, record));
  }
  page.close(out);
  return out;
}

// ---- resolvers ------------------------------------------------------------------------------------

struct OnHandshake {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    const Found found = find_handshake(call, in.HandshakeId);
    const bool known = found.record != nullptr && (found.record->management_account == call.account().value ||
                                                   is_recipient(call, *found.record));
    // Its ARN is the organization's; what the caller has no part in is named as if it were the caller's own.
    needs.need(known ? handshake_arn(call, *found.record)
                     : arn_of(call, home_of(call), "handshake", "invite/" + in.HandshakeId));
  }
};

void needs_invite_account_to_organization(const Call& call, const InviteAccountToOrganizationRequest& in, Requirements& needs) {
  const bool account = in.Target.Type == "ACCOUNT" && is_account_id(in.Target.Id);
  Requirement& need = needs.need(account ? arn_of(call, home_of(call), "account", in.Target.Id) : "*");
  need.request_tags = tag_map(in.Tags);
  demand_tags(needs, need, need.resource);
}

}  // namespace

const api::Operations handshakes_operations = {
    api::op<ops::InviteAccountToOrganization>(invite_account, api::on(needs_invite_account_to_organization),
        api::takes("Target Notes Tags")),
    api::op<ops::AcceptHandshake>(accept_handshake, api::on(OnHandshake{}), api::takes("HandshakeId")),
    api::op<ops::DeclineHandshake>(decline_handshake, api::on(OnHandshake{}), api::takes("HandshakeId")),
    api::op<ops::CancelHandshake>(cancel_handshake, api::on(OnHandshake{}), api::takes("HandshakeId")),
    api::op<ops::DescribeHandshake>(describe_handshake, api::on(OnHandshake{}), api::read_only,
        api::takes("HandshakeId")),
    api::op<ops::ListHandshakesForAccount>(list_for_account, api::any_resource, api::read_only,
        api::takes("Filter NextToken MaxResults")),
    api::op<ops::ListHandshakesForOrganization>(list_for_organization, api::on(anything<Audience::administrators>),
        api::read_only, api::takes("Filter NextToken MaxResults")),
};

}  // namespace haar::organizations
