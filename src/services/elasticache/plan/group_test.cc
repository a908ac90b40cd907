// The plan of a replication group, as tables: what is wanted, seen and observed, and what is done next.
#include "services/elasticache/plan/group.h"

#include <gtest/gtest.h>

namespace haar::elasticache {
namespace {

using fleet::Link;

const fleet::Ticks now{std::chrono::hours(1)};
const std::string history(40, 'a'), other(40, 'b'), fresh(40, 'c');

fleet::Replication said(Link link, const std::string& of, std::uint64_t bytes, const std::string& leader = "") {
  return {link, leader, of, "", true, {bytes}};
}

// Three members, the first of which took writes in epoch 1; the others are in step.
class CacheGroupPlan : public ::testing::Test {
 protected:
  CacheGroupPlan() {
    group.wanted.id = "g";
    group.wanted.first_primary = "g-001";
    group.wanted.automatic_failover = true;
    for (const std::string id : {"g-001", "g-002", "g-003"}) {
      ClusterView& member = group.members.emplace_back();
      member.wanted.id = id;
      member.wanted.replication_group = "g";
      member.seen.made = true;
      MemberObserved& one = observed.members[id];
      one.running = true;
      one.address = "address of " + id;
      one.steady = true;
      one.said = said(Link::up, history, 100, "address of g-001");
    }
    observed.members["g-001"].said = said(Link::none, history, 100);
    group.seen.made = true;
    group.seen.observed_generation = group.wanted.generation;
    group.seen.primary_address = group.seen.reader_address = "127.0.1.1";
    group.seen.primary = "g-001";
    group.seen.epoch = group.seen.promoted_epoch = 1;
    group.seen.history = history;
  }
  void dies(const std::string& id) {
    const std::string address = observed.members[id].address;
    observed.members[id] = {};
    observed.members[id].address = address;
    if (id == group.seen.primary) observed.leaderless_since = now;
  }
  // Started again, without a role.
  void begins_anew(const std::string& id) {
    observed.members[id].running = true;
    observed.members[id].said = said(Link::down, fresh, 1);
    observed.members[id].said->shared = false;
  }
  void loses_connection(const std::string& id, std::uint64_t bytes) {
    observed.members[id].said = said(Link::down, history, bytes);
  }
  [[nodiscard]] std::vector<GroupAct> acts() const { return plan_group(group, observed, now).acts; }
  [[nodiscard]] std::optional<fleet::Delay> again() const { return plan_group(group, observed, now).look_again; }

