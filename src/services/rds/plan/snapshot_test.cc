#include "services/rds/plan/snapshot.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

constexpr std::int64_t hour = 3600, day = 24 * hour;
const Timestamp start = Timestamp::from_seconds(1'700'006'400);  // a midnight

Timestamp at(std::int64_t seconds) { return start.plus_seconds(seconds); }

AutomatedCopy copy(std::string id, std::int64_t seconds) {
  AutomatedCopy out{id, "snapshot-" + id, at(seconds)};
  out.made = true;
  out.made_at = at(seconds + 1);
  out.made_micros = at(seconds + 1).micros;
  return out;
}

BackupStateRecord kept_since(std::int64_t began, std::int64_t until) {
  BackupStateRecord out;
  out.began_micros = at(began).micros;
  out.until = at(until);
  out.until_micros = at(until).micros;
  return out;
}

BackupWanted cluster(std::vector<AutomatedCopy> copies, std::int32_t days = 1) {
  BackupWanted out;
  out.exists = true;
  out.retention_days = days;
  out.window_start_minute = 3 * 60;
  out.cluster_created_at = start;
  out.copies = std::move(copies);
  return out;
}

BackupObserved runs(bool log_due = false) {
  BackupObserved out;
  out.runs = true;
  out.log_due = log_due;
  return out;
}

std::vector<BackupAct> acts(const BackupWanted& wanted, const BackupStateRecord& seen, const BackupObserved& observed,
                            std::int64_t now) {
  return plan_backup(wanted, seen, observed, at(now)).acts;
}

// ---- one snapshot ------------------------------------------------------------------------------------

TEST(PlanSnapshot, is_made_once) {
  SnapshotRecord wanted;
  SnapshotStateRecord seen;
  EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::take);
  EXPECT_EQ(snapshot_status(wanted, seen), "creating");
  wanted.source_resource_id = "snapshot-A";
  EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::duplicate);
  seen.made = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::none);
  EXPECT_EQ(snapshot_status(wanted, seen), "available");
}

TEST(PlanSnapshot, one_that_cannot_be_made_is_given_up_unless_a_deletion_waits_for_it) {
  SnapshotRecord wanted;
  SnapshotStateRecord seen;
  seen.given_up = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::none);
  EXPECT_EQ(snapshot_status(wanted, seen), "failed");
  wanted.final = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::take);
}

TEST(PlanSnapshot, goes_when_nothing_is_made_of_it) {
  SnapshotRecord wanted;
  wanted.deleting = true;
  for (const bool made : {false, true}) {
    SnapshotStateRecord seen;
    seen.made = made;
    EXPECT_EQ(plan_snapshot(wanted, seen, true), SnapshotStep::wait);
    EXPECT_EQ(plan_snapshot(wanted, seen, false), SnapshotStep::remove);
    EXPECT_EQ(snapshot_status(wanted, seen), "deleting");
  }
}

// ---- when a copy is due -------------------------------------------------------------------------------

TEST(PlanBackup, the_log_comes_before_the_first_copy) {
  EXPECT_EQ(acts(cluster({}), {}, runs(true), 60), std::vector<BackupAct>{{BackupStep::keep_log}});
  EXPECT_TRUE(acts(cluster({}), {}, runs(true), 5).empty()) << "a new cluster is let be";
  const std::vector<BackupAct> first{{BackupStep::copy, "", true}};
  EXPECT_EQ(acts(cluster({}), kept_since(1, 60), runs(), 60), first);
}

TEST(PlanBackup, nothing_is_asked_of_an_engine_that_does_not_run) {
  EXPECT_TRUE(acts(cluster({}), kept_since(1, 60), {}, 10 * day).empty());
}

