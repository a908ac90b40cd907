// Pages of a sorted list. A token holds, beside its place, when it was made: "A PaginationToken is valid for a maximum of
// 15 minutes".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/kit/paging.h"

namespace haar::tagging {

inline constexpr std::int64_t token_seconds_max = 15 * 60;

// `listing`: the operation and its filters; a token is good for the same listing only.
Result<api::Page> open_page(const api::Call& call, std::string_view listing, const std::optional<std::string>& token,
                            std::size_t size);

}  // namespace haar::tagging
