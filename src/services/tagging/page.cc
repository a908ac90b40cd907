#include "services/tagging/page.h"

#include <fmt/format.h>

#include <charconv>

#include "model/resourcegroupstaggingapi/service.h"


namespace haar::tagging {

namespace errors = resourcegroupstaggingapi::errors;

Result<Page> Page::open(const api::Call& call, std::string_view listing, const std::optional<std::string>& token) {
  Page page{api::Pager(call, "tagging", listing), call.now().seconds()};
  const Result<std::string> opened = page.pager_.after(token);
  // The texts of both are haar's: AWS's were not found.
  if (!opened.ok()) return errors::InvalidParameterException("The PaginationToken is not one of this request.");
  if (opened->empty()) return page;
  std::int64_t made = 0;
  const std::size_t space = opened->find(' ');
  std::from_chars(opened->data(), opened->data() + space, made);
  if (page.now_ - made > token_seconds_max)
    return errors::PaginationTokenExpiredException("The PaginationToken has expired.");
  page.after_ = opened->substr(space + 1);
  return page;
}

std::string Page::token(std::string_view last) const { return pager_.marker(fmt::format("{} {}", now_, last)); }

}  // namespace haar::tagging
