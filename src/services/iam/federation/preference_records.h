// What an account has chosen once and for all of it: the version of session tokens, and of a management account
// the features for its members' root users.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/space.h"

namespace haar::iam {

struct TokenPreferencesRecord {
  static constexpr std::string_view record_name = "iam.token-preferences";
  static constexpr std::uint32_t record_version = 1;

  std::string global_endpoint_version = "v1Token";  // or v2Token

  template <class V>
  void fields(V& v) {
    v(1, global_endpoint_version);
  }
};

// Of the management account; it holds for this organization and for no later one of the same account.
struct OrganizationFeaturesRecord {
  static constexpr std::string_view record_name = "iam.organization-features";
  static constexpr std::uint32_t record_version = 1;

  std::string organization_id;
  std::vector<std::string> enabled;  // RootCredentialsManagement, RootSessions

  template <class V>
  void fields(V& v) {
    v(1, organization_id), v(2, enabled);
  }
};

// (account, global, "preferences"): one record each.
inline store::Key preferences_key(const AccountId& account) {
  return store::key_of(account, store::global, "preferences");
}
extern const store::KeySpace<TokenPreferencesRecord> token_preferences;
extern const store::KeySpace<OrganizationFeaturesRecord> organization_features;

}  // namespace haar::iam
