// Pagination as organizations does it: MaxResults (20 if absent, and at most), NextToken.
#pragma once

#include "api/kit/paging.h"
#include "services/organizations/common.h"

namespace haar::organizations {

inline constexpr api::PageRules page_rules{
    .service = "organizations",
    .items_default = page_items_max,
    .bad_token = [] { return invalid_input("INVALID_NEXT_TOKEN", "You provided an invalid value for NextToken."); }};
using Page = api::ServicePage<page_rules>;

}  // namespace haar::organizations
