#include "services/ec2/network/network_acl_rules.h"

#include <gtest/gtest.h>

namespace haar::ec2 {
namespace {

const std::optional<std::string> none, everywhere("0.0.0.0/0");
const std::optional<IcmpTypeCode> no_icmp;
const std::optional<PortRange> no_ports;

Result<NetworkAclEntryRecord> read(const std::string& protocol, const std::optional<PortRange>& ports,
                                   const std::optional<IcmpTypeCode>& icmp) {
  const std::string allow = "allow";
  return read_acl_entry({100, false, protocol, allow, everywhere, none, icmp, ports});
}

// EC2 takes the names of four protocols in any case, and shows numbers.
TEST(NetworkAclRules, protocols_are_kept_as_numbers) {
  const std::optional<PortRange> ports = PortRange{.From = 1, .To = 2};
  const std::optional<IcmpTypeCode> icmp = IcmpTypeCode{.Code = -1, .Type = 8};
  for (const auto& [text, number] : {std::pair("tcp", "6"), {"TCP", "6"}, {"6", "6"}, {"udp", "17"}, {"all", "-1"},
                                     {"-1", "-1"}, {"icmp", "1"}, {"icmpv6", "58"}, {"0", "0"}, {"255", "255"}}) {
    const auto entry = read(text, ports, icmp);
    ASSERT_TRUE(entry.ok()) << text;
    EXPECT_EQ(entry.value().protocol, number);
  }
  for (const char* text : {"", "-2", "256", "6x", "sctp"}) EXPECT_FALSE(read(text, ports, icmp).ok()) << text;
}

// Whoever evaluates an entry must not meet ports where they mean nothing.
TEST(NetworkAclRules, ports_and_types_are_kept_where_they_mean_something) {
  const auto all = read("-1", PortRange{.From = 0, .To = 0}, IcmpTypeCode{.Code = 0, .Type = 0}).value();
  EXPECT_EQ(std::tuple(all.from_port, all.to_port, all.icmp_type, all.icmp_code), std::tuple(-1, -1, -1, -1));
  const auto tcp = read("6", PortRange{.From = 80, .To = 90}, IcmpTypeCode{.Code = 0, .Type = 0}).value();
  EXPECT_EQ(std::tuple(tcp.from_port, tcp.to_port, tcp.icmp_type, tcp.icmp_code), std::tuple(80, 90, -1, -1));
  const auto icmp = read("1", PortRange{.From = 80, .To = 90}, IcmpTypeCode{.Code = 4, .Type = 3}).value();
  EXPECT_EQ(std::tuple(icmp.from_port, icmp.to_port, icmp.icmp_type, icmp.icmp_code), std::tuple(-1, -1, 3, 4));
  EXPECT_FALSE(acl_entry_view(all).PortRange || acl_entry_view(all).IcmpTypeCode);
  EXPECT_TRUE(acl_entry_view(tcp).PortRange && !acl_entry_view(tcp).IcmpTypeCode);
}

TEST(NetworkAclRules, entries_are_sorted_by_direction_and_number) {
  std::vector<NetworkAclEntryRecord> entries(4);
  entries[0].number = 32767;
  entries[1].number = 100;
  entries[2].number = 50;
  entries[2].egress = true;
  entries[3].number = 7;
  sort_acl_entries(entries);
  std::vector<std::pair<bool, std::int32_t>> order;
  for (const NetworkAclEntryRecord& entry : entries) order.emplace_back(entry.egress, entry.number);
  EXPECT_EQ(order, (std::vector<std::pair<bool, std::int32_t>>{{true, 50}, {false, 7}, {false, 100}, {false, 32767}}));
}

}  // namespace
}  // namespace haar::ec2
