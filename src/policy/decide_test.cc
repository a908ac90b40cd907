// The rules of reference/iam-semantics.md 2a to 2e one by one.
#include "policy/decide.h"

#include <gtest/gtest.h>

#include "policy/allocation_count_test.h"
#include "policy/decide_world_test.h"

namespace haar::policy {
namespace {

using namespace testing;

TEST(Decide, NothingIsAllowedThatNoPolicyAllows) {
  World w;
  EXPECT_EQ(w.decide().effect, Effect::implicit_deny);
  w.identity = kAllowOther;
  EXPECT_EQ(w.decide().by, PolicyType::identity);
  w.identity = kAllow;
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, AnExplicitDenyOfAnyTypeWins) {
  const std::string deny = kAllow + "," + kDeny;
  const std::string deny_all = grant("\"*\"") + "," +
      R"({"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Principal":"*"})";
  for (int type = 0; type < 7; ++type) {
    World w;
    w.who = kSession;
    w.identity = type == 0 ? deny : kAllow;
    w.boundary = type == 1 ? deny : kAllow;
    w.session = type == 2 ? deny : kAllow;
    w.resource_policy = type == 3 ? deny_all : grant("\"*\"");
    w.endpoint = type == 4 ? deny_all : grant("\"*\"");
    w.scp = {kAllow, type == 5 ? deny : kAllow};
    if (type == 6) w.rcp = {R"({"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Principal":"*"})"};
    const PolicyType types[] = {PolicyType::identity, PolicyType::boundary, PolicyType::session,
        PolicyType::resource, PolicyType::endpoint,
                                PolicyType::scp, PolicyType::rcp};
    const Decision d = w.decide();
    EXPECT_EQ(d.effect, Effect::explicit_deny) << type;
    EXPECT_EQ(d.by, types[type]) << type;
    EXPECT_NE(d.deciding.source, nullptr);
  }
}

// "Who is named in the resource policy decides which implicit denies still count."
TEST(Decide, TheTableOfWhoIsNamed) {
  struct Row {
    const char* title;
    Principal who;
    std::string named;
    bool identity_ignored, boundary_ignored, session_ignored;
  };
  const Row rows[] = {
      {"user ARN", kUser, aws(kUserArn), true, true, true},
      {"user id", kUser, aws(kUserId), true, true, true},
      {"role ARN", kSession, aws(kRoleArn), true, false, false},
      {"role id", kSession, aws(kRoleId), true, false, false},
      {"session ARN", kSession, aws(kSessionArn), true, true, true},
      {"federated-user session ARN", kFederatedUser, aws(kFederatedArn), true, true, true},
      {"the federated session's user", kFederatedUser, aws(kUserArn), true, false, false},
      {"everyone, user", kUser, "\"*\"", true, true, true},
      {"everyone, session", kSession, "\"*\"", true, true, true},
      {"everyone as AWS", kSession, aws("*"), true, true, true},
      {"account, user", kUser, aws(kOwn), false, false, false},
      {"root ARN, user", kUser, aws("arn:aws:iam::111122223333:root"), false, false, false},
      {"account, session", kSession, aws(kOwn), false, false, false},
      {"somebody else", kUser, aws("arn:aws:iam::111122223333:user/bob"), false, false, false},
      {"another account", kUser, aws(kOther), false, false, false},
      {"a role of the session's name without its path", kSession,
          aws("arn:aws:iam::111122223333:role/app"), false, false, false},
      {"a service", kUser, R"({"Service":"ec2.amazonaws.com"})", false, false, false},
      {"a provider", kSession,
          R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/idp.example.com"})", false, false, false},
  };
  for (const Row& row : rows) {
    for (int allowing = 0; allowing < 8; ++allowing) {
      const bool identity = (allowing & 1) != 0, boundary = (allowing & 2) != 0, session = (allowing & 4) != 0;
      World w;
      w.who = row.who;
      w.resource_policy = grant(row.named);
      w.identity = identity ? kAllow : kAllowOther;
      w.boundary = boundary ? kAllow : kAllowOther;
      w.session = session ? kAllow : kAllowOther;
      const bool expected = (identity || row.identity_ignored) && (boundary || row.boundary_ignored) &&
          (session || row.session_ignored);
      EXPECT_EQ(w.decide().allowed(), expected) << row.title << " identity " << identity << " boundary "
          << boundary << " session " << session;
    }
  }
}

TEST(Decide, AcrossAccountsBothSidesMustAgreeAndNothingIsBypassed) {
  for (int allowing = 0; allowing < 16; ++allowing) {
    World w;
    w.who = kSession;
    w.owner = kOther;
    w.identity = (allowing & 1) != 0 ? kAllow : kAllowOther;
    w.boundary = (allowing & 2) != 0 ? kAllow : kAllowOther;
    w.session = (allowing & 4) != 0 ? kAllow : kAllowOther;
    w.resource_policy = (allowing & 8) != 0 ? grant(aws(kSessionArn)) : grant(aws(kOther));
    EXPECT_EQ(w.decide().allowed(), allowing == 15) << allowing;
  }
  World w;
  w.owner = kOther;
  w.identity = kAllow;
  EXPECT_EQ(w.decide().by, PolicyType::resource);
  w.resource_policy = grant(aws(kOwn));  // the account is enough here: the identity policy is the other half
  EXPECT_TRUE(w.decide().allowed());
  w.resource_policy = grant("\"*\"");
  EXPECT_TRUE(w.decide().allowed());
  w.identity.reset();
  EXPECT_EQ(w.decide().by, PolicyType::identity);
  w.who = kRoot;
  EXPECT_TRUE(w.decide().allowed());
  w.resource_policy.reset();
  EXPECT_FALSE(w.decide().allowed());
}

TEST(Decide, RoleTrustMustAllowItself) {
  World w;
  w.action = "sts:AssumeRole";
  w.resource = kRoleArn;
  w.must_allow = true;
  w.resource_kind = Kind::trust;
  w.identity = kAllow;
  const auto trust = [](const std::string& p, const char* action = "sts:AssumeRole") {
    return R"({"Effect":"Allow","Action":")" + std::string(action) + R"(","Principal":)" + p + "}";
  };
  w.resource_policy = trust(aws("arn:aws:iam::111122223333:user/bob"));
  EXPECT_EQ(w.decide().by, PolicyType::trust);  // an identity policy alone is not enough
  w.resource_policy = trust(aws(kOwn));
  EXPECT_TRUE(w.decide().allowed());
  w.identity.reset();
  EXPECT_EQ(w.decide().by, PolicyType::identity);  // naming the account only delegates
  w.resource_policy = trust(aws(kUserArn));
  EXPECT_TRUE(w.decide().allowed());  // naming the caller is enough in the same account
  w.owner = kOther;
  EXPECT_FALSE(w.decide().allowed());  // but not across accounts
  w.identity = kAllow;
  EXPECT_TRUE(w.decide().allowed());
  w.resource_policy = trust(aws(kUserArn), "sts:TagSession");
  EXPECT_FALSE(w.decide().allowed());
  w.resource_policy.reset();
  EXPECT_EQ(w.decide().by, PolicyType::trust);
}

TEST(Decide, ATrustPolicyLetsServicesAndProvidersInOnlyByName) {
  World w;
  w.action = "sts:AssumeRole";
  w.resource = kRoleArn;
  w.must_allow = true;
  w.resource_kind = Kind::trust;
  const auto allowed = [&w](const Principal& who, const std::string& p) {
    w.who = who;
    w.resource_policy = R"({"Effect":"Allow","Action":"sts:*","Principal":)" + p + "}";
    return w.decide().allowed();
  };
  EXPECT_TRUE(allowed(kService, R"({"Service":["s3.amazonaws.com","ec2.amazonaws.com"]})"));
  EXPECT_FALSE(allowed(kService, R"({"Service":"s3.amazonaws.com"})"));
  EXPECT_FALSE(allowed(kService, aws("*")));
  EXPECT_TRUE(allowed(kWebIdentity,
      R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/idp.example.com"})"));
  EXPECT_FALSE(allowed(kWebIdentity,
      R"({"Federated":"arn:aws:iam::111122223333:oidc-provider/other.example.com"})"));
  EXPECT_FALSE(allowed(kWebIdentity, aws("*")));
  EXPECT_FALSE(allowed(kWebIdentity, aws(kOwn)));
  EXPECT_TRUE(allowed(kUser, aws("*")));
}

TEST(Decide, AnonymousCallersNeedAPolicyForEveryone) {
  World w;
  w.who = kAnonymous;
  EXPECT_FALSE(w.decide().allowed());
  w.resource_policy = grant(aws(kOwn));
  EXPECT_FALSE(w.decide().allowed());
  w.resource_policy = grant("\"*\"");
  EXPECT_TRUE(w.decide().allowed());
  w.rcp = {R"({"Effect":"Deny","Action":"s3:*","Resource":"*","Principal":"*"})"};
  EXPECT_EQ(w.decide().by, PolicyType::rcp);
}

TEST(Decide, EveryLevelOfServiceControlPoliciesMustAllow) {
  World w;
  w.identity = kAllow;
  w.scp = {kAllow, kAllow, kAllow};
  EXPECT_TRUE(w.decide().allowed());
  for (std::size_t level = 0; level < 3; ++level) {
    w.scp = {kAllow, kAllow, kAllow};
    w.scp[level] = kAllowOther;
    EXPECT_EQ(w.decide().by, PolicyType::scp) << level;
  }
  // Not the management account, not service-linked roles; but the root user of a member account.
  w.who.management_account = true;
  EXPECT_TRUE(w.decide().allowed());
  w.who = kSession;
  EXPECT_FALSE(w.decide().allowed());
  w.who.type = PrincipalType::service_linked_session;
  EXPECT_TRUE(w.decide().allowed());
  w.who = kRoot;
  EXPECT_FALSE(w.decide().allowed());
  // A resource policy does not lift an SCP of the caller's account.
  w.who = kUser;
  w.resource_policy = grant(aws(kUserArn));
  EXPECT_EQ(w.decide().by, PolicyType::scp);
  // SCPs say nothing to services.
  w.who = kService;
  w.resource_policy = grant(R"({"Service":"ec2.amazonaws.com"})");
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, ResourceControlPoliciesOnlyDeny) {
  World w;
  w.identity = kAllow;
  w.rcp = {R"({"Effect":"Deny","Action":"s3:PutObject","Resource":"*","Principal":"*"})"};
  EXPECT_TRUE(w.decide().allowed());
  w.action = "s3:PutObject";
  EXPECT_EQ(w.decide().by, PolicyType::rcp);
  w.who = kRoot;
  EXPECT_FALSE(w.decide().allowed());
  w.owner_in_management_account = true;
  EXPECT_TRUE(w.decide().allowed());
  w.owner_in_management_account = false;
  w.who = kSession;
  w.who.type = PrincipalType::service_linked_session;
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, WhatResourceControlPoliciesDoNotReach) {
  World w;
  w.identity = kAllow;
  w.rcp = {R"({"Effect":"Deny","Action":["s3:*","kms:*","sts:*"],"Resource":"*","Principal":"*"})"};
  const auto denied = [&w](const char* action, const char* resource) {
    w.action = action;
    w.resource = resource;
    return w.decide(Detail::all).by == PolicyType::rcp;
  };
  EXPECT_TRUE(denied("S3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_TRUE(denied("kms:RevokeGrant", "arn:aws:kms:us-east-1:111122223333:key/1"));
  EXPECT_FALSE(denied("kms:RetireGrant", "arn:aws:kms:us-east-1:111122223333:key/1"));
  EXPECT_TRUE(denied("sts:AssumeRole", "arn:aws:iam::111122223333:role/app"));
  EXPECT_FALSE(denied("sts:AssumeRole", "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/app"));
  EXPECT_TRUE(supports_rcp("SQS"));
  EXPECT_FALSE(supports_rcp("ec2"));
  EXPECT_FALSE(supports_rcp(""));
  EXPECT_FALSE(supports_rcp(std::string(1000, 's')));
}

TEST(Decide, AFederatedUserOfTheRootUserHasWhatTheSessionPolicyAllows) {
  World w;
  w.who = principal(PrincipalType::federated_user, kOwn, kFederatedArn, "arn:aws:iam::111122223333:root");
  EXPECT_EQ(w.decide().by, PolicyType::session);
  w.session = kAllowOther;
  EXPECT_EQ(w.decide().by, PolicyType::session);
  w.session = kAllow;
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, TheRootUser) {
  World w;
  w.who = kRoot;
  EXPECT_EQ(w.decide().reason, Reason::allowed_root);
  w.resource_policy = grant("\"*\"", "Deny");
  EXPECT_EQ(w.decide().effect, Effect::explicit_deny);
  // A key policy that does not name the account shuts it out.
  w.resource_policy = grant(aws(kUserArn));
  w.must_allow = true;
  EXPECT_FALSE(w.decide().allowed());
  w.resource_policy = grant(aws(kOwn));
  EXPECT_TRUE(w.decide().allowed());
  // ":root" names the account, not only its root user.
  w.who = kUser;
  w.identity = kAllow;
  w.resource_policy = grant(aws("arn:aws:iam::111122223333:root"));
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, AFederatedUserWithoutSessionPolicyHasOnlyWhatNamesTheSession) {
  World w;
  w.who = kFederatedUser;
  w.identity = kAllow;
  EXPECT_EQ(w.decide().by, PolicyType::session);
  w.session = kAllow;
  EXPECT_TRUE(w.decide().allowed());
  w.session.reset();
  w.resource_policy = grant(aws(kUserArn));
  EXPECT_FALSE(w.decide().allowed());
  w.resource_policy = grant(aws(kFederatedArn));
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, ActionsThatNeedNoPermission) {
  World w;
  w.action = "sts:GetCallerIdentity";
  w.resource = "*";
  w.identity = R"({"Effect":"Deny","Action":"*","Resource":"*"})";
  w.scp = {kAllowOther};
  EXPECT_TRUE(w.decide().allowed());
  w.action = "STS:getcalleridentity";
  EXPECT_TRUE(w.decide().allowed());
  w.action = "sts:GetSessionToken";
  EXPECT_EQ(w.decide().effect, Effect::explicit_deny);
  w.identity.reset();
  w.scp.clear();
  EXPECT_TRUE(w.decide().allowed());
  w.action = "sts:GetFederationToken";
  EXPECT_FALSE(w.decide().allowed());
}

TEST(Decide, NotPrincipalSparesOnlyWhoIsListedAtEveryLevel) {
  const auto denied = [](const Principal& who, const std::string& list, bool boundary = false) {
    World w;
    w.who = who;
    w.identity = kAllow;
    if (boundary) w.boundary = kAllow;
    w.resource_policy = grant("{\"AWS\":" + list + "}", "Deny", "NotPrincipal");
    return w.decide().effect == Effect::explicit_deny;
  };
  const std::string account = R"("111122223333")", user = R"("arn:aws:iam::111122223333:user/ana")",
                    role = R"("arn:aws:iam::111122223333:role/team/app")",
                    session = R"("arn:aws:sts::111122223333:assumed-role/app/session")";
  EXPECT_FALSE(denied(kUser, "[" + account + "," + user + "]"));
  EXPECT_TRUE(denied(kUser, "[" + user + "]"));
  EXPECT_TRUE(denied(kUser, "[" + account + "]"));
  EXPECT_TRUE(denied(kUser, "[\"arn:aws:iam::111122223333:user/bob\"]"));
  EXPECT_FALSE(denied(kSession, "[" + account + "," + role + "," + session + "]"));
  EXPECT_TRUE(denied(kSession, "[" + account + "," + role + "]"));
  EXPECT_TRUE(denied(kSession, "[" + account + "," + session + "]"));
  EXPECT_TRUE(denied(kSession, "[" + role + "," + session + "]"));
  EXPECT_FALSE(denied(kRoot, "[" + account + "]"));
  EXPECT_TRUE(denied(kService, "[" + account + "]"));
  EXPECT_TRUE(denied(kAnonymous, "[" + account + "]"));
  // Whoever has a boundary is denied whatever is listed.
  EXPECT_TRUE(denied(kUser, "[" + account + "," + user + "]", true));
}

TEST(Decide, AnEndpointPolicyMustAllowWhoeverGrants) {
  World w;
  w.resource_policy = grant(aws(kUserArn));
  w.endpoint = grant(aws(kOwn));
  EXPECT_TRUE(w.decide().allowed());
  w.endpoint = grant(aws(kOther));
  EXPECT_EQ(w.decide().by, PolicyType::endpoint);
}

TEST(Decide, ActionsFoldCaseAndResourcesDoNot) {
  const auto allowed = [](const char* statement, const char* action, const char* resource) {
    World w;
    w.action = action;
    w.resource = resource;
    w.identity = statement;
    return w.decide().allowed();
  };
  const char* get = R"({"Effect":"Allow","Action":"S3:getOBJECT","Resource":"arn:aws:s3:::b/*"})";
  EXPECT_TRUE(allowed(get, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(get, "s3:GetObject", "arn:aws:s3:::B/k"));
  EXPECT_FALSE(allowed(get, "s3:GetObjectAcl", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(get, "s3:GetObject", "*"));  // an action without resources needs Resource "*"
  const char* not_action = R"({"Effect":"Allow","NotAction":["iam:*","s3:?etObject"],"Resource":"*"})";
  EXPECT_FALSE(allowed(not_action, "s3:GetObject", "*"));
  EXPECT_FALSE(allowed(not_action, "IAM:GetUser", "*"));
  EXPECT_TRUE(allowed(not_action, "s3:ListBucket", "*"));
  EXPECT_FALSE(allowed(R"({"Effect":"Allow","NotAction":"*","Resource":"*"})", "s3:ListBucket", "*"));
  EXPECT_TRUE(allowed(R"({"Effect":"Allow","Action":"*:List*","Resource":"*"})", "s3:ListBucket", "*"));
  EXPECT_FALSE(allowed(R"({"Effect":"Allow","Action":"*:List*","Resource":"*"})", "s3:GetList", "*"));
  EXPECT_TRUE(allowed(R"({"Effect":"Allow","Action":"s3:*t*t","Resource":"*"})", "s3:ListBucket", "*"));
  const char* not_resource = R"({"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::secret/*"})";
  EXPECT_TRUE(allowed(not_resource, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(not_resource, "s3:GetObject", "arn:aws:s3:::secret/k"));
  EXPECT_FALSE(allowed(kAllow.c_str(), std::string(300, 'x').c_str(), "*"));
}

TEST(Decide, AResourceWithAVariableWithoutValueMatchesNothing) {
  World w;
  w.identity = R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}"})";
  w.resource = "arn:aws:s3:::b/";
  EXPECT_FALSE(w.decide().allowed());
  w.identity = R"({"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b/${aws:username}"})";
  EXPECT_FALSE(w.decide().allowed());
  w.context.set(Key::username, "ana");
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, MoreNotActionsThanFitInline) {
  std::string statements;
  for (int i = 0; i < 600; ++i) {
    statements += R"({"Effect":"Allow","NotAction":["s3:GetObject","x:A)" + std::to_string(i) +
        R"("],"Resource":"*"},)";
  }
  World w;
  w.identity = statements + kAllowOther;
  EXPECT_FALSE(w.decide().allowed());
  w.identity = statements + R"({"Effect":"Allow","NotAction":"x:B","Resource":"*"})";
  EXPECT_TRUE(w.decide().allowed());
}

TEST(Decide, AllDetailShowsEveryMatchAndWhatWasMissing) {
  World w;
  w.who = kSession;
  w.identity = R"({"Sid":"One","Effect":"Allow","Action":"s3:*","Resource":"*"},
{"Sid":"Two","Effect":"Allow","Action":["s3:Get*","s3:GetObject"],"Resource":"*","Condition":{"Null":{"aws:username":"true"}}},
{"Sid":"Three","Effect":"Allow","Action":"s3:GetObject","Resource":"*",
 "Condition":{"StringEquals":{"aws:RequestTag/Team":"${aws:PrincipalTag/team}"}}},
{"Sid":"Four","Effect":"Deny","Action":"s3:Put*","Resource":"*"},
{"Sid":"Five","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::other",
 "Condition":{"Bool":{"aws:SecureTransport":"true"}}})";
  w.boundary = kAllowOther;
  w.scp = {kAllow};
  const Decision d = w.decide(Detail::all);
  EXPECT_EQ(d.by, PolicyType::boundary);
  ASSERT_EQ(d.matches.size(), 3U);
  EXPECT_EQ(d.matches[0].sid, "One");
  EXPECT_EQ(d.matches[1].sid, "Two");
  EXPECT_EQ(d.matches[1].start, (Position{2, 1}));
  EXPECT_EQ(d.matches[2].type, PolicyType::scp);
  EXPECT_EQ(d.missing_keys, (std::vector<std::string>{"aws:username", "aws:RequestTag/Team",
      "aws:PrincipalTag/team"}));
  EXPECT_FALSE(d.boundary_allows);
  EXPECT_TRUE(d.organization_allows);
}

TEST(Decide, TheAllowPathAllocatesNothing) {
  const auto identity = set(R"({"Effect":"Allow","Action":["rds:*","s3:Get*"],"Resource":"*",
     "Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
    {"Effect":"Deny","NotAction":["s3:*","iam:*"],"Resource":"*",
     "Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}})", Kind::identity);
  const auto level = set(kAllow, Kind::scp);
  const auto bucket = set(grant(aws(kOwn)), Kind::resource);
  const PolicySet* const scp[] = {level.get()};
  const std::string_view tags[] = {"a", "b"};
  const long before = allocations();
  Context context;
  context.set_tag(KeySpace::resource_tag, "team", "blue");
  context.set_tag(KeySpace::principal_tag, "team", "blue");
  context.set(Key::requested_region, "us-east-1");
  context.set_list(Key::tag_keys, tags);
  Policies p;
  p.identity = identity.get();
  p.boundary = level.get();
  p.resource = bucket.get();
  p.scp = scp;
  const Request request{.principal = kUser, .action = "s3:GetObject", .resource = "arn:aws:s3:::b/k",
      .resource_account = kOwn, .context = context};
  const bool allowed = decide(request, p).allowed();
  const long after = allocations();
  EXPECT_EQ(after - before, 0);
  EXPECT_TRUE(allowed);
}

}  // namespace
}  // namespace haar::policy
