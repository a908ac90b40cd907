// Centralized root access: what an organization's management account may do to its members' root users.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kit/organization.h"
#include "store/reader.h"

namespace haar::iam {

inline constexpr std::string_view iam_principal = "iam.amazonaws.com";
inline constexpr std::string_view root_credentials_management = "RootCredentialsManagement";
inline constexpr std::string_view root_sessions = "RootSessions";

// Whether the account is its organization's management account, or the one that manages IAM for it.
bool manages_roots(const api::Membership& member);

// The features that are on in the member's organization, none while it does not trust IAM.
std::vector<std::string> enabled_features(const store::Reader& reader, const api::Membership& member);

}  // namespace haar::iam
