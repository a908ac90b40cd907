// The contract of store/backend.h, run against every backend. The backend is driven directly here, with
// the read sets of two clients that do not know of each other; db_test.cc shows the same through Db.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <set>

#include "base/thread.h"
#include "store/backend.h"
#include "store/generation.h"
#include "store/key.h"
#include "store/memory_backend.h"
#include "store/sqlite_backend.h"
#include "store/test_folder.h"

namespace haar::store {
namespace {

// A place where state lives, and the way to open it (again).
struct Place {
  virtual ~Place() = default;
  virtual std::unique_ptr<Backend> open() = 0;
};

struct MemoryPlace final : Place {
  std::shared_ptr<MemoryStore> store = make_memory_store();
  std::unique_ptr<Backend> open() override { return make_memory_backend(store); }
};

struct SqlitePlace final : Place {
  TestFolder folder;
  std::unique_ptr<Backend> open() override {
    Result<std::unique_ptr<Backend>> backend = open_sqlite_backend({.folder = folder / "data"});
    EXPECT_TRUE(backend.ok()) << backend.error().message;
    return std::move(backend).value();
  }
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Place>()> make;
  friend void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }
};

std::string key(const std::string& account, const std::string& name) {
  return key_of(AccountId(account), global, name).bytes();
}
std::string prefix(const std::string& account) { return prefix_of(account, global).bytes(); }
std::string of_account(const std::string& account, const std::string& space = "s") {
  return account_generation(space, account);
}

class Conformance : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    place_ = GetParam().make();
    backend_ = place_->open();
  }

  Outcome commit(const Transaction& transaction) { return backend_->commit(transaction).outcome; }
  // With the generations of the writes' accounts.
  static Transaction writing(std::vector<Write> writes) {
    std::set<std::string> moved;
    for (const Write& write : writes) {
      if (!write.log) moved.insert(account_generation(write.space, first_part_of(write.key)));
    }
    return {.writes = std::move(writes), .generations = {moved.begin(), moved.end()}};
  }
  Outcome after_scan(const std::string& generations, Revision at, const std::string& value) {
    return commit({.generation_reads = {{generations, at}}, .writes = {{"s", key("1", "sum"), value}}});
  }
  Revision put(const std::string& k, const std::string& value) {
    const CommitResult result = backend_->commit(writing({{"s", k, value}}));
    EXPECT_EQ(result.outcome, Outcome::committed);
    return result.revision;
  }
  std::string get(const std::string& k) {
    const auto entry = backend_->get("s", k);
    EXPECT_TRUE(entry.ok());
    return entry->has_value() ? (*entry)->value : "(absent)";
  }
  Revision seen(const std::string& k) {
    const auto entry = backend_->get("s", k);
    return entry->has_value() ? (*entry)->revision : 0;
  }
  std::vector<std::string> scan(const std::string& p, const std::string& space = "s") {
    std::vector<std::string> out;
    const auto at = backend_->scan(space, p, [&](std::string_view, std::string_view value, Revision) -> Result<void> {
      out.emplace_back(value);
      return {};
    });
    EXPECT_TRUE(at.ok());
    return out;
  }

  std::unique_ptr<Place> place_;
  std::unique_ptr<Backend> backend_;
};

