#include "store/db.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>

#include "base/thread.h"
#include "store/memory_backend.h"
#include "store/test_people.h"

namespace haar::store {
namespace {

// Passes everything on, except that commits can be held up or made to fail.
class Gate final : public Backend {
 public:
  explicit Gate(std::unique_ptr<Backend> real) : real_(std::move(real)) {}

  void close() { set(true); }
  void open() { set(false); }
  // Waits until a commit stands before the closed gate.
  void wait_for_commit() {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return waiting_; });
  }
  std::atomic<Outcome> answer{Outcome::committed};
  std::atomic<int> commits{0};

  [[nodiscard]] Limits limits() const override { return real_->limits(); }
  [[nodiscard]] bool exclusive() const override { return real_->exclusive(); }
  [[nodiscard]] std::string describe() const override { return real_->describe(); }
  Result<Revision> revision() override { return real_->revision(); }
  Result<std::optional<Entry>> get(std::string_view s, std::string_view k) override { return real_->get(s, k); }
  Result<Revision> scan(std::string_view s, std::string_view p, const EntryFn& f) override { return real_->scan(s, p, f); }
  CommitResult commit(const Transaction& t) override {
    ++commits;
    {
      std::unique_lock lock(mutex_);
      waiting_ = true;
      moved_.notify_all();
      moved_.wait(lock, [&] { return !closed_; });
      waiting_ = false;
    }
    if (answer != Outcome::committed) return {answer, 0};
    return real_->commit(t);
  }
  Result<Changes> changes(std::string_view s, std::string_view p, Revision a, std::size_t n) override {
    return real_->changes(s, p, a, n);
  }
  Revision wait_beyond(Revision a, std::chrono::milliseconds t) override { return real_->wait_beyond(a, t); }
  Result<std::vector<Entry>> read_log(const LogRange& r) override { return real_->read_log(r); }
  Result<LogUsage> log_usage(std::string_view s) override { return real_->log_usage(s); }
  [[nodiscard]] BackendStats stats() const override { return real_->stats(); }

 private:
  void set(bool closed) {
    const std::lock_guard lock(mutex_);
    closed_ = closed;
    moved_.notify_all();
  }
  std::unique_ptr<Backend> real_;
  std::mutex mutex_;
  std::condition_variable moved_;
  bool closed_ = false;
  bool waiting_ = false;
};

class DbTest : public ::testing::Test {
 protected:
  void SetUp() override { start({}); }
  void start(Options options) {
    db_.reset();
    auto gate = std::make_unique<Gate>(make_memory_backend());
    gate_ = gate.get();
    db_ = Db::open(std::move(gate), {&people, &numbers, &notes}, options).value();
  }
  // A work whose answer can be waited for.
  std::future<Outcome> submit(Db::Work work) {
    auto promise = std::make_shared<std::promise<Outcome>>();
    std::future<Outcome> out = promise->get_future();
    EXPECT_TRUE(db_->submit(std::move(work), [promise](Outcome o) { promise->set_value(o); }));
    return out;
  }
  std::future<Outcome> submit_put(const std::string& name, const std::string& city = "") {
    return submit([=](Txn& txn) {
      txn.put(people, person(name), {name, city});
      return Keep::commit;
    });
  }
  Outcome put(const Person& p) {
    return db_->submit_and_wait([&](Txn& txn) {
      txn.put(people, person(p.name), p);
      return Keep::commit;
    });
  }
  bool visible(const std::string& name) {
    const Reader reader(db_->snapshot());
    return reader.get(people, person(name)) != nullptr;
  }
  template <class Found>
  static std::string names(const Found& found) {
    std::string out;
    for (const auto& [key, record] : found) {
      EXPECT_EQ(key.part(2), record.name);
      out += record.name + " ";
    }
    return out;
  }

  std::unique_ptr<Db> db_;
  Gate* gate_ = nullptr;
};

