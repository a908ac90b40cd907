// CheckNoNewAccess, CheckAccessNotGranted, CheckNoPublicAccess: the procedures of policy/analysis.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
#include <fmt/format.h>

#include "model/accessanalyzer/CheckAccessNotGranted.h"
#include "model/accessanalyzer/CheckNoNewAccess.h"
#include "model/accessanalyzer/CheckNoPublicAccess.h"
#include "model/accessanalyzer/service.h"
#include "policy/analysis/checks.h"
#include "services/accessanalyzer/operations.h"

namespace haar::accessanalyzer {
namespace {

namespace analysis = policy::analysis;
using analysis::Answer;
using analysis::PolicyClass;
using analysis::Subject;
using api::Environment;

constexpr std::size_t kActionsMax = 100, kResourcesMax = 100;  // of an access list, as the API's page has it

// Policies are sensitive by the model: no text of one reaches an error. AWS's text for one that it cannot read was not found.
Result<Subject> subject(const std::string& text, PolicyClass kind) {
  auto read = analysis::read_subject(text, kind);
  if (!read) return errors::InvalidParameterException("The policy document is not valid.");
  return std::move(*read);
}

PolicyClass class_of(const std::string& type) {
  return type == "RESOURCE_POLICY" ? PolicyClass::resource : PolicyClass::identity;
}

// "Sid" in AWS's own answers; a statement without one is named by its place.
template <class Reason>
std::string statement_words(const Reason& reason) {
  return reason.sid.empty() ? fmt::format("with index: {}", reason.statement) : fmt::format("with sid: {}", reason.sid);
}

// The texts are those of AWS's examples, on the pages check-no-new-access.html, check-access-not-granted.html and
// check-no-public-access.html of https://docs.aws.amazon.com/cli/latest/reference/accessanalyzer/, and of the SDKs' pages.
struct Texts {
  std::string_view pass, fail, reason;
};
// No answer of AWS to a CheckNoNewAccess that passes could be found; the text follows its sisters'.
constexpr Texts kNewAccess{"The modified permissions do not grant new access compared to your existing policy.",
                           "The modified permissions grant new access compared to your existing policy.",
                           "New access in the statement {}."};
constexpr Texts kActions{"The policy document does not grant access to perform one or more of the listed actions.",
                         "The policy document grants access to perform one or more of the listed actions.",
                         "One or more of the listed actions in the statement {}."};
constexpr Texts kAccess{"The policy document does not grant access to perform the listed actions or resources.",
                        "The policy document grants access to perform one or more of the listed actions or resources.",
                        "One or more of the listed actions or resources in the statement {}."};
constexpr Texts kPublic{"The resource policy does not grant public access for the given resource type.",
                        "The resource policy grants public access for the given resource type.",
                        "Public access granted in the following statement {}."};

// What could not be decided is said; AWS's text was not found.
Error undecided(const analysis::CheckResult& result) {
  const analysis::CheckResult::Open& open = result.open.front();
  return errors::UnprocessableEntityException(
      fmt::format("The check could not be decided for the statement {}: {}.", statement_words(open), open.why));
}

template <class Response>
Result<Response> answer(const analysis::CheckResult& result, const Texts& texts) {
  if (result.answer == Answer::unknown) return undecided(result);
  Response out;
  out.result = result.answer == Answer::yes ? "FAIL" : "PASS";
  out.message = std::string(result.answer == Answer::yes ? texts.fail : texts.pass);
  if (result.grants.empty()) return out;
  out.reasons.emplace();
  for (const analysis::Grant& grant : result.grants) {
    ReasonSummary& reason = out.reasons->emplace_back();
    reason.description = fmt::format(fmt::runtime(texts.reason), statement_words(grant));
    reason.statementIndex = static_cast<std::int32_t>(grant.statement);
    if (!grant.sid.empty()) reason.statementId = grant.sid;
  }
  return out;
}

// Done before the transaction: a policy of many statements takes milliseconds.
Result<CheckNoNewAccessResponse> compare(const Environment& /*env*/, const CheckNoNewAccessRequest& in) {
  const PolicyClass kind = class_of(in.policyType);
  const Subject now = TRY(subject(in.newPolicyDocument, kind));
  const Subject before = TRY(subject(in.existingPolicyDocument, kind));
  return answer<CheckNoNewAccessResponse>(analysis::new_access(now, before), kNewAccess);
}

Result<CheckAccessNotGrantedResponse> look_for(const Environment& /*env*/, const CheckAccessNotGrantedRequest& in) {
  std::vector<analysis::Access> wanted;
  bool resources = false;
  for (const Access& access : in.access) {
    analysis::Access& one = wanted.emplace_back();
    if (access.actions) one.actions = *access.actions;
    if (access.resources) one.resources = *access.resources;
    resources = resources || !one.resources.empty();
    // "At least one of actions or resources must be specified."
    if (one.actions.empty() && one.resources.empty())
      return errors::InvalidParameterException("An access needs actions or resources.");
    if (one.actions.size() > kActionsMax || one.resources.size() > kResourcesMax)
      return errors::InvalidParameterException("An access has too many actions or resources.");
  }
  const Subject policy = TRY(subject(in.policyDocument, class_of(in.policyType)));
  return answer<CheckAccessNotGrantedResponse>(analysis::granted_access(policy, wanted), resources ? kAccess : kActions);
}

Result<CheckNoPublicAccessResponse> look_for_strangers(const Environment& /*env*/, const CheckNoPublicAccessRequest& in) {
  const Subject policy = TRY(subject(in.policyDocument, PolicyClass::resource));
  // Of the types' policies only this one has a grammar of its own.
  if (in.resourceType == "AWS::IAM::AssumeRolePolicyDocument" && policy.document && !policy.trust)
    return errors::InvalidParameterException("The policy document is not the trust policy of a role.");
  return answer<CheckNoPublicAccessResponse>(analysis::public_access(policy), kPublic);
}

// The answer that was prepared.
template <class Request, class Response>
Result<Response> prepared_answer(api::Call& /*call*/, const Request& /*in*/, const Response& prepared) {
  return prepared;
}

}  // namespace

const api::Operations& checks_operations() {
  static const api::Operations rows = {
      api::op<ops::CheckNoNewAccess>(prepared_answer<CheckNoNewAccessRequest, CheckNoNewAccessResponse>, api::any_resource,
          api::read_only, api::prepare(compare), api::takes("newPolicyDocument existingPolicyDocument policyType")),
      api::op<ops::CheckAccessNotGranted>(prepared_answer<CheckAccessNotGrantedRequest, CheckAccessNotGrantedResponse>,
          api::any_resource, api::read_only, api::prepare(look_for), api::takes("policyDocument access policyType")),
      api::op<ops::CheckNoPublicAccess>(prepared_answer<CheckNoPublicAccessRequest, CheckNoPublicAccessResponse>,
          api::any_resource, api::read_only, api::prepare(look_for_strangers), api::takes("policyDocument resourceType")),
  };
  return rows;
}

}  // namespace haar::accessanalyzer
