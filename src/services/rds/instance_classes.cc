#include "services/rds/instance_classes.h"

#include <algorithm>
#include <array>

namespace haar::rds {
namespace {

struct Size {
  std::string_view name;
  std::uint32_t vcpus;
  double burstable_gib;  // of a family whose memory does not follow from its processors
};
constexpr std::array<Size, 13> sizes{{{"micro", 2, 1}, {"small", 2, 2}, {"medium", 2, 4}, {"large", 2, 8}, {"xlarge", 4, 16},
                                      {"2xlarge", 8, 32}, {"4xlarge", 16, 0}, {"8xlarge", 32, 0}, {"12xlarge", 48, 0},
                                      {"16xlarge", 64, 0}, {"24xlarge", 96, 0}, {"32xlarge", 128, 0}, {"48xlarge", 192, 0}}};

constexpr std::string_view to_16 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";
constexpr std::string_view to_24 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge";
constexpr std::string_view to_32 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge";
constexpr std::string_view to_48 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge";
constexpr std::string_view burstable = "micro small medium large xlarge 2xlarge";

// Its sizes for Aurora PostgreSQL, and for RDS for PostgreSQL.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
struct Family {
  std::string_view name;
  double gib_per_vcpu;
  std::string_view aurora, rds;
};
constexpr Family families[] = {
    {"t3", 0, "medium large", burstable},
    {"t4g", 0, "medium large", burstable},
    {"m5", 4, "", to_24},
    {"m5d", 4, "", to_24},
    {"m6g", 4, "", to_16},
    {"m6gd", 4, "", to_16},
    {"m6i", 4, "", to_32},
    {"m6id", 4, "", to_32},
    {"m7g", 4, "", to_16},
    {"m7i", 4, "", to_48},
    {"m8g", 4, "", to_48},
    {"r4", 7.625, "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", ""},
    {"r5", 8, to_24, to_24},
    {"r5b", 8, "", to_24},
    {"r5d", 8, "", to_24},
    {"r6g", 8, to_16, to_16},
    {"r6gd", 8, "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", to_16},
    {"r6i", 8, to_32, to_32},
    {"r6id", 8, "24xlarge 32xlarge", to_32},
    {"r7g", 8, to_16, to_16},
    {"r7i", 8, to_48, to_48},
    {"r8g", 8, to_48, to_48},
    {"r8gd", 8, to_48, to_48},
    {"x2g", 16, to_16, to_16},
};

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

bool has_word(std::string_view list, std::string_view word) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(' ', at), list.size());
    if (list.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

std::vector<InstanceClass> make_all() {
  std::vector<InstanceClass> all;
  for (const Family& family : families) {
    for (const Size& size : sizes) {
      const bool of_aurora = has_word(family.aurora, size.name), of_rds = has_word(family.rds, size.name);
      if (!of_aurora && !of_rds) continue;
      const double memory = family.gib_per_vcpu == 0 ? size.burstable_gib : family.gib_per_vcpu * size.vcpus;
      all.push_back({"db." + std::string(family.name) + "." + std::string(size.name), size.vcpus,
                     static_cast<std::uint64_t>(memory * gib), of_aurora, of_rds});
    }
  }
  return all;
}

}  // namespace

const std::vector<InstanceClass>& instance_classes() {
  static const std::vector<InstanceClass> all = make_all();
  return all;
}

const InstanceClass* find_instance_class(std::string_view name) {
  const std::vector<InstanceClass>& all = instance_classes();
  const auto found = std::ranges::find(all, name, &InstanceClass::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace haar::rds
