#include "console/signup/records.h"

#include "auth/sha256.h"
#include "base/encoding.h"
#include "store/key_space.h"

namespace haar::console {

const store::Index<SignUpRecord> signup_by_address{
    "by-address", [](const store::Key&, const SignUpRecord& r, store::Terms& out) { out.add(r.source_address); }};
const store::KeySpace<SignUpRecord> signups{"console/sign-up", {&signup_by_address}};

store::Key signup_key(std::string_view cookie) {
  return store::key_of(account::operator_account, store::global, to_hex(auth::bytes_of(auth::sha256(cookie))));
}

}  // namespace haar::console
