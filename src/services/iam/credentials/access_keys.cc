#include "services/iam/credentials/access_keys.h"

#include "auth/password.h"
#include "auth/session_token.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/GetAccessKeyLastUsed.h"
#include "model/iam/ListAccessKeys.h"
#include "model/iam/UpdateAccessKey.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/listing.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/owner.h"

namespace haar::iam {

FoundAccessKey find_access_key(const store::Reader& reader, std::string_view id) {
  for (const auto& [key, record] : reader.find(access_keys, access_key_by_id, id)) return {&record, key.account()};
  return {};
}

void put_access_key(store::Txn& txn, const AccountId& account, const std::string& owner_id, const NewAccessKey& key,
                    Timestamp now, const auth::Keyring& keyring) {
  const store::Key place = access_key_key(account, key.id);
  AccessKeyRecord record;
  record.id = key.id;
  record.owner_id = owner_id;
  record.sealed_secret = keyring.seal(key.secret, place.bytes());
  record.created = now;
  txn.put(access_keys, place, std::move(record));
}

NewAccessKey make_access_key(store::Txn& txn, const AccountId& account, const std::string& owner_id, Timestamp now,
                             Random& random, const auth::Keyring& keyring) {
  NewAccessKey key;
  do {
    key.id = auth::new_access_key_id("AKIA", account, random);
  } while (find_access_key(txn, key.id).record != nullptr);
  key.secret = auth::new_secret_access_key(random);
  put_access_key(txn, account, owner_id, key, now, keyring);
  return key;
}

Result<std::string> open_secret(const AccountId& account, const AccessKeyRecord& record, const auth::Keyring& keyring) {
  return keyring.open(record.sealed_secret, access_key_key(account, record.id).bytes());
}

namespace {

std::string_view status_of(const AccessKeyRecord& key) { return key.active ? "Active" : "Inactive"; }

Result<CreateAccessKeyResponse> create_access_key(Call& call, const CreateAccessKeyRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& found : call.txn.find(access_keys, access_key_by_owner, owner.id)) ++count;
  if (count >= access_keys_max) return over_quota("AccessKeysPerUser", access_keys_max);
  const NewAccessKey key =
      make_access_key(call.txn, call.account(), owner.id, call.now(), call.random(), call.env.keyring);
  CreateAccessKeyResponse out;
  out.AccessKey.UserName = owner.name;
  out.AccessKey.AccessKeyId = key.id;
  out.AccessKey.Status = "Active";
  out.AccessKey.SecretAccessKey = key.secret;
  out.AccessKey.CreateDate = call.now();
  return out;
}

Result<ListAccessKeysResponse> list_access_keys(Call& call, const ListAccessKeysRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  return list_of_owner<ListAccessKeysResponse>(
      call, "ListAccessKeys", access_keys, access_key_by_owner, owner.id, in,
      [&](ListAccessKeysResponse& out, const AccessKeyRecord& record) {
        AccessKeyMetadata& view = out.AccessKeyMetadata.emplace_back();
        if (!owner.name.empty()) view.UserName = owner.name;
        view.AccessKeyId = record.id;
        view.Status = status_of(record);
        view.CreateDate = record.created;
      });
}

// The key, if it is this owner's.
Result<AccessKeyRecord> owned_key(const Call& call, const Owner& owner, const std::string& id) {
  const AccessKeyRecord* record = call.txn.get(access_keys, access_key_key(call.account(), id));
  if (record == nullptr || record->owner_id != owner.id)
    return errors::NoSuchEntity("The Access Key with id " + id + " cannot be found.");
  return *record;
}

Result<wire::Empty> update_access_key(Call& call, const UpdateAccessKeyRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  AccessKeyRecord record = TRY(owned_key(call, owner, in.AccessKeyId));
  if (in.Status != "Active" && in.Status != "Inactive")
    return errors::InvalidInput("The status of an access key can be set to Active or Inactive.");
  record.active = in.Status == "Active";
  call.txn.put(access_keys, access_key_key(call.account(), record.id), record);
  return wire::Empty{};
}

Result<wire::Empty> delete_access_key(Call& call, const DeleteAccessKeyRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  const AccessKeyRecord record = TRY(owned_key(call, owner, in.AccessKeyId));
  call.txn.erase(access_keys, access_key_key(call.account(), record.id));
  call.txn.erase(last_used, access_key_key(call.account(), record.id));
  return wire::Empty{};
}

Result<GetAccessKeyLastUsedResponse> get_access_key_last_used(Call& call, const GetAccessKeyLastUsedRequest& in) {
  const AccessKeyRecord* record = call.txn.get(access_keys, access_key_key(call.account(), in.AccessKeyId));
  // AWS answers about a key that does not exist as about another account's, whatever the caller may do.
  if (record == nullptr)
    return errors::AccessDenied("User: " + call.caller().arn + " is not authorized to perform iam:GetAccessKeyLastUsed " +
                                "on resource: access key " + in.AccessKeyId);
  GetAccessKeyLastUsedResponse out;
  for (const auto& [key, user] : call.txn.find(users, user_by_id, record->owner_id)) out.UserName = user.name;
  AccessKeyLastUsed& used = out.AccessKeyLastUsed.emplace();
  used.ServiceName = "N/A";
  used.Region = "N/A";
  if (const LastUsedRecord* last = call.txn.get(last_used, access_key_key(call.account(), in.AccessKeyId))) {
    used.LastUsedDate = last->time;
    used.ServiceName = last->service;
    used.Region = last->region;
  }
  return out;
}

// The key's user; a key that is not there is refused by the handler, in words that say no more.
void needs_get_access_key_last_used(const Call& call, const GetAccessKeyLastUsedRequest& in, Requirements& needs) {
  const AccessKeyRecord* record = call.txn.get(access_keys, access_key_key(call.account(), in.AccessKeyId));
  if (record != nullptr && record->owner_id == call.account().value) {
    needs.need(root_arn(call.partition(), call.account()));
    return;
  }
  std::string name;
  if (record != nullptr) {
    for (const auto& [key, user] : call.txn.find(users, user_by_id, record->owner_id)) name = user.name;
  }
  need_on_entity<Users>(call, name, needs);
}

}  // namespace

const api::Operations access_keys_operations = {
    api::op<ops::CreateAccessKey>(create_access_key, api::on(owner_resource), api::takes("UserName")),
    api::op<ops::ListAccessKeys>(list_access_keys, api::on(owner_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::UpdateAccessKey>(update_access_key, api::on(owner_resource),
        api::takes("UserName AccessKeyId Status")),
    api::op<ops::DeleteAccessKey>(delete_access_key, api::on(owner_resource), api::takes("UserName AccessKeyId")),
    api::op<ops::GetAccessKeyLastUsed>(get_access_key_last_used, api::on(needs_get_access_key_last_used),
        api::read_only, api::takes("AccessKeyId")),
};

}  // namespace haar::iam
