#include "services/ec2/network/network_acl_rules.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "model/ec2/service.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/tagging.h"

namespace haar::ec2 {
namespace {

constexpr std::int32_t port_max = 65535, icmp_max = 255, protocol_max = 255;
constexpr std::string_view icmp = "1", tcp = "6", udp = "17", icmpv6 = "58";

// EC2 takes names as well, and shows numbers.
struct Protocol {
  std::string_view name, number;
};
constexpr Protocol protocols[] = {{"all", "-1"}, {"icmp", icmp}, {"tcp", tcp}, {"udp", udp}, {"icmpv6", icmpv6}};

Result<std::string> protocol_number(const std::string& text) {
  const std::string lower = to_lower(text);
  for (const Protocol& one : protocols) {
    if (lower == one.name) return std::string(one.number);
  }
  std::int32_t number = -2;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
  if (error == std::errc() && end == lower.data() + lower.size() && number >= -1 && number <= protocol_max) {
    return std::to_string(number);
  }
  return errors::InvalidParameterValue("Invalid value '" + text + "' for IP protocol. Unknown protocol.");
}

Result<void> set_ports(NetworkAclEntryRecord& entry, const std::optional<PortRange>& ports) {
  if (!ports || !ports->From || !ports->To) {
    return errors::InvalidParameterValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  if (*ports->From < 0 || *ports->To > port_max || *ports->From > *ports->To) {
    return errors::InvalidParameterValue("Invalid TCP/UDP port range (" + std::to_string(*ports->From) + ":" +
                                         std::to_string(*ports->To) + ")");
  }
  entry.from_port = *ports->From;
  entry.to_port = *ports->To;
  return {};
}

Result<void> set_icmp(NetworkAclEntryRecord& entry, const std::optional<IcmpTypeCode>& type_code) {
  if (!type_code || !type_code->Type || !type_code->Code) {
    return errors::MissingParameter("The request must contain the parameter icmpTypeCode");
  }
  for (const std::int32_t value : {*type_code->Type, *type_code->Code}) {
    if (value < -1 || value > icmp_max) {
      return errors::InvalidParameterValue("Invalid value '" + std::to_string(value) + "' for icmpTypeCode.");
    }
  }
  entry.icmp_type = *type_code->Type;
  entry.icmp_code = *type_code->Code;
  return {};
}

Result<std::string> block_of(const WantedAclEntry& wanted) {
  const bool ipv4 = wanted.cidr && !wanted.cidr->empty();
  const bool ipv6 = wanted.ipv6_cidr && !wanted.ipv6_cidr->empty();
  if (ipv4 && ipv6) {
    return errors::InvalidParameterCombination("The parameter cidrBlock cannot be used with the parameter ipv6CidrBlock");
  }
  if (!ipv4 && !ipv6) return errors::MissingParameter("The request must contain the parameter cidrBlock or ipv6CidrBlock");
  const Cidr block = ipv4 ? TRY(parse_ipv4_block(*wanted.cidr, "cidrBlock"))
                          : TRY(parse_ipv6_block(*wanted.ipv6_cidr, "ipv6CidrBlock"));
  return block.str();
}

}  // namespace

Result<void> check_acl_rule_number(std::int32_t number) {
  if (number >= acl_rule_min && number <= acl_rule_max) return {};
  return errors::InvalidParameterValue("Value (" + std::to_string(number) + ") for parameter ruleNumber is invalid. " +
                                       "The rule number must be between 1 and 32766.");
}

Result<NetworkAclEntryRecord> read_acl_entry(const WantedAclEntry& wanted) {
  TRY(check_acl_rule_number(wanted.number));
  NetworkAclEntryRecord entry;
  entry.number = wanted.number;
  entry.egress = wanted.egress;
  if (wanted.action != "allow" && wanted.action != "deny") {
    return errors::InvalidParameterValue("Value (" + wanted.action + ") for parameter ruleAction is invalid. " +
                                         "Valid values are: allow, deny.");
  }
  entry.allow = wanted.action == "allow";
  entry.protocol = TRY(protocol_number(wanted.protocol));
  entry.cidr = TRY(block_of(wanted));
  // What ports and ICMP types mean nothing for comes without them, whatever the request says; Terraform says 0 to 0.
  if (entry.protocol == tcp || entry.protocol == udp) TRY(set_ports(entry, wanted.ports));
  if (entry.protocol == icmp || entry.protocol == icmpv6) TRY(set_icmp(entry, wanted.icmp));
  return entry;
}

void sort_acl_entries(std::vector<NetworkAclEntryRecord>& entries) {
  std::ranges::sort(entries, {}, [](const NetworkAclEntryRecord& entry) { return std::pair(!entry.egress, entry.number); });
}

NetworkAclEntry acl_entry_view(const NetworkAclEntryRecord& entry) {
  NetworkAclEntry view;
  view.RuleNumber = entry.number;
  view.Egress = entry.egress;
  view.RuleAction = entry.allow ? "allow" : "deny";
  view.Protocol = entry.protocol;
  const bool ipv6 = entry.cidr.find(':') != std::string::npos;
  (ipv6 ? view.Ipv6CidrBlock : view.CidrBlock) = entry.cidr;
  if (entry.protocol == tcp || entry.protocol == udp) view.PortRange = PortRange{.From = entry.from_port, .To = entry.to_port};
  if (entry.protocol == icmp || entry.protocol == icmpv6) {
    view.IcmpTypeCode = IcmpTypeCode{.Code = entry.icmp_code, .Type = entry.icmp_type};
  }
  return view;
}

NetworkAcl network_acl_view(const api::Call& call, const NetworkAclRecord& record) {
  NetworkAcl view;
  view.NetworkAclId = record.id;
  view.VpcId = record.vpc_id;
  view.OwnerId = call.account().value;
  view.IsDefault = record.is_default;
  view.Tags = to_wire(record.tags);
  view.Entries.emplace();
  for (const NetworkAclEntryRecord& entry : record.entries) view.Entries->push_back(acl_entry_view(entry));
  view.Associations.emplace();
  for (const NetworkAclAssociationRecord& association : record.associations) {
    NetworkAclAssociation item;
    item.NetworkAclAssociationId = association.id;
    item.NetworkAclId = record.id;
    item.SubnetId = association.subnet_id;
    view.Associations->push_back(std::move(item));
  }
  return view;
}

}  // namespace haar::ec2
