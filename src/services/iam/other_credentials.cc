// Kinds of credentials that no user of haar has: passwords, multi-factor devices, SSH keys, certificates,
// service-specific credentials. They cannot be made here (CreateLoginProfile and its like answer
// NotImplemented), so what there is to list is nothing, and what there is to delete is not found. Clients
// that clean up a user ask for all of them (Terraform's force_destroy).
#include "services/iam/entities.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

// An empty list of the user's; NoSuchEntity for a user that does not exist.
template <class Operation>
Result<typename Operation::Output> list_none(Call& call, const typename Operation::Input& in) {
  const bool of_root = !in.UserName && call.caller().type == api::CallerType::root;
  if (!of_root) {
    const std::string name = TRY(user_or_caller(call, in.UserName));
    TRY(need_entity<Users>(call, name));
  }
  Page page = TRY(Page::open(call, std::string(Operation::model().name) + " " + in.UserName.value_or(""), in));
  typename Operation::Output out;
  if constexpr (requires { out.SSHPublicKeys; }) out.SSHPublicKeys.emplace();
  if constexpr (requires { out.ServiceSpecificCredentials; }) out.ServiceSpecificCredentials.emplace();
  page.close(out);
  return out;
}

Result<ListVirtualMFADevicesResponse> list_virtual_mfa_devices(Call& call, const ListVirtualMFADevicesRequest& in) {
  Page page = TRY(Page::open(call, "ListVirtualMFADevices " + in.AssignmentStatus.value_or("Any"), in));
  ListVirtualMFADevicesResponse out;
  page.close(out);
  return out;
}

template <class Operation>
Result<typename Operation::Output> no_login_profile(Call& call, const typename Operation::Input& in) {
  const std::string name = TRY(user_or_caller(call, in.UserName));
  const UserRecord& user = *TRY(need_entity<Users>(call, name));
  return errors::NoSuchEntity("Login Profile for User " + user.name + " cannot be found.");
}

template <class Input>
void user_needs(const Call& call, const Input& in, Requirements& needs) {
  need_on_user_or_caller(call, in.UserName, needs);
}

}  // namespace

const api::Operations other_credentials_operations = {
    api::op<ops::ListSSHPublicKeys>(list_none<ops::ListSSHPublicKeys>, api::on(user_needs<ListSSHPublicKeysRequest>),
                                    api::read_only),
    api::op<ops::ListMFADevices>(list_none<ops::ListMFADevices>, api::on(user_needs<ListMFADevicesRequest>),
                                 api::read_only),
    api::op<ops::ListSigningCertificates>(list_none<ops::ListSigningCertificates>,
                                          api::on(user_needs<ListSigningCertificatesRequest>), api::read_only),
    api::op<ops::ListServiceSpecificCredentials>(list_none<ops::ListServiceSpecificCredentials>,
                                                 api::on(user_needs<ListServiceSpecificCredentialsRequest>),
                                                 api::read_only),
    api::op<ops::ListVirtualMFADevices>(list_virtual_mfa_devices, api::any_resource, api::read_only),
    api::op<ops::GetLoginProfile>(no_login_profile<ops::GetLoginProfile>, api::on(user_needs<GetLoginProfileRequest>),
                                  api::read_only),
    api::op<ops::DeleteLoginProfile>(no_login_profile<ops::DeleteLoginProfile>,
                                     api::on(user_needs<DeleteLoginProfileRequest>)),
};

}  // namespace haar::iam
