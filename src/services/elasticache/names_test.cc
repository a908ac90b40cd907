#include "services/elasticache/names.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "services/elasticache/engine_versions.h"
#include "services/elasticache/node_types.h"

namespace haar::elasticache {
namespace {

TEST(Names, cluster_identifiers) {
  for (const char* good : {"a", "demo", "My-Cache-01", "a12345678901234567890123456789012345678901234567890"})
    EXPECT_EQ(check_cluster_id(good).ok(), std::string_view(good).size() <= 50) << good;
  for (const char* bad : {"", "1demo", "-demo", "demo-", "de--mo", "de mo", "de_mo", "d\xc3\xa9mo"}) {
    const Result<void> checked = check_cluster_id(bad);
    ASSERT_FALSE(checked.ok()) << bad;
    EXPECT_EQ(checked.error().code, "InvalidParameterValue");
    EXPECT_NE(checked.error().message.find("CacheClusterIdentifier is not a valid identifier"), std::string::npos);
  }
}

TEST(Names, short_regions_are_as_in_endpoint_names_of_aws) {
  EXPECT_EQ(short_region("us-east-1"), "use1");
  EXPECT_EQ(short_region("us-west-2"), "usw2");
  EXPECT_EQ(short_region("eu-central-1"), "euc1");
  EXPECT_EQ(short_region("ap-southeast-2"), "apse2");
  EXPECT_EQ(short_region("us-gov-west-1"), "usgw1");
}

TEST(Names, endpoints) {
  ClusterRecord cluster;
  cluster.id = "demo";
  EXPECT_EQ(node_endpoint_name(cluster, "0001", "pc4ldq", "us-east-1"), "demo.pc4ldq.0001.use1.cache.amazonaws.com");
  EXPECT_EQ(configuration_endpoint_name(cluster, "pc4ldq", "us-east-1"), "demo.pc4ldq.cfg.use1.cache.amazonaws.com");
}

TEST(Names, engine_ids_lead_back_to_their_cluster) {
  const std::string resource = new_resource_id(system_random(), "my-cache");
  EXPECT_TRUE(resource.starts_with("my-cache-"));
  EXPECT_EQ(engine_id(resource, node_id(0)), resource + "-0001");
  EXPECT_EQ(resource_of(engine_id(resource, node_id(39))), resource);
}

TEST(Names, maintenance_windows_are_an_hour_at_least) {
  EXPECT_TRUE(check_maintenance_window("sun:23:30-mon:00:30").ok());
  EXPECT_FALSE(check_maintenance_window("sun:04:00-sun:04:30").ok());
  EXPECT_FALSE(check_maintenance_window("04:00-05:00").ok());
}

TEST(NodeTypes, memory_is_aws_s_and_unknown_types_are_refused) {
  EXPECT_EQ(*node_memory_mb("cache.t3.micro"), 512u);
  EXPECT_EQ(*node_memory_mb("cache.r7g.16xlarge"), 429148u);
  for (const char* bad : {"", "cache.t3", "cache.t3.huge", "db.t3.micro", "cache.r6gd.xlarge"}) {
    const auto memory = node_memory_mb(bad);
    ASSERT_FALSE(memory.ok()) << bad;
    EXPECT_EQ(memory.error().code, "InvalidParameterValue");
  }
}

// Programs that say of themselves what a test wants.
class Programs {
 public:
  Programs() {
    std::array<char, 32> name{"/tmp/haar-programs-XXXXXX"};
    folder_ = ::mkdtemp(name.data());
  }
  ~Programs() { std::filesystem::remove_all(folder_); }
  Programs& add(const std::string& file, const std::string& says) {
    const std::string path = folder_ + "/" + file;
    std::ofstream(path) << "#!/bin/sh\necho '" << says << "'\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return *this;
  }
  [[nodiscard]] engines::Catalog catalog() const {
    engines::CatalogOptions options;
    options.postgres_folders = {};
    options.program_folders = {folder_};
    return engines::Catalog::discover(options);
  }

