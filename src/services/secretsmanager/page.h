// Pages of Secrets Manager's lists.
#pragma once

#include "api/kit/paging.h"
#include "model/secretsmanager/service.h"

namespace haar::secretsmanager {

// The text was not found.
inline constexpr api::PageRules page_rules{
    .service = "secretsmanager",
    .items_default = 100,
    .bad_token = [] { return errors::InvalidNextTokenException("The NextToken is not one of this request."); }};
using Page = api::ServicePage<page_rules>;

}  // namespace haar::secretsmanager
