// Two Dbs on one backend, as with etcd: each follows what the other commits, and is refused what it has overlooked.
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "base/thread.h"
#include "store/db.h"
#include "store/memory_backend.h"
#include "store/test_people.h"

namespace haar::store {
namespace {

const AccountId other_account("444455556666");

// A backend whose feed of others' commits is not heard, so that only a conflict makes a Db look at them.
class Deaf final : public Backend {
 public:
  Deaf(std::unique_ptr<Backend> real, std::atomic<int>& conflicts) : real_(std::move(real)), conflicts_(conflicts) {}
  [[nodiscard]] Limits limits() const override { return real_->limits(); }
  [[nodiscard]] bool exclusive() const override { return false; }
  [[nodiscard]] std::string describe() const override { return real_->describe(); }
  Result<Revision> revision() override { return real_->revision(); }
  Result<std::optional<Entry>> get(std::string_view s, std::string_view k) override { return real_->get(s, k); }
  Result<Revision> scan(std::string_view s, std::string_view p, const EntryFn& f) override { return real_->scan(s, p, f); }
  CommitResult commit(const Transaction& t) override {
    const CommitResult result = real_->commit(t);
    conflicts_ += result.outcome == Outcome::conflict;
    return result;
  }
  Result<Changes> changes(std::string_view s, std::string_view p, Revision a, std::size_t n) override {
    return real_->changes(s, p, a, n);
  }
  Revision wait_beyond(Revision after, std::chrono::milliseconds time) override {
    const Revision never = ~Revision{0};
    real_->wait_beyond(never, time);
    return after;
  }
  Result<std::vector<Entry>> read_log(const LogRange& r) override { return real_->read_log(r); }
  Result<LogUsage> log_usage(std::string_view s) override { return real_->log_usage(s); }
  [[nodiscard]] BackendStats stats() const override { return real_->stats(); }

