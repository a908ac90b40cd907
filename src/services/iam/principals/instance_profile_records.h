// What iam keeps of an instance profile: the container that hands a role to EC2.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

struct InstanceProfileRecord {
  static constexpr std::string_view record_name = "iam.instance-profile";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path, unique_id;
  Timestamp created{};
  TagList tags;
  std::vector<std::string> role_ids;  // unique ids; AWS takes one at most

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, created), v(5, tags), v(6, role_ids);
  }
};

// (account, global, folded name)
extern const store::Index<InstanceProfileRecord> instance_profile_by_role;
extern const store::KeySpace<InstanceProfileRecord> instance_profiles;

}  // namespace haar::iam
