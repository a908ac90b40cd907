#include "services/cloudtrail/delivery/delivery.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/json.hpp>
#include <map>

#include "api/kit/row.h"
#include "auth/keyring.h"
#include "events/arrivals.h"
#include "events/test_events.h"
#include "fleet/timers.h"
#include "services/cloudtrail/delivery/trail_plan.h"
#include "services/iam/identity.h"
#include "store/memory_backend.h"

namespace haar::cloudtrail {
namespace {

// Fails from some put on, as if haar had ended there.
class FakeBuckets final : public Buckets {
 public:
  Result<void> check(const std::string&) override { return {}; }
  Result<void> put(const std::string&, const std::string& object, std::string_view bytes, const Metadata&) override {
    if (puts_left_ == 0) return Error{"DiskFull", "no room", 500};
    --puts_left_;
    objects_[object] = bytes;
    return {};
  }
  std::map<std::string, std::string> objects_;
  int puts_left_ = 1'000'000;
};

std::string unzipped(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

const AccountId account("111122223333");

class Deliveries : public ::testing::Test {
 protected:
  static std::vector<const store::SpaceBase*> spaces() {
    std::vector<const store::SpaceBase*> out = events::log_spaces();
    out.insert(out.end(), {&trails, &trail_states, &delivered_files, &digest_chains, &signing_keys, &fleet::timers});
    return out;
  }
  Deliveries() {
    env_.put<Buckets>(buckets_);
    trail_.name = "main";
    trail_.id = "id";
    trail_.bucket = "bucket";
    trail_.logging = trail_.multi_region = trail_.validation = true;
    trail_.intervals = {{clock_.now(), {}}};
    trail_.validates_since = clock_.now();
    trail_.first_sequence = events::settle(log_);
    put();
    EXPECT_TRUE(delivery_.begin(key_).ok());
  }
  void put() {
    EXPECT_EQ(db_->submit_and_wait([&](store::Txn& txn) {
      txn.put(trails, key_, TrailRecord(trail_));
      return store::Keep::commit;
    }), store::Outcome::committed);
  }
  void record(int from, int to, const std::string& region = "us-east-1") {
    for (int i = from; i < to; ++i)
      log_.record(events::test_event(std::to_string(i), clock_.now(), account.value, region));
  }
  [[nodiscard]] TrailStateRecord state() const {
    return *store::Reader(db_->snapshot()).get(trail_states, store::key_of(account, "us-east-1", "id"));
  }
  // The names of all events in log files, which are numbers, each as often as it is there.
  std::map<int, int> delivered() {
    std::map<int, int> out;
    for (const auto& [object, bytes] : buckets_.objects_) {
      if (object.find("CloudTrail-Digest") != std::string::npos) continue;
      const boost::json::value file = boost::json::parse(unzipped(bytes));
      for (const auto& one : file.at("Records").as_array())
        ++out[std::stoi(std::string(one.at("eventName").as_string()))];
    }
    return out;
  }

  ManualClock clock_{Timestamp::from_seconds(events::test_seconds)};
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), spaces()).value();
  events::Log log_{*db_, clock_};
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  iam::IamIdentities identities_{keyring_};
  api::Registry registry_;
  api::Environment env_{clock_, system_random(), keyring_, identities_, registry_};
  api::ResourceStates states_;
  fleet::Host host_{env_, *db_, log_, states_, "/nowhere", "/nowhere"};
  FakeBuckets buckets_;
  Delivery delivery_{host_, {.events_max = 10}};
  TrailRecord trail_;
  const store::Key key_ = store::key_of(account, "us-east-1", "main");
};

TEST_F(Deliveries, HoldEachEventOnceWhereverTheyWereInterrupted) {
  const int count = 25;  // three files in one Region
  record(0, count);
  record(count, count + 5, "eu-west-1");
  for (int allowed = 0; allowed < 4; ++allowed) {
    buckets_.puts_left_ = allowed;
    EXPECT_EQ(delivery_.deliver(key_).error().code, "DiskFull");
    EXPECT_NE(state().cut, 0);
    record(count + 5 + allowed, count + 6 + allowed);  // belongs to the next delivery
  }
  buckets_.puts_left_ = 1'000'000;
  ASSERT_TRUE(delivery_.deliver(key_).ok());
  EXPECT_EQ(buckets_.objects_.size(), 4u);
  EXPECT_EQ(delivered().size(), static_cast<std::size_t>(count) + 5);
  EXPECT_EQ(state().cut, 0);
  ASSERT_TRUE(delivery_.deliver(key_).ok());
  const std::map<int, int> all = delivered();
  EXPECT_EQ(all.size(), static_cast<std::size_t>(count) + 9);
  for (const auto& [name, times] : all) EXPECT_EQ(times, 1) << name;
}

TEST_F(Deliveries, DigestsNameFilesOnceAndFormAChain) {
  record(0, 3);
  ASSERT_TRUE(delivery_.deliver(key_).ok());
  clock_.advance_seconds(digest_seconds);
  ASSERT_TRUE(delivery_.digest(key_).ok());
  record(3, 5);
  ASSERT_TRUE(delivery_.deliver(key_).ok());
  clock_.advance_seconds(digest_seconds);
  ASSERT_TRUE(delivery_.digest(key_).ok());
  std::vector<boost::json::object> digests;
  std::map<std::string, std::string> texts;
  for (const auto& [object, bytes] : buckets_.objects_) {
    if (object.find("CloudTrail-Digest") == std::string::npos) continue;
    texts[object] = unzipped(bytes);
    digests.push_back(boost::json::parse(texts[object]).as_object());
  }
  ASSERT_EQ(digests.size(), 2u);
  EXPECT_TRUE(digests[0].at("previousDigestS3Object").is_null());
  EXPECT_EQ(digests[1].at("previousDigestS3Object"), digests[0].at("digestS3Object"));
  EXPECT_EQ(digests[0].at("logFiles").as_array().size(), 1u);
  EXPECT_EQ(digests[1].at("logFiles").as_array().size(), 1u);
  EXPECT_NE(digests[0].at("logFiles").at(0).at("s3Object"), digests[1].at("logFiles").at(0).at("s3Object"));
  EXPECT_EQ(store::Reader(db_->snapshot()).count(delivered_files, {}), 0u);
}

TEST_F(Deliveries, WhatADeletedTrailLeavesIsForgotten) {
  record(0, 3);
  ASSERT_TRUE(delivery_.deliver(key_).ok());
  EXPECT_EQ(db_->submit_and_wait([&](store::Txn& txn) { return txn.erase(trails, key_), store::Keep::commit; }),
            store::Outcome::committed);
  ASSERT_TRUE(delivery_.forget(key_).ok());
  const store::Reader reader(db_->snapshot());
  EXPECT_EQ(reader.count(trail_states, {}) + reader.count(delivered_files, {}) + reader.count(digest_chains, {}), 0u);
  EXPECT_EQ(delivery_.deliver(key_).error().code, "TrailNotFound");
}

}  // namespace
}  // namespace haar::cloudtrail
