// What one principal did: the actions and resources that its requests were decided about, for what is made from activity
// (policies, unused access). Read block by block, without the order across Regions that look_up() makes.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "events/record.h"
#include "store/db.h"

namespace haar::events {

// Views into the bytes of an event; what calls with one must copy what it keeps.
struct Activity {
  struct Decided {
    std::string_view action, resource;  // "iam:CreateUser", the ARN or "*"
    bool allowed = false;

    template <class V>
    void fields(V& v) {
      v(1, action), v(2, resource), v(3, allowed);
    }
  };
  Timestamp time{};
  std::string_view source, name, region;  // "iam.amazonaws.com", "CreateUser"
  std::string_view error_code;            // empty: the request succeeded
  std::vector<Decided> decided;           // every permission that the request needed

  template <class V>
  void fields(V& v) {
    v(1, time), v(4, source), v(5, name), v(6, region), v(13, error_code), v(17, decided);
  }
};

Result<Activity> view_activity(std::string_view event);

struct ActivityQuery {
  std::string account;
  // Whose policies counted: the ARN of a user, or of a role, whose sessions it then is.
  std::string principal_arn;
  std::string region{};  // empty: all
  Timestamp from{}, to{std::numeric_limits<std::int64_t>::max()};  // both included
};

// Calls `each` for every event of the principal's, from the newest block of each Region on, until it returns false. Finds
// what was flushed (Log::flush_now). On a thread that may wait for the disk.
Result<void> for_each_activity(const store::Db& db, const ActivityQuery& query,
                               const std::function<bool(const Activity&)>& each);

}  // namespace haar::events
