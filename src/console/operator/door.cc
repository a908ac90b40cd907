#include "console/operator/door.h"

#include <algorithm>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::console {
namespace {

constexpr std::size_t token_length = 48;  // of 36 characters each: 248 bits

std::string digest_of(std::string_view token) { return to_hex(auth::bytes_of(auth::sha256(token))); }

}  // namespace

std::string OperatorDoor::issue(Tokens& tokens, std::size_t most, Timestamp ends) const {
  if (tokens.size() >= most)
    tokens.erase(std::ranges::min_element(tokens, {}, [](const auto& token) { return token.second; }));
  std::string token = random_text(random_, alphabet_lower_alnum, token_length);
  tokens.emplace(digest_of(token), ends);
  return token;
}

std::string OperatorDoor::new_link(Timestamp now) {
  const std::lock_guard lock(mutex_);
  return issue(links_, operator_links_max, now.plus_seconds(operator_link_seconds));
}

std::optional<std::string> OperatorDoor::open_by_link(std::string_view token, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(digest_of(token));
  if (found == links_.end()) return std::nullopt;
  const bool good = now < found->second;
  links_.erase(found);
  if (!good) return std::nullopt;
  return issue(sessions_, operator_sessions_max, now.plus_seconds(operator_session_seconds));
}

std::optional<std::string> OperatorDoor::open_by_password(std::string_view password, Timestamp now) {
  if (password_.empty() || !equal_constant_time(digest_of(password), digest_of(password_))) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return issue(sessions_, operator_sessions_max, now.plus_seconds(operator_session_seconds));
}

bool OperatorDoor::is_open(std::string_view cookie, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(digest_of(cookie));
  return found != sessions_.end() && now < found->second;
}

void OperatorDoor::close(std::string_view cookie) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(digest_of(cookie));
}

}  // namespace haar::console
