// Pages of a listing, as AWS has them: an opaque, authenticated token, good only for the listing that made it. It holds
// the place of the last item of its page, so items that come and go between pages are neither repeated nor lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/kit/call.h"
#include "auth/sha256.h"
#include "base/result.h"

namespace haar::api {

// What differs between services: numbers, and the words of their refusals.
struct PageRules {
  std::string_view service;      // a token is good for this service only
  std::size_t items_default = 0;  // that a page holds unasked; 0: everything
  // Where the model does not bound the number asked for: its bounds, and the refusal of one beyond them.
  std::int32_t items_min = 0, items_max = 0;
  Error (*bad_size)(std::int32_t asked, const PageRules& rules) = nullptr;
  Error (*bad_token)() = nullptr;  // null: ValidationError "Invalid Marker."
  // For how long a token is good; 0: for ever.
  std::int64_t token_seconds_max = 0;
  Error (*expired_token)() = nullptr;
};

// How many items a page holds.
Result<std::size_t> page_size(const PageRules& rules, const std::optional<std::int32_t>& asked);

// One page of one listing: what stood before it is left out, and it is full at some point.
class Page {
 public:
  // `listing`: the operation and everything else that decides which items it shows.
  static Result<Page> open(const Call& call, const PageRules& rules, std::string_view listing,
                           const std::optional<std::string>& token, std::size_t size);

  // The place of the last item of the page before; empty on the first page.
  [[nodiscard]] const std::string& after() const { return after_; }
  // For lists sorted by their places: whether the item stood on an earlier page.
  [[nodiscard]] bool before(std::string_view place) const { return !after_.empty() && place <= after_; }
  // Called for each further item: false when the page is full already.
  [[nodiscard]] bool take(std::string_view place) {
    if (taken_ == size_) return !(truncated_ = true);
    ++taken_;
    last_ = place;
    return true;
  }
  // For pages that are full for another reason than their number of items: there is more after what was taken.
  void cut() { truncated_ = true; }

  // The token of the next page; nullopt on the last one.
  [[nodiscard]] std::optional<std::string> next() const;
  [[nodiscard]] bool truncated() const { return truncated_; }

  // Sets what the answer says of further pages: IsTruncated where its shape has that, and Marker or NextToken.
  template <class Output>
  void close(Output& out) const {
    if constexpr (requires { out.IsTruncated; }) out.IsTruncated = truncated_;
    if constexpr (requires { out.isTruncated; }) out.isTruncated = truncated_;  // one shape of iam's
    if constexpr (requires { out.Marker; }) out.Marker = next();
    else out.NextToken = next();
  }

 private:
  Page(auth::Digest subkey, std::string identity, std::size_t size)
      : subkey_(subkey), identity_(std::move(identity)), size_(size) {}

  auth::Digest subkey_;
  std::string identity_;
  std::string after_, last_;
  std::size_t size_, taken_ = 0;
  std::int64_t made_at_ = 0;  // written into tokens that expire
  bool expires_ = false, truncated_ = false;
};

// The token and the number of items that a request asks for, as its service spells them.
template <class Input>
const std::optional<std::string>& token_in(const Input& in) {
  if constexpr (requires { in.Marker; }) return in.Marker;
  else if constexpr (requires { in.NextToken; }) return in.NextToken;
  else return in.PaginationToken;
}
template <class Input>
std::optional<std::int32_t> size_in(const Input& in) {
  if constexpr (requires { in.MaxItems; }) return in.MaxItems;
  else if constexpr (requires { in.MaxResults; }) return in.MaxResults;
  else if constexpr (requires { in.MaxRecords; }) return in.MaxRecords;
  else return std::nullopt;
}

// The pages of one service: `using Page = api::ServicePage<page_rules>;`.
template <const PageRules& rules>
class ServicePage : public Page {
 public:
  template <class Input>
  static Result<ServicePage> open(const Call& call, std::string_view listing, const Input& in) {
    return open(call, listing, token_in(in), size_in(in));
  }
  static Result<ServicePage> open(const Call& call, std::string_view listing, const std::optional<std::string>& token,
                                  const std::optional<std::int32_t>& asked) {
    const std::size_t size = TRY(page_size(rules, asked));
    return ServicePage(TRY(Page::open(call, rules, listing, token, size)));
  }

 private:
  explicit ServicePage(Page page) : Page(std::move(page)) {}
};

}  // namespace haar::api