 private:
  const std::unique_ptr<Backend> real_;
  std::atomic<int>& conflicts_;
};

class TwoDbs : public ::testing::Test {
 protected:
  std::unique_ptr<Db> open() { return Db::open(make_memory_backend(store_), spaces()).value(); }
  // One that hears of others by conflict alone; `conflicts` counts these.
  std::unique_ptr<Db> open_deaf(std::atomic<int>& conflicts) {
    return Db::open(std::make_unique<Deaf>(make_memory_backend(store_), conflicts), spaces()).value();
  }
  static std::vector<const SpaceBase*> spaces() { return {&people, &numbers, &notes}; }
  static Outcome put(Db& db, const AccountId& of, const std::string& name, const std::string& city) {
    return db.submit_and_wait([&](Txn& txn) {
      txn.put(people, key_of(of, global, name), {name, city});
      return Keep::commit;
    });
  }
  static Outcome increment(Db& db) {
    return db.submit_and_wait([](Txn& txn) {
      const Note* n = txn.get(numbers, key_of(account, global, "n"));
      txn.put(numbers, key_of(account, global, "n"), {n == nullptr ? 1 : n->number + 1});
      return Keep::commit;
    });
  }
  static std::int64_t value(Db& db) {
    const Reader reader(db.snapshot());
    return reader.get(numbers, key_of(account, global, "n"))->number;
  }
  std::shared_ptr<MemoryStore> store_ = make_memory_store();
};

TEST_F(TwoDbs, lost_update_is_run_again_on_the_newer_state) {
  const auto a = open();
  const auto b = open();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(increment(*a), Outcome::committed);
    EXPECT_EQ(increment(*b), Outcome::committed);
  }
  EXPECT_EQ(value(*b), 20);
}

TEST_F(TwoDbs, phantoms_are_run_again) {
  const auto a = open();
  const auto b = open();
  // Whoever finds nobody becomes the only one.
  const auto only = [](const std::string& name) {
    return [name](Txn& txn) {
      if (!txn.scan(people, prefix_of(account, global)).empty()) return Keep::discard;
      txn.put(people, person(name), {name, ""});
      return Keep::commit;
    };
  };
  EXPECT_EQ(a->submit_and_wait(only("a")), Outcome::committed);
  EXPECT_EQ(b->submit_and_wait(only("b")), Outcome::committed);
  const Reader reader(b->snapshot());
  EXPECT_EQ(reader.count(people, prefix_of()), 1u);
  EXPECT_NE(reader.get(people, person("a")), nullptr);
}

TEST_F(TwoDbs, compaction_is_met_by_reading_everything_again) {
  const auto a = open();
  const auto b = open();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(increment(*a), Outcome::committed);
  compact(*store_);
  EXPECT_EQ(increment(*b), Outcome::committed);
  EXPECT_EQ(value(*b), 4);
}

TEST_F(TwoDbs, both_write_at_once_and_nothing_is_lost) {
  const auto a = open();
  const auto b = open();
  std::atomic<int> done = 0;
  {
    std::vector<Thread> threads;
    for (Db* db : {a.get(), b.get(), a.get(), b.get()}) {
      threads.emplace_back("test-writer", [&, db] {
        for (int i = 0; i < 50; ++i) done += increment(*db) == Outcome::committed;
      });
    }
  }
  EXPECT_GT(done, 0);
  EXPECT_EQ(increment(*a), Outcome::committed);
  EXPECT_EQ(value(*a), done + 1);
}

TEST_F(TwoDbs, blind_writes_within_a_batch_do_not_conflict_with_themselves) {
  const auto a = open();
  const auto b = open();
  EXPECT_EQ(increment(*a), Outcome::committed);  // b knows nothing of it
  std::promise<Outcome> last;
  // A blind put, an erase, and a look in one batch of b.
  EXPECT_TRUE(b->submit([](Txn& txn) {
    txn.put(numbers, key_of(account, global, "n"), {100});
    return Keep::commit;
  }, [](Outcome o) { EXPECT_EQ(o, Outcome::committed); }));
  EXPECT_TRUE(b->submit([](Txn& txn) {
    txn.erase(numbers, key_of(account, global, "n"));
    return Keep::commit;
  }, [](Outcome o) { EXPECT_EQ(o, Outcome::committed); }));
  EXPECT_TRUE(b->submit([](Txn& txn) {
    txn.put(numbers, key_of(account, global, "seen"), {txn.get(numbers, key_of(account, global, "n")) != nullptr});
    return Keep::commit;
  }, [&](Outcome o) { last.set_value(o); }));
  EXPECT_EQ(last.get_future().get(), Outcome::committed);
  const Reader reader(b->snapshot());
  EXPECT_EQ(reader.get(numbers, key_of(account, global, "seen"))->number, 0);
}

// Conflicts: what one Db has looked through and another has changed meanwhile, and nothing else.

class Overlooked : public TwoDbs {
 protected:
  void SetUp() override {
    writes_ = open();
    EXPECT_EQ(put(*writes_, account, "al", "oslo"), Outcome::committed);
    EXPECT_EQ(put(*writes_, account, "bo", "oslo"), Outcome::committed);
    EXPECT_EQ(put(*writes_, other_account, "cy", "oslo"), Outcome::committed);
    looks_ = open_deaf(conflicts_);
  }
  // What `look` counts is written down by the one that looks, after `change` was made by the other.
  std::int64_t counted(const std::function<std::int64_t(Txn&)>& look, const std::function<void(Txn&)>& change) {
    EXPECT_EQ(writes_->submit_and_wait([&](Txn& txn) { return change(txn), Keep::commit; }), Outcome::committed);
    EXPECT_EQ(looks_->submit_and_wait([&](Txn& txn) {
      txn.put(numbers, key_of(account, global, "counted"), {look(txn)});
      return Keep::commit;
    }), Outcome::committed);
    return Reader(looks_->snapshot()).get(numbers, key_of(account, global, "counted"))->number;
  }
  static std::int64_t of_account(Txn& txn) { return static_cast<std::int64_t>(txn.count(people, prefix_of(account, global))); }
  static std::function<std::int64_t(Txn&)> in(const std::string& city) {
    return [city](Txn& txn) {
      std::int64_t n = 0;
      for ([[maybe_unused]] const auto& found : txn.find(people, by_city, city)) ++n;
      return n;
    };
  }
  static std::function<void(Txn&)> putting(const AccountId& of, const std::string& name, const std::string& city) {
    return [=](Txn& txn) { txn.put(people, key_of(of, global, name), {name, city}); };
  }
  static std::function<void(Txn&)> erasing(const std::string& name) {
    return [=](Txn& txn) { txn.erase(people, person(name)); };
  }
  std::atomic<int> conflicts_{0};
  std::unique_ptr<Db> writes_, looks_;
};

TEST_F(Overlooked, phantom_inserts_and_deletes_in_a_scan) {
  EXPECT_EQ(counted(of_account, putting(account, "dee", "rome")), 3);
  EXPECT_EQ(conflicts_, 1);
  EXPECT_EQ(counted(of_account, erasing("al")), 2);
  EXPECT_EQ(conflicts_, 2);
  const auto everybody = [](Txn& txn) { return static_cast<std::int64_t>(txn.count(people, prefix_of())); };
  EXPECT_EQ(counted(everybody, putting(other_account, "ed", "rome")), 4);
  EXPECT_EQ(conflicts_, 3);
}

TEST_F(Overlooked, phantom_inserts_deletes_and_moves_in_an_index) {
  EXPECT_EQ(counted(in("oslo"), putting(account, "dee", "oslo")), 4);
  EXPECT_EQ(counted(in("oslo"), erasing("al")), 3);
  EXPECT_EQ(counted(in("oslo"), putting(account, "bo", "rome")), 2) << "moved away";
  EXPECT_EQ(counted(in("oslo"), putting(account, "bo", "oslo")), 3) << "and back";
  EXPECT_EQ(conflicts_, 4);
}

TEST_F(Overlooked, what_was_not_looked_through_makes_no_conflict) {
  EXPECT_EQ(counted(of_account, putting(other_account, "dee", "oslo")), 2) << "another account";
  EXPECT_EQ(counted(in("oslo"), putting(account, "ed", "rome")), 4) << "another term";
  EXPECT_EQ(counted([](Txn& txn) { return txn.get(people, person("al")) != nullptr; }, erasing("bo")), 1) << "another key";
  EXPECT_EQ(conflicts_, 0);
}

TEST_F(Overlooked, write_skew_within_an_account_and_across_accounts) {
  // One of those in Oslo may leave as long as another stays.
  const auto leave = [](const AccountId& of, const std::string& name) {
    return [=](Txn& txn) {
      std::size_t there = 0;
      for ([[maybe_unused]] const auto& found : txn.find(people, by_city, "oslo")) ++there;
      if (there < 2) return Keep::discard;
      txn.put(people, key_of(of, global, name), {name, "rome"});
      return Keep::commit;
    };
  };
  EXPECT_EQ(writes_->submit_and_wait(leave(account, "al")), Outcome::committed);
  EXPECT_EQ(looks_->submit_and_wait(leave(account, "bo")), Outcome::committed);
  EXPECT_EQ(conflicts_, 1);
  EXPECT_EQ(looks_->submit_and_wait(leave(other_account, "cy")), Outcome::committed);
  const Reader reader(looks_->snapshot());
  EXPECT_EQ(reader.get(people, key_of(other_account, global, "cy"))->city, "oslo") << "the last stays";
  EXPECT_EQ(reader.get(people, person("bo"))->city, "rome");
}

TEST_F(Overlooked, a_blind_write_moves_the_generations_of_what_was_really_there) {
  std::atomic<int> conflicts{0};
  const auto third = open_deaf(conflicts);
  // bo goes to Rome; the deaf one puts bo into Bonn without having heard of it; Rome must be told that bo left.
  EXPECT_EQ(put(*writes_, account, "bo", "rome"), Outcome::committed);
  EXPECT_EQ(put(*looks_, account, "bo", "bonn"), Outcome::committed);
  EXPECT_EQ(conflicts_, 1) << "what is indexed is not written blindly";
  EXPECT_EQ(third->submit_and_wait([](Txn& txn) {
    txn.put(numbers, key_of(account, global, "rome"), {!txn.find(people, by_city, "rome").empty()});
    return Keep::commit;
  }), Outcome::committed);
  EXPECT_EQ(Reader(third->snapshot()).get(numbers, key_of(account, global, "rome"))->number, 0);
}

TEST_F(Overlooked, a_row_of_a_log_is_erased_by_one_of_two) {
  EXPECT_EQ(writes_->submit_and_wait([](Txn& txn) { return txn.append(notes, join(1), {1}), Keep::commit; }),
            Outcome::committed);
  const Entry row = writes_->read_log(notes, {}, {}, 1, false)->front();
  int erased = 0;
  for (Db* db : {writes_.get(), looks_.get()}) {
    erased += db->submit_and_wait([&](Txn& txn) {
      txn.erase(notes, Key::from_bytes(row.key), row.revision);
      return Keep::commit;
    }) == Outcome::committed;
  }
  EXPECT_EQ(erased, 1);
}

// The limits of a transaction count what etcd would be sent: comparisons, writes, and the generations that these move.

TEST_F(TwoDbs, a_work_that_compares_too_much_is_refused_and_a_batch_is_cut) {
  std::atomic<int> conflicts{0};
  const auto db = open_deaf(conflicts);
  const auto looking_at = [](int count, int first) {
    return [=](Txn& txn) {
      for (int i = 0; i < count; ++i) static_cast<void>(txn.get(numbers, key_of(account, global, first + i)));
      txn.put(numbers, key_of(account, global, "done", first), {1});
      return Keep::commit;
    };
  };
  EXPECT_EQ(db->submit_and_wait(looking_at(128, 0)), Outcome::committed);
  EXPECT_EQ(db->submit_and_wait(looking_at(129, 0)), Outcome::too_large);
  std::promise<void> go;
  std::vector<std::future<Outcome>> answers;
  const auto submit = [&](Db::Work work) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    answers.push_back(promise->get_future());
    EXPECT_TRUE(db->submit(std::move(work), [promise](Outcome o) { promise->set_value(o); }));
  };
  submit([waiting = go.get_future().share()](Txn&) { return waiting.wait(), Keep::discard; });
  const std::uint64_t before = db->stats().commits;
  for (int w = 0; w < 4; ++w) submit(looking_at(60, 1000 * w));
  go.set_value();
  for (auto& answer : answers) EXPECT_EQ(answer.get(), Outcome::committed);
  EXPECT_EQ(db->stats().commits, before + 2) << "two of sixty comparisons in each";
}

