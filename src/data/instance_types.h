// EC2's instance types, compiled in (data/README.md says where the list is from).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace haar::data {

namespace instance_type_flags {
inline constexpr std::uint32_t recovers = 1, metal = 2, burstable = 4, current = 8, hosts = 16, free_tier = 32,
                               hibernates = 64, efa = 128, ena_srd = 256, encrypts = 512, ebs_optimized = 1024,
                               ebs_nvme = 2048, enclaves = 4096, tpm = 8192, phc = 16384, reboot_migration = 32768,
                               ebs_shared_limit = 65536, spot = 131072;
}  // namespace instance_type_flags

// Each text is kept once.
struct InstanceTypeText {
  std::uint8_t index;
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::vector<std::string_view> words() const;
};

struct InstanceType {
  std::string_view name;  // "t3.micro"
  InstanceTypeText manufacturer, architectures, hypervisor, valid_cores, valid_threads, ena, network, disk_type, placement, boot;
  std::uint16_t vcpus, cores, threads_per_core;
  std::uint32_t memory_mib;
  std::uint32_t ebs_baseline_mbps, ebs_baseline_iops, ebs_maximum_mbps, ebs_maximum_iops;  // 0: not optimized
  std::uint16_t ebs_attachments, interfaces, ipv4_per_interface, ipv6_per_interface;
  std::uint16_t disks;  // of the instance's own, all alike; 0: none
  std::uint32_t disk_gb;
  std::uint8_t zones;
  std::uint16_t clock_tenths;  // of a GHz
  std::uint32_t network_baseline_mbps, network_peak_mbps;
  std::uint32_t ebs_baseline_kilobytes, ebs_maximum_kilobytes;  // a second
  std::uint32_t flags;

  [[nodiscard]] bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
  // By the id of an Availability Zone: "use1-az6".
  [[nodiscard]] bool offered_in(std::string_view zone_id) const;
};

// Sorted by name.
std::span<const InstanceType> instance_types();
// nullptr: haar knows no such type.
const InstanceType* find_instance_type(std::string_view name);

namespace detail {
extern const std::size_t instance_type_count;
extern const InstanceType instance_type_table[];
extern const std::string_view instance_type_texts[];
extern const std::string_view instance_type_zones[];
}  // namespace detail

}  // namespace haar::data