TEST(PlanBackup, one_copy_at_a_time) {
  AutomatedCopy making = copy("a", 60);
  making.made = false;
  EXPECT_TRUE(acts(cluster({making}), kept_since(1, 60), runs(), 61).empty());
  making.given_up = true;
  EXPECT_TRUE(acts(cluster({making}), kept_since(1, 60), runs(), 62).empty());
  EXPECT_EQ(acts(cluster({making}), kept_since(1, 60), runs(), 60 + hour), std::vector<BackupAct>{{BackupStep::copy}});
}

TEST(PlanBackup, a_copy_is_made_when_the_window_begins) {
  const BackupWanted wanted = cluster({copy("a", 60)});
  EXPECT_TRUE(acts(wanted, kept_since(1, 3 * hour), runs(), 3 * hour - 1).empty());
  EXPECT_EQ(acts(wanted, kept_since(1, 3 * hour), runs(), 3 * hour), std::vector<BackupAct>{{BackupStep::copy}});
  // The machine was off: made up for at any hour.
  EXPECT_EQ(acts(wanted, kept_since(1, 3 * hour), runs(), 20 * hour), std::vector<BackupAct>{{BackupStep::copy}});
  EXPECT_TRUE(acts(cluster({copy("a", 60), copy("b", 3 * hour)}), kept_since(1, 4 * hour), runs(), 20 * hour).empty());
}

TEST(PlanBackup, a_gap_in_the_log_asks_for_a_copy) {
  const std::vector<BackupAct> copied{{BackupStep::copy}};
  EXPECT_EQ(acts(cluster({copy("a", 60)}), kept_since(hour, hour), runs(), hour + 60), copied);
}

TEST(PlanBackup, a_log_that_grows_too_large_is_cut_at_a_new_copy) {
  BackupObserved observed = runs();
  observed.log_bytes = log_bytes_max + 1;
  const std::vector<BackupAct> copied{{BackupStep::copy}};
  EXPECT_EQ(acts(cluster({copy("a", 60)}), kept_since(1, 2 * hour), observed, 2 * hour), copied);
  EXPECT_EQ(acts(cluster({copy("a", 60), copy("b", 2 * hour)}), kept_since(1, 2 * hour), observed, 2 * hour + 60),
            std::vector<BackupAct>{{BackupStep::cut_log}});
}

// ---- what goes -------------------------------------------------------------------------------------------

TEST(PlanBackup, the_copy_from_which_the_oldest_time_is_reached_stays) {
  // One day is kept: at hour 40 the oldest time is hour 16, which only the copy of hour 3 leads to.
  BackupWanted wanted = cluster({copy("a", 60), copy("b", 3 * hour), copy("c", 27 * hour)});
  EXPECT_EQ(acts(wanted, kept_since(1, 40 * hour), runs(), 40 * hour), (std::vector<BackupAct>{{BackupStep::expire, "a"}}));
  EXPECT_EQ(acts(wanted, kept_since(1, 50 * hour), runs(), 50 * hour), (std::vector<BackupAct>{{BackupStep::expire, "a"}}));
  wanted.copies.push_back(copy("d", 51 * hour));
  EXPECT_EQ(acts(wanted, kept_since(1, 52 * hour), runs(), 52 * hour),
            (std::vector<BackupAct>{{BackupStep::expire, "a"}, {BackupStep::expire, "b"}}));
  // Longer retention keeps them all.
  wanted.retention_days = 3;
  EXPECT_TRUE(acts(wanted, kept_since(1, 52 * hour), runs(), 52 * hour).empty());
}

TEST(PlanBackup, the_only_copy_stays_however_old) {
  EXPECT_TRUE(acts(cluster({copy("a", 60)}), kept_since(1, 60), {}, 100 * day).empty());
}

TEST(PlanBackup, nothing_goes_while_something_is_made_of_it) {
  BackupObserved observed;
  observed.in_use = true;
  const BackupWanted old = cluster({copy("a", 60), copy("b", 3 * hour), copy("c", 27 * hour)});
  EXPECT_TRUE(acts(old, kept_since(1, 40 * hour), observed, 40 * hour).empty());
  BackupWanted gone;
  gone.copies = {copy("a", 60)};
  EXPECT_TRUE(acts(gone, kept_since(1, hour), observed, hour).empty());
}

