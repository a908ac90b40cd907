// ValidatePolicy: the checks of policy/validation.
// https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/listing.h"
#include "model/accessanalyzer/ValidatePolicy.h"
#include "model/accessanalyzer/service.h"
#include "policy/validation/findings.h"
#include "services/accessanalyzer/operations.h"

namespace haar::accessanalyzer {
namespace {

namespace validation = policy::validation;
using validation::FindingType;

constexpr std::size_t kFindingsMax = 1000;  // of a page

std::string type_text(FindingType type) {
  switch (type) {
    case FindingType::error: return "ERROR";
    case FindingType::warning: return "WARNING";
    case FindingType::security_warning: return "SECURITY_WARNING";
    case FindingType::suggestion: break;
  }
  return "SUGGESTION";
}

// Positions of a text in order: line from 1, column and offset from 0, counted in characters.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text), lines_(text) {}

  Position at(std::size_t byte) {
    const policy::Position place = lines_.at(byte);
    Position out;
    out.line = static_cast<std::int32_t>(place.line);
    out.column = static_cast<std::int32_t>(place.column) - 1;
    out.offset = static_cast<std::int32_t>(std::count_if(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(byte),
        [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
    return out;
  }

 private:
  std::string_view text_;
  policy::json::Positions lines_;
};

PathElement element(const validation::PathElement& step) {
  PathElement out;
  switch (step.kind) {
    case validation::PathElement::Kind::value: out.value = step.text; break;
    case validation::PathElement::Kind::key: out.key = step.text; break;
    case validation::PathElement::Kind::index: out.index = static_cast<std::int32_t>(step.index); break;
  }
  return out;
}

ValidatePolicyFinding view(const validation::Finding& finding, Positions& positions) {
  ValidatePolicyFinding out;
  out.findingDetails = finding.details;
  out.findingType = type_text(finding.check->type);
  out.issueCode = std::string(finding.check->code);
  out.learnMoreLink = validation::learn_more(*finding.check);
  for (const validation::Finding::Place& place : finding.places) {
    Location& location = out.locations.emplace_back();
    for (const validation::PathElement& step : place.path) location.path.push_back(element(step));
    location.span.start = positions.at(place.begin);
    location.span.end = positions.at(place.end);
  }
  return out;
}

validation::PolicyKind kind_of(const ValidatePolicyRequest& in) {
  if (in.policyType == "SERVICE_CONTROL_POLICY") return validation::PolicyKind::scp;
  if (in.policyType == "RESOURCE_CONTROL_POLICY") return validation::PolicyKind::rcp;
  if (in.policyType == "IDENTITY_POLICY") return validation::PolicyKind::identity;
  const bool trust = in.validatePolicyResourceType == "AWS::IAM::AssumeRolePolicyDocument";
  return trust ? validation::PolicyKind::trust : validation::PolicyKind::resource;
}

// What api::Page fills in; the service writes the member's name with a small letter.
struct NextToken {
  std::optional<std::string> NextToken;
};

// The findings of a text are few, and the same each time: a page is a part of them.
Result<ValidatePolicyResponse> validate_policy(api::Call& call, const ValidatePolicyRequest& in) {
  static const api::PageRules rules{.service = "accessanalyzer", .bad_token = [] {
    return errors::ValidationException("The nextToken is not one of this request.");
  }};
  const std::size_t wanted = in.maxResults && *in.maxResults > 0 ? static_cast<std::size_t>(*in.maxResults) : kFindingsMax;
  api::Page page = TRY(api::Page::open(call, rules, "ValidatePolicy " + in.policyType, in.nextToken, std::min(wanted,
      kFindingsMax)));
  const std::vector<validation::Finding> all = validation::validate(in.policyDocument, kind_of(in));
  Positions positions(in.policyDocument);
  ValidatePolicyResponse out;
  std::vector<std::size_t> places(all.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  api::list_page(
      page, places, [](std::size_t i) { return fmt::format("{:06}", i); }, api::any_record,
      [&](std::size_t i) { out.findings.push_back(view(all[i], positions)); });
  NextToken next;
  page.close(next);
  out.nextToken = std::move(next.NextToken);
  return out;
}

}  // namespace

const api::Operations& validate_policy_operations() {
  static const api::Operations rows = {
      api::op<ops::ValidatePolicy>(validate_policy, api::any_resource, api::read_only,
          api::takes("policyDocument policyType validatePolicyResourceType maxResults nextToken"),
          api::without_effect("locale", "the texts of other languages are AWS's: haar answers in English")),
  };
  return rows;
}

}  // namespace haar::accessanalyzer