INSTANTIATE_TEST_SUITE_P(Backends, Conformance,
                         ::testing::Values(Kind{"memory", [] { return std::make_unique<MemoryPlace>(); }},
                                           Kind{"sqlite", [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& test) { return test.param.name; });

TEST_P(Conformance, takes_at_least_an_etcd_transaction) {
  EXPECT_GE(backend_->limits().operations_max, etcd_limits.operations_max);
  EXPECT_GE(backend_->limits().compares_max, etcd_limits.compares_max);
  EXPECT_GE(backend_->limits().bytes_max, etcd_limits.bytes_max);
  Transaction big;
  const std::size_t bytes = etcd_limits.bytes_max / etcd_limits.operations_max - 64;
  for (std::size_t i = 0; i < etcd_limits.operations_max; ++i) {
    big.writes.push_back({"s", key("1", std::to_string(i)), std::string(bytes, 'x')});
  }
  for (std::size_t i = 0; i < etcd_limits.compares_max; ++i) big.key_reads.push_back({"s", key("2", std::to_string(i)), 0});
  EXPECT_EQ(commit(big), Outcome::committed);
  EXPECT_EQ(scan(prefix("1")).size(), etcd_limits.operations_max);
}

TEST_P(Conformance, values_and_keys_may_be_any_bytes_and_values_empty) {
  const std::string k = key("1", std::string("\x00\xff'\"", 4));
  put(k, "");
  EXPECT_EQ(get(k), "");
  put(k, std::string("\0\0", 2));
  EXPECT_EQ(get(k), std::string("\0\0", 2));
}

TEST_P(Conformance, every_commit_raises_the_revision_by_one_and_marks_its_keys) {
  const Revision before = *backend_->revision();
  const Revision first = put(key("1", "a"), "1");
  const Revision second = put(key("1", "b"), "2");
  EXPECT_EQ(first, before + 1);
  EXPECT_EQ(second, first + 1);
  EXPECT_EQ(seen(key("1", "a")), first);
  EXPECT_EQ(seen(key("1", "b")), second);
  EXPECT_EQ(*backend_->revision(), second);
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "a"), first}}}), Outcome::committed) << "a check without a write";
  EXPECT_EQ(*backend_->revision(), second) << "writes nothing";
}

TEST_P(Conformance, scans_see_the_prefix_in_order_at_one_revision) {
  put(key("1", "b"), "b");
  put(key("1", "a"), "a");
  put(key("11", "x"), "other account");
  const Revision last = put(key("1", "c"), "c");
  EXPECT_EQ(scan(prefix("1")), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(scan("").size(), 4u);
  EXPECT_TRUE(scan(prefix("1"), "no such space").empty());
  const auto at = backend_->scan("s", prefix("1"), [](auto, auto, auto) -> Result<void> { return {}; });
  EXPECT_EQ(*at, last);
  const auto failed = backend_->scan("s", "", [](auto, auto, auto) -> Result<void> { return Error{"E", "stop"}; });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(scan(prefix("1")).size(), 3u) << "a scan that was stopped leaves nothing locked";
}

TEST_P(Conformance, read_your_write) {
  put(key("1", "a"), "1");
  EXPECT_EQ(get(key("1", "a")), "1");
  EXPECT_EQ(commit({.writes = {{"s", key("1", "a"), std::nullopt}}}), Outcome::committed);
  EXPECT_EQ(get(key("1", "a")), "(absent)");
  EXPECT_EQ(commit({.writes = {{"s", key("1", "never there"), std::nullopt}}}), Outcome::committed);
}

TEST_P(Conformance, lost_update) {
  put(key("1", "counter"), "0");
  const Revision both_saw = seen(key("1", "counter"));
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "counter"), both_saw}}, .writes = {{"s", key("1", "counter"), "1"}}}),
            Outcome::committed);
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "counter"), both_saw}}, .writes = {{"s", key("1", "counter"), "1"}}}),
            Outcome::conflict);
}

TEST_P(Conformance, lost_creation) {
  const auto create = [&](const std::string& value) {
    return commit({.key_reads = {{"s", key("1", "new"), 0}}, .writes = {{"s", key("1", "new"), value}}});
  };
  EXPECT_EQ(create("first"), Outcome::committed);
  EXPECT_EQ(create("second"), Outcome::conflict);
  EXPECT_EQ(get(key("1", "new")), "first");
}

TEST_P(Conformance, erased_and_made_again_is_another_value) {
  const Revision old = put(key("1", "a"), "same");
  commit({.writes = {{"s", key("1", "a"), std::nullopt}}});
  put(key("1", "a"), "same");
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "a"), old}}, .writes = {{"s", key("1", "b"), "x"}}}), Outcome::conflict);
}

