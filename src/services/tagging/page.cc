#include "services/tagging/page.h"

#include "model/resourcegroupstaggingapi/service.h"

namespace haar::tagging {
namespace {

namespace errors = resourcegroupstaggingapi::errors;

// The texts of both refusals are haar's: AWS's were not found.
constexpr api::PageRules page_rules{
    .service = "tagging",
    .bad_token = [] { return errors::InvalidParameterException("The PaginationToken is not one of this request."); },
    .token_seconds_max = token_seconds_max,
    .expired_token = [] { return errors::PaginationTokenExpiredException("The PaginationToken has expired."); }};

}  // namespace

Result<api::Page> open_page(const api::Call& call, std::string_view listing, const std::optional<std::string>& token,
                            std::size_t size) {
  return api::Page::open(call, page_rules, listing, token, size);
}

}  // namespace haar::tagging
