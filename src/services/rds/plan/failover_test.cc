#include "services/rds/plan/failover.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

using enum Step;
using fleet::Link;

const fleet::Ticks now{std::chrono::hours(1)};

// A writer "a" and readers "b" and "c", all as they should be.
struct World {
  ClusterRecord cluster;
  std::vector<InstanceRecord> instances;
  ClusterSeen seen;
  ClusterObserved observed;
  bool synchronous = false;

  World() {
    for (const char* id : {"a", "b", "c"}) {
      InstanceRecord one;
      one.id = id;
      one.resource_id = "db-" + one.id;
      instances.push_back(one);
      InstanceStateRecord& state = seen.instances[id];
      state.made = state.has_data = true;
      state.observed_generation = 1;
      state.volume = "db-" + one.id;
      EngineObserved& engine = observed[id];
      engine.running = engine.ready = engine.alive = true;
      if (one.id != "a") says(one.id, Link::up, 100);
    }
    seen.cluster.volume_ready = true;
    seen.cluster.password_set = seen.cluster.observed_generation = 1;
    seen.cluster.epoch = seen.cluster.promoted_epoch = 3;
    seen.cluster.writer = "db-a";
  }
  InstanceRecord& instance(const std::string& id) { return instances[static_cast<std::size_t>(id[0] - 'a')]; }
  void says(const std::string& id, Link link, std::uint64_t position) {
    fleet::Replication said;
    said.link = link;
    said.position = {position};
    observed[id].said = said;
    observed[id].was_in_step = true;
  }
  // Its process has ended, and the readers have read all of what came from it.
  void end(const std::string& id, std::uint64_t b, std::uint64_t c) {
    observed[id] = {};
    observed.leaderless_since = now;
    says("b", Link::down, b);
    says("c", Link::down, c);
  }
  void wait_for(std::vector<std::string> readers) {
    synchronous = seen.cluster.synchronous_now = true;
    seen.cluster.synchronous = std::move(readers);
  }
  ClusterPlan plan() const {
    ClusterWanted wanted{cluster};
    for (const InstanceRecord& one : instances) wanted.instances.push_back(&one);
    wanted.synchronous = synchronous;
    return plan_cluster(wanted, seen, observed, now);
  }
  // The first step, and whose it is: "elect b".
  std::string first() const {
    const std::vector<Act> acts = plan().acts;
    return acts.empty() ? "nothing" : std::string(step_name(acts[0].step)) + " " + acts[0].instance;
  }
};

TEST(FailoverPlan, a_cluster_that_is_as_it_should_be_is_looked_at_now_and_then) {
  EXPECT_EQ(World().first(), "nothing");
  EXPECT_EQ(World().plan().look_again, look_after_quiet);
}

TEST(FailoverPlan, who_has_most_is_elected_and_among_equals_the_lowest_tier) {
  World world;
  world.end("a", 100, 101);
  EXPECT_EQ(world.first(), "elect c");
  world.end("a", 101, 101);
  EXPECT_EQ(world.first(), "elect b") << "by name, for they are as old";
  world.instance("b").promotion_tier = 2;
  EXPECT_EQ(world.first(), "elect c");
  const Act act = world.plan().acts[0];
  EXPECT_EQ(act.epoch, 4);
  EXPECT_FALSE(act.in_order);
  EXPECT_EQ(act.others, std::vector<std::string>{"a"}) << "it may have what nobody else has";
}

TEST(FailoverPlan, who_reads_on_is_waited_for_and_not_for_ever) {
  World world;
  world.end("a", 100, 100);
  world.says("c", Link::up, 100);
  EXPECT_EQ(world.first(), "nothing");
  EXPECT_EQ(world.plan().look_again, look_soon);
  world.observed.leaderless_since = now - election_patience;
  EXPECT_EQ(world.first(), "elect b");
  EXPECT_EQ(world.plan().acts[0].others, (std::vector<std::string>{"a", "c"}));
}

TEST(FailoverPlan, nobody_takes_over_who_was_not_in_step) {
  World world;
  world.end("a", 100, 100);
  world.observed["b"].was_in_step = world.observed["c"].was_in_step = false;
  EXPECT_EQ(world.first(), "start_engine a");
  world = World();
  world.end("a", 100, 100);
  world.observed["b"] = world.observed["c"] = {};
  EXPECT_EQ(world.first(), "start_engine a");
}

TEST(FailoverPlan, a_writer_that_somebody_starts_again_comes_back) {
  World world;
  world.end("a", 100, 100);
  world.instance("a").reboots = 1;
  EXPECT_EQ(world.first(), "start_engine a");
  world.seen.instances["a"].failures = 2;
  EXPECT_EQ(world.first(), "elect b") << "unless it does not";
  world = World();
  world.end("a", 100, 100);
  world.seen.cluster.stopped = true;
  EXPECT_EQ(world.first(), "start_engine a");
}

TEST(FailoverPlan, one_that_hangs_or_has_no_room_is_fenced_when_a_reader_is_in_step) {
  World world;
  world.observed["a"].ready = false;
  world.observed["a"].silent_since = now - hang_limit + fleet::Delay(1);
  EXPECT_EQ(world.first(), "await_engine a");
  world.observed["a"].silent_since = now - hang_limit;
  EXPECT_EQ(world.first(), "fence a");
  EXPECT_FALSE(world.plan().acts[0].in_order);
  world.says("b", Link::down, 100);
  world.says("c", Link::down, 100);
  EXPECT_NE(world.first(), "fence a");
  world = World();
  world.observed["a"].must_rest = true;
  EXPECT_EQ(world.first(), "fence a");
  EXPECT_TRUE(world.plan().acts[0].in_order);
  world.observed["b"].must_rest = world.observed["c"].must_rest = true;
  EXPECT_EQ(world.first(), "stop_engine a");
}

