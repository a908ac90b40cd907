#include "services/iam/usage/last_used.h"

#include <gtest/gtest.h>

#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

// What the model's tables hold, at addresses of their own.
constexpr std::string_view get_user = "GetUser", list_users = "ListUsers", run_instances = "RunInstances";

class LastUsedTest : public ::testing::Test {
 protected:
  std::size_t flush() {
    std::size_t left = 0;
    world.write([&](store::Txn& txn) { left = uses.flush(txn); });
    uses.flushed();
    return left;
  }
  const ServiceAccessRecord* access(const api::Caller& caller, std::string_view service) {
    reader_.emplace(world.snapshot());
    return reader_->get(service_accesses, store::key_of(caller.account, store::global, caller.unique_id, service));
  }
  Timestamp now() { return world.clock().now(); }

  TestWorld world;
  LastUsed uses;

 private:
  std::optional<store::Reader> reader_;
};

TEST_F(LastUsedTest, KeepsServicesAndActionsApart) {
  const auto ana = world.user("ana");
  uses.note(*ana, {"iam", get_user, "us-east-1"}, now());
  const Timestamp first = now();
  world.clock().advance_seconds(60);
  uses.note(*ana, {"iam", list_users, "us-east-1"}, now());
  uses.note(*ana, {"ec2", run_instances, "eu-west-1"}, now());
  uses.note(*ana, {"ec2", "", "eu-west-2"}, now());
  EXPECT_EQ(flush(), 0u);
  const ServiceAccessRecord* iam = access(*ana, "iam");
  ASSERT_NE(iam, nullptr);
  EXPECT_EQ(iam->time, now());
  ASSERT_EQ(iam->actions.size(), 2u);
  EXPECT_EQ(iam->actions[0].name, "GetUser");
  EXPECT_EQ(iam->actions[0].time, first);
  EXPECT_EQ(iam->actions[1].name, "ListUsers");
  const ServiceAccessRecord* ec2 = access(*ana, "ec2");
  ASSERT_NE(ec2, nullptr);
  EXPECT_EQ(ec2->region, "eu-west-2");
  ASSERT_EQ(ec2->actions.size(), 1u);
  EXPECT_EQ(ec2->actions[0].region, "eu-west-1");
}

// The clock of tests stands still: what comes after a flush counts all the same.
TEST_F(LastUsedTest, UsesAfterAFlushAreWrittenByTheNext) {
  const auto ana = world.user("ana");
  uses.note(*ana, {"iam", get_user, "us-east-1"}, now());
  flush();
  EXPECT_TRUE(uses.empty());
  uses.note(*ana, {"iam", list_users, "us-east-1"}, now());
  EXPECT_FALSE(uses.empty());
  flush();
  EXPECT_EQ(access(*ana, "iam")->actions.size(), 2u);
}

TEST_F(LastUsedTest, UsesDuringAFlushStayForTheNext) {
  const auto ana = world.user("ana");
  uses.note(*ana, {"iam", get_user, "us-east-1"}, now());
  world.write([&](store::Txn& txn) { uses.flush(txn); });
  uses.note(*ana, {"sts", "", "us-east-1"}, now());
  uses.flushed();
  EXPECT_FALSE(uses.empty());
  flush();
  EXPECT_NE(access(*ana, "sts"), nullptr);
}

// A work whose transaction was not committed runs again, before anything is dropped: nothing is lost or doubled.
TEST_F(LastUsedTest, AFlushMayRunAgain) {
  const auto ana = world.user("ana");
  uses.note(*ana, {"iam", get_user, "us-east-1"}, now());
  world.write([&](store::Txn& txn) {
    uses.flush(txn);
    forget_uses(txn, world.account, ana->unique_id);
  });
  EXPECT_EQ(access(*ana, "iam"), nullptr);
  EXPECT_FALSE(uses.empty());
  flush();
  ASSERT_NE(access(*ana, "iam"), nullptr);
  EXPECT_EQ(access(*ana, "iam")->actions.size(), 1u);
}

TEST_F(LastUsedTest, TwoKeysOfAUserFillOneRecordAndTheLaterUseCounts) {
  const auto ana = world.user("ana");
  auto other = std::make_shared<api::Caller>(*ana);
  other->access_key_id = "AKIAOTHER";
  uses.note(*ana, {"iam", get_user, "us-east-1"}, Timestamp::from_seconds(200));
  uses.note(*other, {"iam", list_users, "us-east-1"}, Timestamp::from_seconds(100));
  flush();
  EXPECT_EQ(access(*ana, "iam")->time, Timestamp::from_seconds(200));
  EXPECT_EQ(access(*ana, "iam")->actions.size(), 2u);
}

TEST_F(LastUsedTest, NobodyIsRememberedWhoIsGone) {
  const auto ana = world.user("ana");
  auto gone = std::make_shared<api::Caller>(*ana);
  gone->unique_id = "AIDAGONE";
  gone->access_key_id = "AKIAGONE";
  auto stranger = std::make_shared<api::Caller>(*ana);
  stranger->type = api::CallerType::anonymous;
  uses.note(*gone, {"iam", get_user, "us-east-1"}, now());
  uses.note(*stranger, {"iam", get_user, "us-east-1"}, now());
  flush();
  EXPECT_EQ(access(*gone, "iam"), nullptr);
  EXPECT_TRUE(uses.empty());
}

// Every principal's turn comes, however many there are and however often the first ones are used again.
TEST_F(LastUsedTest, FlushesAreBoundedAndFair) {
  std::vector<std::shared_ptr<const api::Caller>> callers;
  for (int i = 0; i < 150; ++i) {
    auto caller = std::make_shared<api::Caller>(*world.root());
    caller->access_key_id = "AKIA" + std::to_string(i);
    caller->unique_id = world.account.value;
    callers.push_back(std::move(caller));
  }
  std::size_t rounds = 0, left = 1;
  for (const auto& caller : callers) uses.note(*caller, {"iam", get_user, "us-east-1"}, now());
  while (left > 0 && rounds < 10) {
    left = flush();
    ++rounds;
    if (rounds == 1) {
      EXPECT_GT(left, 0u);
      for (int i = 0; i < 20; ++i) uses.note(*callers[static_cast<std::size_t>(i)], {"iam", list_users, "us-east-1"}, now());
    }
  }
  EXPECT_LE(rounds, 4u);
  EXPECT_TRUE(uses.empty());
}

TEST_F(LastUsedTest, ADeletedPrincipalTakesItsFiguresAlong) {
  const auto ana = world.user("ana");
  uses.note(*ana, {"iam", get_user, "us-east-1"}, now());
  uses.note(*ana, {"sts", "", "us-east-1"}, now());
  flush();
  world.write([&](store::Txn& txn) { forget_uses(txn, world.account, ana->unique_id); });
  EXPECT_EQ(access(*ana, "iam"), nullptr);
  EXPECT_EQ(access(*ana, "sts"), nullptr);
}

}  // namespace
}  // namespace haar::iam
