// What is kept of failed sign-ins: how often somebody was wrong about one name, or from one address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/space.h"

namespace haar::console {

struct GuessRecord {
  static constexpr std::string_view record_name = "console.guess";
  static constexpr std::uint32_t record_version = 1;

  std::uint32_t failures = 0;
  Timestamp last{};

  template <class V>
  void fields(V& v) {
    v(1, failures), v(2, last);
  }
};

// ("", global, digest of what was guessed at): known and unknown names alike.
extern const store::KeySpace<GuessRecord> guesses;

}  // namespace haar::console
