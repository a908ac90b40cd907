// Pagination as iam does it: MaxItems (100 if absent), IsTruncated, Marker.
#pragma once

#include "api/kit/paging.h"

namespace haar::iam {

inline constexpr api::PageRules page_rules{.service = "iam", .items_default = 100};
using Page = api::ServicePage<page_rules>;

}  // namespace haar::iam
