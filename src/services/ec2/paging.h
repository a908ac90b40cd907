// NextToken and MaxResults of the Describe operations.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "services/ec2/filters.h"

namespace haar::ec2 {

// Which listing a token belongs to: another operation, account, region, filter or id makes another one.
struct Listing {
  std::string_view operation;
  std::string fingerprint{};

  Listing& with(const std::optional<std::vector<std::string>>& ids) {
    for (const std::string& id : ids.value_or(Values{})) fingerprint.append(id).push_back('\0');
    fingerprint.push_back('\1');
    return *this;
  }
  Listing& with(const Filters& filters) {
    fingerprint += describe_filters(filters);
    return *this;
  }
};

std::string seal_token(const api::Call& call, const Listing& listing, std::string_view last_key);
// InvalidNextToken for what was not given out for this listing.
Result<std::string> open_token(const api::Call& call, const Listing& listing, std::string_view token);

// Cuts `items`, which must be in ascending order of key_of(item), to the page that the request asks for,
// and sets `next_token` if there is more. Without MaxResults everything is returned, as on AWS.
template <class T, class KeyOf>
Result<void> cut_page(const api::Call& call, const Listing& listing, std::vector<T>& items, KeyOf key_of,
                      const std::optional<std::int32_t>& max_results, const std::optional<std::string>& token,
                      std::optional<std::string>& next_token) {
  if (token && !token->empty()) {
    const std::string last = TRY(open_token(call, listing, *token));
    std::erase_if(items, [&](const T& item) { return key_of(item) <= last; });
  }
  if (max_results && items.size() > static_cast<std::size_t>(*max_results)) {
    items.resize(static_cast<std::size_t>(*max_results));
    next_token = seal_token(call, listing, key_of(items.back()));
  }
  return {};
}

}  // namespace haar::ec2
