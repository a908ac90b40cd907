// A master password that RDS makes and keeps in Secrets Manager: the secret of a cluster, and what requests say of it.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "base/ids.h"
#include "model/rds/DescribeDBClusters.h"
#include "services/rds/master_password.h"
#include "services/rds/records.h"
#include "services/secretsmanager/records.h"

namespace haar::rds {

struct MasterPassword {
  std::string text;           // goes into the secret, and nowhere else
  MasterVerifiers verifiers;  // one goes into the engine
};
// Slow: not on the writer's thread.
Result<MasterPassword> make_master_password(Random& random);
// What the secret holds.
std::string secret_text(const std::string& user, const std::string& password);

store::Key secret_key(const store::Key& cluster, const ClusterRecord& record);
// nullptr: the password is not kept in one.
const secretsmanager::SecretRecord* master_secret(const store::Reader& reader, const store::Key& cluster,
                                                  const ClusterRecord& record);
// The other way round; none: the secret is no cluster's.
std::optional<store::Key> cluster_of_secret(const store::Reader& reader, const store::Key& secret);

// "A ManageMasterUserPassword value is required …", NotImplemented for another key than the default one.
Result<void> check_secret_key(const std::optional<std::string>& kms_key, bool managed);

// Makes the secret with this password, on behalf of the caller, who needs secretsmanager:CreateSecret and
// secretsmanager:TagResource, and writes its name into the record. haar has no KMS, so kms:DescribeKey is not asked for.
Result<void> keep_in_secret(api::Call& call, ClusterRecord& record, const std::string& password);
// Deletes it, as rds. A secret whose policy forbids that is left to the account.
Result<void> drop_secret(api::Call& call, ClusterRecord& record);
// Asks for a new password, on behalf of the caller, who needs secretsmanager:RotateSecret.
Result<void> rotate_secret(api::Call& call, const ClusterRecord& record);

std::optional<MasterUserSecret> secret_view(const api::Call& call, const ClusterRecord& record);

}  // namespace haar::rds
