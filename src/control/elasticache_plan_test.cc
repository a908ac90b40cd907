#include "control/elasticache_plan.h"

#include <gtest/gtest.h>

#include <string>

namespace haar::control {
namespace {

using elasticache::ClusterRecord;
using elasticache::NodeRecord;

ClusterRecord cluster_of(std::string_view status, std::string_view engine, int nodes, int placed, bool configured) {
  ClusterRecord cluster;
  cluster.id = "demo";
  cluster.status = status;
  cluster.engine = engine;
  cluster.port = 11211;
  for (int i = 0; i < nodes; ++i) {
    NodeRecord& node = cluster.nodes.emplace_back();
    if (i < placed) node.address = "127.9.1." + std::to_string(i + 1);
  }
  if (configured) cluster.configuration_address = "127.9.1.99";
  return cluster;
}

struct Case {
  const char *status, *engine;
  int nodes, placed;
  bool configured;
  std::size_t running, ready;
  CacheStep step;
};

TEST(ElastiCachePlan, every_situation_has_its_step) {
  using enum CacheStep;
  for (const Case& c : {
           Case{"creating", "redis", 1, 0, false, 0, 0, place_nodes},
           Case{"creating", "redis", 1, 1, false, 0, 0, start_engines},
           Case{"creating", "redis", 1, 1, false, 1, 1, finish_cluster},
           Case{"available", "redis", 1, 1, false, 1, 1, none},
           // Engines that run are asked until all answer, when they start and whenever one has ceased to.
           Case{"creating", "redis", 1, 1, false, 1, 0, await_engines},
           Case{"available", "redis", 1, 1, false, 1, 0, await_engines},
           Case{"creating", "memcached", 3, 3, true, 3, 2, await_engines},
           Case{"available", "memcached", 3, 3, true, 2, 2, start_engines},
           // An engine that has ended is started again.
           Case{"available", "redis", 1, 1, false, 0, 0, start_engines},
           // Some nodes at a time, until all have their place; then the configuration endpoint's.
           Case{"creating", "memcached", 3, 0, false, 0, 0, place_nodes},
           Case{"creating", "memcached", 3, 2, true, 0, 0, place_nodes},
           Case{"creating", "memcached", 3, 3, false, 0, 0, place_nodes},
           Case{"creating", "memcached", 3, 3, true, 0, 0, start_engines},
           Case{"creating", "memcached", 3, 3, true, 2, 2, start_engines},
           Case{"creating", "memcached", 3, 3, true, 3, 3, finish_cluster},
           Case{"available", "memcached", 3, 3, true, 2, 2, start_engines},
           Case{"available", "memcached", 3, 3, true, 3, 3, none},
           // Deleting gets through whatever was half done, and gives back what there is.
           Case{"deleting", "redis", 1, 0, false, 0, 0, remove_nodes},
           Case{"deleting", "redis", 1, 1, false, 1, 1, remove_nodes},
           Case{"deleting", "memcached", 3, 1, false, 0, 0, remove_nodes},
           Case{"deleting", "memcached", 0, 0, true, 0, 0, remove_cluster},
           // What was given up rests until it is deleted.
           Case{"incompatible-network", "redis", 1, 0, false, 0, 0, none},
           Case{"restore-failed", "redis", 1, 1, false, 0, 0, none},
           Case{"restore-failed", "redis", 1, 1, false, 1, 0, stop_engines},
       }) {
    const CacheStep step = next_step(cluster_of(c.status, c.engine, c.nodes, c.placed, c.configured),
                                     {c.running, c.ready});
    EXPECT_EQ(step, c.step) << c.status << " " << c.engine << " placed " << c.placed << "/" << c.nodes << " running "
                            << c.running << " ready " << c.ready << ": " << step_name(step);
  }
}

TEST(ElastiCachePlan, a_problem_that_is_over_is_taken_back) {
  ClusterRecord cluster = cluster_of("available", "redis", 1, 1, false);
  cluster.problem = "the engine did not start";
  EXPECT_EQ(next_step(cluster, {0, 0}), CacheStep::start_engines);
  EXPECT_EQ(next_step(cluster, {1, 1}), CacheStep::finish_cluster);
}

TEST(ElastiCachePlan, the_configuration_endpoint_tells_the_nodes_as_memcached_clients_read_it) {
  const auto answers = configuration_answers(cluster_of("available", "memcached", 2, 2, true), "1.6.18");
  const std::string list = "1\n127.9.1.1|127.9.1.1|11211 127.9.1.2|127.9.1.2|11211\n";
  EXPECT_EQ(answers.at("config get cluster"),
            "CONFIG cluster 0 " + std::to_string(list.size()) + "\r\n" + list + "\r\nEND\r\n");
  EXPECT_EQ(answers.at("get AmazonElastiCache:cluster"),
            "VALUE AmazonElastiCache:cluster 0 " + std::to_string(list.size()) + "\r\n" + list + "\r\nEND\r\n");
  EXPECT_EQ(answers.at("version"), "VERSION 1.6.18\r\n");
}

}  // namespace
}  // namespace haar::control
