#include "services/secretsmanager/quotas.h"

namespace haar::secretsmanager {

constinit Quota secrets_per_region{"secretsmanager/secrets-per-region", 500'000, 1'000'000};

}  // namespace haar::secretsmanager