TEST_F(TwoDbs, the_generations_that_a_work_moves_count_as_operations) {
  const auto db = open();
  const auto putting = [](int count) {
    return [=](Txn& txn) {
      // Each moves its own city's generation; all of them, their account's.
      for (int i = 0; i < count; ++i) txn.put(people, person(std::to_string(i)), {"x", std::to_string(i)});
      return Keep::commit;
    };
  };
  EXPECT_EQ(db->submit_and_wait(putting(64)), Outcome::too_large);
  EXPECT_EQ(db->submit_and_wait(putting(63)), Outcome::committed);
}

// Following: a Db that writes nothing sees what the other commits, and its watches are told.

// What a Db's watches are told.
class Ears {
 public:
  explicit Ears(Db& db) {
    db.watch([this](Revision revision, const std::vector<Changed>& changed) {
      const std::lock_guard lock(mutex_);
      seen_ = revision;
      for (const Changed& c : changed) heard_.push_back(std::string(c.space) + " " + c.key.part(2) + (c.erased ? " erased" : ""));
      moved_.notify_all();
    });
  }
  // What was heard by the time that the Db has come to the revision; sorted.
  std::vector<std::string> heard(Revision revision) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(moved_.wait_for(lock, std::chrono::seconds(30), [&] { return seen_ >= revision; }));
    std::vector<std::string> out = std::exchange(heard_, {});
    std::sort(out.begin(), out.end());
    return out;
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  Revision seen_ = 0;
  std::vector<std::string> heard_;
};
using Heard = std::vector<std::string>;