TEST_F(DbTest, what_is_committed_is_read_by_key_scan_index_and_count) {
  EXPECT_EQ(put({"bob", "oslo", {"a", "b"}}), Outcome::committed);
  EXPECT_EQ(put({"al", "rome", {"b"}}), Outcome::committed);
  EXPECT_EQ(put({"cy", "oslo"}), Outcome::committed);
  const Reader reader(db_->snapshot());
  EXPECT_EQ(reader.get(people, person("bob"))->city, "oslo");
  EXPECT_EQ(reader.get(people, person("bo")), nullptr);
  EXPECT_EQ(names(reader.scan(people, prefix_of(account, global))), "al bob cy ");
  EXPECT_EQ(names(reader.scan(people, prefix_of(account, global), person("al"))), "bob cy ");
  EXPECT_EQ(names(reader.scan(people, prefix_of(account, "us-east-1"))), "");
  EXPECT_EQ(names(reader.find(people, by_city, "oslo")), "bob cy ");
  EXPECT_EQ(names(reader.find(people, by_city, "osl")), "");
  EXPECT_EQ(names(reader.find(people, by_group, join(account, "b"))), "al bob ");
  EXPECT_EQ(names(reader.find(people, by_group, join(account, "b"), person("al"))), "bob ");
  EXPECT_EQ(reader.find(people, by_city, "rome").first()->record.name, "al");
  EXPECT_FALSE(reader.find(people, by_city, "bonn").first().has_value());
  EXPECT_EQ(reader.count(people, prefix_of(account)), 3u);
  EXPECT_EQ(reader.revision(), 3u);
}

TEST_F(DbTest, indexes_follow_every_change) {
  put({"bob", "oslo", {"a", "b"}});
  put({"bob", "rome", {"b", "c"}});
  {
    const Reader reader(db_->snapshot());
    EXPECT_EQ(names(reader.find(people, by_city, "oslo")), "");
    EXPECT_EQ(names(reader.find(people, by_city, "rome")), "bob ");
    EXPECT_EQ(names(reader.find(people, by_group, join(account, "a"))), "");
    EXPECT_EQ(reader.find(people, by_group, join(account, "b")).first()->record.city, "rome") << "not the old record";
  }
  db_->submit_and_wait([](Txn& txn) {
    txn.erase(people, person("bob"));
    return Keep::commit;
  });
  const Reader reader(db_->snapshot());
  EXPECT_EQ(names(reader.find(people, by_city, "rome")), "");
  EXPECT_EQ(names(reader.find(people, by_group, join(account, "c"))), "");
}

TEST_F(DbTest, a_transaction_reads_its_own_writes_and_old_pointers_stay_valid) {
  put({"bob", "oslo"});
  const Outcome outcome = db_->submit_and_wait([](Txn& txn) {
    EXPECT_FALSE(txn.touched());
    const Person* first = txn.get(people, person("bob"));
    txn.put(people, person("bob"), {"bob", "rome"});
    EXPECT_TRUE(txn.touched());
    const Person* second = txn.get(people, person("bob"));
    txn.put(people, person("bob"), {"bob", "bonn"});
    txn.erase(people, person("bob"));
    EXPECT_EQ(txn.get(people, person("bob")), nullptr);
    EXPECT_EQ(first->city + second->city, "oslorome");
    txn.put(people, person("dee"), {"dee", "york"});
    EXPECT_EQ(names(txn.find(people, by_city, "york")), "dee ");
    return Keep::commit;
  });
  EXPECT_EQ(outcome, Outcome::committed);
  EXPECT_FALSE(visible("bob"));
  EXPECT_TRUE(visible("dee"));
}

TEST_F(DbTest, writing_while_scanning_walks_the_state_at_the_beginning) {
  for (const char* name : {"a", "b", "c", "d"}) put({name, "x"});
  db_->submit_and_wait([](Txn& txn) {
    std::string seen;
    for (const auto& [key, p] : txn.find(people, by_city, "x")) {
      seen += p.name;
      txn.erase(people, key);
      txn.put(people, person(p.name + "2"), {p.name + "2", "x"});
    }
    EXPECT_EQ(seen, "abcd");
    return Keep::commit;
  });
  const Reader reader(db_->snapshot());
  EXPECT_EQ(names(reader.scan(people, prefix_of())), "a2 b2 c2 d2 ");
}

