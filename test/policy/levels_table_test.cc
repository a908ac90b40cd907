// Organizations, exhaustively: every way in which up to four levels of SCPs and RCPs can speak, for every kind of
// caller, against the sentence that AWS's page has for it.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "policy/decide.h"

namespace {

namespace policy = haar::policy;
using policy::Effect;
using policy::PolicyType;
using policy::PrincipalType;
using Set = std::shared_ptr<const policy::PolicySet>;

// What one level says about the action.
enum class Level { allows, silent, denies, allows_and_denies, empty };
constexpr std::size_t kLevels = 5, kDeepest = 4;

Set set(const std::string& statements, policy::Kind kind) {
  if (statements.empty()) return policy::PolicySet::build(std::vector<policy::Attached>());
  auto document = policy::parse(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", kind);
  EXPECT_TRUE(document) << statements;
  return policy::PolicySet::build({"doc", policy::SourceType::organization, *document});
}

Set level_of(Level level, policy::Kind kind) {
  const bool rcp = kind == policy::Kind::rcp;
  const std::string who = rcp ? R"("Principal":"*",)" : "";
  const std::string allow = "{\"Effect\":\"Allow\"," + who + R"("Action":"*","Resource":"*"})";
  const std::string deny = "{\"Effect\":\"Deny\"," + who + R"("Action":"s3:Get*","Resource":"*"})";
  switch (level) {
    case Level::allows: return set(allow, kind);
    case Level::silent:
      return set(rcp ? "{\"Effect\":\"Deny\"," + who + R"("Action":"s3:Put*","Resource":"*"})"
                     : R"({"Effect":"Allow","Action":"ec2:*","Resource":"*"})",
                 kind);
    case Level::denies: return set(deny, kind);
    case Level::allows_and_denies: return set(allow + "," + deny, kind);
    case Level::empty: break;
  }
  return set("", kind);
}

bool denies(Level level) { return level == Level::denies || level == Level::allows_and_denies; }
bool lets_through(Level level) { return level == Level::allows || level == Level::allows_and_denies; }

policy::Principal principal(PrincipalType type, bool management) {
  policy::Principal p;
  p.type = type;
  if (type != PrincipalType::service && type != PrincipalType::anonymous) p.account = "111122223333";
  p.arn = type == PrincipalType::service ? "logs.amazonaws.com" : "arn:aws:iam::111122223333:user/ana";
  p.principal_arn = p.arn;
  p.management_account = management;
  return p;
}

struct Caller {
  PrincipalType type;
  bool management;
  bool scps_apply, rcps_apply;
};
constexpr Caller kCallers[] = {
    {PrincipalType::user, false, true, true},          {PrincipalType::user, true, false, true},
    {PrincipalType::role_session, false, true, true},  {PrincipalType::service_linked_session, false, false, false},
    {PrincipalType::root, false, true, true},          {PrincipalType::root, true, false, true},
    {PrincipalType::anonymous, false, false, true},    {PrincipalType::service, false, false, true},
};

// Every list of `depth` levels.
std::vector<std::vector<Level>> lists(std::size_t depth) {
  std::vector<std::vector<Level>> out{{}};
  for (std::size_t i = 0; i < depth; ++i) {
    std::vector<std::vector<Level>> longer;
    for (const auto& list : out) {
      for (std::size_t level = 0; level < kLevels; ++level) {
        longer.push_back(list);
        longer.back().push_back(static_cast<Level>(level));
      }
    }
    out = std::move(longer);
  }
  return out;
}

// What everybody here may do if no organization has a say: the resource policy is for everyone.
policy::Decision decide(const Caller& caller, const std::vector<const policy::PolicySet*>& scp,
                        const std::vector<const policy::PolicySet*>& rcp) {
  static const Set everyone =
      set(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})", policy::Kind::resource);
  // The service-linked role and the services are named by nobody but "*"; that is enough in a resource policy.
  const policy::Context context;
  const policy::Principal who = principal(caller.type, caller.management);
  policy::Policies policies;
  policies.resource = everyone.get();
  policies.scp = scp;
  policies.rcp = rcp;
  const policy::Request request{.principal = who,
                                .action = "s3:GetObject",
                                .resource = "arn:aws:s3:::b/k",
                                .resource_account = "111122223333",
                                .context = context};
  return policy::decide(request, policies);
}

TEST(LevelsTable, EveryLevelOfScpsHasToAllowAndNoneMayDeny) {
  std::array<Set, kLevels> sets;
  for (std::size_t i = 0; i < kLevels; ++i) sets[i] = level_of(static_cast<Level>(i), policy::Kind::scp);
  int checked = 0;
  for (std::size_t depth = 0; depth <= kDeepest; ++depth) {
    for (const auto& list : lists(depth)) {
      bool denied = false, through = true;
      std::vector<const policy::PolicySet*> scp;
      for (const Level level : list) {
        scp.push_back(sets[static_cast<std::size_t>(level)].get());
        denied = denied || denies(level);
        through = through && lets_through(level);
      }
      for (const Caller& caller : kCallers) {
        const Effect expected = !caller.scps_apply ? Effect::allow
                                : denied           ? Effect::explicit_deny
                                : through          ? Effect::allow
                                                   : Effect::implicit_deny;
        const policy::Decision got = decide(caller, scp, {});
        ASSERT_EQ(got.effect, expected) << "depth " << depth << " caller " << static_cast<int>(caller.type);
        EXPECT_EQ(got.by, expected == Effect::allow ? PolicyType::resource : PolicyType::scp);
        ++checked;
      }
    }
  }
  EXPECT_EQ(checked, 781 * 8);
}

TEST(LevelsTable, RcpsDenyAtAnyLevelAndNeverByBeingSilent) {
  std::array<Set, kLevels> sets;
  for (std::size_t i = 0; i < kLevels; ++i) sets[i] = level_of(static_cast<Level>(i), policy::Kind::rcp);
  for (std::size_t depth = 0; depth <= kDeepest; ++depth) {
    for (const auto& list : lists(depth)) {
      bool denied = false;
      std::vector<const policy::PolicySet*> rcp;
      for (const Level level : list) {
        rcp.push_back(sets[static_cast<std::size_t>(level)].get());
        denied = denied || denies(level);
      }
      for (const Caller& caller : kCallers) {
        const Effect expected = caller.rcps_apply && denied ? Effect::explicit_deny : Effect::allow;
        const policy::Decision got = decide(caller, {}, rcp);
        ASSERT_EQ(got.effect, expected) << "depth " << depth << " caller " << static_cast<int>(caller.type);
        EXPECT_EQ(got.by, expected == Effect::allow ? PolicyType::resource : PolicyType::rcp);
      }
    }
  }
}

}  // namespace
