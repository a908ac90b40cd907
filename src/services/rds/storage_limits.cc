#include "services/rds/storage_limits.h"

#include <array>

namespace haar::rds {
namespace {

struct Limit {
  std::string_view instance_class;
  double gib;
};

// "Temporary storage limits for Aurora PostgreSQL": the local storage of each class.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
// (github.com/awsdocs/amazon-aurora-user-guide, commit 033f0a46, for the classes listed there).
constexpr std::array<Limit, 34> limits{{
    {"db.t3.medium", 7.5},      {"db.t3.large", 16},        {"db.t4g.medium", 8.13},    {"db.t4g.large", 16.5},
    {"db.r4.large", 30},        {"db.r4.xlarge", 60},       {"db.r4.2xlarge", 120},     {"db.r4.4xlarge", 240},
    {"db.r4.8xlarge", 480},     {"db.r4.16xlarge", 960},    {"db.r5.large", 31},        {"db.r5.xlarge", 62},
    {"db.r5.2xlarge", 124},     {"db.r5.4xlarge", 249},     {"db.r5.8xlarge", 504},     {"db.r5.12xlarge", 748},
    {"db.r5.16xlarge", 1008},   {"db.r5.24xlarge", 1500},   {"db.r6g.large", 32},       {"db.r6g.xlarge", 63},
    {"db.r6g.2xlarge", 126},    {"db.r6g.4xlarge", 252},    {"db.r6g.8xlarge", 504},    {"db.r6g.12xlarge", 756},
    {"db.r6g.16xlarge", 1008},  {"db.x2g.large", 67},       {"db.x2g.xlarge", 134},     {"db.x2g.2xlarge", 268},
    {"db.x2g.4xlarge", 535},    {"db.x2g.8xlarge", 1071},   {"db.x2g.12xlarge", 1606},  {"db.x2g.16xlarge", 1829},
    // r6i, r7g and later have the memory of r6g, size by size, and get its storage; of their larger sizes the page's
    // figures were not at hand, and twice the memory, as in the rows above, is taken.
    {"*.32xlarge", 2048},       {"*.48xlarge", 3072},
}};

constexpr double smallest_gib = 7.5;

double gib_of(std::string_view instance_class) {
  const std::string_view size = instance_class.substr(instance_class.rfind('.') + 1);
  double same_size = 0;
  for (const Limit& limit : limits) {
    if (limit.instance_class == instance_class) return limit.gib;
    const bool newest = limit.instance_class.starts_with("db.r6g.") || limit.instance_class.starts_with("db.r5.24") ||
                        limit.instance_class.starts_with("*.");
    if (newest && limit.instance_class.substr(limit.instance_class.rfind('.') + 1) == size) same_size = limit.gib;
  }
  return same_size != 0 ? same_size : smallest_gib;
}

}  // namespace

std::uint64_t storage_limit_bytes(std::string_view instance_class) {
  return static_cast<std::uint64_t>(gib_of(instance_class) * (1 << 30));
}

}  // namespace haar::rds
