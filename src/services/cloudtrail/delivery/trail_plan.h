// What is to be done for a trail now. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "services/cloudtrail/records.h"

namespace haar::cloudtrail {

// "CloudTrail typically delivers logs within an average of about 5 minutes", and a digest every hour.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
inline constexpr std::int64_t delivery_seconds = 5 * 60, digest_seconds = 3600;
// Of a haar that was off, or whose clock was moved on: beyond so many digests that were not made, one stands for them all.
inline constexpr std::int64_t late_digests_max = 24;

enum class TrailStep : std::uint8_t {
  none,
  begin,    // it logs for the first time: its state is made
  deliver,  // log files of what has been recorded since the last time
  digest,   // of the files of the hour that is over
};
std::string_view step_name(TrailStep step);

// Whether there is, or may still be, something to deliver.
bool is_active(const TrailRecord& trail, const TrailStateRecord* state);
// `state`: null before its first delivery.
TrailStep next_step(const TrailRecord& trail, const TrailStateRecord* state, Timestamp now);
// When to look again; nullopt: when the trail is changed.
std::optional<Timestamp> next_look(const TrailRecord& trail, const TrailStateRecord& state);

// The hour that the next digest covers, or the longer time that it stands for.
struct DigestSpan {
  Timestamp start{}, end{};
};
DigestSpan next_digest(const TrailRecord& trail, const TrailStateRecord& state, Timestamp now);
// When that ends, of a trail whose digests have just begun, or have gone on.
Timestamp digest_due(const TrailRecord& trail, const TrailStateRecord& state);

}  // namespace haar::cloudtrail