TEST_P(Conformance, write_skew) {
  // Two on call; each may leave if the other stays. Both look, both leave: the second must be refused.
  const Revision a = put(key("1", "a"), "on call");
  const Revision b = put(key("1", "b"), "on call");
  const std::vector<KeyRead> both = {{"s", key("1", "a"), a}, {"s", key("1", "b"), b}};
  EXPECT_EQ(commit({.key_reads = both, .writes = {{"s", key("1", "a"), "away"}}}), Outcome::committed);
  EXPECT_EQ(commit({.key_reads = both, .writes = {{"s", key("1", "b"), "away"}}}), Outcome::conflict);
}

TEST_P(Conformance, phantom_insert) {
  put(key("1", "a"), "x");
  const Revision at = *backend_->revision();
  put(key("1", "b"), "inserted after the scan");
  EXPECT_EQ(after_scan(of_account("1"), at, "1"), Outcome::conflict);
  EXPECT_EQ(after_scan(generations_of_scan("s", ""), at, "1"), Outcome::conflict) << "a scan of every account";
}

TEST_P(Conformance, phantom_delete) {
  put(key("1", "a"), "x");
  put(key("1", "b"), "x");
  const Revision at = *backend_->revision();
  EXPECT_EQ(commit(writing({{"s", key("1", "b"), std::nullopt}})), Outcome::committed);
  EXPECT_EQ(after_scan(of_account("1"), at, "2"), Outcome::conflict);
  EXPECT_EQ(after_scan(of_account("1"), *backend_->revision(), "1"), Outcome::committed);
}

TEST_P(Conformance, other_accounts_and_spaces_do_not_conflict_with_a_scan) {
  put(key("1", "a"), "x");
  const Revision at = *backend_->revision();
  put(key("2", "a"), "another account");
  put(key("11", "a"), "an account whose name begins with this one's");
  EXPECT_EQ(commit(writing({{"t", key("1", "a"), "another space"}})), Outcome::committed);
  EXPECT_EQ(after_scan(of_account("1"), at, "1"), Outcome::committed);
}

TEST_P(Conformance, a_look_up_conflicts_with_its_own_term_alone) {
  const std::string oslo = term_generation("s", "by-city", join("oslo")), rome = term_generation("s", "by-city", join("rome"));
  const Revision at = put(key("1", "a"), "x");
  EXPECT_EQ(commit({.writes = {{"s", key("1", "b"), "x"}}, .generations = {rome}}), Outcome::committed);
  EXPECT_EQ(after_scan(oslo, at, "1"), Outcome::committed);
  EXPECT_EQ(after_scan(rome, at, "1"), Outcome::conflict);
  EXPECT_EQ(after_scan(term_generation("s", "by-name", join("rome")), at, "1"), Outcome::committed) << "another index";
}

TEST_P(Conformance, a_refused_transaction_moves_no_generation) {
  const Revision at = put(key("1", "a"), "x");
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "a"), 0}}, .generations = {of_account("1")}}), Outcome::conflict);
  EXPECT_EQ(after_scan(of_account("1"), at, "1"), Outcome::committed);
}

TEST_P(Conformance, a_refused_transaction_leaves_nothing) {
  const Revision at = put(key("1", "a"), "old");
  put(key("1", "a"), "new");
  const Revision before = *backend_->revision();
  EXPECT_EQ(commit({.key_reads = {{"s", key("1", "a"), at}},
                    .writes = {{"s", key("1", "b"), "x"}, {"s", key("1", "a"), std::nullopt}, {"log", "k", "v", true}}}),
            Outcome::conflict);
  EXPECT_EQ(get(key("1", "a")), "new");
  EXPECT_EQ(get(key("1", "b")), "(absent)");
  EXPECT_EQ(*backend_->revision(), before);
  EXPECT_EQ(backend_->log_usage("log")->rows, 0u);
}

