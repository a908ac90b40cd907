#include "services/iam/credentials/login_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<LoginProfileRecord> login_profiles{"iam/login-profile"};
const store::KeySpace<PasswordPolicyRecord> password_policies{"iam/password-policy"};

}  // namespace haar::iam
