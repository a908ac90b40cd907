// Who runs when, who is refused, and who gives way. Nothing here depends on how fast threads are.
#include "api/pipeline/fair_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>

namespace haar::api {
namespace {

class Latch {
 public:
  void open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// A pool whose one thread is held until go(), and the names of works in the order in which they ran.
class World {
 public:
  explicit World(FairPool::Limits limits) : pool_(std::make_unique<FairPool>("fair-test", limits)) {
    EXPECT_TRUE(pool_->post({"holder", "holder"}, {[this] {
                                                     held_.open();
                                                     gate_.wait();
                                                   },
                                                   [] {}}));
    held_.wait();
  }
  bool post(const std::string& account, const std::string& principal, const std::string& name) {
    return pool_->post({account, principal}, {[this, name] { note(ran_, name); }, [this, name] { note(away_, name); }});
  }
  ~World() {
    gate_.open();
    pool_.reset();
  }
  // Lets the thread go, and waits until so many works have run.
  std::vector<std::string> go(std::size_t works) {
    gate_.open();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ran_.size() == works; });
    return ran_;
  }
  // Ends the pool while its thread is held: it goes on when the rest has been turned away.
  std::vector<std::string> end() {
    EXPECT_TRUE(pool_->post({"~", "~"}, {[] {}, [this] { gate_.open(); }}));
    pool_.reset();
    return away_;
  }
  const std::vector<std::string>& away() const { return away_; }
  FairPool& pool() { return *pool_; }

 private:
  void note(std::vector<std::string>& list, const std::string& name) {
    {
      const std::lock_guard lock(mutex_);
      list.push_back(name);
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> ran_, away_;
  Latch held_, gate_;
  std::unique_ptr<FairPool> pool_;
};

constexpr FairPool::Limits roomy{.threads = 1,
                                 .waiting_max = 100,
                                 .waiting_per_account_max = 50,
                                 .waiting_per_principal_max = 50,
                                 .running_per_account_max = 1};

using Names = std::vector<std::string>;

TEST(FairPool, AccountsTakeTurnsAndInEachItsPrincipals) {
  World w(roomy);
  for (const char* name : {"a1", "a2", "a3", "a4"}) EXPECT_TRUE(w.post("A", "ana", name));
  for (const char* name : {"b1", "b2"}) EXPECT_TRUE(w.post("A", "bob", name));
  EXPECT_TRUE(w.post("B", "eve", "e1"));
  EXPECT_EQ(w.go(7), (Names{"a1", "e1", "b1", "a2", "b2", "a3", "a4"}));
}

TEST(FairPool, APrincipalAndAnAccountHaveABoundEach) {
  FairPool::Limits limits = roomy;
  limits.waiting_per_principal_max = 2;
  limits.waiting_per_account_max = 3;
  World w(limits);
  EXPECT_TRUE(w.post("A", "ana", "a1"));
  EXPECT_TRUE(w.post("A", "ana", "a2"));
  EXPECT_FALSE(w.post("A", "ana", "a3"));
  EXPECT_TRUE(w.post("A", "bob", "b1"));
  EXPECT_FALSE(w.post("A", "bob", "b2"));
  EXPECT_TRUE(w.post("B", "ana", "e1")) << "another account's principal of the same name is somebody else";
  EXPECT_EQ(w.go(4), (Names{"a1", "e1", "b1", "a2"}));
  EXPECT_EQ(w.away(), Names{});
}

// However many accounts are full of work, one that asks for little is let in.
TEST(FairPool, TheNewestOfWhoWaitsForTheMostGivesWay) {
  FairPool::Limits limits = roomy;
  limits.waiting_max = 5;
  World w(limits);
  for (const char* name : {"a1", "a2", "a3"}) EXPECT_TRUE(w.post("A", "ana", name));
  for (const char* name : {"b1", "b2"}) EXPECT_TRUE(w.post("B", "bob", name));
  EXPECT_FALSE(w.post("A", "ana", "a4")) << "who waits for the most does not get more";
  EXPECT_FALSE(w.post("B", "bob", "b3")) << "nor who would wait for as much";
  EXPECT_TRUE(w.post("C", "eve", "e1"));
  EXPECT_EQ(w.away(), (Names{"a3"}));
  EXPECT_FALSE(w.post("A", "cat", "c1")) << "a new principal does not add to its account's share";
}

TEST(FairPool, AnAccountHasFewRunningAtOnce) {
  FairPool::Limits limits = roomy;
  limits.threads = 2;
  Latch gate, started, other, second;
  std::atomic<bool> first_ended{false};
  FairPool pool("fair-test", limits);  // last: its threads open the latches
  EXPECT_TRUE(pool.post({"A", "ana"}, {[&] {
                                         started.open();
                                         gate.wait();
                                       },
                                       [] {}}));
  started.wait();
  EXPECT_TRUE(pool.post({"A", "bob"}, {[&] {
                                         EXPECT_TRUE(first_ended.load());
                                         second.open();
                                       },
                                       [] {}}));
  EXPECT_TRUE(pool.post({"B", "eve"}, {[&] { other.open(); }, [] {}}));
  other.wait();  // the second thread passed over the account that has one running
  first_ended = true;
  gate.open();
  second.wait();
}

TEST(FairPool, GoesOnAfterAnException) {
  World w(roomy);
  Latch thrown;
  EXPECT_TRUE(w.pool().post({"A", "ana"}, {[&] {
                                             thrown.open();
                                             throw std::runtime_error("no memory is left");
                                           },
                                           [] {}}));
  EXPECT_TRUE(w.post("A", "ana", "a1"));
  EXPECT_EQ(w.go(1), Names{"a1"});
  thrown.wait();
}

TEST(FairPool, WhatWaitsAtTheEndIsTurnedAway) {
  World w(roomy);
  EXPECT_TRUE(w.post("A", "ana", "a1"));
  EXPECT_TRUE(w.post("B", "bob", "b1"));
  Names away = w.end();
  std::ranges::sort(away);
  EXPECT_EQ(away, (Names{"a1", "b1"}));
}

}  // namespace
}  // namespace haar::api
