// Resource and NotResource.
#include <algorithm>

#include "policy/analysis/glob.h"
#include "policy/grammar.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

constexpr std::string_view kPartitions[] = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f",
                                            "aws-eusc"};
constexpr std::size_t kFieldsMin = 6;

bool is_open(std::string_view text) { return text.find_first_of("*?$") != std::string_view::npos; }

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (out.size() < kFieldsMin - 1) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) break;
    out.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  out.push_back(text);
  return out;
}

std::string partitions() {
  std::string out;
  for (const std::string_view p : kPartitions) out.append(out.empty() ? "" : ", ").append(p);
  return out;
}

bool is_account(std::string_view text) {
  return text.empty() || text == "aws" || is_open(text) ||
         (text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos);
}

void check_arn(const Where& where, Report& report) {
  const std::string_view text = where.node->text;
  if (text == "*") return;
  const auto fields = fields_of(text);
  // A prefix that is a wildcard, or the start of one, stands for every ARN.
  if (fields[0] != "arn") {
    if (!is_open(fields[0])) report.add(kArnPrefix, where);
    return;
  }
  // IAM takes fewer where the last is a wildcard: "arn:aws:s3:*".
  if (fields.size() < kFieldsMin) {
    if (!is_open(fields.back())) report.add(kArnFields, where, kFieldsMin);
    return;
  }
  if (!is_open(fields[1]) && std::find(std::begin(kPartitions), std::end(kPartitions), fields[1]) == std::end(kPartitions)) {
    report.add(kPartition, where, fields[2], fields[1], partitions());
  }
  if (fields[2].find_first_of("*?") != std::string_view::npos) report.add(kServiceWildcard, where);
  if (std::any_of(fields[2].begin(), fields[2].end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    report.add(kServiceCase, where, fields[2]);
  }
  if (fields[2] == "iam" && fields[3].find_first_not_of('*') != std::string_view::npos) {
    report.add(kRegionNotAllowed, where, fields[2]);
  }
  if (!is_account(fields[4])) report.add(kArnAccount, where, fields[4]);
}

void check_redundant(const std::vector<Where>& resources, Report& report) {
  analysis::Variables variables;
  std::vector<analysis::Glob> globs;
  for (const Where& one : resources) {
    const std::string& text = one.node->text;
    const ArnPattern pattern(text == "*" ? text : complete_arn(text), haar::policy::Variables::active);
    globs.push_back(analysis::glob_of(pattern, variables).value_or(analysis::literal_glob(text)));
  }
  std::vector<Where> redundant;
  for (std::size_t i = 0; i < globs.size(); ++i) {
    for (std::size_t j = 0; j < globs.size(); ++j) {
      if (i == j || !analysis::surely_covers(globs[j], globs[i]) || (globs[i] == globs[j] && i < j)) continue;
      redundant.push_back(resources[i]);
      break;
    }
  }
  if (!redundant.empty()) report.add_all(kRedundantResource, redundant, redundant.size());
}

constexpr std::size_t kComparedMax = 300;  // of one list against itself

}  // namespace

void check_resources(const Statement& statement, PolicyKind kind, Report& report) {
  if (statement.resources.node == nullptr) return;
  if (kind == PolicyKind::trust) return report.add(kTrustResource, statement.resources);
  const std::vector<Where> resources = statement.resources.each();
  if (resources.empty()) return report.add(kEmptyResources, statement.resources);
  for (const Where& resource : resources) {
    if (!resource.is_text()) {
      report.add(kDataType, resource, "String");
      return;
    }
    check_arn(resource, report);
  }
  if (resources.size() <= kComparedMax) check_redundant(resources, report);
}

}  // namespace haar::policy::validation
