#include "api/pipeline/authorize.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>

#include "api/pipeline/authorization_message.h"
#include "api/kit/identity.h"
#include "api/kit/network_origin.h"
#include "api/kit/organization.h"
#include "policy/context.h"
#include "policy/decide.h"

namespace haar::api {
namespace {

using policy::Key;
using policy::KeySpace;

policy::PrincipalType principal_type(const Caller& caller) {
  switch (caller.type) {
    case CallerType::root: return policy::PrincipalType::root;
    case CallerType::user:
    case CallerType::user_session: return policy::PrincipalType::user;
    case CallerType::role_session:
      return caller.service_linked ? policy::PrincipalType::service_linked_session : policy::PrincipalType::role_session;
    case CallerType::federated_user: return policy::PrincipalType::federated_user;
    case CallerType::service: return policy::PrincipalType::service;
    case CallerType::federated: return policy::PrincipalType::federated;
    case CallerType::anonymous: return policy::PrincipalType::anonymous;
  }
  return policy::PrincipalType::anonymous;
}

// aws:PrincipalType, as the table of principal key values has it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
std::string_view principal_type_text(CallerType type) {
  switch (type) {
    case CallerType::root: return "Account";
    case CallerType::user:
    case CallerType::user_session: return "User";
    case CallerType::role_session: return "AssumedRole";
    case CallerType::federated_user: return "FederatedUser";
    case CallerType::service: return "Service";
    case CallerType::federated: return "Federated";
    case CallerType::anonymous: return "Anonymous";
  }
  return "Anonymous";
}

// ---- condition keys -----------------------------------------------------------------------------
// When each is there: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// aws:SourceVpce and its kin are there for what comes through a VPC endpoint (api/kit/network_origin.h). No resource calls
// services: aws:SourceArn and aws:SourceAccount are absent, as they are on AWS without one. Those of an EC2 instance's role
// (aws:Ec2InstanceSourceVpc and its kin) are keys of its session.

// Where principal and resource stand in organizations. The views live as long as this.
struct Places {
  std::shared_ptr<const Membership> principal, owner;  // null: in none
  std::string_view principal_path, owner_path;
};

void set_values(policy::Context& context, const std::string& key, const std::vector<std::string>& values) {
  if (values.size() == 1 && !policy::is_multivalued(key)) context.set(key, values.front());
  else context.set_list(key, context.keep(std::vector<std::string_view>(values.begin(), values.end())));
}

void set_principal(policy::Context& context, const Caller& caller, std::string_view user_id, Timestamp now) {
  context.set(Key::principal_type, principal_type_text(caller.type));
  // "Anonymous requests do not include this key": unsigned requests have no principal of their own.
  if (caller.type == CallerType::federated || caller.type == CallerType::anonymous) return;
  context.set_bool(Key::principal_is_aws_service, caller.type == CallerType::service);
  if (caller.type == CallerType::service) {
    context.set(Key::principal_service_name, caller.arn);
    context.set_list(Key::principal_service_names_list, context.keep({std::string_view(caller.arn)}));
    return;
  }
  // Of a federated user it is the session's own ARN, not that of the user who asked for it.
  context.set(Key::principal_arn, caller.type == CallerType::federated_user ? caller.arn : caller.principal_arn);
  context.set(Key::principal_account, caller.account.value);
  context.set(Key::userid, user_id);
  // Absent for role sessions and root.
  if (caller.type == CallerType::user || caller.type == CallerType::user_session)
    context.set(Key::username, caller.name);
  const bool has_session = caller.session.has_value();
  for (const auto& [key, value] : caller.tags) {
    if (!has_session || !caller.session->tags.contains(key)) context.set_tag(KeySpace::principal_tag, key, value);
  }
  if (!has_session) return;
  const Session& session = *caller.session;
  for (const auto& [key, value] : session.tags) context.set_tag(KeySpace::principal_tag, key, value);
  // A service-linked role that acts inside haar was given no token.
  if (session.issued_at != Timestamp{}) context.set_time(Key::token_issue_time, session.issued_at);
  if (session.assumed_root) context.set_bool(Key::assumed_root, true);
  // Only requests with temporary credentials have these two; long-term keys have neither.
  context.set_bool(Key::multi_factor_auth_present, session.mfa_at.has_value());
  if (session.mfa_at) context.set_number(Key::multi_factor_auth_age, now.seconds() - session.mfa_at->seconds());
  if (!session.source_identity.empty()) context.set(Key::source_identity, session.source_identity);
  if (!session.provider.empty()) context.set(Key::federated_provider, session.provider);
  for (const auto& [key, values] : session.provider_keys) set_values(context, key, values);
}

void set_network(policy::Context& context, const NetworkOrigin& network) {
  context.set(Key::source_vpc, network.vpc_id);
  context.set(Key::source_vpc_arn, network.vpc_arn);
  context.set(Key::source_vpce, network.endpoint_id);
  context.set(Key::vpc_source_ip, network.private_ip);
  context.set(Key::vpce_account, network.account.value);
}

// How the request came to the service: from the client, or from another service.
void set_chain(policy::Context& context, const Origin& origin, const Caller& caller, const NetworkOrigin* network) {
  if (origin.called_via.empty()) {
    context.set_bool(Key::via_aws_service, false);
    // What comes through an endpoint has no address of the internet: aws:SourceIp is absent.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    if (network != nullptr) set_network(context, *network);
    else context.set(Key::source_ip, origin.source_ip);
    return;
  }
  // A service's call does not come from the client's address: aws:SourceIp is absent. With a service-linked role
  // it is the service's own call, and nobody's on whose behalf it is made.
  const bool on_behalf = !caller.service_linked && caller.type != CallerType::service;
  context.set_bool(Key::via_aws_service, on_behalf);
  if (!on_behalf) return;
  std::vector<std::string_view> services(origin.called_via.begin(), origin.called_via.end());
  context.set(Key::called_via_first, services.front());
  context.set(Key::called_via_last, services.back());
  context.set_list(Key::called_via, context.keep(std::move(services)));
  // "For the subsequent request, AWS uses temporary credentials", so the key is there and false.
  if (!caller.session) context.set_bool(Key::multi_factor_auth_present, false);
}

void set_request(policy::Context& context, const Call& call, const NetworkOrigin* network) {
  const Origin& origin = call.origin;
  context.set_now(call.now());
  context.set(Key::requested_region, call.region().value);
  context.set_bool(Key::secure_transport, origin.tls);
  if (!origin.user_agent.empty()) context.set(Key::user_agent, origin.user_agent);
  if (!origin.referer.empty()) context.set(Key::referer, origin.referer);
  set_chain(context, origin, call.caller(), network);
}

// The spelling that a service has for its resources' tags beside aws:ResourceTag; empty: none.
std::string_view own_resource_tag(std::string_view action) {
  if (action.starts_with("iam:") || action.starts_with("sts:")) return "iam:ResourceTag/";
  if (action.starts_with("ec2:")) return "ec2:ResourceTag/";
  if (action.starts_with("secretsmanager:")) return "secretsmanager:ResourceTag/";
  return {};
}

void set_resource(policy::Context& context, const Requirement& need) {
  context.set(Key::resource_account, need.owner.value);
  const std::string_view own_tag = own_resource_tag(need.action);
  for (const auto& [key, value] : need.resource_tags) {
    context.set_tag(KeySpace::resource_tag, key, value);
    if (!own_tag.empty()) context.set(context.keep(std::string(own_tag) + key), value);
  }
  std::vector<std::string_view> tag_keys(need.tag_keys.begin(), need.tag_keys.end());
  for (const auto& [key, value] : need.request_tags) {
    context.set_tag(KeySpace::request_tag, key, value);
    tag_keys.push_back(key);
  }
  if (!tag_keys.empty()) context.set_list(Key::tag_keys, context.keep(std::move(tag_keys)));
  for (const auto& [key, values] : need.keys) set_values(context, key, values);
}

void set_places(policy::Context& context, const Places& places) {
  if (places.principal) {
    context.set(Key::principal_org_id, places.principal->organization_id);
    context.set_list(Key::principal_org_paths, {&places.principal_path, 1});
  }
  if (places.owner) {
    context.set(Key::resource_org_id, places.owner->organization_id);
    context.set_list(Key::resource_org_paths, {&places.owner_path, 1});
  }
}

// ---- organizations ------------------------------------------------------------------------------

// Root, five levels of organizational units and the account: what AWS allows fits without an allocation.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
using Levels = boost::container::small_vector<const policy::PolicySet*, 7>;

Levels levels_of(const std::vector<std::shared_ptr<const policy::PolicySet>>& sets) {
  Levels levels;
  for (const auto& set : sets) levels.push_back(set.get());
  return levels;
}

bool is_in_account(CallerType type) {
  return type != CallerType::service && type != CallerType::federated && type != CallerType::anonymous;
}

// A service's own call comes from nowhere in a VPC.
std::shared_ptr<const NetworkOrigin> network_of(const Call& call, const wire::Service& service) {
  NetworkOrigins* origins = call.env.find_part<NetworkOrigins>();
  if (origins == nullptr || !call.origin.called_via.empty()) return nullptr;
  return origins->find(call.txn, call.partition(), call.region(), call.origin.source_ip, service.endpoint_prefix);
}

std::shared_ptr<const Membership> membership(const Call& call, const AccountId& account) {
  return call.env.organizations == nullptr ? nullptr : call.env.organizations->find(call.txn, account);
}

Places places_of(const Call& call, const std::shared_ptr<const Membership>& principal, const AccountId& owner) {
  Places places;
  places.principal = principal;
  places.owner = principal && owner == call.account() ? principal : membership(call, owner);
  if (places.principal) places.principal_path = places.principal->path;
  if (places.owner) places.owner_path = places.owner->path;
  return places;
}

std::string describe(const policy::Match& match) {
  std::string out = match.source == nullptr ? std::string() : match.source->source_id;
  if (!match.sid.empty()) out.append("#").append(match.sid);
  return out + "@" + std::to_string(match.start.line) + ":" + std::to_string(match.start.column);
}

std::string_view type_name(policy::PolicyType type) {
  switch (type) {
    case policy::PolicyType::none: return "";
    case policy::PolicyType::identity: return "identity";
    case policy::PolicyType::boundary: return "boundary";
    case policy::PolicyType::session: return "session";
    case policy::PolicyType::resource: return "resource";
    case policy::PolicyType::trust: return "trust";
    case policy::PolicyType::scp: return "scp";
    case policy::PolicyType::rcp: return "rcp";
    case policy::PolicyType::endpoint: return "endpoint";
  }
  return "";
}

// What was decided, for who may decode it: sealed, and opened by sts:DecodeAuthorizationMessage.
std::string sealed_decision(const Call& call, const policy::Request& request, const policy::Policies& policies) {
  const std::string told = authorization_message(request, policy::decide(request, policies, policy::Detail::all), call.caller());
  return seal_authorization_message(call.env.keyring, call.account(), told);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html
Error ec2_refusal(const std::string& sealed, const std::string& message) {
  return {"UnauthorizedOperation",
          "You are not authorized to perform this operation. " + message + ". Encoded authorization failure message: " + sealed,
          403};
}

// Who is not allowed hears it in the way of the service's protocol.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (AccessDenied, 403); awsJson services answer
// every error of a client with 400, restJson ones this one with 403:
// https://docs.aws.amazon.com/organizations/latest/APIReference/CommonErrors.html
struct Denial {
  std::string_view code;
  int http_status;
};

Denial denial_of(wire::Protocol protocol) {
  switch (protocol) {
    case wire::Protocol::query: return {"AccessDenied", 403};
    case wire::Protocol::ec2: return {"UnauthorizedOperation", 403};
    case wire::Protocol::json_1_0:
    case wire::Protocol::json_1_1: return {"AccessDeniedException", 400};
    case wire::Protocol::rest_json: return {"AccessDeniedException", 403};
  }
  return {"AccessDenied", 403};
}

Error refusal(const wire::Service& service, std::string message) {
  const Denial denial = denial_of(service.protocol);
  return {std::string(denial.code), std::move(message), denial.http_status};
}

}  // namespace

Result<void> authorize(const Call& call, const wire::Service& service, const Requirements& needs,
                       std::vector<events::Evaluated>& evaluated) {
  const Caller& caller = call.caller();
  const std::shared_ptr<const EffectivePolicies> effective = call.env.identities.effective_policies(call.txn, caller);
  const std::shared_ptr<const Membership> place = is_in_account(caller.type) ? membership(call, caller.account) : nullptr;
  const std::string user_id = caller.user_id();
  policy::Principal principal;
  principal.type = principal_type(caller);
  principal.account = caller.account.value;
  principal.arn = caller.arn;
  principal.principal_arn = caller.principal_arn;
  principal.unique_id = caller.unique_id;
  principal.userid = user_id;
  principal.management_account = place && place->management;
  const Levels scp = place ? levels_of(place->scp_levels) : Levels();
  const std::shared_ptr<const NetworkOrigin> network = network_of(call, service);
  // A resolver that asks for nothing is a bug, and what nobody asked for is denied.
  if (needs.list().empty()) return refusal(service, "The request needs no permission that haar knows of.");

  for (const Requirement& need : needs.list()) {
    const Places places = places_of(call, place, need.owner);
    policy::Context context;
    set_principal(context, caller, user_id, call.now());
    set_request(context, call, network.get());
    set_resource(context, need);
    set_places(context, places);
    const Levels rcp = places.owner ? levels_of(places.owner->rcp_levels) : Levels();
    policy::Policies policies;
    policies.identity = effective->identity.get();
    policies.boundary = effective->boundary.get();
    policies.session = effective->session.get();
    policies.resource = need.resource_policy.get();
    policies.scp = {scp.data(), scp.size()};
    policies.rcp = {rcp.data(), rcp.size()};
    policies.endpoint = network ? network->policy.get() : nullptr;
    const policy::Request request{principal,  need.action, need.resource, need.owner.value,
                                  context,    need.trust,  places.owner && places.owner->management};
    const policy::Decision decision = policy::decide(request, policies);
    events::Evaluated& entry = evaluated.emplace_back();
    entry.action = need.action;
    entry.resource = need.resource;
    entry.allowed = decision.allowed();
    entry.decided_by = type_name(decision.by);
    if (decision.deciding.source != nullptr) entry.statements.push_back(describe(decision.deciding));
    if (decision.allowed()) continue;
    policy::Request told = request;
    if (!need.shown.empty()) told.resource = need.shown;
    std::string message = policy::access_denied_message(told, decision);
    if (service.protocol == wire::Protocol::ec2)
      return ec2_refusal(sealed_decision(call, request, policies), message);
    Error refused = refusal(service, std::move(message));
    // A person at the console may ask what decided, as EC2's callers may.
    if (!caller.session || !caller.session->console) return refused;
    return std::move(refused).with("EncodedMessage", sealed_decision(call, request, policies));
  }
  return {};
}

}  // namespace haar::api
