// Pagination as iam does it: MaxItems (100 if absent), IsTruncated, Marker. A marker holds the key of the
// last item of its page, so items that come and go between pages are neither repeated nor lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/kit/call.h"
#include "api/kit/paging.h"

namespace haar::iam {

inline constexpr std::size_t page_items_default = 100;

class Page {
 public:
  // `listing`: the operation and its filters; a marker is good for the same listing only.
  template <class Input>
  static Result<Page> open(const api::Call& call, std::string_view listing, const Input& in) {
    return open(call, listing, in.Marker, in.MaxItems);
  }
  static Result<Page> open(const api::Call& call, std::string_view listing, const std::optional<std::string>& marker,
                           const std::optional<std::int32_t>& max_items) {
    Page page{api::Pager(call, "iam", listing)};
    page.after_ = TRY(page.pager_.after(marker));
    if (max_items) page.max_ = static_cast<std::size_t>(*max_items);
    return page;
  }

  // The last key of the page before; empty on the first page.
  [[nodiscard]] const std::string& after() const { return after_; }
  // For lists sorted by their keys: whether the item stood on an earlier page.
  [[nodiscard]] bool before(std::string_view key) const { return !after_.empty() && key <= after_; }
  // Called for each further item: false when the page is full already.
  [[nodiscard]] bool take(std::string_view key) {
    if (taken_ == max_) {
      truncated_ = true;
      return false;
    }
    ++taken_;
    last_ = key;
    return true;
  }
  template <class Output>
  void close(Output& out) const {
    close_as(out.IsTruncated, out.Marker);
  }
  // For the one shape that spells its members otherwise.
  void close_as(std::optional<bool>& truncated, std::optional<std::string>& marker) const {
    truncated = truncated_;
    if (truncated_) marker = pager_.marker(last_);
  }

 private:
  explicit Page(api::Pager pager) : pager_(std::move(pager)) {}

  api::Pager pager_;
  std::string after_, last_;
  std::size_t max_ = page_items_default, taken_ = 0;
  bool truncated_ = false;
};

}  // namespace haar::iam
