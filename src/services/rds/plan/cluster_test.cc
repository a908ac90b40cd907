#include "services/rds/plan/cluster.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

using enum Step;

const fleet::Ticks now{std::chrono::hours(1)};

enum class Wish { none, wanted, deleting };
enum class Seen { nothing, appointed, made, given_up, rests };

// A cluster with at most one instance, in a line.
struct Case {
  const char* cluster;  // "new", "given up", "made" (its volume), "set" (and the password), "changed" (a new password)
  bool deleting;
  Wish instance;
  Seen seen;
  bool running, ready, must_rest;
  std::vector<Step> steps;
};

struct World {
  ClusterRecord cluster;
  std::vector<InstanceRecord> instances;
  ClusterSeen seen;
  ClusterObserved observed;

  InstanceRecord& add(const std::string& id) {
    InstanceRecord one;
    one.id = id;
    one.resource_id = "db-" + id;
    return instances.emplace_back(one);
  }
  // As it is when nothing is left to do.
  void make(const std::string& id) {
    seen.instances[id].made = true;
    seen.instances[id].observed_generation = 1;
    seen.instances[id].has_data = true;
    seen.instances[id].volume = "db-" + id;
    observed[id].running = observed[id].ready = observed[id].alive = true;
  }
  void make_cluster(const std::string& writer) {
    seen.cluster.volume_ready = true;
    seen.cluster.password_set = seen.cluster.observed_generation = 1;
    seen.cluster.epoch = seen.cluster.promoted_epoch = 1;
    seen.cluster.writer = "db-" + writer;
  }
  std::map<std::string, InstanceChange> changes = {};
  bool stop_is_over = false;
  ClusterPlan plan() const {
    ClusterWanted wanted{cluster, {}, changes, stop_is_over};
    for (const InstanceRecord& one : instances) wanted.instances.push_back(&one);
    return plan_cluster(wanted, seen, observed, now);
  }
  std::vector<Act> acts() const { return plan().acts; }
};

World world_of(const Case& c) {
  World world;
  const std::string cluster = c.cluster;
  world.cluster.deleting = c.deleting;
  world.seen.cluster.given_up = cluster == "given up";
  world.seen.cluster.volume_ready = cluster != "new" && cluster != "given up";
  world.seen.cluster.password_set = cluster == "set" || cluster == "changed" ? 1 : 0;
  if (cluster == "set") world.seen.cluster.observed_generation = 1;
  if (cluster == "changed") world.cluster.password_generation = world.cluster.generation = 2;
  if (c.instance == Wish::none) return world;
  world.add("one").deleting = c.instance == Wish::deleting;
  if (c.seen != Seen::nothing) {
    world.seen.cluster.writer = "db-one";
    world.seen.instances["one"].volume = "cluster-one";
    world.seen.instances["one"].has_data = true;
  }
  if (c.seen == Seen::made) {
    world.seen.instances["one"].made = true;
    world.seen.instances["one"].observed_generation = 1;
  }
  if (c.seen == Seen::given_up || c.seen == Seen::rests) world.seen.instances["one"].given_up = true;
  world.seen.instances["one"].rests = c.seen == Seen::rests;
  world.observed["one"] = {c.running, c.ready, c.must_rest};
  world.observed["one"].alive = c.running;
  return world;
}

