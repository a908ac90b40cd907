#include "services/managed/placement.h"

#include <algorithm>

#include "services/ec2/network/network.h"

namespace haar::managed {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::vector<std::string>> resolve_security_groups(const api::Call& call, const std::string& vpc_id,
                                                         const std::optional<std::vector<std::string>>& ids,
                                                         const SecurityGroupRefusals& refusals) {
  const ec2::Place here(call);
  if (!ids || ids->empty()) {
    const ec2::SecurityGroupRecord* usual = ec2::default_security_group(call.txn, here, vpc_id);
    if (usual == nullptr) return refusals.no_vpc();
    return std::vector<std::string>{usual->id};
  }
  std::vector<std::string> unique;
  for (const std::string& id : *ids) {
    if (std::ranges::find(unique, id) == unique.end()) unique.push_back(id);
  }
  const std::optional<std::string> stranger = ec2::first_group_outside_vpc(call.txn, here, unique, vpc_id);
  if (!stranger) return unique;
  const ec2::SecurityGroupRecord* elsewhere = ec2::find_security_group(call.txn, here, *stranger);
  return elsewhere == nullptr ? refusals.unknown(*stranger) : refusals.other_vpc(elsewhere->vpc_id);
}

bool is_identifier(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && text.back() != '-' && text.find("--") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

}  // namespace haar::managed