 private:
  std::string folder_;
};

TEST(EngineVersions, are_those_of_installed_programs) {
  const engines::Catalog catalog =
      Programs().add("redis-server", "Redis server v=7.0.15 sha=0").add("memcached", "memcached 1.6.18").catalog();
  std::vector<std::string> names;
  for (const EngineVersion& v : engine_versions(catalog))
    names.push_back(v.engine + " " + v.version + (v.is_default ? " default" : ""));
  EXPECT_EQ(names, (std::vector<std::string>{"memcached 1.6.6", "memcached 1.6.12", "memcached 1.6.17",
                                             "memcached 1.6.22 default", "redis 7.0", "redis 7.1 default"}));
  EXPECT_EQ(choose_version(catalog, "redis", "")->version, "7.1");
  EXPECT_EQ(choose_version(catalog, "redis", "7.0")->full_version, "7.0.7");
  EXPECT_EQ(choose_version(catalog, "memcached", "1.6.12")->program.version, "1.6.18");
}

struct Refused {
  const char *engine, *version, *code, *message;
};

TEST(EngineVersions, what_is_refused_is_refused_in_words_that_help) {
  const engines::Catalog catalog =
      Programs().add("redis-server", "Redis server v=7.0.15 sha=0").add("memcached", "memcached 1.6.18").catalog();
  for (const Refused& r : {
           Refused{"", "", "InvalidParameterValue", "Engine must be provided"},
           Refused{"oracle", "", "InvalidParameterValue", "Invalid cache engine: oracle"},
           Refused{"valkey", "8.0", "InvalidParameterValue", "Please use CreateReplicationGroup API"},
           Refused{"redis", "7.4", "InvalidParameterCombination", "Cannot find version 7.4 for redis"},
           Refused{"redis", "7.0.7", "InvalidParameterValue", "please use '7.0'"},
           Refused{"redis", "6.x", "InvalidParameterCombination", "apt-get install redis-server"},
           Refused{"memcached", "1.5.16", "InvalidParameterCombination", "memcached 1.5 is not installed"},
       }) {
    const auto chosen = choose_version(catalog, r.engine, r.version);
    ASSERT_FALSE(chosen.ok()) << r.engine << " " << r.version;
    EXPECT_EQ(chosen.error().code, r.code) << r.message;
    EXPECT_NE(chosen.error().message.find(r.message), std::string::npos) << chosen.error().message;
  }
}

TEST(EngineVersions, a_missing_program_names_its_package_and_valkey_stands_in_for_redis_7) {
  const engines::Catalog nothing = Programs().catalog();
  EXPECT_TRUE(engine_versions(nothing).empty());
  for (const auto& [engine, package] : {std::pair{"redis", "apt-get install redis-server"},
                                        std::pair{"memcached", "apt-get install memcached"}}) {
    const auto chosen = choose_version(nothing, engine, "");
    ASSERT_FALSE(chosen.ok());
    EXPECT_NE(chosen.error().message.find(package), std::string::npos) << chosen.error().message;
  }
  const engines::Catalog valkey = Programs().add("valkey-server", "Valkey server v=8.0.1 sha=0").catalog();
  ASSERT_TRUE(choose_version(valkey, "redis", "7.1").ok());
  EXPECT_EQ(choose_version(valkey, "redis", "7.1")->program.engine, engines::Engine::valkey);
  EXPECT_FALSE(choose_version(valkey, "redis", "6.2").ok());
}

TEST(EngineVersions, families_are_known_without_a_catalogue) {
  EXPECT_EQ(family_of("redis", ""), "redis7");
  EXPECT_EQ(family_of("redis", "6.x"), "redis6.x");
  EXPECT_EQ(family_of("memcached", "1.5.16"), "memcached1.5");
  EXPECT_EQ(family_of("redis", "9"), "redis");
  EXPECT_EQ(family_of("", ""), "");
}

}  // namespace
}  // namespace haar::elasticache
