// The DB instance classes of Aurora PostgreSQL, with what parameters are computed of.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.Summary.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haar::rds {

struct InstanceClass {
  std::string name;  // "db.r6g.large"
  std::uint32_t vcpus = 0;
  std::uint64_t memory_bytes = 0;
};

// In the order of families and sizes.
const std::vector<InstanceClass>& instance_classes();
// nullptr: Aurora PostgreSQL has no such class.
const InstanceClass* find_instance_class(std::string_view name);

}  // namespace haar::rds
