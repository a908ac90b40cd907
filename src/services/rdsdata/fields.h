// What PostgreSQL answers, as the Data API shows it: pure.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.calling.html
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/tenant_session.h"
#include "model/rdsdata/ExecuteStatement.h"

namespace haar::rdsdata {

using Answer = engines::TenantSession::Answer;

// "The size limit of the result set is 1 MB", "each row … 64 KB".
inline constexpr std::size_t result_bytes_max = std::size_t{1} << 20, row_bytes_max = std::size_t{64} << 10;

// BadRequestException for more than that.
Result<void> check_result_size(const Answer& answer);

using Records = std::vector<std::vector<Field>>;
// UnsupportedResultException for arrays that no Field can hold: with nulls in them.
Result<Records> records_of(const Answer& answer, const std::optional<ResultSetOptions>& options);
// An array of objects. BadRequestException where two columns have one name.
Result<std::string> json_of(const Answer& answer);

// What the catalog says of a column of a table.
struct ColumnFacts {
  std::string name, table;
  bool not_null = false, auto_increment = false;
};
// By the table's OID and the column's number; names of types by their OIDs.
using TableColumns = std::map<std::pair<unsigned, int>, ColumnFacts>;
using TypeNames = std::map<unsigned, std::string>;
std::vector<ColumnMetadata> metadata_of(const Answer& answer, const TableColumns& tables, const TypeNames& types);

}  // namespace haar::rdsdata