TEST(ClusterPlan, every_situation_has_its_step) {
  using enum Wish;
  using enum Seen;
  for (const Case& c : {
           Case{"new", false, none, nothing, false, false, false, {make_volume}},
           Case{"made", false, none, nothing, false, false, false, {}},
           Case{"set", false, none, nothing, false, false, false, {}},
           // An instance asked for before the volume is there waits for it.
           Case{"new", false, wanted, nothing, false, false, false, {make_volume}},
           Case{"made", false, wanted, nothing, false, false, false, {appoint_writer}},
           Case{"made", false, wanted, appointed, false, false, false, {start_engine}},
           // An engine that runs is asked until it answers, when it starts and whenever it has ceased to.
           Case{"made", false, wanted, appointed, true, false, false, {await_engine}},
           Case{"set", false, wanted, made, true, false, false, {await_engine}},
           Case{"made", false, wanted, appointed, true, true, false, {set_password}},
           Case{"set", false, wanted, appointed, true, true, false, {settle}},
           Case{"set", false, wanted, made, true, true, false, {}},
           // A new password is set in an engine that answers; one without an engine waits for the next.
           Case{"changed", false, wanted, made, true, true, false, {set_password}},
           Case{"changed", false, wanted, made, false, false, false, {start_engine}},
           Case{"changed", false, none, nothing, false, false, false, {}},
           // One whose storage is used up rests until it has room, or is deleted.
           Case{"set", false, wanted, made, true, true, true, {stop_engine}},
           Case{"set", false, wanted, made, true, false, true, {stop_engine}},
           Case{"set", false, wanted, made, false, false, true, {}},
           Case{"set", false, wanted, appointed, false, false, true, {}},
           Case{"set", false, deleting, made, false, false, true, {remove_instance}},
           // An engine that has ended is started again.
           Case{"set", false, wanted, made, false, false, false, {start_engine}},
           Case{"set", false, wanted, appointed, false, false, false, {start_engine}},
           // A new instance on a volume that is there writes in an epoch of its own.
           Case{"set", false, wanted, nothing, false, false, false, {appoint_writer}},
           // What was given up rests until it is deleted.
           Case{"given up", false, none, nothing, false, false, false, {}},
           Case{"given up", false, wanted, nothing, false, false, false, {}},
           Case{"made", false, wanted, rests, false, false, false, {}},
           Case{"made", false, wanted, rests, true, false, false, {stop_engine}},
           // Until it surely rests, its engine may run unseen.
           Case{"made", false, wanted, given_up, false, false, false, {stop_engine}},
           Case{"made", false, wanted, given_up, true, false, false, {stop_engine}},
           // Deleting gets through whatever was half done; the instance goes before its cluster.
           Case{"set", false, deleting, made, true, true, false, {remove_instance}},
           Case{"made", false, deleting, appointed, false, false, false, {remove_instance}},
           Case{"made", false, deleting, nothing, false, false, false, {remove_instance}},
           Case{"set", true, deleting, made, true, true, false, {remove_instance}},
           Case{"given up", false, deleting, nothing, false, false, false, {remove_instance}},
           Case{"set", true, none, nothing, false, false, false, {remove_cluster}},
           Case{"new", true, none, nothing, false, false, false, {remove_cluster}},
           Case{"given up", true, none, nothing, false, false, false, {remove_cluster}},
           Case{"set", true, wanted, made, true, true, false, {}},
       }) {
    std::vector<Step> steps;
    for (const Act& act : world_of(c).acts()) steps.push_back(act.step);
    EXPECT_EQ(steps, c.steps) << c.cluster << (c.deleting ? " deleting" : "") << " instance "
                              << static_cast<int>(c.instance) << " seen " << static_cast<int>(c.seen) << " running "
                              << c.running << " ready " << c.ready << " must rest " << c.must_rest;
  }
}

TEST(ClusterPlan, a_problem_that_is_over_is_taken_back_and_the_count_of_failures_with_it) {
  World world;
  world.add("one");
  world.make_cluster("one");
  world.make("one");
  EXPECT_EQ(world.acts(), std::vector<Act>{});
  world.seen.instances["one"].failures = 3;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle, "one"}}));
  world.seen.instances["one"].failures = 0;
  world.seen.cluster.problem = "the disk was full";
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle}}));
  // Not before it answers.
  world.observed["one"].ready = false;
  world.seen.cluster.problem.clear();
  world.seen.instances["one"].failures = 3;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{await_engine, "one"}}));
}

TEST(ClusterPlan, a_wish_is_fulfilled_when_its_generation_was_observed) {
  World world;
  world.add("one");
  world.make_cluster("one");
  world.make("one");
  world.cluster.generation = 2;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle}}));
  world.cluster.password_generation = 2;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{set_password, "one"}})) << "not while it is still to be done";
  world.seen.cluster.password_set = 2;
  world.instances[0].generation = 5;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle}, {settle, "one"}}));
}

TEST(ClusterPlan, not_answering_becomes_a_failure_when_it_lasts) {
  World world;
  world.add("one");
  world.make_cluster("one");
  world.make("one");
  world.observed["one"].ready = false;
  world.observed["one"].silent_since = now - start_deadline;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{await_engine, "one", 0, false, false}}));
  EXPECT_EQ(world.plan().look_again, ask_again);
  world.observed["one"].silent_since = now - start_deadline - fleet::Delay(1);
  EXPECT_EQ(world.acts(), (std::vector<Act>{{await_engine, "one", 0, false, true}}));
}

