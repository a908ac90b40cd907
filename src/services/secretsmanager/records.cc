#include "services/secretsmanager/records.h"

#include "store/key_space.h"

namespace haar::secretsmanager {

const store::KeySpace<SecretRecord> secrets{"secretsmanager/secret"};
const store::KeySpace<VersionRecord> versions{"secretsmanager/version"};

store::Key versions_of(const AccountId& account, const Region& region, std::string_view name) {
  return store::prefix_of(account, region, name);
}

}  // namespace haar::secretsmanager
