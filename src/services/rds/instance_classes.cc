#include "services/rds/instance_classes.h"

#include <algorithm>
#include <array>

namespace haar::rds {
namespace {

struct Size {
  std::string_view name;
  std::uint32_t vcpus;
};
constexpr std::array<Size, 11> sizes{{{"medium", 2}, {"large", 2}, {"xlarge", 4}, {"2xlarge", 8}, {"4xlarge", 16},
                                      {"8xlarge", 32}, {"12xlarge", 48}, {"16xlarge", 64}, {"24xlarge", 96}, {"32xlarge", 128},
                                      {"48xlarge", 192}}};

struct Family {
  std::string_view name;
  double gib_per_vcpu;
  std::string_view has;  // its sizes
};
constexpr Family families[] = {
    {"t3", 0, "medium large"},
    {"t4g", 0, "medium large"},
    {"r4", 7.625, "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge"},
    {"r5", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"},
    {"r6g", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"},
    {"r6gd", 8, "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"},
    {"r6i", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge"},
    {"r6id", 8, "24xlarge 32xlarge"},
    {"r7g", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"},
    {"r7i", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"},
    {"r8g", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"},
    {"r8gd", 8, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"},
    {"x2g", 16, "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"},
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

// Burstable classes have 4 and 8 GiB on two processors.
double gib_of(const Family& family, const Size& size) {
  if (family.gib_per_vcpu == 0) return size.name == "medium" ? 4 : 8;
  return family.gib_per_vcpu * size.vcpus;
}

std::vector<InstanceClass> make_all() {
  std::vector<InstanceClass> all;
  for (const Family& family : families) {
    for (const Size& size : sizes) {
      if (!has_word(family.has, size.name)) continue;
      all.push_back({"db." + std::string(family.name) + "." + std::string(size.name), size.vcpus,
                     static_cast<std::uint64_t>(gib_of(family, size) * gib)});
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
