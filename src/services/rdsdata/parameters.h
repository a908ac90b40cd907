// Parameters of a statement, as PostgreSQL takes them: pure.
// https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_SqlParameter.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/tenant_session.h"
#include "model/rdsdata/ExecuteStatement.h"

namespace haar::rdsdata {

// One for each name. BadRequestException for a name without a parameter, an array, a text that its typeHint does not fit.
// Parameters that the statement does not name are left out.
Result<std::vector<engines::TenantSession::Parameter>> bind_parameters(const std::vector<std::string>& names,
                                                            const std::optional<std::vector<SqlParameter>>& given);

}  // namespace haar::rdsdata
