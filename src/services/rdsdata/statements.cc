// ExecuteStatement and BatchExecuteStatement.
// https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <set>

#include "model/rdsdata/BatchExecuteStatement.h"
#include "model/rdsdata/ExecuteStatement.h"
#include "model/rdsdata/service.h"
#include "services/rdsdata/fields.h"
#include "services/rdsdata/named_sql.h"
#include "services/rdsdata/operations.h"
#include "services/rdsdata/parameters.h"
#include "services/rdsdata/target.h"

namespace haar::rdsdata {
namespace {

using engines::TenantSession;

unsigned number_in(const std::optional<std::string>& text) {
  unsigned number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

// The numbers are PostgreSQL's own; every name says its schema, so that nothing of the tenant's stands in its place.
Result<TableColumns> table_columns(Sessions::Lease& lease, const Answer& answer) {
  std::set<unsigned> tables;
  for (const auto& column : answer.columns) {
    if (column.table != 0) tables.insert(column.table);
  }
  TableColumns out;
  if (tables.empty()) return out;
  const Answer found = TRY(lease.ask(
      fmt::format("SELECT a.attrelid, a.attnum, a.attname, c.relname, a.attnotnull, a.attidentity <> '' OR "
                  "COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) "
                  "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
                  "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
                  "WHERE a.attrelid IN ({}) AND a.attnum > 0",
                  fmt::join(tables, ",")),
      {}));
  for (const auto& row : found.rows) {
    out[{number_in(row[0]), static_cast<int>(number_in(row[1]))}] = {row[2].value_or(""), row[3].value_or(""), row[4] == "t",
                                                                     row[5] == "t"};
  }
  return out;
}

Result<TypeNames> type_names(Sessions::Lease& lease, const Answer& answer) {
  std::set<unsigned> types;
  for (const auto& column : answer.columns) types.insert(column.type);
  TypeNames out;
  if (types.empty()) return out;
  const Answer found = TRY(lease.ask(
      fmt::format("SELECT oid, typname FROM pg_catalog.pg_type WHERE oid IN ({})", fmt::join(types, ",")), {}));
  for (const auto& row : found.rows) out[number_in(row[0])] = row[1].value_or("");
  return out;
}

// What follows a null character would be lost on the way.
Result<NamedSql> read_sql(const std::string& text) {
  if (text.find('\0') != std::string::npos) return errors::BadRequestException("The SQL statement holds a null character.");
  return number_parameters(text);
}

bool is_change(const Answer& answer) {
  return answer.tag.starts_with("INSERT") || answer.tag.starts_with("UPDATE") || answer.tag.starts_with("DELETE") ||
         answer.tag.starts_with("MERGE");
}

// Aurora PostgreSQL generates no fields: RETURNING is what gives them.
Result<ExecuteStatementResponse> execute_statement(Sessions& sessions, const Target& target, const ExecuteStatementRequest& in) {
  const NamedSql sql = TRY(read_sql(in.sql));
  const Sessions::Parameters parameters = TRY(bind_parameters(sql.names, in.parameters));
  const bool goes_on = in.continueAfterTimeout.value_or(false);
  Sessions::Lease lease = TRY(sessions.enter(target, in.database, in.transactionId, goes_on));
  const Answer answer = TRY(lease.ask(sql.text, parameters));
  ExecuteStatementResponse out;
  out.numberOfRecordsUpdated = is_change(answer) ? answer.changed : 0;
  if (!answer.has_rows) {
    out.generatedFields.emplace();
    return out;
  }
  TRY(check_result_size(answer));
  if (in.formatRecordsAs == "JSON") {
    out.formattedRecords = TRY(json_of(answer));
    return out;
  }
  out.records = TRY(records_of(answer, in.resultSetOptions));
  if (!in.includeResultMetadata.value_or(false)) return out;
  const TableColumns tables = TRY(table_columns(lease, answer));
  const TypeNames types = TRY(type_names(lease, answer));
  out.columnMetadata = metadata_of(answer, tables, types);
  return out;
}

// Outside of a transaction the whole batch is one.
Result<BatchExecuteStatementResponse> batch_execute_statement(Sessions& sessions, const Target& target,
                                                              const BatchExecuteStatementRequest& in) {
  const NamedSql sql = TRY(read_sql(in.sql));
  std::vector<Sessions::Parameters> sets;
  for (const auto& given : in.parameterSets.value_or(std::vector<std::vector<SqlParameter>>()))
    sets.push_back(TRY(bind_parameters(sql.names, given)));
  if (sets.empty()) sets.push_back(TRY(bind_parameters(sql.names, std::nullopt)));
  Sessions::Lease lease = TRY(sessions.enter(target, in.database, in.transactionId));
  const bool own = !in.transactionId || in.transactionId->empty();
  if (own) TRY(lease.ask("BEGIN", {}));
  BatchExecuteStatementResponse out;
  out.updateResults.emplace();
  for (const Sessions::Parameters& parameters : sets) {
    TRY(lease.ask(sql.text, parameters));
    out.updateResults->emplace_back().generatedFields.emplace();
  }
  if (own) TRY(lease.ask("COMMIT", {}));
  return out;
}

}  // namespace

const api::Operations& statements_operations() {
  static const api::Operations rows = {
      data_op<ops::ExecuteStatement, execute_statement>(
          "resourceArn secretArn sql database parameters transactionId includeResultMetadata continueAfterTimeout "
          "resultSetOptions formatRecordsAs"),
      data_op<ops::BatchExecuteStatement, batch_execute_statement>(
          "resourceArn secretArn sql database parameterSets transactionId"),
  };
  return rows;
}

}  // namespace haar::rdsdata