TEST_F(DbTest, a_space_can_be_emptied_with_its_indexes) {
  for (const char* name : {"a", "b", "c"}) put({name, "x", {"g"}});
  EXPECT_EQ(db_->spaces().size(), 3u);
  EXPECT_EQ(db_->submit_and_wait([](Txn& txn) {
    EXPECT_EQ(txn.erase_all(people), 3u);
    txn.put(people, person("d"), {"d", "x"});
    return Keep::commit;
  }), Outcome::committed);
  const Reader reader(db_->snapshot());
  EXPECT_EQ(names(reader.scan(people, prefix_of())), "d ");
  EXPECT_EQ(names(reader.find(people, by_city, "x")), "d ");
  EXPECT_EQ(names(reader.find(people, by_group, join(account, "g"))), "");
}

TEST_F(DbTest, a_discarded_transaction_leaves_no_trace_and_makes_no_commit) {
  const Outcome outcome = db_->submit_and_wait([](Txn& txn) {
    txn.put(people, person("bob"), {"bob", "oslo"});
    txn.append(notes, join(1), {1});
    return Keep::discard;
  });
  EXPECT_EQ(outcome, Outcome::committed);
  EXPECT_EQ(db_->submit_and_wait([](Txn&) { return Keep::commit; }), Outcome::committed) << "nothing written";
  EXPECT_FALSE(visible("bob"));
  EXPECT_EQ(gate_->commits, 0);
  EXPECT_EQ(db_->log_usage(notes)->rows, 0u);
}

TEST_F(DbTest, a_work_that_throws_is_discarded_alone) {
  gate_->close();
  auto first = submit_put("first");
  gate_->wait_for_commit();  // the next three are one batch
  auto before = submit_put("before");
  auto thrown = submit([](Txn& txn) -> Keep {
    EXPECT_NE(txn.get(people, person("before")), nullptr) << "the speculative head";
    txn.put(people, person("thrown"), {"thrown", ""});
    throw std::runtime_error("a bug");
  });
  auto after = submit_put("after");
  gate_->open();
  EXPECT_EQ(before.get(), Outcome::committed);
  EXPECT_EQ(thrown.get(), Outcome::unknown);
  EXPECT_EQ(after.get(), Outcome::committed);
  EXPECT_FALSE(visible("thrown"));
  EXPECT_TRUE(visible("before") && visible("after"));
  EXPECT_EQ(gate_->commits, 2);
}

TEST_F(DbTest, works_that_arrive_during_a_commit_share_the_next_one) {
  gate_->close();
  std::vector<std::future<Outcome>> answers;
  answers.push_back(submit_put("first"));
  gate_->wait_for_commit();
  for (int i = 0; i < 40; ++i) answers.push_back(submit_put("p" + std::to_string(i)));
  gate_->open();
  for (auto& answer : answers) EXPECT_EQ(answer.get(), Outcome::committed);
  EXPECT_EQ(gate_->commits, 2);
  EXPECT_EQ(db_->stats().works, 41u);
}

