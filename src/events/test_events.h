// For tests of the event log.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "events/log.h"
#include "store/memory_backend.h"

namespace haar::events {

inline constexpr std::int64_t test_seconds = 1'800'000'000;
inline const std::string ana = "111122223333", bo = "444455556666";  // accounts

inline EventRecord test_event(const std::string& name, Timestamp time, const std::string& account = ana,
                              const std::string& region = "us-east-1") {
  EventRecord out;
  out.name = name;
  out.time = time;
  out.id = event_id(time, system_random());
  out.source = "iam.amazonaws.com";
  out.account = account;
  out.region = region;
  out.identity.type = "Root";
  return out;
}

inline std::vector<std::string> names_of(const std::vector<EventRecord>& events) {
  std::vector<std::string> out;
  for (const EventRecord& event : events) out.push_back(event.name);
  return out;
}

// A log in memory, under etcd's limits, whose clock stands still.
class TestLog : public ::testing::Test {
 protected:
  using Names = std::vector<std::string>;

  std::unique_ptr<store::Db> open() { return store::Db::open(store::make_sole_memory_backend(store_), log_spaces()).value(); }
  [[nodiscard]] Timestamp at(std::int64_t milliseconds) const { return {test_seconds * 1'000'000 + milliseconds * 1000}; }
  void append_now(const std::vector<EventRecord>& records) {
    std::vector<WrittenEvent> events;
    for (const EventRecord& record : records) events.push_back(written(record));
    EXPECT_EQ(db_->submit_and_wait([&](store::Txn& txn) { return append(txn, events, clock_.now()), store::Keep::commit; }),
              store::Outcome::committed);
  }
  void record_and_flush(const std::vector<EventRecord>& events) {
    for (const EventRecord& event : events) log_->record(event);
    log_->flush_now();
  }
  Names found(const Query& query) {
    const Result<Page> page = log_->look_up(query);
    EXPECT_TRUE(page.ok());
    return page.ok() ? names_of(page->events) : Names{};
  }
  // Page by page; `pages` counts them.
  Names found_in_pages(Query query, std::size_t limit, std::size_t& pages) {
    Names out;
    query.limit = limit;
    for (pages = 0; pages < 1000; ++pages) {
      const Page page = log_->look_up(query).value();
      EXPECT_LE(page.events.size(), limit);
      for (const EventRecord& event : page.events) out.push_back(event.name);
      if (page.next.empty()) break;
      query.after = page.next;
    }
    ++pages;
    return out;
  }
  std::uint64_t rows(const store::SpaceBase& space) { return db_->log_usage(space)->rows; }

  std::shared_ptr<store::MemoryStore> store_ = store::make_memory_store();
  ManualClock clock_{Timestamp::from_seconds(test_seconds)};
  std::unique_ptr<store::Db> db_ = open();
  std::unique_ptr<Log> log_ = std::make_unique<Log>(*db_, clock_);
};

}  // namespace haar::events
