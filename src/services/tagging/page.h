// Pages of a sorted list. A token holds what the last item of its page is called, so items that come and go between
// pages are neither repeated nor lost, and when it was made: "A PaginationToken is valid for a maximum of 15 minutes".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/kit/paging.h"
#include "base/result.h"

namespace haar::tagging {

inline constexpr std::int64_t token_seconds_max = 15 * 60;

class Page {
 public:
  // `listing`: the operation and its filters; a token is good for the same listing only.
  static Result<Page> open(const api::Call& call, std::string_view listing, const std::optional<std::string>& token);

  // Whether the item stood on an earlier page.
  [[nodiscard]] bool before(std::string_view name) const { return !after_.empty() && name <= after_; }
  // The token of the next page, after the item `last`.
  [[nodiscard]] std::string token(std::string_view last) const;

 private:
  Page(api::Pager pager, std::int64_t now) : pager_(std::move(pager)), now_(now) {}

  api::Pager pager_;
  std::int64_t now_;
  std::string after_;
};

}  // namespace haar::tagging
