// Carries a trail's events into its bucket, and signs what was carried. Nothing is lost or doubled over a crash: how far a
// delivery goes is written down before its first file, and the names of its files follow from that; so what was begun is
// repeated as it was. What a trail misses is only what the log's retention took before it could be delivered.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "events/lookup.h"
#include "fleet/host.h"
#include "services/cloudtrail/delivery/buckets.h"
#include "services/cloudtrail/delivery/layout.h"
#include "services/cloudtrail/records.h"

namespace haar::cloudtrail {

// What one file holds before it is compressed; a single event may be larger.
struct FileLimits {
  std::size_t events_max = 10'000, bytes_max = 16u << 20;
};

class Delivery {
 public:
  explicit Delivery(const fleet::Host& host, FileLimits limits = {}) : host_(host), limits_(limits) {}

  // `key`: the trail's. Each can be repeated.
  Result<void> begin(const store::Key& key);
  Result<void> deliver(const store::Key& key);
  Result<void> digest(const store::Key& key);
  // What trails of this name that are no more have left behind.
  Result<void> forget(const store::Key& key);
  // Sets the timer of its next look.
  Result<void> transact(const std::function<void(store::Txn&)>& work);

 private:
  struct Job {
    store::Key trail_key, state_key;
    TrailRecord trail;
    TrailStateRecord state;
    std::string organization;  // its id, of an organization trail
  };
  class File;

  Result<Job> read_job(const store::Key& key) const;
  Result<std::vector<events::Shelf>> sources(const Job& job) const;
  [[nodiscard]] FileOrigin origin_of(const Job& job, const events::Shelf& from) const;
  [[nodiscard]] Buckets& buckets() const;
  Result<void> cut(Job& job);
  Result<void> deliver_shelf(const Job& job, const events::Shelf& shelf, std::size_t& files);
  Result<void> put_file(const Job& job, const events::Shelf& shelf, File& file, std::size_t& files);
  Result<void> digest_shelf(const Job& job, const events::Shelf& shelf, Timestamp start, Timestamp end);
  Result<SigningKeyRecord> signing_key(const AccountId& account, const std::string& region, Timestamp start, Timestamp end);
  Result<void> change_state(const Job& job, const std::function<void(TrailStateRecord&)>& change);

  const fleet::Host& host_;
  const FileLimits limits_;
};

}  // namespace haar::cloudtrail