TEST_P(Conformance, watch_tells_every_change_once_in_whole_commits) {
  const Revision start = *backend_->revision();
  put(key("1", "a"), "1");
  EXPECT_EQ(commit({.writes = {{"s", key("1", "b"), "2"}, {"s", key("1", "a"), std::nullopt}, {"t", key("1", "c"), "3"}}}),
            Outcome::committed);
  const Changes all = *backend_->changes("", "", start, 100);
  ASSERT_EQ(all.changes.size(), 4u);
  EXPECT_EQ(all.through, start + 2);
  EXPECT_EQ(all.changes[0].value, "1");
  const Changes first = *backend_->changes("", "", start, 1);
  EXPECT_EQ(first.changes.size(), 1u);
  EXPECT_EQ(first.through, start + 1);
  const Changes second = *backend_->changes("", "", first.through, 1);
  EXPECT_EQ(second.changes.size(), 3u) << "never part of a commit";
  EXPECT_EQ(second.through, start + 2);
  const Changes some = *backend_->changes("s", key("1", "a"), start, 100);
  ASSERT_EQ(some.changes.size(), 2u);
  EXPECT_FALSE(some.changes[1].value.has_value());
  EXPECT_EQ(some.through, start + 2) << "what was not asked for is passed too";
  EXPECT_TRUE(backend_->changes("", "", start + 2, 100)->changes.empty());
}

TEST_P(Conformance, watch_gap) {
  put(key("1", "a"), "1");
  const Changes ahead = *backend_->changes("", "", *backend_->revision() + 1, 100);
  EXPECT_EQ(ahead.status, Changes::Status::gap) << "a past that is not this store's";
}

TEST_P(Conformance, watch_compaction) {
  const Revision start = *backend_->revision();
  const std::string value(64 * 1024, 'x');
  for (int i = 0; i < 80; ++i) put(key("1", "a"), value);  // more than the history keeps
  EXPECT_EQ(backend_->changes("", "", start, 100)->status, Changes::Status::compacted);
  const Revision last = *backend_->revision();
  const Changes recent = *backend_->changes("", "", last - 2, 100);
  EXPECT_EQ(recent.status, Changes::Status::ok);
  EXPECT_EQ(recent.changes.size(), 2u);
}

TEST_P(Conformance, waiting_ends_with_the_next_commit) {
  const Revision at = *backend_->revision();
  EXPECT_EQ(backend_->wait_beyond(at, std::chrono::milliseconds(1)), at);
  Thread writer("test-writer", [&] { put(key("1", "a"), "1"); });
  EXPECT_EQ(backend_->wait_beyond(at, std::chrono::seconds(30)), at + 1);
}

TEST_P(Conformance, reopened_it_holds_what_was_committed) {
  put(key("1", "a"), "1");
  put(key("1", "b"), "2");
  commit({.writes = {{"s", key("1", "a"), std::nullopt}, {"log", "k", "event", true}}});
  const Revision last = *backend_->revision();
  const Revision b = seen(key("1", "b"));
  backend_.reset();
  backend_ = place_->open();
  EXPECT_EQ(*backend_->revision(), last);
  EXPECT_EQ(get(key("1", "a")), "(absent)");
  EXPECT_EQ(get(key("1", "b")), "2");
  EXPECT_EQ(seen(key("1", "b")), b);
  EXPECT_EQ(backend_->log_usage("log")->rows, 1u);
  EXPECT_EQ(put(key("1", "c"), "3"), last + 1);
  EXPECT_EQ(after_scan(of_account("1"), last - 1, "x"), Outcome::conflict) << "what moved before is not known any more";
  EXPECT_EQ(after_scan(of_account("1"), last + 1, "x"), Outcome::committed);
}