TEST_F(DbTest, nothing_is_visible_or_answered_before_it_is_durable) {
  gate_->close();
  auto write = submit_put("bob");
  gate_->wait_for_commit();
  EXPECT_FALSE(visible("bob"));
  EXPECT_EQ(db_->local_snapshot().revision(), 0u);
  EXPECT_EQ(write.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  gate_->open();
  EXPECT_EQ(write.get(), Outcome::committed);
  EXPECT_TRUE(visible("bob"));
}

TEST_F(DbTest, a_work_that_read_what_failed_to_commit_is_not_answered_committed) {
  gate_->close();
  auto first = submit_put("first");
  gate_->wait_for_commit();
  auto write = submit_put("bob");
  auto look = submit([](Txn& txn) {
    EXPECT_NE(txn.get(people, person("bob")), nullptr);
    return Keep::discard;
  });
  gate_->answer = Outcome::unavailable;
  gate_->open();
  EXPECT_EQ(first.get(), Outcome::unavailable);
  EXPECT_EQ(write.get(), Outcome::unavailable);
  EXPECT_EQ(look.get(), Outcome::unavailable) << "it saw what is not there";
  EXPECT_FALSE(visible("bob"));
  gate_->answer = Outcome::committed;
  const Outcome after = db_->submit_and_wait([](Txn& txn) {
    EXPECT_EQ(txn.get(people, person("bob")), nullptr) << "the head was dropped";
    EXPECT_TRUE(txn.find(people, by_city, "").empty());
    txn.put(people, person("cy"), {"cy", ""});
    return Keep::commit;
  });
  EXPECT_EQ(after, Outcome::committed);
}

TEST_F(DbTest, a_commit_of_unknown_fate_is_answered_so_and_the_state_is_read_again) {
  put({"bob", "oslo"});
  gate_->answer = Outcome::unknown;
  EXPECT_EQ(put({"cy", "oslo"}), Outcome::unknown);
  gate_->answer = Outcome::committed;
  EXPECT_EQ(put({"dee", "oslo"}), Outcome::committed);
  const Reader reader(db_->snapshot());
  EXPECT_EQ(names(reader.find(people, by_city, "oslo")), "bob dee ");
}

TEST_F(DbTest, the_queue_is_bounded_and_stop_runs_what_is_queued) {
  start({.queue_works_max = 2});
  gate_->close();
  auto first = submit_put("first");
  gate_->wait_for_commit();
  auto a = submit_put("a");
  auto b = submit_put("b");
  EXPECT_FALSE(db_->submit([](Txn&) { return Keep::discard; }, [](Outcome) { FAIL(); }));
  EXPECT_EQ(db_->submit_and_wait([](Txn&) { return Keep::discard; }), Outcome::unavailable);
  gate_->open();
  db_->stop();
  EXPECT_EQ(a.get(), Outcome::committed);
  EXPECT_EQ(b.get(), Outcome::committed);
  EXPECT_FALSE(db_->submit([](Txn&) { return Keep::discard; }, [](Outcome) { FAIL(); })) << "stopped";
  EXPECT_TRUE(visible("b")) << "reading goes on";
}

TEST_F(DbTest, a_batch_never_exceeds_the_backends_limits) {
  gate_->close();
  std::vector<std::future<Outcome>> answers;
  answers.push_back(submit_put("first"));
  gate_->wait_for_commit();
  for (int w = 0; w < 5; ++w) {  // 5 * 60 operations, 128 at a time
    answers.push_back(submit([w](Txn& txn) {
      for (int i = 0; i < 60; ++i) txn.put(numbers, key_of(account, global, w, i), {i});
      return Keep::commit;
    }));
  }
  gate_->open();
  for (auto& answer : answers) EXPECT_EQ(answer.get(), Outcome::committed);
  EXPECT_EQ(gate_->commits, 1 + 3);
  const Reader reader(db_->snapshot());
  EXPECT_EQ(reader.count(numbers, prefix_of(account)), 300u);
}

TEST_F(DbTest, a_work_beyond_the_limits_is_refused_alone) {
  EXPECT_EQ(db_->submit_and_wait([](Txn& txn) {
    for (int i = 0; i < 129; ++i) txn.put(numbers, key_of(account, global, i), {i});
    return Keep::commit;
  }), Outcome::too_large);
  EXPECT_EQ(db_->submit_and_wait([](Txn& txn) {
    txn.put(people, person("big"), {"big", std::string(2u << 20, 'x')});
    return Keep::commit;
  }), Outcome::too_large);
  EXPECT_EQ(gate_->commits, 0) << "before anything is committed";
  EXPECT_EQ(put({"small", ""}), Outcome::committed);
  EXPECT_FALSE(visible("big"));
}

TEST_F(DbTest, a_key_that_is_written_many_times_is_one_write) {
  EXPECT_EQ(db_->submit_and_wait([](Txn& txn) {
    for (int i = 0; i < 129; ++i) txn.put(numbers, key_of(account, global, "n"), {i});
    return Keep::commit;
  }), Outcome::committed);
  EXPECT_EQ(Reader(db_->snapshot()).get(numbers, key_of(account, global, "n"))->number, 128);
}

TEST_F(DbTest, watchers_hear_what_changed_after_it_is_visible_and_before_the_answer) {
  std::vector<std::string> heard;
  std::atomic<bool> answered = false;
  db_->watch([&](Revision revision, const std::vector<Changed>& changed) {
    EXPECT_FALSE(answered);
    EXPECT_EQ(db_->snapshot().revision(), revision);
    for (const Changed& c : changed) heard.push_back(std::string(c.space) + " " + c.key.part(2) + (c.erased ? " erased" : ""));
  });
  put({"bob", ""});
  heard.clear();
  std::promise<Outcome> write;
  db_->submit([&](Txn& txn) {
    txn.erase(people, person("bob"));
    txn.put(people, person("cy"), {"cy", ""});
    txn.put(people, person("cy"), {"cy", "oslo"});
    txn.erase(people, person("nobody"));
    txn.append(notes, join(1), {1});
    return Keep::commit;
  }, [&](Outcome o) {
    answered = true;
    write.set_value(o);
  });
  EXPECT_EQ(write.get_future().get(), Outcome::committed);
  std::sort(heard.begin(), heard.end());
  EXPECT_EQ(heard, (std::vector<std::string>{"test/person bob erased", "test/person cy"}));
}

TEST_F(DbTest, logs_are_appended_with_the_transaction_and_read_from_the_disk) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(db_->submit_and_wait([i](Txn& txn) {
      txn.append(notes, key_of(account, global, Timestamp{i}), {i});
      return Keep::commit;
    }), Outcome::committed);
  }
  const auto read = [&](const Key& from, const Key& to, std::size_t limit, bool newest_first) {
    std::string out;
    EXPECT_TRUE(db_->scan_log(notes, from, to, limit, newest_first, [&](const Key& key, const Note& n) {
      EXPECT_EQ(key.number(2), n.number);
      out += std::to_string(n.number);
      return n.number != 3 || newest_first;
    }).ok());
    return out;
  };
  EXPECT_EQ(read({}, {}, 100, true), "43210");
  EXPECT_EQ(read({}, {}, 100, false), "0123") << "until the function says no";
  EXPECT_EQ(read(key_of(account, global, 1), key_of(account, global, 3), 100, false), "12");
  const std::vector<Entry> rows = *db_->read_log(notes, {}, {}, 2, false);
  EXPECT_EQ(db_->submit_and_wait([&](Txn& txn) {
    for (const Entry& row : rows) txn.erase(notes, Key::from_bytes(row.key), row.revision);
    return Keep::commit;
  }), Outcome::committed);
  EXPECT_EQ(read({}, {}, 100, true), "432");
  EXPECT_EQ(db_->log_usage(notes)->rows, 3u);
}