class Following : public TwoDbs {
 protected:
  Heard heard() { return ears_.heard(writes_->stats().revision); }
  const std::unique_ptr<Db> writes_ = open(), follows_ = open();
  Ears ears_{*follows_};
};

TEST_F(Following, sees_and_tells_what_another_commits) {
  EXPECT_EQ(put(*writes_, account, "al", "oslo"), Outcome::committed);
  EXPECT_EQ(heard(), Heard{"test/person al"});
  EXPECT_EQ(increment(*writes_), Outcome::committed);
  EXPECT_EQ(heard(), Heard{"test/number n"});
  EXPECT_EQ(writes_->submit_and_wait([](Txn& txn) {
    txn.erase(people, person("al"));
    txn.put(people, person("bo"), {"bo", "oslo"});
    return Keep::commit;
  }), Outcome::committed);
  EXPECT_EQ(heard(), (Heard{"test/person al erased", "test/person bo"}));
  const Reader reader(follows_->local_snapshot());
  EXPECT_EQ(reader.get(people, person("al")), nullptr);
  EXPECT_EQ(reader.find(people, by_city, "oslo").first()->record.name, "bo") << "indexes follow too";
  EXPECT_EQ(reader.revision(), writes_->stats().revision);
}

TEST_F(Following, what_another_wrote_just_before_is_not_lost_by_an_own_commit) {
  std::atomic<int> conflicts{0};
  const auto deaf = open_deaf(conflicts);
  EXPECT_EQ(put(*writes_, account, "al", "oslo"), Outcome::committed);
  EXPECT_EQ(put(*deaf, other_account, "bo", "oslo"), Outcome::committed) << "which has looked at nothing of the other's";
  EXPECT_EQ(conflicts, 0);
  const Reader reader(deaf->snapshot());
  EXPECT_NE(reader.get(people, person("al")), nullptr);
  EXPECT_NE(reader.get(people, key_of(other_account, global, "bo")), nullptr);
  EXPECT_EQ(reader.revision(), 2u);
}

