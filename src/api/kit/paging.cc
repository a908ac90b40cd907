#include "api/kit/paging.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "auth/marker.h"

namespace haar::api {

Result<std::size_t> page_size(const PageRules& rules, const std::optional<std::int32_t>& asked) {
  if (!asked) return rules.items_default == 0 ? std::numeric_limits<std::size_t>::max() : rules.items_default;
  if (rules.bad_size != nullptr && (*asked < rules.items_min || *asked > rules.items_max)) return rules.bad_size(*asked, rules);
  return static_cast<std::size_t>(*asked);
}

Result<Page> Page::open(const Call& call, const PageRules& rules, std::string_view listing,
                        const std::optional<std::string>& token, std::size_t size) {
  Page page(call.env.keyring.derive("marker"),
            fmt::format("{}/{}/{}/{}", call.account().value, call.region().value, rules.service, listing), size);
  page.expires_ = rules.token_seconds_max > 0;
  page.made_at_ = call.now().seconds();
  if (!token || token->empty()) return page;
  Result<std::string> opened = auth::open_marker(page.subkey_, *token, page.identity_);
  if (!opened.ok()) return rules.bad_token == nullptr ? std::move(opened).error() : rules.bad_token();
  page.after_ = std::move(opened).value();
  if (!page.expires_) return page;
  const std::size_t space = page.after_.find(' ');
  std::int64_t made_at = 0;
  std::from_chars(page.after_.data(), page.after_.data() + space, made_at);
  if (page.made_at_ - made_at > rules.token_seconds_max) return rules.expired_token();
  page.after_.erase(0, space + 1);
  return page;
}

std::optional<std::string> Page::next() const {
  if (!truncated_) return std::nullopt;
  if (!expires_) return auth::seal_marker(subkey_, last_, identity_);
  return auth::seal_marker(subkey_, fmt::format("{} {}", made_at_, last_), identity_);
}

}  // namespace haar::api
