#include "services/rds/master_password.h"

#include "auth/mysql_password.h"
#include "auth/password.h"
#include "services/rds/engine_facts.h"

namespace haar::rds {

const std::string& MasterVerifiers::of(std::string_view engine) const { return is_mysql(engine) ? mysql_native : scram; }

// Aurora MySQL 3 and RDS for MySQL 8.0 have mysql_native_password for their master users.
Result<MasterVerifiers> master_verifiers(std::string_view password, Random& random) {
  return MasterVerifiers{TRY(auth::scram_sha256_verifier(password, random)), auth::mysql_native_verifier(password)};
}

}  // namespace haar::rds
