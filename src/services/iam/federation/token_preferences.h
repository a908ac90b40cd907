// Which version of session tokens the global endpoint of the security token service gives to an account.
#pragma once

#include <cstdint>

#include "base/names.h"
#include "store/reader.h"

namespace haar::iam {

// 1 or 2, as GetAccountSummary's GlobalEndpointTokenVersion says it.
std::int32_t global_endpoint_token_version(const store::Reader& reader, const AccountId& account);

}  // namespace haar::iam