TEST_F(DbTest, each_thread_sees_a_commit_as_soon_as_it_is_answered) {
  std::atomic<bool> wrong = false;
  std::vector<Thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back("test-reader", [&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        const Reader held(db_->local_snapshot());
        if (put({name, "x"}) != Outcome::committed) wrong = true;
        const Reader reader(db_->local_snapshot());
        if (reader.get(people, person(name)) == nullptr) wrong = true;
        if (held.get(people, person(name)) != nullptr) wrong = true;  // a view never changes
        std::size_t n = 0;
        for (const auto& [key, p] : reader.find(people, by_city, "x")) n += !p.name.empty();
        if (n != reader.count(people, prefix_of())) wrong = true;  // index and space are of one state
      }
    });
  }
  threads.clear();
  EXPECT_FALSE(wrong);
}

TEST_F(DbTest, local_snapshots_of_different_databases_are_kept_apart) {
  put({"bob", ""});
  EXPECT_EQ(db_->local_snapshot().revision(), 1u);
  const auto other = Db::open(make_memory_backend(), {&people}).value();
  EXPECT_EQ(other->local_snapshot().revision(), 0u);
  EXPECT_EQ(db_->local_snapshot().revision(), 1u);
  start({});
  EXPECT_EQ(db_->local_snapshot().revision(), 0u) << "a new Db, perhaps at the same address";
}

TEST_F(DbTest, a_transaction_from_a_snapshot_is_read_only) {
  put({"bob", "oslo"});
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  Txn txn(db_->local_snapshot());
  EXPECT_EQ(txn.get(people, person("bob"))->city, "oslo");
  EXPECT_FALSE(txn.touched());
  EXPECT_DEATH(txn.put(people, person("cy"), {"cy", ""}), "read-only");
  EXPECT_DEATH(txn.erase(people, person("bob")), "read-only");
  EXPECT_DEATH(txn.append(notes, join(1), {1}), "read-only");
}

}  // namespace
}  // namespace haar::store
