// Kinds of credentials that no user of haar has: SSH keys, certificates,
// service-specific credentials. They cannot be made here (UploadSSHPublicKey and its like answer
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

template <class Input>
void user_needs(const Call& call, const Input& in, Requirements& needs) {
  need_on_user_or_caller(call, in.UserName, needs);
}

}  // namespace

const api::Operations other_credentials_operations = {
    api::op<ops::ListSSHPublicKeys>(list_none<ops::ListSSHPublicKeys>, api::on(user_needs<ListSSHPublicKeysRequest>),
                                    api::read_only),
    api::op<ops::ListSigningCertificates>(list_none<ops::ListSigningCertificates>,
                                          api::on(user_needs<ListSigningCertificatesRequest>), api::read_only),
    api::op<ops::ListServiceSpecificCredentials>(list_none<ops::ListServiceSpecificCredentials>,
                                                 api::on(user_needs<ListServiceSpecificCredentialsRequest>),
                                                 api::read_only),
};

}  // namespace haar::iam
