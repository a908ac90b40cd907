#include "services/elasticache/parameters/families.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace haar::elasticache {
namespace {

const CacheParameter& parameter(std::string_view family, std::string_view name) {
  const CacheParameter* found = find_parameter(*find_family(family), name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

TEST(CacheParameters, stand_in_the_order_of_their_names_and_take_their_own_defaults) {
  EXPECT_TRUE(std::ranges::is_sorted(known_parameters(), {}, &CacheParameter::name));
  for (const CacheParameter& one : known_parameters()) {
    EXPECT_NE(one.families, 0U) << one.name;
    if (one.reach != Reach::fixed) {
      EXPECT_TRUE(check_parameter_value(one, one.usual).ok()) << one.name;
    }
  }
}

TEST(CacheParameters, of_families_differ) {
  EXPECT_NE(find_parameter(*find_family("redis7"), "hash-max-listpack-entries"), nullptr);
  EXPECT_EQ(find_parameter(*find_family("redis6.x"), "hash-max-listpack-entries"), nullptr);
  EXPECT_EQ(find_parameter(*find_family("memcached1.6"), "timeout"), nullptr);
  EXPECT_EQ(find_family("redis8"), nullptr);
}

TEST(CacheParameters, values) {
  struct Case {
    std::string_view family, name, value;
    std::string_view error;  // its code; empty: taken
  };
  const Case cases[] = {
      {"redis7", "maxmemory-samples", "64", ""},
      {"redis7", "maxmemory-samples", "65", "InvalidParameterValue"},
      {"redis7", "maxmemory-samples", "", "InvalidParameterValue"},
      {"redis7", "maxmemory-samples", "3.0", "InvalidParameterValue"},
      {"redis7", "maxmemory-samples", "9999999999999999999", "InvalidParameterValue"},
      {"redis7", "slowlog-log-slower-than", "-1", ""},
      {"redis7", "slowlog-log-slower-than", "-2", "InvalidParameterValue"},
      {"redis7", "latency-tracking", "yes", ""},
      {"redis7", "latency-tracking", "Yes", "InvalidParameterValue"},
      {"redis7", "notify-keyspace-events", "", ""},
      {"redis7", "notify-keyspace-events", "K$lx", ""},
      {"redis7", "notify-keyspace-events", "K\"", "InvalidParameterValue"},
      {"redis7", "maxclients", "65000", "InvalidParameterValue"},
      {"redis7", "activedefrag", "no", ""},
      {"redis7", "activedefrag", "yes", "NotImplemented"},
      {"memcached1.6", "cas_disabled", "1", ""},
      {"memcached1.6", "cas_disabled", "2", "InvalidParameterValue"},
      {"memcached1.6", "chunk_size_growth_factor", "1.5", ""},
      {"memcached1.6", "chunk_size_growth_factor", "1.5x", "InvalidParameterValue"},
      {"memcached1.6", "chunk_size_growth_factor", "nan", "InvalidParameterValue"},
  };
  for (const Case& one : cases) {
    const Result<void> checked = check_parameter_value(parameter(one.family, one.name), one.value);
    EXPECT_EQ(checked.ok() ? "" : checked.error().code, one.error) << one.name << " " << one.value;
  }
}

TEST(CacheParameters, that_wait_for_a_reboot_keep_their_running_value) {
  const ParameterFamily& family = *find_family("redis7");
  const ParameterValues wanted{{"databases", "20"}, {"timeout", "60"}}, running{{"databases", "17"}, {"maxmemory-samples", "5"}};
  EXPECT_EQ(values_now(family, wanted, running), (ParameterValues{{"databases", "17"}, {"timeout", "60"}}));
  EXPECT_EQ(values_now(family, wanted, {}), (ParameterValues{{"timeout", "60"}}));
}

}  // namespace
}  // namespace haar::elasticache
