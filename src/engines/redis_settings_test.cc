#include "engines/redis_settings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace haar::engines::redis {
namespace {

std::string value_of(const Settings& settings, const std::string& name) {
  const auto found = std::ranges::find(settings, name, &std::pair<std::string, std::string>::first);
  return found == settings.end() ? "(none)" : found->second;
}

TEST(RedisSettings, share_a_node_s_memory_between_data_and_clients) {
  struct Case {
    Parameters parameters;
    std::uint32_t data_mb, clients_mb;
  };
  const Case cases[] = {
      {{}, 384, 128},
      {{{"reserved-memory-percent", "50"}}, 256, 256},
      {{{"reserved-memory-percent", "0"}}, 512, 32},
      {{{"reserved-memory-percent", "100"}}, 1, 511},
      {{{"reserved-memory", "104857600"}, {"reserved-memory-percent", "25"}}, 412, 100},
      {{{"reserved-memory", "99999999999999"}}, 1, 511},
  };
  for (const Case& one : cases) {
    const Memory memory = memory_of(512, one.parameters);
    EXPECT_EQ(memory.data_mb, one.data_mb);
    EXPECT_EQ(memory.clients_mb, one.clients_mb);
  }
}

TEST(RedisSettings, name_each_directive_once_and_none_that_redis_does_not_know) {
  const Settings settings = settings_of(7, 512, {{"timeout", "60"}, {"reserved-memory", "0"}, {"cluster-enabled", "no"}});
  EXPECT_EQ(value_of(settings, "timeout"), "60");
  EXPECT_EQ(value_of(settings, "maxmemory-policy"), "volatile-lru");
  EXPECT_EQ(value_of(settings, "maxmemory"), std::to_string(384U << 20U));
  EXPECT_EQ(value_of(settings, "reserved-memory"), "(none)");
  EXPECT_EQ(value_of(settings, "cluster-enabled"), "(none)");
  EXPECT_EQ(value_of(settings_of(6, 512, {}), "maxmemory-clients"), "(none)");
  for (const auto& [name, value] : settings)
    EXPECT_EQ(std::ranges::count(settings, name, &std::pair<std::string, std::string>::first), 1);
}

}  // namespace
}  // namespace haar::engines::redis
