#include "events/log.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "base/thread.h"
#include "events/render.h"
#include "events/test_events.h"

namespace haar::events {
namespace {

class EventLog : public TestLog {};

// What is written by a mutation while the log flushes and sweeps stays: only age and size remove events.
TEST_F(EventLog, KeepsWhatIsYoungAndDropsWhatIsOld) {
  const Timestamp old = clock_.now().plus_seconds(-Bounds{}.seconds_max - 1);
  append_now({test_event("old", old)});
  append_now({test_event("young", clock_.now().plus_seconds(-2))});
  record_and_flush({test_event("read", clock_.now())});
  EXPECT_EQ(found({}), (Names{"read", "young", "old"}));
  EXPECT_TRUE(log_->sweep());
  EXPECT_EQ(found({}), (Names{"read", "young"}));
  EXPECT_TRUE(log_->sweep());
  EXPECT_EQ(found({}), (Names{"read", "young"}));
}

TEST_F(EventLog, MovesWhatMutationsWroteWithWhatWaited) {
  append_now({test_event("inner", at(1)), test_event("outer", at(1), ana, "eu-west-1")});
  EXPECT_EQ(rows(event_outbox), 2u) << "a row for each account and region";
  EXPECT_EQ(rows(event_blocks), 0u);
  EXPECT_EQ(found({}).size(), 2u) << "found before it is moved, too";
  record_and_flush({test_event("read", at(2))});
  EXPECT_EQ(rows(event_outbox), 0u);
  EXPECT_EQ(rows(event_blocks), 2u);
  EXPECT_EQ(found({.account = ana, .region = "us-east-1"}), (Names{"read", "inner"}));
  EXPECT_EQ(found({.account = ana, .region = "eu-west-1"}), (Names{"outer"}));
}

TEST_F(EventLog, AMutationsEventsSurviveACrashBeforeTheFlush) {
  append_now({test_event("made", at(1))});
  log_.reset();  // nothing was flushed
  db_ = open();
  log_ = std::make_unique<Log>(*db_, clock_);
  log_->flush_now();
  EXPECT_EQ(rows(event_outbox), 0u);
  EXPECT_EQ(found({.account = ana, .region = "us-east-1", .conditions = {{Attribute::event_name, "made"}}}), (Names{"made"}));
}

// Rows of versions that kept their whole log in one space, events of several accounts in a row.
TEST_F(EventLog, OfAnOlderVersionIsMovedIntoBlocks) {
  std::vector<std::string> bytes(3);
  write_event(bytes[0], test_event("a1", at(1)));
  write_event(bytes[1], test_event("b1", at(2), bo));
  write_event(bytes[2], test_event("a2", at(3)));
  db_->submit_and_wait([&](store::Txn& txn) {
    txn.append(event_outbox, store::join(at(3), 1), EventBlock{{bytes.begin(), bytes.end()}});
    return store::Keep::commit;
  });
  log_->flush_now();
  EXPECT_EQ(rows(event_outbox), 0u);
  EXPECT_EQ(found({.account = ana, .region = "us-east-1"}), (Names{"a2", "a1"}));
  EXPECT_EQ(found({.account = bo, .region = "us-east-1", .conditions = {{Attribute::user_name, "root"}}}), (Names{"b1"}));
}

TEST_F(EventLog, WhatCannotBeStoredWaitsAndIsStoredOnce) {
  store::fail_commits(*store_, store::Outcome::unavailable);
  record_and_flush({test_event("first", at(1))});
  record_and_flush({test_event("second", at(2))});
  EXPECT_EQ(rows(event_blocks), 0u);
  store::fail_commits(*store_, store::Outcome::committed);
  log_->flush_now();
  log_->flush_now();
  EXPECT_EQ(found({}), (Names{"second", "first"}));
  EXPECT_EQ(log_->dropped(), 0u);
}

TEST_F(EventLog, HoldsNoMoreThanItsBoundInMemory) {
  store::fail_commits(*store_, store::Outcome::unavailable);
  const EventRecord event = test_event("read", at(1));
  constexpr std::int64_t beyond = 1000;
  for (std::int64_t i = 0; i < waiting_events_max / 2; ++i) log_->record(event);
  log_->flush_now();
  for (std::int64_t i = 0; i < waiting_events_max / 2 + beyond; ++i) log_->record(event);
  EXPECT_GE(log_->dropped(), static_cast<std::uint64_t>(beyond));
  EXPECT_LE(log_->dropped(), static_cast<std::uint64_t>(beyond + 512)) << "room is reserved by the hundred";
  const std::uint64_t dropped = log_->dropped();
  store::fail_commits(*store_, store::Outcome::committed);
  log_->flush_now();
  for (std::int64_t i = 0; i < beyond; ++i) log_->record(event);
  EXPECT_EQ(log_->dropped(), dropped) << "there is room again";
}

TEST_F(EventLog, ThreadsRecordAtOnceAndNothingIsLost) {
  constexpr int threads = 4, each = 500;
  {
    std::vector<Thread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back("test-record", [&, t] {
        for (int i = 0; i < each; ++i) log_->record(test_event(std::to_string(t), at(i)));
      });
    }
    for (int i = 0; i < 10; ++i) log_->flush_now();
  }
  log_->flush_now();
  EXPECT_EQ(found({.limit = 10'000}).size(), static_cast<std::size_t>(threads * each));
}

TEST_F(EventLog, RidersRideAlongAndHearOfTheirCommit) {
  int worked = 0, committed = 0;
  log_->on_flush([&](store::Txn&) { ++worked; }, [&] { ++committed; });
  log_->flush_now();
  EXPECT_EQ(committed, 1) << "with nothing to flush, too";
  store::fail_commits(*store_, store::Outcome::unavailable);
  log_->flush_now();
  EXPECT_GE(worked, 2);
}

// Who rides along with a flush and throws takes neither the events nor the process with it.
TEST_F(EventLog, GoesOnAfterAnException) {
  std::promise<void> threw, rode;
  int flushes = 0;
  log_->on_flush([](store::Txn&) {}, [&] {
    ++flushes;
    if (flushes == 1) {
      threw.set_value();
      throw std::runtime_error("no memory is left");
    }
    if (flushes == 2) rode.set_value();
  });
  log_->record(test_event("with the one that throws", at(1)));
  log_->start();
  threw.get_future().get();
  log_->record(test_event("read", at(2)));
  rode.get_future().get();
  log_->stop();
  EXPECT_EQ(found({}), (Names{"read", "with the one that throws"}));
}

TEST(EventRender, RendersCloudTrailsForm) {
  EventRecord e = test_event("CreateUser", Timestamp::from_seconds(1440938160));
  e.request_parameters = R"({"userName":"ana"})";
  const std::string text = to_cloudtrail_json(e);
  EXPECT_NE(text.find(R"("eventTime":"2015-08-30T12:36:00Z")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("requestParameters":{"userName":"ana"},"responseElements":null)"), std::string::npos) << text;
  EXPECT_EQ(text.find("tlsDetails"), std::string::npos) << text;
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (tlsDetails)
TEST(EventRender, RendersTheConnectionsTls) {
  EventRecord e = test_event("CreateUser", Timestamp::from_seconds(1440938160));
  e.tls = true;
  e.tls_version = "TLSv1.3";
  e.tls_cipher = "TLS_AES_128_GCM_SHA256";
  const std::string_view start = R"("tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256")";
  EXPECT_NE(to_cloudtrail_json(e).find(std::string(start) + "}"), std::string::npos) << to_cloudtrail_json(e);
  e.tls_host = "iam.amazonaws.com";
  EXPECT_NE(to_cloudtrail_json(e).find(std::string(start) + R"(,"clientProvidedHostHeader":"iam.amazonaws.com"})"),
            std::string::npos)
      << to_cloudtrail_json(e);
}

}  // namespace
}  // namespace haar::events
