// SSH public keys of users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SSHPublicKey.html
#include "model/iam/DeleteSSHPublicKey.h"
#include "model/iam/GetSSHPublicKey.h"
#include "model/iam/ListSSHPublicKeys.h"
#include "model/iam/UpdateSSHPublicKey.h"
#include "model/iam/UploadSSHPublicKey.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/ssh_public_key.h"
#include "services/iam/operations.h"
#include "services/iam/listing.h"
#include "services/iam/principals/owner.h"

namespace haar::iam {
namespace {

constexpr std::size_t ssh_keys_per_user_max = 5;

std::string_view status_of(const SshKeyRecord& key) { return key.active ? "Active" : "Inactive"; }

Result<SshKeyRecord> owned_key(const Call& call, const UserRecord& user, const std::string& id) {
  const SshKeyRecord* key = call.txn.get(ssh_keys, call.global_key(id));
  if (key == nullptr || key->owner_id != user.unique_id)
    return errors::NoSuchEntity("The Public Key with id " + id + " cannot be found.");
  return *key;
}

SSHPublicKey key_view(const SshKeyRecord& key, const std::string& user_name, bool as_pem) {
  SSHPublicKey view;
  view.UserName = user_name;
  view.SSHPublicKeyId = key.id;
  view.Fingerprint = md5_fingerprint(key.public_key);
  view.SSHPublicKeyBody = as_pem ? pem_text(key.public_key) : ssh_text(key.public_key);
  view.Status = status_of(key);
  view.UploadDate = key.uploaded;
  return view;
}

// The body comes back in the encoding in which it was given.
Result<UploadSSHPublicKeyResponse> upload_ssh_public_key(Call& call, const UploadSSHPublicKeyRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  SshKeyRecord key;
  key.public_key = TRY(read_ssh_public_key(in.SSHPublicKeyBody));
  std::size_t count = 0;
  for (const auto& [place, other] : call.txn.find(ssh_keys, ssh_key_by_owner, user.unique_id)) {
    if (other.public_key == key.public_key)
      return errors::DuplicateSSHPublicKey("The SSH public key is already associated with the specified IAM user.");
    ++count;
  }
  if (count >= ssh_keys_per_user_max) return over_quota("SSHPublicKeysPerUser", ssh_keys_per_user_max);
  key.id = "APKA" + random_text(call.random(), alphabet_upper_base32, 16);
  key.owner_id = user.unique_id;
  key.uploaded = call.now();
  UploadSSHPublicKeyResponse out;
  out.SSHPublicKey = key_view(key, user.name, in.SSHPublicKeyBody.find("-----BEGIN") != std::string::npos);
  call.txn.put(ssh_keys, call.global_key(key.id), key);
  return out;
}

Result<GetSSHPublicKeyResponse> get_ssh_public_key(Call& call, const GetSSHPublicKeyRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  const SshKeyRecord key = TRY(owned_key(call, user, in.SSHPublicKeyId));
  if (in.Encoding != "SSH" && in.Encoding != "PEM")
    return errors::UnrecognizedPublicKeyEncoding("The public key encoding format is unsupported or unrecognized.");
  GetSSHPublicKeyResponse out;
  out.SSHPublicKey = key_view(key, user.name, in.Encoding == "PEM");
  return out;
}

Result<ListSSHPublicKeysResponse> list_ssh_public_keys(Call& call, const ListSSHPublicKeysRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  std::vector<SSHPublicKeyMetadata> list;
  auto out = TRY(list_of_owner<ListSSHPublicKeysResponse>(
      call, "ListSSHPublicKeys", ssh_keys, ssh_key_by_owner, owner.id, in,
      [&](ListSSHPublicKeysResponse&, const SshKeyRecord& key) {
        SSHPublicKeyMetadata& view = list.emplace_back();
        view.UserName = owner.name;
        view.SSHPublicKeyId = key.id;
        view.Status = status_of(key);
        view.UploadDate = key.uploaded;
      }));
  out.SSHPublicKeys = std::move(list);
  return out;
}

Result<wire::Empty> update_ssh_public_key(Call& call, const UpdateSSHPublicKeyRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  SshKeyRecord key = TRY(owned_key(call, user, in.SSHPublicKeyId));
  if (in.Status != "Active" && in.Status != "Inactive")
    return errors::InvalidInput("The status of an SSH public key can be set to Active or Inactive.");
  key.active = in.Status == "Active";
  call.txn.put(ssh_keys, call.global_key(key.id), key);
  return wire::Empty{};
}

Result<wire::Empty> delete_ssh_public_key(Call& call, const DeleteSSHPublicKeyRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  const SshKeyRecord key = TRY(owned_key(call, user, in.SSHPublicKeyId));
  call.txn.erase(ssh_keys, call.global_key(key.id));
  return wire::Empty{};
}

}  // namespace

const api::Operations ssh_keys_operations = {
    api::op<ops::UploadSSHPublicKey>(upload_ssh_public_key, api::on(entity_resource),
        api::takes("UserName SSHPublicKeyBody")),
    api::op<ops::GetSSHPublicKey>(get_ssh_public_key, api::on(entity_resource), api::read_only,
        api::takes("UserName SSHPublicKeyId Encoding")),
    api::op<ops::ListSSHPublicKeys>(list_ssh_public_keys, api::on(owner_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::UpdateSSHPublicKey>(update_ssh_public_key, api::on(entity_resource),
        api::takes("UserName SSHPublicKeyId Status")),
    api::op<ops::DeleteSSHPublicKey>(delete_ssh_public_key, api::on(entity_resource),
        api::takes("UserName SSHPublicKeyId")),
};

}  // namespace haar::iam
