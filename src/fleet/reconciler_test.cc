#include "fleet/reconciler.h"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <stdexcept>

#include "fleet/test_queue.h"
#include "fleet/timers.h"
#include "store/memory_backend.h"

namespace haar::fleet {
namespace {

const store::Key one = store::join("111122223333", "us-east-1", "one"), two = store::join("444455556666", "us-east-1", "two");

Error failure(const char* code) { return {code, "it went wrong", 500, Fault::receiver}; }

// Whose plans are what the test says.
class Script : public Kind {
 public:
  [[nodiscard]] std::string_view name() const override { return "script"; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader&) const override { return {one, two}; }
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader&, const store::Changed& change) const override {
    return change.space == timers.name() ? std::nullopt : std::optional(change.key);
  }
  Plan plan(const store::Key& key) override {
    looked.push_back(key.part(2));
    if (plans.empty()) return {};
    Plan next = plans.front();
    plans.pop_front();
    return next;
  }
  int note_failure(const store::Key&, const Action& action, const Error& error) override {
    failed.push_back(std::string(action.name) + ": " + error.code);
    return static_cast<int>(failed.size());
  }
  Action act(const char* what, Result<void> outcome = {}) {
    return {what, [this, what, outcome]() -> Result<void> {
              done.emplace_back(what);
              return outcome;
            }, ""};
  }

  std::deque<Plan> plans;
  std::vector<std::string> looked, done, failed;
};

class ReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<store::Db>> opened = store::Db::open(store::make_memory_backend(), {&timers});
    ASSERT_TRUE(opened.ok());
    db_ = std::move(opened).value();
    reconciler_.emplace(line_.runtime(), *db_);
    reconciler_->add(script_);
    timers_.emplace(*db_, line_.clock, *reconciler_);
    reconciler_->add(*timers_);
    db_->watch([this](Revision, const std::vector<store::Changed>& changes) { reconciler_->changed(changes); });
  }
  using Names = std::vector<std::string>;

  TestLine line_;
  std::unique_ptr<store::Db> db_;
  Script script_;
  std::optional<Reconciler> reconciler_;
  std::optional<Timers> timers_;
};

TEST_F(ReconcilerTest, at_the_start_everything_is_looked_at_once) {
  reconciler_->start();
  line_.run_due();
  EXPECT_EQ(script_.looked, (Names{"one", "two"}));
}

TEST_F(ReconcilerTest, actions_are_done_in_order_until_the_plan_is_empty) {
  script_.plans = {{{script_.act("a"), script_.act("b")}, {}}, {{script_.act("c")}, {}}};
  reconciler_->look("script", one);
  line_.run_due();
  EXPECT_EQ(script_.done, (Names{"a", "b", "c"}));
  EXPECT_EQ(script_.looked, (Names{"one", "one", "one"}));
}

TEST_F(ReconcilerTest, what_is_looked_at_again_is_so_when_the_plan_says) {
  script_.plans = {{{}, Delay(1000)}};
  reconciler_->look("script", one);
  line_.run_due();
  line_.pass(Delay(999));
  EXPECT_EQ(script_.looked.size(), 1u);
  line_.pass(Delay(1));
  EXPECT_EQ(script_.looked.size(), 2u);
}

TEST_F(ReconcilerTest, the_first_failure_ends_the_look_and_each_one_makes_the_next_later) {
  for (int i = 0; i < 3; ++i) script_.plans.push_back({{script_.act("a", failure("Broken")), script_.act("b")}, {}});
  reconciler_->look("script", one);
  line_.run_due();
  EXPECT_EQ(script_.done, (Names{"a"}));
  EXPECT_EQ(script_.failed, (Names{"a: Broken"}));
  line_.pass(Delay(199));
  EXPECT_EQ(script_.failed.size(), 1u);
  line_.pass(Delay(1));
  EXPECT_EQ(script_.failed.size(), 2u);
  line_.pass(Delay(399));
  EXPECT_EQ(script_.failed.size(), 2u);
  line_.pass(Delay(1));
  EXPECT_EQ(script_.failed.size(), 3u);
}