TEST_P(Conformance, logs_are_read_in_both_directions_and_bounded) {
  std::size_t bytes = 0;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(commit({.writes = {{"log", join(i).bytes(), std::to_string(i), true}}}), Outcome::committed);
    bytes += join(i).bytes().size() + 1;
  }
  const auto read = [&](int from, int to, std::size_t limit, bool newest_first) {
    std::string out;
    const std::string begin = join(from).bytes();
    const std::string end = to < 0 ? "" : join(to).bytes();
    const std::vector<Entry> entries = *backend_->read_log({"log", begin, end, limit, newest_first});
    for (const Entry& e : entries) out += e.value;
    return out;
  };
  EXPECT_EQ(read(0, -1, 100, false), "0123456789");
  EXPECT_EQ(read(0, -1, 3, true), "987");
  EXPECT_EQ(read(2, 5, 100, false), "234");
  EXPECT_EQ(read(2, 5, 2, true), "43");
  EXPECT_EQ(read(5, 2, 100, false), "");
  EXPECT_EQ(read(0, -1, 0, false), "");
  EXPECT_EQ(backend_->log_usage("log")->rows, 10u);
  EXPECT_EQ(backend_->log_usage("log")->bytes, bytes);
  EXPECT_EQ(commit({.writes = {{"log", join(3).bytes(), "again", true}}}), Outcome::committed);
  EXPECT_EQ(read(3, 4, 1, false), "3") << "the first row of a key stays";
  const auto erase = [](int row) { return Write{"log", join(row).bytes(), std::nullopt, true}; };
  EXPECT_EQ(commit({.writes = {erase(0), erase(1), erase(7), erase(11), {"log", join(10).bytes(), "x", true}}}),
            Outcome::committed);
  EXPECT_EQ(read(0, -1, 100, false), "2345689x");
  EXPECT_EQ(backend_->log_usage("log")->rows, 8u);
  const Revision seen = backend_->read_log({"log", join(2).bytes(), "", 1, false})->front().revision;
  EXPECT_EQ(commit({.key_reads = {{"log", join(2).bytes(), seen}}, .writes = {erase(2)}}), Outcome::committed);
  EXPECT_EQ(commit({.key_reads = {{"log", join(2).bytes(), seen}}, .writes = {erase(2)}}), Outcome::conflict) << "once";
  EXPECT_EQ(commit({.writes = {erase(3), erase(4), erase(5)}}), Outcome::committed) << "neighbours";
  EXPECT_EQ(read(0, -1, 100, false), "689x");
  EXPECT_EQ(commit({.writes = {erase(6), erase(9)}}), Outcome::committed) << "with one between that stays";
  EXPECT_EQ(read(0, -1, 100, false), "8x");
  EXPECT_EQ(commit({.writes = {erase(7), erase(8), erase(9)}}), Outcome::committed) << "of which some are not there";
  EXPECT_EQ(read(0, -1, 100, false), "x");
  EXPECT_EQ(commit({.writes = {erase(10)}}), Outcome::committed);
  EXPECT_EQ(backend_->log_usage("log")->rows, 0u);
  EXPECT_EQ(backend_->log_usage("log")->bytes, 0u);
  EXPECT_TRUE(backend_->changes("", "", 0, 100)->changes.empty()) << "logs are not watched";
}

TEST_P(Conformance, many_threads_incrementing_lose_nothing) {
  put(key("1", "n"), "0");
  constexpr int threads = 4;
  constexpr int each = 25;
  {
    std::vector<Thread> workers;
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back("test-incr", [&] {
        for (int i = 0; i < each;) {
          const Entry e = **backend_->get("s", key("1", "n"));
          const std::string next = std::to_string(std::stoi(e.value) + 1);
          i += commit({.key_reads = {{"s", e.key, e.revision}}, .writes = {{"s", e.key, next}}}) == Outcome::committed;
        }
      });
    }
  }
  EXPECT_EQ(get(key("1", "n")), std::to_string(threads * each));
}

}  // namespace
}  // namespace haar::store