TEST(FailoverPlan, a_planned_change_is_in_order_and_goes_to_whom_it_was_asked_for) {
  World world;
  world.cluster.failovers = 1;
  world.cluster.failover_target = "db-c";
  EXPECT_EQ(world.first(), "fence a");
  EXPECT_TRUE(world.plan().acts[0].in_order);
  world.end("a", 102, 102);
  world.observed.ended_at = fleet::Position{102};
  EXPECT_EQ(world.first(), "elect c");
  EXPECT_TRUE(world.plan().acts[0].in_order);
  EXPECT_EQ(world.plan().acts[0].others, std::vector<std::string>{}) << "the writer before reads on with what it has";
  world.end("a", 101, 101);
  EXPECT_EQ(world.first(), "start_engine a") << "a change that nobody needs loses nothing";
  world.observed.ended_at.reset();
  EXPECT_EQ(world.first(), "start_engine a");
}

TEST(FailoverPlan, where_commits_wait_only_they_elect_who_surely_have_all) {
  World world;
  world.wait_for({"db-b", "db-c"});
  world.end("a", 100, 101);
  EXPECT_EQ(world.first(), "elect c");
  world.observed["b"] = {};
  EXPECT_NE(world.first(), "elect c") << "what b has alone may have been acknowledged";
  world.end("a", 100, 101);
  world.seen.cluster.synchronous_now = false;
  EXPECT_EQ(world.first(), "start_engine a");
  world.wait_for({});
  EXPECT_EQ(world.first(), "start_engine a");
}

TEST(FailoverPlan, commits_wait_for_the_readers_in_step) {
  World world;
  world.synchronous = true;
  const std::vector<Act> acts = world.plan().acts;
  ASSERT_EQ(world.first(), "set_synchronous a");
  EXPECT_EQ(acts[0].others, (std::vector<std::string>{"db-b", "db-c"}));
  world.wait_for({"db-b", "db-c"});
  EXPECT_EQ(world.first(), "nothing");
  world.observed["c"] = {};
  bool set = false;
  for (const Act& act : world.plan().acts)
    set = set || (act.step == set_synchronous && act.others == std::vector<std::string>{"db-b"});
  EXPECT_TRUE(set) << "one whose process has ended is not waited for";
  world = World();
  world.wait_for({"db-b"});
  world.synchronous = false;
  EXPECT_EQ(world.first(), "set_synchronous a");
  EXPECT_TRUE(world.plan().acts[0].others.empty());
}

TEST(FailoverPlan, the_elected_is_promoted_whatever_else_is_wanted) {
  World world;
  world.seen.cluster.epoch = 4;
  world.seen.cluster.writer = "db-b";
  world.observed["a"] = {};
  world.says("b", Link::down, 100);
  EXPECT_EQ(world.first(), "promote b");
  world.observed["b"] = {};
  EXPECT_EQ(world.first(), "start_engine b");
  EXPECT_FALSE(world.plan().acts[0].writes) << "it has to be promoted";
  world.says("b", Link::down, 100);
  world.observed["b"].running = world.observed["b"].alive = true;
  world.instance("a").deleting = true;
  EXPECT_EQ(world.first(), "promote b");
}

TEST(FailoverPlan, a_deleted_writer_hands_over_first) {
  World world;
  world.instance("a").deleting = true;
  EXPECT_EQ(world.first(), "fence a");
  world.end("a", 102, 102);
  world.observed.ended_at = fleet::Position{102};
  EXPECT_EQ(world.first(), "elect b");
  world.observed.ended_at.reset();
  EXPECT_EQ(world.first(), "remove_instance a") << "another takes its volume, which has everything";
}

TEST(FailoverPlan, a_reader_gets_a_copy_then_its_writer) {
  World world;
  world.seen.instances["b"].has_data = false;
  world.observed["b"] = {};
  EXPECT_EQ(world.first(), "copy_volume b");
  world.observed["b"].copying = true;
  EXPECT_EQ(world.first(), "nothing");
  world.observed["b"].copying = false;
  world.observed["a"].ready = false;
  EXPECT_EQ(world.first(), "await_engine a") << "one that answers is copied";
  world = World();
  world.says("b", Link::down, 90);
  EXPECT_EQ(world.first(), "follow b");
  world.observed["b"].led_at = world.observed["b"].led_first = now;
  EXPECT_EQ(world.first(), "nothing");
  world.observed["b"].led_at = now - connect_patience;
  EXPECT_EQ(world.first(), "follow b");
  world.observed["b"].led_first = now - copy_again_after;
  EXPECT_EQ(world.first(), "copy_again b");
}

TEST(FailoverPlan, a_reader_that_hangs_begins_anew) {
  World world;
  world.observed["b"].ready = false;
  world.observed["b"].said.reset();
  world.observed["b"].silent_since = now - start_deadline;
  EXPECT_EQ(world.first(), "await_engine b");
  world.observed["b"].silent_since = now - start_deadline - fleet::Delay(1);
  EXPECT_EQ(world.first(), "stop_engine b");
}

TEST(FailoverPlan, a_failover_for_which_nobody_is_left_is_over) {
  World world;
  world.cluster.failovers = 1;
  world.instances.resize(1);
  EXPECT_EQ(world.first(), "drop_failover ");
  world.instances.clear();
  EXPECT_EQ(world.first(), "drop_failover ");
}

}  // namespace
}  // namespace haar::rds