TEST(PlanBackup, of_a_cluster_that_is_gone_nothing_stays_unless_it_was_asked_for) {
  BackupWanted wanted;
  wanted.copies = {copy("a", 60)};
  const std::vector<BackupAct> all{{BackupStep::expire, "a"}, {BackupStep::purge}};
  EXPECT_EQ(acts(wanted, kept_since(1, hour), {}, hour), all);
  wanted.retained = true;
  wanted.retained_at = at(hour);
  wanted.retention_days = 2;
  EXPECT_TRUE(acts(wanted, kept_since(1, hour), {}, hour + 2 * day - 1).empty());
  EXPECT_EQ(acts(wanted, kept_since(1, hour), {}, hour + 2 * day), all);
}

// ---- what can be restored ----------------------------------------------------------------------------

TEST(RestoreWindow, reaches_from_the_oldest_copy_to_what_is_kept) {
  EXPECT_FALSE(restore_window(cluster({}), kept_since(1, hour), at(hour)));
  EXPECT_FALSE(restore_window(cluster({copy("a", 60)}), {}, at(hour))) << "no log is kept";
  EXPECT_FALSE(restore_window(cluster({copy("a", 60)}), kept_since(1, 30), at(hour))) << "the log ends before the copy";
  const auto window = restore_window(cluster({copy("a", 60), copy("b", 3 * hour)}), kept_since(1, 4 * hour), at(5 * hour));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->earliest, at(61));
  EXPECT_EQ(window->latest, at(4 * hour));
}

TEST(RestoreWindow, is_no_longer_than_the_retention_period) {
  const auto window = restore_window(cluster({copy("a", 60), copy("b", 27 * hour)}), kept_since(1, 30 * hour), at(30 * hour));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->earliest, at(6 * hour));
}

TEST(RestoreWindow, begins_behind_a_gap) {
  const auto window = restore_window(cluster({copy("a", 60), copy("b", 3 * hour)}), kept_since(hour, 4 * hour), at(5 * hour));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->earliest, at(3 * hour + 1));
}

TEST(RestoreWindow, the_newest_copy_before_the_moment_is_gone_on_from) {
  const BackupWanted wanted = cluster({copy("a", 60), copy("b", 3 * hour), copy("c", 27 * hour)});
  const BackupStateRecord seen = kept_since(1, 30 * hour);
  EXPECT_EQ(copy_for(wanted, seen, at(60).micros), nullptr);
  EXPECT_EQ(copy_for(wanted, seen, at(61).micros)->id, "a");
  EXPECT_EQ(copy_for(wanted, seen, at(4 * hour).micros)->id, "b");
  EXPECT_EQ(copy_for(wanted, seen, at(30 * hour).micros)->id, "c");
}

TEST(RestoreWindow, a_clock_that_was_moved_is_reckoned_with) {
  BackupStateRecord seen;
  EXPECT_EQ(machine_micros(seen, at(5)), at(5).micros);
  seen.ahead_from = {0, at(day + 100).micros};
  seen.ahead_micros = {0, day * 1'000'000};
  EXPECT_EQ(machine_micros(seen, at(50)), at(50).micros);
  EXPECT_EQ(machine_micros(seen, at(day + 150)), at(150).micros);
  EXPECT_EQ(machine_micros(seen, at(hour)), at(100).micros) << "a time that never was is that of the jump";
}

TEST(RestoreWindow, the_last_window_is_of_today_or_of_yesterday) {
  EXPECT_EQ(window_before(at(2 * hour), 180), at(3 * hour - day));
  EXPECT_EQ(window_before(at(3 * hour), 180), at(3 * hour));
}

}  // namespace
}  // namespace haar::rds
