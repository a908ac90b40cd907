// The tree that the instance metadata service shows, made of plain facts. Pure.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace haar::control {

struct InterfaceFacts {
  std::string mac, id, subnet_id, vpc_id, local_hostname;
  std::int32_t device_index = 0;
  std::vector<std::string> local_ipv4s, ipv6s, public_ipv4s;
  std::vector<std::string> group_ids, group_names;
  std::string subnet_cidr;
  std::vector<std::string> vpc_cidrs, subnet_ipv6_cidrs, vpc_ipv6_cidrs;
};

struct ProfileFacts {
  std::string arn, id;
  bool exists = true;     // false: deleted since it was associated
  std::string role_name;  // empty: it has none
};

struct InstanceFacts {
  std::string account, partition = "aws", domain = "amazonaws.com";
  std::string region, zone, zone_id;
  std::string id, image_id, type, reservation_id, architecture;
  std::int32_t launch_index = 0;
  Timestamp launched_at;
  std::vector<InterfaceFacts> interfaces;  // the first is the primary one
  std::string key_name, public_key;        // empty: none; the key in the form of an authorized_keys line
  std::optional<ProfileFacts> profile;
  std::optional<std::map<std::string, std::string>> tags;  // where the instance's options show them
  std::string user_data;
};

class MetadataTree {
 public:
  // Below /latest/: "meta-data/instance-id" -> "i-…", and the credentials of a role as an empty text, since they are
  // made when they are asked for.
  explicit MetadataTree(const InstanceFacts& facts);

  // The value, or the names in a folder, one a line, folders with a slash behind them. nullopt: there is nothing.
  [[nodiscard]] std::optional<std::string> find(const std::string& path) const;
  // The role whose credentials the path names; empty: it names none.
  [[nodiscard]] std::string role_of(std::string_view path) const;

 private:
  void put(const std::string& path, const std::string& value) { values_[path] = value; }
  void put_list(const std::string& path, const std::vector<std::string>& lines);
  void add_instance(const InstanceFacts& facts);
  void add_interface(const InstanceFacts& facts, const InterfaceFacts& interface);
  void add_profile(const InstanceFacts& facts);
  void add_identity_document(const InstanceFacts& facts);

  std::map<std::string, std::string> values_;
};

}  // namespace haar::control
