// The daily and weekly windows in which AWS looks after a resource: backups, snapshots, maintenance.
// "03:12-03:42" and "sun:04:00-sun:04:30", in UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace haar::managed {

// Somewhere in the eight hours after 03:00, drawn at random, as AWS does where none is asked for.
std::string random_daily_window(Random& random, int minutes);
std::string random_weekly_window(Random& random, int minutes);

// The length in minutes of a well-formed window; nullopt if it is not one. Days may be in either case. A
// window that ends before it begins goes over midnight or over Sunday.
std::optional<int> daily_window_minutes(std::string_view text);
std::optional<int> weekly_window_minutes(std::string_view text);

// When a well-formed weekly window opens next; now, if it is open.
Timestamp next_weekly_window(std::string_view text, Timestamp now);

}  // namespace haar::managed
