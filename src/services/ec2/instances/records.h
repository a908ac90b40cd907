// Instances as they are kept: an interface, an address, groups and a role that a person can act as.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
struct MetadataOptionsRecord {
  bool tokens_required = true;  // IMDSv2 alone
  bool enabled = true;
  std::int32_t hop_limit = 1;  // 1 to 64
  bool ipv6 = false;
  bool tags = false;  // InstanceMetadataTags

  template <class V>
  void fields(V& v) { v(1, tokens_required); v(2, enabled); v(3, hop_limit); v(4, ipv6); v(5, tags); }
};

// What is wanted of an instance. Its addresses and groups are those of its interfaces (interfaces_by_instance).
struct InstanceRecord {
  static constexpr std::string_view record_name = "ec2.instance";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // i-…
  std::string reservation_id;
  std::string image_id;
  std::string type;  // "t3.micro"
  std::string key_name;
  std::string vpc_id;
  std::string subnet_id;
  std::string zone;
  std::string requester;  // the account that launched it
  std::string wanted = "running";  // running, stopped, terminated
  std::uint64_t generation = 1;    // rises with every change of the wish
  // The instance profile, empty: none.
  std::string profile_name;
  std::string profile_arn;
  std::string profile_id;
  std::string profile_association_id;  // iip-assoc-…
  std::string sealed_user_data;        // user_data.h; empty: none
  MetadataOptionsRecord metadata;
  std::string client_token;
  std::int32_t launch_index = 0;
  bool disable_api_termination = false;
  bool disable_api_stop = false;
  std::string shutdown_behavior = "stop";  // or "terminate"
  std::string tenancy = "default";
  std::string cpu_credits;  // of burstable types: "standard", "unlimited"
  bool ebs_optimized = false;
  bool monitoring = false;
  std::string state_reason_code;     // "Client.UserInitiatedShutdown"
  std::string state_reason_message;
  Tags tags;
  Timestamp launched_at;  // the last start
  // A loopback address of haar's slice: connections of whoever acts as the instance come from it. It is also the
  // host_address of the first interface.
  std::string host_address;
  std::string zone_id{};
  std::string auto_recovery = "default";  // or "disabled"
  // The name of the instance in its VPC, as its subnet said when it was launched.
  std::string hostname_type = "ip-name";  // or "resource-name"
  bool resource_name_a_record = false;
  bool resource_name_aaaa_record = false;
  Timestamp profile_associated_at{};
  // Rises with every start and reboot: what was begun as the instance before that is over.
  std::uint64_t boots = 1;
  std::string transition_reason{};  // "User initiated (2026-11-30 15:00:00 GMT)"

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, reservation_id); v(3, image_id); v(4, type); v(5, key_name); v(6, vpc_id); v(7, subnet_id);
    v(8, zone); v(9, requester); v(10, wanted); v(11, generation); v(12, profile_name); v(13, profile_arn);
    v(14, profile_id); v(15, profile_association_id); v(16, sealed_user_data); v(17, metadata); v(18, client_token);
    v(19, launch_index); v(20, disable_api_termination); v(21, disable_api_stop); v(22, shutdown_behavior);
    v(23, tenancy); v(24, cpu_credits); v(25, ebs_optimized); v(26, monitoring); v(27, state_reason_code);
    v(28, state_reason_message); v(29, tags); v(30, launched_at); v(31, host_address);
    v(32, zone_id); v(33, auto_recovery); v(34, hostname_type); v(35, resource_name_a_record);
    v(36, resource_name_aaaa_record); v(37, profile_associated_at); v(38, boots); v(39, transition_reason);
  }
};

// What the fleet has seen of an instance.
struct InstanceSeenRecord {
  static constexpr std::string_view record_name = "ec2.instance-state";
  static constexpr std::uint32_t record_version = 1;

  std::uint64_t observed_generation = 0;
  std::string state = "pending";  // pending, running, stopping, stopped, shutting-down, terminated
  std::string problem;
  Timestamp since;

  template <class V>
  void fields(V& v) { v(1, observed_generation); v(2, state); v(3, problem); v(4, since); }
};

extern const store::Index<InstanceRecord> instances_by_profile;  // by account, region and the profile's name
extern const store::Index<InstanceRecord> instances_by_client_token;
extern const store::Index<InstanceRecord> instances_by_profile_association;
extern const store::Index<InstanceRecord> instances_by_vpc;
extern const store::Index<InstanceRecord> instances_by_subnet;
// By the id alone, and by the address of this host alone: the terms have no account.
extern const store::Index<InstanceRecord> instances_by_id;
extern const store::Index<InstanceRecord> instances_by_host_address;

extern const store::KeySpace<InstanceRecord> instances;
extern const store::KeySpace<InstanceSeenRecord> instance_states;

}  // namespace haar::ec2