  GroupView group;
  GroupObserved observed;
};
using Acts = std::vector<GroupAct>;

TEST_F(CacheGroupPlan, AllIsAsWanted) {
  EXPECT_EQ(acts(), Acts{});
  EXPECT_EQ(again(), look_after_quiet);
}

TEST_F(CacheGroupPlan, EncryptionComesIntoForceBeforeTheGroupIsAvailableAgain) {
  group.wanted.transit_mode = transit::required;
  ++group.wanted.generation;
  observed.members["g-002"].certified = false;  // for what clients will be led to
  EXPECT_EQ(acts(), Acts{});
  EXPECT_EQ(again(), look_while_copying);
  observed.members["g-002"].certified = true;
  EXPECT_EQ(acts(), (Acts{{GroupStep::encrypt}}));
  group.seen.transit_mode = transit::required;
  EXPECT_EQ(acts(), (Acts{{GroupStep::settle}}));
  group.seen.observed_generation = group.wanted.generation;
  EXPECT_EQ(acts(), Acts{});
}

TEST_F(CacheGroupPlan, ADeadPrimaryIsReplacedByTheReplicaThatHasComeFurthest) {
  dies("g-001");
  loses_connection("g-002", 90);
  loses_connection("g-003", 95);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-003", history}}));
}

TEST_F(CacheGroupPlan, NobodyIsElectedWhileAReplicaStillReads) {
  dies("g-001");
  loses_connection("g-002", 90);
  EXPECT_EQ(acts(), Acts{});
  EXPECT_EQ(again(), look_soon);
  // It may hang: it is not waited for without an end.
  observed.members["g-003"].said.reset();
  EXPECT_EQ(acts(), Acts{});
  observed.leaderless_since = now - election_patience;
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", history}}));
}

TEST_F(CacheGroupPlan, AMemberThatBeganAnewIsNotElectedWhateverItSaysOfItsOffset) {
  dies("g-001");
  begins_anew("g-001");
  begins_anew("g-003");
  observed.members["g-003"].said->position.bytes = 1'000'000;
  loses_connection("g-002", 1);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", history}}));
}

TEST_F(CacheGroupPlan, WhereNobodyHasTheDataTheLastPrimaryBeginsAnew) {
  for (const std::string id : {"g-001", "g-002", "g-003"}) {
    dies(id);
    begins_anew(id);
  }
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-001", "", true}}));
}

TEST_F(CacheGroupPlan, NothingIsGivenUpWhileAMemberThatHangsMayHaveTheData) {
  dies("g-001");
  begins_anew("g-001");
  dies("g-002");
  begins_anew("g-002");
  observed.members["g-003"].said.reset();
  observed.members["g-003"].silent_since = now;
  observed.leaderless_since = now - election_patience;
  EXPECT_EQ(acts(), Acts{});
  observed.members["g-003"].silent_since = now - hang_limit;
  EXPECT_EQ(acts(), (Acts{{GroupStep::end_hung, "g-003"}}));
}

TEST_F(CacheGroupPlan, APrimaryThatHangsIsEndedFirst) {
  observed.members["g-001"].said.reset();
  observed.members["g-001"].silent_since = now - hang_limit + fleet::Delay(1);
  EXPECT_EQ(acts(), Acts{});
  observed.members["g-001"].silent_since = now - hang_limit;
  EXPECT_EQ(acts(), (Acts{{GroupStep::fence, "g-001"}}));
}

TEST_F(CacheGroupPlan, AnElectedOneIsPromotedAndAnotherElectedIfItHasBegunAnewMeanwhile) {
  dies("g-001");
  loses_connection("g-002", 90);
  loses_connection("g-003", 95);
  group.seen.primary = "g-003";
  group.seen.epoch = 2;
  EXPECT_EQ(acts(), (Acts{{GroupStep::promote, "g-003"}}));
  begins_anew("g-003");
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", history}}));
}

TEST_F(CacheGroupPlan, APromotionThatWasNotWrittenDownIsDoneAgain) {
  dies("g-001");
  loses_connection("g-002", 90);
  group.seen.primary = "g-003";
  group.seen.epoch = 2;
  observed.members["g-003"].said = said(Link::none, other, 95);
  observed.members["g-003"].said->history_before = history;
  EXPECT_EQ(acts(), (Acts{{GroupStep::promote, "g-003"}}));
}

TEST_F(CacheGroupPlan, WhoFollowedAPromotedOneThatWasNotWrittenDownIsElectedBeforeOthers) {
  dies("g-001");
  loses_connection("g-002", 95);
  observed.members["g-003"].said = said(Link::down, other, 90);
  observed.members["g-003"].said->history_before = history;
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-003", other}}));
}

TEST_F(CacheGroupPlan, TheOthersFollowTheNewPrimaryAndTheOldOneToo) {
  group.seen.primary = "g-003";
  group.seen.epoch = group.seen.promoted_epoch = 2;
  group.seen.history = other;
  observed.members["g-003"].said = said(Link::none, other, 95);
  loses_connection("g-002", 90);
  begins_anew("g-001");
  EXPECT_EQ(acts(), (Acts{{GroupStep::follow, "g-001"}, {GroupStep::follow, "g-002"}}));
  // Led there, and not connected yet.
  observed.members["g-001"].led_at = observed.members["g-002"].led_at = now;
  EXPECT_EQ(acts(), Acts{});
  EXPECT_EQ(again(), look_soon);
  observed.members["g-001"].led_at = now - connect_patience;
  EXPECT_EQ(acts(), (Acts{{GroupStep::follow, "g-001"}}));
}

TEST_F(CacheGroupPlan, AReplicaOfAnotherReplicaIsLedToThePrimary) {
  observed.members["g-003"].said->leader = "address of g-002";
  EXPECT_EQ(acts(), (Acts{{GroupStep::follow, "g-003"}}));
}

TEST_F(CacheGroupPlan, ATestedFailoverWaitsForAReplicaInStep) {
  group.wanted.failover_asked = 1;
  ++group.wanted.generation;
  EXPECT_EQ(acts(), (Acts{{GroupStep::fence, "g-001"}}));
  for (const std::string id : {"g-002", "g-003"}) {
    observed.members[id].said = said(Link::syncing, other, 0, "address of g-001");
  }
  EXPECT_EQ(acts(), Acts{});
}

TEST_F(CacheGroupPlan, APlannedChangeLosesNothing) {
  group.wanted.switch_asked = 1;
  group.wanted.switch_to = "g-002";
  ++group.wanted.generation;
  EXPECT_EQ(acts(), (Acts{{GroupStep::hand_over, "g-002"}}));
  // Elected: who took writes stands down, and nobody is promoted who lacks the last of them.
  group.seen.primary = "g-002";
  group.seen.epoch = 2;
  observed.members["g-001"].said->position.bytes = 120;
  EXPECT_EQ(acts(), (Acts{{GroupStep::stand_down, "g-001"}}));
  observed.members["g-001"].said = said(Link::down, history, 120);
  observed.leaderless_since = now - election_patience;
  EXPECT_EQ(acts(), Acts{});
  EXPECT_EQ(again(), look_soon);
  observed.members["g-002"].said->position.bytes = 120;
  EXPECT_EQ(acts(), (Acts{{GroupStep::promote, "g-002"}}));
  // Its connection broke before it had them: who has them is elected.
  loses_connection("g-002", 110);
  loses_connection("g-003", 115);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-001", history}}));
}

TEST_F(CacheGroupPlan, ThePrimarysHistoryIsWrittenDownWhenItsFirstReplicaHasRenamedIt) {
  group.seen.provisional = true;
  observed.members["g-001"].said = said(Link::none, other, 100);
  EXPECT_EQ(acts(), (Acts{{GroupStep::promote, "g-001"}}));
  // It dies before: whoever has another's history has it from there.
  dies("g-001");
  begins_anew("g-001");
  observed.members["g-002"].said = said(Link::down, other, 100);
  begins_anew("g-003");
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", other}}));
}

TEST_F(CacheGroupPlan, WhoWasLeftBehindInAnEarlierEpochHasMoreThanNobody) {
  const std::string older(40, 'd');
  group.seen.history = other;
  group.seen.former_histories = {older, history};
  dies("g-001");
  begins_anew("g-001");
  observed.members["g-002"].said = said(Link::down, older, 200);
  loses_connection("g-003", 49);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-003", history, true}}));
  // Whoever has the newest takes part before it.
  observed.members["g-002"].said = said(Link::down, other, 10);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", other}}));
  begins_anew("g-002");
  begins_anew("g-003");
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-001", "", true}}));
}

TEST_F(CacheGroupPlan, AMemberThatIsRemovedTakesNoPartAndIsNotWaitedFor) {
  group.members[2].wanted.deleting = true;
  dies("g-001");
  loses_connection("g-002", 90);
  observed.members["g-003"].said = said(Link::down, history, 100);
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-002", history}}));
}

TEST_F(CacheGroupPlan, FromNothingToAGroup) {
  group.seen = {};
  for (auto& [id, one] : observed.members) one = {};
  EXPECT_EQ(acts(), (Acts{{GroupStep::place}}));
  group.seen.primary_address = group.seen.reader_address = "127.0.1.1";
  begins_anew("g-002");
  EXPECT_EQ(acts(), Acts{});
  begins_anew("g-001");
  EXPECT_EQ(acts(), (Acts{{GroupStep::elect, "g-001"}}));
  group.wanted.deleting = true;
  EXPECT_EQ(acts(), Acts{});
  group.members.clear();
  EXPECT_EQ(acts(), (Acts{{GroupStep::remove_group}}));
}

}  // namespace
}  // namespace haar::elasticache
