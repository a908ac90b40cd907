// Policy variables as texts have them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#include <algorithm>

#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

// What stands between "${" and "}".
void check_inside(std::string_view inside, const Where& where, Report& report) {
  if (inside == "*" || inside == "?" || inside == "$") return;
  const std::size_t comma = inside.find(',');
  const std::string_view name = inside.substr(0, comma);
  if (inside.find_first_not_of(' ') == std::string_view::npos) return report.add(kEmptyVariable, where);
  if (name.find(' ') != std::string_view::npos) report.add(kVariableSpace, where);
  if (comma == std::string_view::npos) return;
  std::string_view value = inside.substr(comma + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  if (value.size() < 2 || !value.starts_with('\'') || !value.ends_with('\'')) report.add(kMissingQuote, where);
}

}  // namespace

void check_variables(const Where& where, bool supported, bool version, Report& report) {
  std::string_view text = where.node->text;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) {
      if (supported && version) report.add(kMissingBrace, where);
      return;
    }
    if (!supported) return report.add(kVariableElement, where, text.substr(at, end + 1 - at));
    if (!version) return report.add(kVariableVersion, where);
    check_inside(text.substr(at + 2, end - at - 2), where, report);
  }
}

}  // namespace haar::policy::validation
