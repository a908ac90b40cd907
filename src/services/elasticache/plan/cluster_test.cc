#include "services/elasticache/plan/cluster.h"

#include <gtest/gtest.h>

#include <string>

#include "services/elasticache/plan/discovery.h"

namespace haar::elasticache {
namespace {

constexpr fleet::Ticks now{std::chrono::hours(1)};

// One letter a node: u(nplaced), p(laced), r(unning, not answering), o(verdue), a(nswers); B, H: answers, or hangs, and is to
// be rebooted; C: answers, and runs with other parameters than its group has; D: is to go; x: answers, and needs another
// certificate.
struct Case {
  const char* what;
  std::string_view engine;
  const char* nodes;
  const char* expected;  // "place_nodes 0001 0002; await_engines 0001!": '!' for overdue
  bool configured = true;
  bool deleting = false;
  bool made = false;
  std::string_view given_up = {};
  bool rests = false;
  std::int32_t failures = 0;
};

ClusterView view_of(const Case& c, ClusterObserved& observed) {
  ClusterView cluster;
  cluster.wanted.id = "demo";
  cluster.wanted.engine = c.engine;
  cluster.wanted.engine_version = c.engine == engine::redis ? "7.1" : "1.6.17";
  cluster.wanted.port = 11211;
  cluster.wanted.deleting = c.deleting;
  cluster.seen.made = c.made;
  cluster.seen.observed_generation = c.made ? 1 : 0;
  cluster.seen.given_up = c.given_up;
  cluster.seen.rests = c.rests;
  cluster.seen.failures = c.failures;
  if (c.configured && c.engine == engine::memcached) cluster.seen.configuration_address = "127.9.1.99";
  int number = 0;
  for (const char* letter = c.nodes; *letter != 0; ++letter) {
    NodeView& node = cluster.nodes.emplace_back();
    ++number;
    node.wanted.id = (number < 10 ? "000" : "00") + std::to_string(number);
    if (*letter != 'u') node.seen.address = "127.9.1." + std::to_string(number);
    EngineObserved& engine = observed[node.wanted.id];
    engine.running = *letter != 'u' && *letter != 'p';
    engine.ready = *letter == 'a' || *letter == 'B' || *letter == 'C' || *letter == 'x';
    engine.certified = *letter != 'x';
    node.seen.config.started = *letter != 'u';
    node.wanted.deleting = *letter == 'D';
    if (*letter == 'B' || *letter == 'H') node.wanted.reboots = 1;
    if (*letter == 'C') node.seen.config.values["timeout"] = "60";
    if (*letter == 'r') engine.silent_since = now - start_deadline;
    if (*letter == 'o') engine.silent_since = now - start_deadline - fleet::Delay(1);
  }
  return cluster;
}

std::string show(const ClusterPlan& plan) {
  std::string out;
  for (const Act& act : plan.acts) {
    out += (out.empty() ? "" : "; ") + std::string(step_name(act.step));
    for (const std::string& node : act.nodes) out += " " + node;
    if (act.overdue) out += "!";
  }
  return out;
}

TEST(CachePlan, every_situation_has_its_acts) {
  for (const Case& c : {
           Case{"a new cluster", "redis", "u", "place_nodes 0001"},
           Case{"it has its place", "redis", "p", "start_engine 0001"},
           Case{"it starts", "redis", "r", "await_engines 0001"},
           Case{"it hangs", "redis", "o", "await_engines 0001!"},
           Case{"it answers", "redis", "a", "settle"},
           Case{.what = "it was made", .engine = "redis", .nodes = "a", .expected = "", .made = true},
           Case{.what = "its engine has ended", .engine = "redis", .nodes = "p",
                .expected = "start_engine 0001", .made = true},
           Case{.what = "its engine has ceased to answer", .engine = "redis", .nodes = "r", .expected = "await_engines 0001",
                .made = true},
           Case{.what = "it failed and is well again", .engine = "redis", .nodes = "a", .expected = "settle", .made = true,
                .failures = 1},
           Case{.what = "it is to be rebooted", .engine = "redis", .nodes = "B", .expected = "stop_engine 0001", .made = true},
           Case{.what = "a reboot ends what hangs", .engine = "redis", .nodes = "H",
                .expected = "stop_engine 0001", .made = true},
           Case{.what = "its parameters have changed", .engine = "redis", .nodes = "C", .expected = "reload_engine 0001",
                .made = true},
           Case{.what = "its names have changed", .engine = "redis", .nodes = "x", .expected = "certify 0001", .made = true},
           Case{.what = "one of three is to be rebooted", .engine = "memcached", .nodes = "aBa",
                .expected = "stop_engine 0002", .made = true},
           Case{.what = "one of three is to go", .engine = "memcached", .nodes = "aDa", .expected = "remove_nodes 0002",
                .made = true},
           Case{.what = "one more is wanted", .engine = "memcached", .nodes = "au", .expected = "place_nodes 0002", .made = true},
           // Some nodes at a time, until all have their place; then the configuration endpoint's.
           Case{"ten nodes", "memcached", "uuuuuuuuuu",
                "place_nodes 0001 0002 0003 0004 0005 0006 0007 0008", false},
           Case{"two are left", "memcached", "ppppppppuu", "place_nodes 0009 0010"},
           Case{"the configuration endpoint is left", "memcached", "ppp", "place_nodes", false},
           Case{"all are placed", "memcached", "ppp",
                "start_engine 0001; start_engine 0002; start_engine 0003"},
           Case{"some run", "memcached", "apr", "start_engine 0002"},
           Case{"one hangs", "memcached", "aor", "await_engines 0002 0003!"},
           Case{"all answer", "memcached", "aaa", "settle"},
           // Deleting gets through whatever was half done, and gives back what there is.
           Case{.what = "deleted at once", .engine = "redis", .nodes = "u", .expected = "remove_nodes 0001", .deleting = true},
           Case{.what = "deleted while it runs", .engine = "redis", .nodes = "a", .expected = "remove_nodes 0001",
                .deleting = true, .made = true},
           Case{.what = "ten nodes go", .engine = "memcached", .nodes = "aaaaaaaaaa",
                .expected = "remove_nodes 0010 0009 0008 0007 0006 0005 0004 0003", .deleting = true, .made = true},
           Case{.what = "no node is left", .engine = "memcached", .nodes = "", .expected = "remove_cluster", .deleting = true},
           Case{.what = "deleted after it was given up", .engine = "redis", .nodes = "u", .expected = "remove_nodes 0001",
                .deleting = true, .given_up = status::incompatible_network, .failures = 5},
           // What was given up rests until it is deleted. What this haar does not know of may run.
           Case{.what = "no address", .engine = "redis", .nodes = "u", .expected = "rest 0001",
                .given_up = status::incompatible_network, .failures = 5},
           Case{.what = "an engine that hangs", .engine = "memcached", .nodes = "oap", .expected = "rest 0001 0002 0003",
                .given_up = status::restore_failed, .failures = 5},
           Case{.what = "it rests", .engine = "memcached", .nodes = "pp", .expected = "",
                .given_up = status::restore_failed, .rests = true, .failures = 5},
           Case{.what = "it was to rest", .engine = "memcached", .nodes = "pr", .expected = "rest 0001 0002",
                .given_up = status::restore_failed, .rests = true, .failures = 5},
       }) {
    ClusterObserved observed;
    const ClusterView cluster = view_of(c, observed);
    const ClusterPlan plan = plan_cluster(cluster, observed, now);
    EXPECT_EQ(show(plan), c.expected) << c.what;
    const bool waits = !plan.acts.empty() && plan.acts.back().step == Step::await_engines;
    std::optional<fleet::Delay> expected;
    if (waits) expected = ask_again;
    else if (c.engine == engine::redis && plan.acts.empty() && c.given_up.empty()) expected = between_certificate_looks;
    EXPECT_EQ(plan.look_again, expected) << c.what;
  }
}

TEST(CachePlan, what_is_settled_is_the_wish_that_was_fulfilled) {
  ClusterObserved observed;
  ClusterView cluster = view_of({.what = "", .engine = "redis", .nodes = "a", .expected = "", .made = true}, observed);
  EXPECT_EQ(show(plan_cluster(cluster, observed, now)), "");
  ++cluster.wanted.generation;
  EXPECT_EQ(show(plan_cluster(cluster, observed, now)), "settle");
}

TEST(CachePlan, failures_end_the_making_and_never_what_was_made) {
  for (const auto& [made, step, status] : {std::tuple{false, Step::place_nodes, status::incompatible_network},
                                           std::tuple{false, Step::start_engine, status::restore_failed},
                                           std::tuple{false, Step::await_engines, status::restore_failed},
                                           std::tuple{true, Step::start_engine, status::available}}) {
    ClusterObserved observed;
    ClusterView cluster = view_of({.what = "", .engine = "redis", .nodes = "p", .expected = "", .made = made}, observed);
    for (int i = 1; i < failures_before_giving_up; ++i) {
      cluster.seen = after_failure(cluster, step, "why");
      EXPECT_EQ(status_of(cluster), made ? status::available : status::creating) << i;
      EXPECT_EQ(cluster.seen.problem, "");
    }
    cluster.seen = after_failure(cluster, step, "why");
    EXPECT_EQ(status_of(cluster), status);
    EXPECT_EQ(cluster.seen.problem, "why");
    cluster.seen = after_failure(cluster, Step::rest, "why not");
    EXPECT_EQ(status_of(cluster), status) << "a failure of what rests is another one";
  }
}

TEST(CachePlan, a_deletion_is_never_given_up) {
  ClusterObserved observed;
  ClusterView cluster = view_of({.what = "", .engine = "redis", .nodes = "p", .expected = "", .deleting = true}, observed);
  for (int i = 0; i < 2 * failures_before_giving_up; ++i) cluster.seen = after_failure(cluster, Step::remove_nodes, "why");
  EXPECT_EQ(cluster.seen.given_up, "");
  EXPECT_EQ(status_of(cluster), status::deleting);
  EXPECT_EQ(show(plan_cluster(cluster, observed, now)), "remove_nodes 0001");
}

TEST(CachePlan, the_configuration_endpoint_tells_the_nodes_as_memcached_clients_read_it) {
  ClusterObserved observed;
  const auto replies = discovery_replies(view_of({"", "memcached", "aa", ""}, observed), "1.6.18");
  const std::string list = "1\n127.9.1.1|127.9.1.1|11211 127.9.1.2|127.9.1.2|11211\n";
  EXPECT_EQ(replies.at("config get cluster"),
            "CONFIG cluster 0 " + std::to_string(list.size()) + "\r\n" + list + "\r\nEND\r\n");
  EXPECT_EQ(replies.at("get AmazonElastiCache:cluster"),
            "VALUE AmazonElastiCache:cluster 0 " + std::to_string(list.size()) + "\r\n" + list + "\r\nEND\r\n");
  EXPECT_EQ(replies.at("version"), "VERSION 1.6.18\r\n");
}

}  // namespace
}  // namespace haar::elasticache