TEST_F(ReconcilerTest, what_fails_for_one_subject_does_not_hold_up_another) {
  const auto of = [](Action action, const char* subject) {
    action.subject = subject;
    return action;
  };
  script_.plans = {{{of(script_.act("a", failure("Broken")), "x"), of(script_.act("b"), "x"), of(script_.act("c"), "y"),
                     of(script_.act("d", waiting("it starts")), "y")},
                    Delay(50)}};
  reconciler_->look("script", one);
  line_.run_due();
  EXPECT_EQ(script_.done, (Names{"a", "c", "d"}));
  EXPECT_EQ(script_.looked.size(), 1u);
  line_.pass(Delay(50));
  EXPECT_EQ(script_.looked.size(), 2u) << "as soon as one of them says";
}

TEST_F(ReconcilerTest, back_off_grows_to_half_a_minute) {
  EXPECT_EQ(Reconciler::back_off(0), Delay(200));
  EXPECT_EQ(Reconciler::back_off(1), Delay(200));
  EXPECT_EQ(Reconciler::back_off(2), Delay(400));
  EXPECT_EQ(Reconciler::back_off(8), Delay(25'600));
  EXPECT_EQ(Reconciler::back_off(9), Delay(30'000));
  EXPECT_EQ(Reconciler::back_off(1'000'000'000), Delay(30'000));
}

TEST_F(ReconcilerTest, waiting_is_no_failure_and_stopping_is_nothing) {
  script_.plans = {{{script_.act("a", waiting("it starts"))}, Delay(70)}, {{script_.act("a", failure("Stopping"))}, {}}};
  reconciler_->look("script", one);
  line_.run_due();
  EXPECT_EQ(script_.done, (Names{"a"}));
  line_.pass(Delay(69));
  EXPECT_EQ(script_.done.size(), 1u);
  line_.pass(Delay(1));
  EXPECT_EQ(script_.done.size(), 2u);
  line_.pass(Delay(1'000'000));
  EXPECT_EQ(script_.done.size(), 2u);
  EXPECT_TRUE(script_.failed.empty());
}

TEST_F(ReconcilerTest, an_action_that_throws_has_failed) {
  script_.plans = {{{{"a", []() -> Result<void> { throw std::runtime_error("broken"); }, ""}}, {}}};
  reconciler_->look("script", one);
  line_.run_due();
  EXPECT_EQ(script_.failed, (Names{"a: InternalFailure"}));
}

TEST_F(ReconcilerTest, a_commit_makes_it_look_at_what_it_concerns) {
  reconciler_->changed({{"rds/cluster", one, false}, {timers.name(), two, false}});
  line_.run_due();
  EXPECT_EQ(script_.looked, (Names{"one"}));
}

TEST_F(ReconcilerTest, a_timer_makes_it_look_when_it_is_due_and_moves_with_the_operators_clock) {
  const auto set = [&](std::int64_t seconds, const store::Key& key) {
    return db_->submit_and_wait([&](store::Txn& txn) {
      set_timer(txn, line_.clock.now().plus_seconds(seconds), "script", key);
      return store::Keep::commit;
    });
  };
  ASSERT_EQ(set(3600, two), store::Outcome::committed);
  ASSERT_EQ(set(60, one), store::Outcome::committed);
  line_.run_due();
  EXPECT_TRUE(script_.looked.empty());
  line_.pass(Delay(59'999));
  EXPECT_TRUE(script_.looked.empty());
  line_.pass(Delay(3));
  EXPECT_EQ(script_.looked, (Names{"one"}));
  line_.clock.advance_seconds(7200);
  timers_->clock_moved();
  line_.run_due();
  EXPECT_EQ(script_.looked, (Names{"one", "two"}));
  EXPECT_TRUE(store::Reader(db_->snapshot()).scan(timers, {}).empty());
}

TEST_F(ReconcilerTest, a_timer_that_was_cancelled_does_not_fire) {
  const Timestamp due = line_.clock.now().plus_seconds(60);
  for (const bool set : {true, false}) {
    ASSERT_EQ(db_->submit_and_wait([&](store::Txn& txn) {
      if (set) set_timer(txn, due, "script", one);
      else cancel_timer(txn, due, "script", one);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }
  line_.pass(Delay(120'000));
  EXPECT_TRUE(script_.looked.empty());
}

}  // namespace
}  // namespace haar::fleet
