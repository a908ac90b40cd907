#include "services/ec2/resources.h"

namespace haar::ec2 {
namespace {

constexpr std::size_t short_id_digits = 8, long_id_digits = 17;

api::Requirement& add_need(const api::Call& call, api::Requirements& needs, std::string action, std::string arn) {
  api::Requirement& need = action.empty() ? needs.need(std::move(arn)) : needs.need(std::move(action), std::move(arn));
  return need.key("ec2:Region", call.region().value);
}

}  // namespace

std::span<const ResourceKind* const> all_kinds() {
  static constexpr const ResourceKind* kinds[] = {
      &network_acl_kind,   &dhcp_options_kind,   &egress_only_gateway_kind, &elastic_ip_kind,  &network_interface_kind,
      &instance_kind,      &internet_gateway_kind, &key_pair_kind,          &nat_gateway_kind, &peering_kind,
      &prefix_list_kind,   &route_table_kind,    &security_group_kind,      &security_group_rule_kind, &subnet_kind,
      &vpc_kind,           &vpc_endpoint_kind};
  return kinds;
}

const ResourceKind* kind_of_id(std::string_view id) {
  for (const ResourceKind* kind : all_kinds()) {
    if (id.starts_with(kind->prefix)) return kind;
  }
  return nullptr;
}

Result<void> check_id(const ResourceKind& kind, std::string_view id) {
  const std::string quoted = "Invalid id: \"" + std::string(id) + "\"";
  if (!id.starts_with(kind.prefix)) {
    return kind.malformed(quoted + " (expecting \"" + std::string(kind.prefix) + "...\")");
  }
  const std::string_view digits = id.substr(kind.prefix.size());
  const bool hexadecimal = digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!hexadecimal || (digits.size() != short_id_digits && digits.size() != long_id_digits)) {
    return kind.malformed(quoted);
  }
  return {};
}

Result<void> check_ids(const ResourceKind& kind, const std::optional<std::vector<std::string>>& ids) {
  if (!ids) return {};
  for (const std::string& id : *ids) TRY(check_id(kind, id));
  return {};
}

Error not_found(const ResourceKind& kind, std::span<const std::string> ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + id;
  const bool one = ids.size() == 1;
  return kind.not_found("The " + std::string(one ? kind.noun : kind.nouns) + " '" + list + "' " +
                        (one ? "does" : "do") + " not exist");
}

std::string arn_of(const api::Call& call, const ResourceKind& kind, std::string_view id) {
  return call.arn("ec2", std::string(kind.type) + "/" +
                             (kind.arn_name != nullptr ? kind.arn_name(call, id) : std::string(id)));
}

api::Requirement& need_resource(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                                std::string_view id, std::string action) {
  api::Requirement& need = add_need(call, needs, std::move(action), arn_of(call, kind, id));
  kind.describe(call, id, need);
  if (!kind.id_key.empty()) need.key(std::string(kind.id_key), std::string(id));
  return need;
}

api::Requirement& need_new(const api::Call& call, api::Requirements& needs, const ResourceKind& kind,
                           std::string action) {
  return add_need(call, needs, std::move(action), arn_of(call, kind, "*"));
}

}  // namespace haar::ec2
