// Time. Everything that asks for the time asks a Clock, so that tests and the operator can move it.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace haar {

// Microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t micros = 0;

  static Timestamp from_seconds(std::int64_t s) { return {s * 1'000'000}; }
  [[nodiscard]] std::int64_t seconds() const { return micros / 1'000'000; }
  [[nodiscard]] Timestamp plus_seconds(std::int64_t s) const { return {micros + s * 1'000'000}; }
  auto operator<=>(const Timestamp&) const = default;
};

// "2026-11-20T09:12:40Z" (whole seconds), "2026-11-20T09:12:40.123Z", "20261120T091240Z", "20261120".
std::string format_iso8601(Timestamp t);
std::string format_iso8601_millis(Timestamp t);
std::string format_basic(Timestamp t);
std::string format_basic_date(Timestamp t);
// "Fri, 20 Nov 2026 09:12:40 GMT" (RFC 7231), for the Date header and rfc822 timestamps.
std::string format_http_date(Timestamp t);
// Reads the forms above, offsets other than Z, fractions, and plain epoch seconds; nullopt if none fits.
std::optional<Timestamp> parse_timestamp(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  // The time that records, expiry and workflows see: real time plus the operator's offset.
  [[nodiscard]] virtual Timestamp now() const = 0;
  // The machine's own time, for signature dates: the offset never touches it.
  [[nodiscard]] virtual Timestamp wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] Timestamp wall() const override;
  void set_offset_seconds(std::int64_t seconds) { offset_seconds_.store(seconds); }
  [[nodiscard]] std::int64_t offset_seconds() const { return offset_seconds_.load(); }

 private:
  std::atomic<std::int64_t> offset_seconds_{0};
};

// For tests: stands still until told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start.micros) {}
  [[nodiscard]] Timestamp now() const override { return {now_.load()}; }
  [[nodiscard]] Timestamp wall() const override { return {now_.load()}; }
  void advance_seconds(std::int64_t s) { advance_micros(s * 1'000'000); }
  void advance_micros(std::int64_t micros) { now_.fetch_add(micros); }

 private:
  std::atomic<std::int64_t> now_;
};

}  // namespace haar
