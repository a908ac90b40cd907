// Callers and set-ups of policies for the tests of decisions.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/decide.h"

namespace haar::policy::testing {

inline constexpr const char* kUserArn = "arn:aws:iam::111122223333:user/ana";
inline constexpr const char* kRoleArn = "arn:aws:iam::111122223333:role/team/app";
inline constexpr const char* kSessionArn = "arn:aws:sts::111122223333:assumed-role/app/session";
inline constexpr const char* kFederatedArn = "arn:aws:sts::111122223333:federated-user/fed";
inline constexpr const char* kUserId = "AIDAAAAAAAAAAAAAAANAA";
inline constexpr const char* kRoleId = "AROAAAAAAAAAAAAAAAAPP";
inline constexpr const char* kOwn = "111122223333";
inline constexpr const char* kOther = "444455556666";

inline Principal principal(PrincipalType type, const char* account, const char* arn, const char* entity = "",
    const char* id = "") {
  Principal p;
  p.type = type;
  p.account = account;
  p.arn = arn;
  p.principal_arn = entity;
  p.unique_id = id;
  return p;
}
inline const Principal kUser = principal(PrincipalType::user, kOwn, kUserArn, kUserArn, kUserId);
inline const Principal kSession = principal(PrincipalType::role_session, kOwn, kSessionArn, kRoleArn, kRoleId);
inline const Principal kFederatedUser = principal(PrincipalType::federated_user, kOwn, kFederatedArn, kUserArn,
    kUserId);
inline const Principal kRoot = principal(PrincipalType::root, kOwn, "arn:aws:iam::111122223333:root");
inline const Principal kService = principal(PrincipalType::service, "", "ec2.amazonaws.com");
inline const Principal kWebIdentity = principal(PrincipalType::federated, "",
    "arn:aws:iam::111122223333:oidc-provider/idp.example.com");
inline const Principal kAnonymous = principal(PrincipalType::anonymous, "", "");

inline std::shared_ptr<const PolicySet> set(const std::string& statements, Kind kind) {
  auto document = parse(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", kind);
  EXPECT_TRUE(document) << document.error().message << "\n" << statements;
  return PolicySet::build({"doc", SourceType::none, *document});
}

inline const std::string kAllow = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
inline const std::string kAllowOther = R"({"Effect":"Allow","Action":"other:*","Resource":"*"})";
inline const std::string kDeny = R"({"Effect":"Deny","Action":"s3:GetObject","Resource":"*"})";

// A set-up of policies, each given by its statements.
struct World {
  Principal who = kUser;
  std::string action = "s3:GetObject", resource = "arn:aws:s3:::b/k", owner = kOwn;
  bool must_allow = false, owner_in_management_account = false;
  std::optional<std::string> identity, boundary, session, resource_policy, endpoint;
  Kind resource_kind = Kind::resource;
  std::vector<std::string> scp, rcp;

  [[nodiscard]] Decision decide(Detail detail = Detail::deciding) {
    sets.clear();
    std::vector<const PolicySet*> scp_sets, rcp_sets;
    const auto make = [this](const std::optional<std::string>& statements, Kind kind) -> const PolicySet* {
      return statements ? sets.emplace_back(set(*statements, kind)).get() : nullptr;
    };
    Policies p;
    p.identity = make(identity, Kind::identity);
    p.boundary = make(boundary, Kind::boundary);
    p.session = make(session, Kind::session);
    p.resource = make(resource_policy, resource_kind);
    p.endpoint = make(endpoint, Kind::endpoint);
    for (const std::string& level : scp) scp_sets.push_back(make(level, Kind::scp));
    for (const std::string& level : rcp) rcp_sets.push_back(make(level, Kind::rcp));
    p.scp = scp_sets;
    p.rcp = rcp_sets;
    const Request request{.principal = who, .action = action, .resource = resource,
        .resource_account = owner, .context = context,
                          .resource_policy_must_allow = must_allow,
                              .resource_in_management_account = owner_in_management_account};
    message = "";
    Decision d = policy::decide(request, p, detail);
    if (!d.allowed()) message = access_denied_message(request, d);
    return d;
  }

  Context context;
  std::string message;
  std::vector<std::shared_ptr<const PolicySet>> sets;
};

inline std::string grant(const std::string& principal, const char* effect = "Allow",
    const char* element = "Principal") {
  return std::string(R"({"Effect":")") + effect + R"(","Action":"s3:*","Resource":"*",")" + element +
      "\":" + principal + "}";
}
inline std::string aws(const std::string& arn) { return "{\"AWS\":\"" + arn + "\"}"; }

}  // namespace haar::policy::testing
