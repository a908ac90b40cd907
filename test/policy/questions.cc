#include "policy/questions.h"

#include <gtest/gtest.h>

#include "data/managed_policies.h"
#include "policy/decide.h"

namespace questions {
namespace {

namespace policy = haar::policy;

const policy::Principal kAna{.type = policy::PrincipalType::user,
                             .account = "111122223333",
                             .arn = "arn:aws:iam::111122223333:user/ana",
                             .principal_arn = "arn:aws:iam::111122223333:user/ana",
                             .unique_id = "AIDAEXAMPLEEXAMPLE012",
                             .userid = "AIDAEXAMPLEEXAMPLE012",
                             .canonical_id = {}};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t bar = std::min(text.find('|', at), text.size());
    out.push_back(text.substr(at, bar - at));
    at = bar + 1;
  }
  return out;
}

}  // namespace

bool may(std::string_view document, const Question& question) {
  const auto parsed = policy::parse(document, policy::Kind::managed);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message) << "\n" << document;
  if (!parsed) return !question.allowed;
  const auto set = policy::PolicySet::build({"policy", policy::SourceType::user_managed, *parsed});
  policy::Context context;
  context.set(policy::Key::username, "ana");
  context.set(policy::Key::userid, kAna.userid);
  context.set(policy::Key::principal_arn, kAna.arn);
  context.set(policy::Key::principal_account, kAna.account);
  for (const auto& [key, value] : question.context) {
    const auto values = split(value);
    if (values.size() == 1 && !policy::is_multivalued(key)) {
      context.set(key, value);
    } else {
      context.set_list(key, context.keep(values));
    }
  }
  policy::Policies policies;
  policies.identity = set.get();
  const policy::Request request{.principal = kAna,
                                .action = question.action,
                                .resource = question.resource,
                                .resource_account = kAna.account,
                                .context = context};
  return policy::decide(request, policies).allowed();
}

std::string_view managed_policy(std::string_view name) {
  for (const auto& p : haar::data::managed_policies()) {
    if (p.name == name) return p.document;
  }
  return {};
}

std::string describe(const Question& question) {
  std::string out = std::string(question.action) + " on " + question.resource;
  for (const auto& [key, value] : question.context) out += std::string(" with ") + key + "=" + value;
  return out;
}

}  // namespace questions