TEST(ClusterPlan, the_lowest_tier_writes_and_then_the_oldest) {
  World world;
  world.make_cluster("nobody");
  world.seen.cluster.epoch = 7;
  for (const char* id : {"a", "b", "c", "d"}) world.add(id);
  world.instances[0].promotion_tier = 2;
  world.instances[1].promotion_tier = world.instances[2].promotion_tier = 1;
  world.instances[1].created_at = Timestamp::from_seconds(20);
  world.instances[2].created_at = Timestamp::from_seconds(10);
  world.instances[3].promotion_tier = 0;
  world.seen.instances["d"].given_up = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{appoint_writer, "c", 8}}));
  world.seen.instances["c"].given_up = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{appoint_writer, "b", 8}}));
}

TEST(ClusterPlan, the_reign_ends_with_its_writer) {
  World world;
  world.add("a");
  world.add("b");
  world.make_cluster("a");
  world.instances[0].deleting = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{remove_instance, "a"}})) << "its engine ends before another is appointed";
  world.instances.erase(world.instances.begin());
  EXPECT_EQ(world.acts(), (std::vector<Act>{{appoint_writer, "b", 2}}));
}

TEST(ClusterPlan, engines_of_one_cluster_do_not_wait_for_each_other) {
  World world;
  for (const char* id : {"a", "b", "c", "d"}) {
    world.add(id);
    world.seen.instances[id].has_data = true;
  }
  world.make_cluster("b");
  world.make("b");
  world.make("c");
  world.observed["a"].running = world.observed["a"].alive = true;  // and does not answer
  world.observed["c"].must_rest = true;
  world.cluster.password_generation = world.cluster.generation = 2;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{set_password, "b"},
                                            {stop_engine, "c"},
                                            {start_engine, "d", 1, false},
                                            {await_engine, "a"}}));
  world.observed["b"] = {};
  EXPECT_EQ(world.acts()[0], (Act{start_engine, "b", 1, true}));
}

// What an engine runs with is not what it should.
TEST(ClusterPlan, an_engine_is_given_what_has_changed) {
  struct Change {
    bool running, ready;
    InstanceChange change;
    std::vector<Step> steps;
  };
  for (const Change& c : {
           Change{true, true, {true, false, false}, {stop_engine}},
           // A reboot is what ends an engine that hangs.
           Change{true, false, {true, true, false}, {stop_engine}},
           Change{false, false, {true, true, false}, {start_engine}},
           Change{true, true, {false, true, false}, {reload_engine}},
           Change{true, false, {false, true, false}, {await_engine}},
           Change{true, true, {true, false, true}, {apply_pending}},
           Change{true, true, {}, {}},
       }) {
    World world;
    world.add("one");
    world.make_cluster("one");
    world.make("one");
    world.observed["one"].running = c.running;
    world.observed["one"].ready = c.ready;
    world.changes["one"] = c.change;
    std::vector<Step> steps;
    for (const Act& act : world.acts()) steps.push_back(act.step);
    EXPECT_EQ(steps, c.steps) << c.running << c.ready << c.change.restart << c.change.reload << c.change.due;
  }
}

TEST(ClusterPlan, a_reboot_is_over_when_the_engine_answers) {
  World world;
  world.add("one").reboots = 1;
  world.make_cluster("one");
  world.make("one");
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle, "one"}}));
  world.observed["one"].ready = false;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{await_engine, "one"}}));
}

TEST(ClusterPlan, a_stopped_cluster_rests_and_comes_back) {
  World world;
  world.add("one");
  world.make_cluster("one");
  world.make("one");
  world.cluster.stopped = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{stop_cluster}}));
  world.observed["one"] = {};
  // Without a word written down it is stopped again: after a crash an engine may run unseen.
  EXPECT_EQ(world.acts(), (std::vector<Act>{{stop_cluster}}));
  world.seen.cluster.stopped = true;
  EXPECT_EQ(world.acts(), std::vector<Act>());
  world.changes["one"].restart = true;
  EXPECT_EQ(world.acts(), std::vector<Act>());
  world.stop_is_over = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{start_again}}));
  world.stop_is_over = false;
  world.cluster.stopped = false;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{start_engine, "one", 1, true}}));
  world.changes["one"] = {};
  world.observed["one"].running = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{await_engine, "one"}}));
  world.observed["one"].ready = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{settle}}));
}

TEST(ClusterPlan, a_stopped_cluster_can_be_deleted) {
  World world;
  world.add("one").deleting = true;
  world.make_cluster("one");
  world.cluster.stopped = world.seen.cluster.stopped = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{remove_instance, "one"}}));
  world.instances.clear();
  world.cluster.deleting = true;
  EXPECT_EQ(world.acts(), (std::vector<Act>{{remove_cluster}}));
}

}  // namespace
}  // namespace haar::rds
