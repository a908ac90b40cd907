// Pagination as organizations does it: MaxResults (20 if absent, and at most), NextToken. A token holds what the
// last item of its page is called, so items that come and go between pages are neither repeated nor lost.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/paging.h"
#include "services/organizations/common.h"

namespace haar::organizations {

class Page {
 public:
  // `listing`: the operation and its filters; a token is good for the same listing only.
  template <class Input>
  static Result<Page> open(const Call& call, std::string_view listing, const Input& in) {
    Page page{api::Pager(call, "organizations", listing)};
    Result<std::string> after = page.pager_.after(in.NextToken);
    if (!after.ok()) return invalid_input("INVALID_NEXT_TOKEN", "You provided an invalid value for NextToken.");
    page.after_ = std::move(after).value();
    if constexpr (requires { in.MaxResults; }) {
      if (in.MaxResults) page.max_ = static_cast<std::size_t>(*in.MaxResults);
    }
    return page;
  }

  // The last name of the page before; empty on the first page.
  [[nodiscard]] const std::string& after() const { return after_; }
  // For lists sorted by their names: whether the item stood on an earlier page.
  [[nodiscard]] bool before(std::string_view name) const { return !after_.empty() && name <= after_; }
  // Called for each further item: false when the page is full already.
  [[nodiscard]] bool take(std::string_view name) {
    if (taken_ == max_) {
      truncated_ = true;
      return false;
    }
    ++taken_;
    last_ = name;
    return true;
  }
  template <class Output>
  void close(Output& out) const {
    if (truncated_) out.NextToken = pager_.marker(last_);
  }

 private:
  explicit Page(api::Pager pager) : pager_(std::move(pager)) {}

  api::Pager pager_;
  std::string after_, last_;
  std::size_t max_ = page_items_max, taken_ = 0;
  bool truncated_ = false;
};

}  // namespace haar::organizations
