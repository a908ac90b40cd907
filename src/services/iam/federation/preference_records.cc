#include "services/iam/federation/preference_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::KeySpace<TokenPreferencesRecord> token_preferences{"iam/token-preferences"};
const store::KeySpace<OrganizationFeaturesRecord> organization_features{"iam/organization-features"};

}  // namespace haar::iam
