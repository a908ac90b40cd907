// Who may see the mailbox and the telephone: the person on this machine, whom `haar console` gives a link that opens them
// once, or who knows the operator's password, where one is configured. Kept in memory: after a restart there is a new link.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace haar::console {

inline constexpr std::string_view operator_cookie = "haar_operator";
inline constexpr std::int64_t operator_link_seconds = 600, operator_session_seconds = 12 * 3600;
inline constexpr std::size_t operator_links_max = 20, operator_sessions_max = 100;

// Thread-safe. Of the tokens only digests are kept.
class OperatorDoor {
 public:
  // `password`: the operator's; empty: links alone open it.
  OperatorDoor(Random& random, std::string password) : random_(random), password_(std::move(password)) {}

  [[nodiscard]] bool has_password() const { return !password_.empty(); }
  // A token that opens once. The oldest goes where there are too many.
  std::string new_link(Timestamp now);
  // The cookie of a new session; nullopt: it is no token of ours, was used before, or is too old.
  std::optional<std::string> open_by_link(std::string_view token, Timestamp now);
  std::optional<std::string> open_by_password(std::string_view password, Timestamp now);
  [[nodiscard]] bool is_open(std::string_view cookie, Timestamp now) const;
  void close(std::string_view cookie);

 private:
  using Tokens = std::map<std::string, Timestamp>;  // digest -> when it ends
  std::string issue(Tokens& tokens, std::size_t most, Timestamp ends) const;

  Random& random_;
  const std::string password_;
  mutable std::mutex mutex_;
  Tokens links_, sessions_;
};

}  // namespace haar::console
