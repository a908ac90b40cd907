#include "events/log.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "events/render.h"
#include "store/memory_backend.h"

namespace haar::events {
namespace {

EventRecord event(const std::string& name, Timestamp time) {
  EventRecord out;
  out.name = name;
  out.time = time;
  out.identity.type = "Root";
  return out;
}

std::vector<std::string> names(store::Db& db) {
  std::vector<std::string> out;
  EXPECT_TRUE(db.scan_log(event_log, {}, {}, 1000, false, [&](const store::Key&, const EventBlock& block) {
                  for (const EventRecord& e : block.events) out.push_back(e.name);
                  return true;
                }).ok());
  return out;
}

// What is written by a mutation while the log flushes and trims stays: only age and size remove events.
TEST(EventLog, KeepsWhatIsYoungAndDropsWhatIsOld) {
  auto db = store::Db::open(store::make_memory_backend(), {&event_log}).value();
  ManualClock clock(Timestamp::from_seconds(1'800'000'000));
  const Timestamp old = clock.now().plus_seconds(-retention_seconds - 1);
  ASSERT_EQ(db->submit_and_wait([&](store::Txn& txn) {
              append(txn, {event("old", old)}, old);
              append(txn, {event("young", clock.now())}, clock.now());
              return store::Keep::commit;
            }),
            store::Outcome::committed);
  Log log(*db, clock);
  log.record(event("read", clock.now()));
  log.flush_now();
  EXPECT_EQ(names(*db), (std::vector<std::string>{"old", "young", "read"}));
  log.trim();
  EXPECT_EQ(names(*db), (std::vector<std::string>{"young", "read"}));
  log.trim();
  EXPECT_EQ(names(*db), (std::vector<std::string>{"young", "read"}));
}

// Who rides along with a flush and throws takes neither the events nor the process with it.
TEST(EventLog, GoesOnAfterAnException) {
  auto db = store::Db::open(store::make_memory_backend(), {&event_log}).value();
  ManualClock clock(Timestamp::from_seconds(1'800'000'000));
  Log log(*db, clock);
  std::promise<void> threw, rode;
  int flushes = 0;
  log.on_flush([](store::Txn&) {}, [&] {
    ++flushes;
    if (flushes == 1) {
      threw.set_value();
      throw std::runtime_error("no memory is left");
    }
    if (flushes == 2) rode.set_value();
  });
  log.start();
  threw.get_future().get();
  log.record(event("read", clock.now()));
  rode.get_future().get();
  log.stop();
  EXPECT_EQ(names(*db), std::vector<std::string>{"read"});
}

TEST(EventLog, RendersCloudTrailsForm) {
  EventRecord e = event("CreateUser", Timestamp::from_seconds(1440938160));
  e.source = "iam.amazonaws.com";
  e.request_parameters = R"({"userName":"ana"})";
  const std::string text = to_cloudtrail_json(e);
  EXPECT_NE(text.find(R"("eventTime":"2015-08-30T12:36:00Z")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("requestParameters":{"userName":"ana"},"responseElements":null)"), std::string::npos) << text;
  EXPECT_EQ(text.find("tlsDetails"), std::string::npos) << text;
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html (tlsDetails)
TEST(EventLog, RendersTheConnectionsTls) {
  EventRecord e = event("CreateUser", Timestamp::from_seconds(1440938160));
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
