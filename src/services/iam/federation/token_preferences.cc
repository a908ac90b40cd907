// Preferences of the security token service.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
#include "services/iam/federation/token_preferences.h"

#include "model/iam/SetSecurityTokenServicePreferences.h"
#include "services/iam/federation/preference_records.h"
#include "services/iam/operations.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

// Which of the two it is only shows in GetAccountSummary: haar's tokens are good in every region, as version 2 is.
Result<wire::Empty> set_security_token_service_preferences(Call& call,
                                                           const SetSecurityTokenServicePreferencesRequest& in) {
  TokenPreferencesRecord record;
  record.global_endpoint_version = in.GlobalEndpointTokenVersion;
  call.txn.put(token_preferences, preferences_key(call.account()), std::move(record));
  return wire::Empty{};
}

}  // namespace

std::int32_t global_endpoint_token_version(const store::Reader& reader, const AccountId& account) {
  const TokenPreferencesRecord* record = reader.get(token_preferences, preferences_key(account));
  return record != nullptr && record->global_endpoint_version == "v2Token" ? 2 : 1;
}

const api::Operations token_preferences_operations = {
    api::op<ops::SetSecurityTokenServicePreferences>(set_security_token_service_preferences, api::any_resource,
        api::takes("GlobalEndpointTokenVersion")),
};

}  // namespace haar::iam
