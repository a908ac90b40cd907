// The DB instance classes of Aurora PostgreSQL and RDS for PostgreSQL, with what parameters are computed of.
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
  bool of_aurora = true;  // instances of clusters may have it
  bool of_rds = false;    // so may those without one
};

// In the order of families and sizes.
const std::vector<InstanceClass>& instance_classes();
// nullptr: there is no such class.
const InstanceClass* find_instance_class(std::string_view name);

}  // namespace haar::rds
