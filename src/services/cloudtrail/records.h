// Every record of CloudTrail and its key spaces. Trails lie under (account, home Region, name); what belongs to one trail
// lies under its id, so that a trail of the same name that comes later begins anew.
// A field's number is its name in stored data: numbers are never reused, new fields get new numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/key.h"
#include "store/space.h"

namespace haar::cloudtrail {

// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
struct BasicSelector {
  std::string read_write = "All";  // or ReadOnly, WriteOnly
  bool management = true;
  std::vector<std::string> excluded_sources;
  // Of data events, of which haar has none: types, each with its values.
  std::map<std::string, std::vector<std::string>> data_resources;

  template <class V>
  void fields(V& v) { v(1, read_write); v(2, management); v(3, excluded_sources); v(4, data_resources); }
};

// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
struct FieldSelector {
  std::string field;
  std::vector<std::string> equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with;

  template <class V>
  void fields(V& v) {
    v(1, field); v(2, equals); v(3, starts_with); v(4, ends_with); v(5, not_equals); v(6, not_starts_with); v(7, not_ends_with);
  }
};
struct AdvancedSelector {
  std::string name;
  std::vector<FieldSelector> field_selectors;

  template <class V>
  void fields(V& v) { v(1, name); v(2, field_selectors); }
};

// When a trail logged: events from `from` on, before `to` if it has one.
struct LoggingInterval {
  Timestamp from{}, to{};

  template <class V>
  void fields(V& v) { v(1, from); v(2, to); }
};

struct TrailRecord {
  static constexpr std::string_view record_name = "cloudtrail.trail";
  static constexpr std::uint32_t record_version = 1;

  std::string name, id;
  std::string bucket, prefix;
  bool global_events = true, multi_region = false, validation = false, organization = false;
  std::map<std::string, std::string> tags;
  std::vector<BasicSelector> selectors;     // none, and none advanced: all management events
  std::vector<AdvancedSelector> advanced;
  Timestamp created_at{};
  bool logging = false;
  Timestamp started_at{}, stopped_at{};
  std::vector<LoggingInterval> intervals;  // the last is open while it logs
  Timestamp validates_since{};             // digests begin then; zero: none are made
  std::int64_t first_sequence = 0;         // of the log's blocks, when it began to log for the first time

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, id); v(3, bucket); v(4, prefix); v(5, global_events); v(6, multi_region); v(7, validation);
    v(8, organization); v(9, tags); v(10, selectors); v(11, advanced); v(12, created_at); v(13, logging); v(14, started_at);
    v(15, stopped_at); v(16, intervals); v(17, validates_since); v(18, first_sequence);
  }
};

// What delivery has seen; it alone writes it. Key: (account, home Region, the trail's id).
struct TrailStateRecord {
  static constexpr std::string_view record_name = "cloudtrail.trail-state";
  static constexpr std::uint32_t record_version = 1;

  std::string name;            // of the trail
  std::int64_t position = 0;   // blocks of the log with smaller numbers are delivered (events/arrivals.h)
  // A delivery that has begun: up to this number, under this time. Once begun it is repeated until it is done, with the
  // same names of files, so that a crash neither loses nor doubles an event.
  std::int64_t cut = 0;
  Timestamp cut_at{};
  Timestamp next_delivery{};
  Timestamp digest_end{};  // of the last digests
  Timestamp through{};  // what happened before is delivered
  Timestamp delivered_at{}, attempted_at{}, digest_at{};
  std::string delivery_error, digest_error;
  std::int32_t failures = 0;

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, position); v(3, cut); v(4, cut_at); v(5, next_delivery); v(6, digest_end); v(7, through);
    v(8, delivered_at); v(9, attempted_at); v(10, digest_at); v(11, delivery_error); v(12, digest_error); v(13, failures);
  }
};

// A log file that no digest names yet. Key: (account, home Region, trail's id, account and Region of its events, its key).
struct DeliveredRecord {
  static constexpr std::string_view record_name = "cloudtrail.delivered";
  static constexpr std::uint32_t record_version = 1;

  std::string bucket, object, sha256;  // of what is in it, uncompressed, in hex
  Timestamp oldest{}, newest{}, delivered_at{};

  template <class V>
  void fields(V& v) { v(1, bucket); v(2, object); v(3, sha256); v(4, oldest); v(5, newest); v(6, delivered_at); }
};

// The last digest of one account and Region. Key: (account, home Region, trail's id, account and Region of the events).
struct ChainRecord {
  static constexpr std::string_view record_name = "cloudtrail.chain";
  static constexpr std::uint32_t record_version = 1;

  std::string bucket, object, sha256, signature;
  Timestamp end{};

  template <class V>
  void fields(V& v) { v(1, bucket); v(2, object); v(3, sha256); v(4, signature); v(5, end); }
};

// A key pair that signs digests. Key: (account, Region, fingerprint). Kept for as long as digests may be validated: for ever.
struct SigningKeyRecord {
  static constexpr std::string_view record_name = "cloudtrail.signing-key";
  static constexpr std::uint32_t record_version = 1;

  std::string fingerprint;
  std::string public_der;   // PKCS #1
  std::string sealed_key;   // PKCS #8, under the key file
  Timestamp valid_from{}, valid_until{};

  template <class V>
  void fields(V& v) { v(1, fingerprint); v(2, public_der); v(3, sealed_key); v(4, valid_from); v(5, valid_until); }
};

extern const store::KeySpace<TrailRecord> trails;
extern const store::KeySpace<TrailStateRecord> trail_states;
extern const store::KeySpace<DeliveredRecord> delivered_files;
extern const store::KeySpace<ChainRecord> digest_chains;
extern const store::KeySpace<SigningKeyRecord> signing_keys;

}  // namespace haar::cloudtrail
