// The keys that session tickets are sealed under: in memory only, a new one every few hours, so that what resumes a
// session does not open what was recorded long ago, and nothing is kept for clients that never come back.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace haar::tls {

struct TicketKey {
  std::array<std::uint8_t, 16> name{};  // stands in the ticket, in the clear
  std::array<std::uint8_t, 32> cipher{}, mac{};
  Timestamp made{};
};

// Thread-safe.
class TicketKeys {
 public:
  explicit TicketKeys(Clock& clock, Random& random = system_random()) : clock_(clock), random_(random) {}

  TicketKey current();
  struct Found {
    TicketKey key;
    bool is_current = false;  // if not, the client is given another ticket
  };
  // Nothing: the ticket is older than two periods, or another server's.
  std::optional<Found> find(std::string_view name);

  static constexpr std::int64_t period_seconds = 4 * 3600;

 private:
  void rotate();

  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::optional<TicketKey> current_, previous_;
};

}  // namespace haar::tls
