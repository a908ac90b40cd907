// Dates as policies write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace haar::policy {

// Microseconds since 1970, of epoch seconds ("1795165960") or of a date and time of ISO 8601 in the forms that IAM takes:
//
//   date   = year [- month [- day]] [T [time] [offset]]
//   time   = hour [fraction | : minute [fraction | : second [fraction]]]
//   offset = Z | (+ | -) hh [[:] mm]
//
// A year has up to nine digits and may be negative, months to seconds have one digit or two, a fraction up to nine. Digits
// alone are epoch seconds, unless they are the four of a year. What lies beyond the range of microseconds is its end.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html names
// https://www.w3.org/TR/NOTE-datetime; what IAM takes beyond that is known by the answers to single policies (date_test.cc).
std::optional<std::int64_t> parse_date(std::string_view text);

}  // namespace haar::policy
