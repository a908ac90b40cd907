#include "services/iam/simulation/simulation_input.h"

#include <algorithm>
#include <array>

#include "base/arn.h"
#include "base/encoding.h"
#include "model/iam/service.h"
#include "policy/condition.h"
#include "policy/date.h"

namespace haar::iam {
namespace {

bool is_text(std::string_view) { return true; }
bool is_number(std::string_view text) { return policy::parse_decimal(text).has_value(); }
bool is_boolean(std::string_view text) { return to_lower(text) == "true" || to_lower(text) == "false"; }
bool is_ip(std::string_view text) { return policy::parse_ip_block(text).has_value(); }
bool is_binary(std::string_view text) { return from_base64(text).has_value(); }
bool is_date(std::string_view text) { return policy::parse_date(text).has_value(); }

struct EntryType {
  std::string_view name;
  bool (*readable)(std::string_view);
  bool list;
};

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html
constexpr std::array<EntryType, 12> entry_types{{
    {"string", is_text, false},
    {"stringList", is_text, true},
    {"numeric", is_number, false},
    {"numericList", is_number, true},
    {"boolean", is_boolean, false},
    {"booleanList", is_boolean, true},
    {"ip", is_ip, false},
    {"ipList", is_ip, true},
    {"binary", is_binary, false},
    {"binaryList", is_binary, true},
    {"date", is_date, false},
    {"dateList", is_date, true},
}};

const EntryType* type_of(const ContextEntry& entry) {
  const auto at = std::ranges::find(entry_types, std::string_view(*entry.ContextKeyType), &EntryType::name);
  return at == entry_types.end() ? nullptr : &*at;
}

// The words are ours: AWS documents that such an entry is InvalidInput, not how it is put.
Error bad_entry(const ContextEntry& entry, std::string_view what) {
  return errors::InvalidInput("Context entry " + entry.ContextKeyName.value_or("") + " " + std::string(what));
}

Result<void> check_entry(const ContextEntry& entry) {
  if (!entry.ContextKeyName || entry.ContextKeyName->empty()) return bad_entry(entry, "has no ContextKeyName.");
  if (!entry.ContextKeyType) return bad_entry(entry, "has no ContextKeyType.");
  const EntryType* type = type_of(entry);
  if (type == nullptr) return bad_entry(entry, "has an unknown ContextKeyType: " + *entry.ContextKeyType + ".");
  if (!entry.ContextKeyValues || entry.ContextKeyValues->empty()) return bad_entry(entry, "has no ContextKeyValues.");
  if (!type->list && entry.ContextKeyValues->size() > 1)
    return bad_entry(entry, "has several values; its type would be " + *entry.ContextKeyType + "List.");
  for (const std::string& value : *entry.ContextKeyValues) {
    if (!type->readable(value))
      return bad_entry(entry, "has a value that is not of type " + *entry.ContextKeyType + ": " + value + ".");
  }
  return {};
}

struct Scenario {
  std::string_view option;
  std::array<std::string_view, 6> types;  // as in the ARNs; unused ones are empty
};

// "Each of the EC2 scenarios requires that you specify instance, image, and security group resources. If your
// scenario includes an EBS volume, then you must specify that volume as a resource. If the EC2 scenario
// includes VPC, then you must supply the network interface resource. If it includes an IP subnet, then you must
// specify the subnet resource."
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
constexpr std::array<Scenario, 6> scenarios{{
    {"EC2-Classic-InstanceStore", {"instance", "image", "security-group"}},
    {"EC2-Classic-EBS", {"instance", "image", "security-group", "volume"}},
    {"EC2-VPC-InstanceStore", {"instance", "image", "security-group", "network-interface"}},
    {"EC2-VPC-InstanceStore-Subnet", {"instance", "image", "security-group", "network-interface", "subnet"}},
    {"EC2-VPC-EBS", {"instance", "image", "security-group", "network-interface", "volume"}},
    {"EC2-VPC-EBS-Subnet", {"instance", "image", "security-group", "network-interface", "subnet", "volume"}},
}};

bool is_account_id(std::string_view text) {
  constexpr std::size_t digits = 12;
  return text.size() == digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ec2_resource(std::string_view text, std::string_view type) {
  const std::optional<Arn> arn = Arn::parse(text);
  return arn && arn->service == "ec2" && arn->resource.starts_with(std::string(type) + "/");
}

}  // namespace

Result<void> check_action_names(const std::vector<std::string>& actions) {
  if (actions.empty()) return errors::InvalidInput("ActionNames must not be empty.");
  for (const std::string& action : actions) {
    const std::size_t colon = action.find(':');
    const bool well_formed = colon != std::string::npos && colon > 0 && colon + 1 < action.size() &&
                             action.find(':', colon + 1) == std::string::npos &&
                             action.find_first_of("*? \t\r\n") == std::string::npos;
    // After AWS's text for resources; the one for actions is not documented.
    if (!well_formed) return errors::InvalidInput("ActionNames are not in a valid format: " + action + ".");
  }
  return {};
}

Result<void> check_resource_arns(const std::vector<std::string>& resources) {
  for (const std::string& resource : resources) {
    if (resource == "*") continue;
    const std::optional<Arn> arn = Arn::parse(resource);
    if (!arn || arn->service.empty() || arn->resource.empty())
      return errors::InvalidInput("ResourceNames are not in a valid ARN format: " + resource + ".");
  }
  return {};
}

Result<void> check_resource_handling(std::string_view option, const std::vector<std::string>& resources) {
  const auto scenario = std::ranges::find(scenarios, option, &Scenario::option);
  if (scenario == scenarios.end())
    return errors::InvalidInput("ResourceHandlingOption " + std::string(option) + " is not valid.");
  for (const std::string_view type : scenario->types) {
    const auto of_type = [type](const std::string& resource) { return is_ec2_resource(resource, type); };
    if (!type.empty() && std::ranges::none_of(resources, of_type))
      return errors::InvalidInput("ResourceHandlingOption " + std::string(option) + " requires a resource of type " +
                                  std::string(type) + " in ResourceArns.");
  }
  return {};
}

Result<void> check_context_entries(const std::vector<ContextEntry>& entries) {
  for (const ContextEntry& entry : entries) TRY(check_entry(entry));
  return {};
}

void fill_context(const std::vector<ContextEntry>& entries, policy::Context& context) {
  for (const ContextEntry& entry : entries) {
    const std::vector<std::string>& values = *entry.ContextKeyValues;
    if (type_of(entry)->list) {
      context.set_list(*entry.ContextKeyName,
                       context.keep(std::vector<std::string_view>(values.begin(), values.end())));
    } else {
      context.set(*entry.ContextKeyName, values.front());
    }
  }
}

Result<std::string> account_of_owner(const std::string& resource_owner) {
  const std::optional<Arn> arn = Arn::parse(resource_owner);
  if (arn && arn->service == "iam" && arn->resource == "root" && is_account_id(arn->account)) return arn->account;
  return errors::InvalidInput("'" + resource_owner + "' is not a valid as a Resource Owner.");
}

}  // namespace haar::iam
