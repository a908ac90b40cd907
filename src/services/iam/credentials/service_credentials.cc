// Service-specific credentials: a name and a password, or an API key, good for one service only.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceSpecificCredential.html
#include <algorithm>

#include "auth/sha256.h"
#include "base/encoding.h"
#include "model/iam/CreateServiceSpecificCredential.h"
#include "model/iam/DeleteServiceSpecificCredential.h"
#include "model/iam/ListServiceSpecificCredentials.h"
#include "model/iam/ResetServiceSpecificCredential.h"
#include "model/iam/UpdateServiceSpecificCredential.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/principals/owner.h"

namespace haar::iam {
namespace {

// Per user and service. "You can have a maximum of two sets of service-specific credentials for each supported
// service per user."
constexpr std::size_t per_service_max = 2;
constexpr std::size_t secret_bytes = 32;
constexpr std::int64_t day_seconds = 86'400;

struct KnownService {
  std::string_view name;
  bool api_key;  // an alias and a secret, which may expire; else a user name and a password
};
constexpr KnownService known_services[] = {
    {"codecommit.amazonaws.com", false},
    {"cassandra.amazonaws.com", false},
    {"bedrock.amazonaws.com", true},
};

const KnownService* find_service(std::string_view name) {
  const auto* at = std::ranges::find(known_services, name, &KnownService::name);
  return at == std::end(known_services) ? nullptr : at;
}

// AWS's text, from the tests of localstack that run against AWS.
Result<const KnownService*> need_service(const std::string& name) {
  const KnownService* service = find_service(name);
  if (service == nullptr)
    return errors::NoSuchEntity("No such service " + name + " is supported for Service Specific Credentials");
  return service;
}

// ---- constraints --------------------------------------------------------------------------------

// Of these two members AWS tells the constraint without the value, which the model's own checks would show; so the model
// does not have these constraints (models/patches/iam.json). The texts are AWS's, from the same tests.
constexpr std::size_t id_length_min = 20, id_length_max = 128;

Error broken(std::string_view member, const std::vector<std::string>& constraints) {
  std::string message = std::to_string(constraints.size()) + " validation error" + (constraints.size() == 1 ? "" : "s") +
                        " detected: ";
  for (const std::string& constraint : constraints) {
    if (&constraint != &constraints.front()) message += "; ";
    message.append("Value at '").append(member).append("' failed to satisfy constraint: ").append(constraint);
  }
  return errors::ValidationError(std::move(message));
}

Result<void> check_credential_id(std::string_view id) {
  std::vector<std::string> constraints;
  if (id.size() > id_length_max)
    constraints.push_back("Member must have length less than or equal to " + std::to_string(id_length_max));
  if (id.size() < id_length_min)
    constraints.push_back("Member must have length greater than or equal to " + std::to_string(id_length_min));
  const bool fits = !id.empty() && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!fits) constraints.emplace_back("Member must satisfy regular expression pattern: [\\w]+");
  return constraints.empty() ? Result<void>() : broken("serviceSpecificCredentialId", constraints);
}

// Expired is a status that credentials come to have; nobody gives it to them.
Result<void> check_status(std::string_view status) {
  if (status == "Active" || status == "Inactive") return {};
  return broken("status", {"Member must satisfy enum value set"});
}

// ---- views --------------------------------------------------------------------------------------

std::string_view status_of(const ServiceCredentialRecord& credential, Timestamp now) {
  if (credential.expires != Timestamp{} && credential.expires <= now) return "Expired";
  return credential.active ? "Active" : "Inactive";
}

template <class View>
View common_view(const Call& call, const ServiceCredentialRecord& credential, const std::string& user_name) {
  View view;
  view.UserName = user_name;
  view.Status = status_of(credential, call.now());
  const KnownService* service = find_service(credential.service);
  if (service != nullptr && service->api_key) view.ServiceCredentialAlias = credential.service_name;
  else view.ServiceUserName = credential.service_name;
  view.CreateDate = credential.created;
  if (credential.expires != Timestamp{}) view.ExpirationDate = credential.expires;
  view.ServiceSpecificCredentialId = credential.id;
  view.ServiceName = credential.service;
  return view;
}

// ---- making -------------------------------------------------------------------------------------

// A new secret, into the record as a hash and into the answer as it is: it is shown this once.
// An API key of Bedrock is "ABSK" and, in Base64, the alias and random bytes.
ServiceSpecificCredential renew(Call& call, ServiceCredentialRecord& credential, const std::string& user_name) {
  std::string bytes(secret_bytes, '\0');
  call.random().fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  const bool api_key = find_service(credential.service)->api_key;
  const std::string secret =
      api_key ? "ABSK" + to_base64(credential.service_name + ":" + to_base64(bytes)) : to_base64(bytes);
  credential.secret_hash = to_hex(auth::bytes_of(auth::sha256(secret)));
  auto view = common_view<ServiceSpecificCredential>(call, credential, user_name);
  if (api_key) view.ServiceCredentialSecret = secret;
  else view.ServicePassword = secret;
  return view;
}

// "ana-at-111122223333", and "ana+1-at-111122223333" if the user has one already.
std::string service_name_of(const Call& call, const UserRecord& user, const std::vector<std::string>& taken) {
  for (std::size_t number = 0;; ++number) {
    const std::string name =
        user.name + (number == 0 ? "" : "+" + std::to_string(number)) + "-at-" + call.account().value;
    if (std::ranges::find(taken, name) == taken.end()) return name;
  }
}

Result<CreateServiceSpecificCredentialResponse> create_service_specific_credential(
    Call& call, const CreateServiceSpecificCredentialRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  const KnownService* service = TRY(need_service(in.ServiceName));
  if (in.CredentialAgeDays && !service->api_key)
    return errors::InvalidInput("CredentialAgeDays is only valid for API keys of services such as Amazon Bedrock.");
  std::vector<std::string> taken;
  for (const auto& [key, other] : call.txn.find(service_credentials, service_credential_by_owner, user.unique_id)) {
    if (other.service == in.ServiceName) taken.push_back(other.service_name);
  }
  if (taken.size() >= per_service_max) return over_quota("ServiceSpecificCredentialsPerUser", per_service_max);
  ServiceCredentialRecord credential;
  credential.id = iam_unique_id(call.random(), "ACCA");
  credential.owner_id = user.unique_id;
  credential.service = in.ServiceName;
  credential.service_name = service_name_of(call, user, taken);
  credential.created = call.now();
  if (in.CredentialAgeDays) credential.expires = call.now().plus_seconds(*in.CredentialAgeDays * day_seconds);
  CreateServiceSpecificCredentialResponse out;
  out.ServiceSpecificCredential = renew(call, credential, user.name);
  call.txn.put(service_credentials, call.global_key(credential.id), credential);
  return out;
}

// ---- listing ------------------------------------------------------------------------------------

// `found`: pairs of a key and a credential, of one user or of all.
template <class Found>
ListServiceSpecificCredentialsResponse show_page(const Call& call, const ListServiceSpecificCredentialsRequest& in,
                                                 Page& page, const Found& found) {
  ListServiceSpecificCredentialsResponse out;
  auto& list = out.ServiceSpecificCredentials.emplace();
  for (const auto& [key, credential] : found) {
    if (in.ServiceName && credential.service != *in.ServiceName) continue;
    const std::optional<Owner> owner = owner_by_id(call.txn, call.account(), credential.owner_id);
    if (!owner) continue;
    if (!page.take(key.bytes())) break;
    list.push_back(common_view<ServiceSpecificCredentialMetadata>(call, credential, owner->name));
  }
  page.close(out);
  return out;
}

Result<ListServiceSpecificCredentialsResponse> list_service_specific_credentials(
    Call& call, const ListServiceSpecificCredentialsRequest& in) {
  const bool all = in.AllUsers.value_or(false);
  if (all && in.UserName) return errors::ValidationError("AllUsers cannot be specified together with UserName.");
  const Owner owner = all ? Owner{} : TRY(credential_owner(call, in.UserName));
  if (in.ServiceName) TRY(need_service(*in.ServiceName));
  Page page = TRY(Page::open(
      call, "ListServiceSpecificCredentials " + (all ? "all" : owner.id) + " " + in.ServiceName.value_or(""), in));
  const store::Key after = store::Key::from_bytes(page.after());
  if (all)
    return show_page(call, in, page,
                     call.txn.scan(service_credentials, store::prefix_of(call.account(), store::global), after));
  return show_page(call, in, page,
                   call.txn.find(service_credentials, service_credential_by_owner, store::join(owner.id), after));
}

// ---- changing -----------------------------------------------------------------------------------

template <class Input>
Result<ServiceCredentialRecord> owned_credential(const Call& call, const Owner& owner, const Input& in) {
  const std::string& id = in.ServiceSpecificCredentialId;
  TRY(check_credential_id(id));
  const ServiceCredentialRecord* credential = call.txn.get(service_credentials, call.global_key(id));
  if (credential == nullptr || credential->owner_id != owner.id)
    return errors::NoSuchEntity("No such credential " + id + " exists");
  return *credential;
}

Result<wire::Empty> update_service_specific_credential(Call& call, const UpdateServiceSpecificCredentialRequest& in) {
  TRY(check_status(in.Status));
  const Owner owner = TRY(credential_owner(call, in.UserName));
  ServiceCredentialRecord credential = TRY(owned_credential(call, owner, in));
  credential.active = in.Status == "Active";
  call.txn.put(service_credentials, call.global_key(credential.id), credential);
  return wire::Empty{};
}

Result<ResetServiceSpecificCredentialResponse> reset_service_specific_credential(
    Call& call, const ResetServiceSpecificCredentialRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  ServiceCredentialRecord credential = TRY(owned_credential(call, owner, in));
  ResetServiceSpecificCredentialResponse out;
  out.ServiceSpecificCredential = renew(call, credential, owner.name);
  call.txn.put(service_credentials, call.global_key(credential.id), credential);
  return out;
}

Result<wire::Empty> delete_service_specific_credential(Call& call, const DeleteServiceSpecificCredentialRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  const ServiceCredentialRecord credential = TRY(owned_credential(call, owner, in));
  call.txn.erase(service_credentials, call.global_key(credential.id));
  return wire::Empty{};
}

// ---- what they need -----------------------------------------------------------------------------

void needs_create_service_specific_credential(const Call& call, const CreateServiceSpecificCredentialRequest& in,
                                              Requirements& needs) {
  Requirement& need = need_on_entity<Users>(call, in.UserName, needs);
  need.key("iam:ServiceSpecificCredentialServiceName", in.ServiceName);
  if (in.CredentialAgeDays) need.key("iam:ServiceSpecificCredentialAgeDays", std::to_string(*in.CredentialAgeDays));
}

template <class Input>
void needs_change_credential(const Call& call, const Input& in, Requirements& needs) {
  Requirement& need = need_on_user_or_caller(call, in.UserName, needs);
  const auto* credential = call.txn.get(service_credentials, call.global_key(in.ServiceSpecificCredentialId));
  if (credential != nullptr) need.key("iam:ServiceSpecificCredentialServiceName", credential->service);
}

// Of all users: the action has no other resource type than the user.
void needs_list_service_specific_credentials(const Call& call, const ListServiceSpecificCredentialsRequest& in,
                                             Requirements& needs) {
  if (in.AllUsers.value_or(false)) needs.need(entity_arn(call.partition(), call.account(), "user", "/", "*"));
  else need_on_user_or_caller(call, in.UserName, needs);
}

}  // namespace

const api::Operations service_credentials_operations = {
    api::op<ops::CreateServiceSpecificCredential>(create_service_specific_credential,
        api::on(needs_create_service_specific_credential), api::takes("UserName ServiceName CredentialAgeDays")),
    api::op<ops::ListServiceSpecificCredentials>(list_service_specific_credentials,
        api::on(needs_list_service_specific_credentials), api::read_only,
        api::takes("UserName ServiceName AllUsers Marker MaxItems")),
    api::op<ops::UpdateServiceSpecificCredential>(update_service_specific_credential,
        api::on(needs_change_credential<UpdateServiceSpecificCredentialRequest>),
        api::takes("UserName ServiceSpecificCredentialId Status")),
    api::op<ops::ResetServiceSpecificCredential>(reset_service_specific_credential,
        api::on(needs_change_credential<ResetServiceSpecificCredentialRequest>),
        api::takes("UserName ServiceSpecificCredentialId")),
    api::op<ops::DeleteServiceSpecificCredential>(delete_service_specific_credential,
        api::on(needs_change_credential<DeleteServiceSpecificCredentialRequest>),
        api::takes("UserName ServiceSpecificCredentialId")),
};

}  // namespace haar::iam