TEST_F(Following, a_gap_in_the_feed_is_met_by_reading_everything_again) {
  for (const char* name : {"al", "bo", "cy"}) EXPECT_EQ(put(*writes_, account, name, "oslo"), Outcome::committed);
  std::atomic<int> conflicts{0};
  const auto deaf = open_deaf(conflicts);  // it stands where the feed will not reach back to
  Ears ears(*deaf);
  EXPECT_EQ(writes_->submit_and_wait([](Txn& txn) {
    txn.erase(people, person("al"));
    txn.put(people, person("bo"), {"bo", "rome"});
    txn.put(people, person("dee"), {"dee", "oslo"});
    return Keep::commit;
  }), Outcome::committed);
  compact(*store_);
  EXPECT_EQ(increment(*deaf), Outcome::committed);
  EXPECT_EQ(ears.heard(deaf->stats().revision),
            (Heard{"test/number n", "test/person al erased", "test/person bo", "test/person dee"})) << "each difference once";
  const Reader reader(deaf->snapshot());
  EXPECT_EQ(reader.count(people, prefix_of()), 3u);
  EXPECT_NE(reader.get(people, person("cy")), nullptr);
}

TEST_F(Following, goes_on_while_both_write) {
  {
    std::vector<Thread> threads;
    for (Db* db : {writes_.get(), follows_.get()}) {
      threads.emplace_back("test-writer", [&, db] {
        for (int i = 0; i < 50; ++i) {
          const std::string name = (db == writes_.get() ? "w" : "f") + std::to_string(i);
          EXPECT_EQ(put(*db, account, name, "oslo"), Outcome::committed);
        }
      });
    }
  }
  EXPECT_EQ(put(*writes_, account, "last", "oslo"), Outcome::committed);
  heard();
  for (Db* db : {writes_.get(), follows_.get()}) EXPECT_EQ(Reader(db->snapshot()).count(people, prefix_of()), 101u);
}

}  // namespace
}  // namespace haar::store
