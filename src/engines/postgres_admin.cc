#include "engines/postgres_admin.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>

namespace haar::engines::postgres {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Reply = std::unique_ptr<PGresult, Clear>;

Error refused(const PGresult* result, const PGconn* connection) {
  const char* primary = result != nullptr ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const char* words = primary != nullptr ? primary : PQerrorMessage(connection);
  return {"EngineCommandFailed", fmt::format("postgres: {}", words), 500, Fault::receiver};
}

Result<std::string> quoted(char* text, const PGconn* connection) {
  if (text == nullptr) return refused(nullptr, connection);
  std::string out = text;
  PQfreemem(text);
  return out;
}

}  // namespace

void AdminConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<AdminConnection> AdminConnection::open(const InstanceSpec& spec, const std::string& database) {
  const std::string port = std::to_string(spec.port);
  // Everything is said, so that nothing comes from haar's environment. search_path: a name that a tenant
  // made is never found. log_min_error_statement: a failed statement, which may hold a verifier, is not logged.
  const std::array<const char*, 10> names{"host", "port", "user", "dbname", "connect_timeout",
                                          "application_name", "sslmode", "gssencmode", "options", nullptr};
  const std::array<const char*, 10> values{
      spec.run_folder.c_str(), port.c_str(), "rdsadmin", database.c_str(), "5", "rdsadmin", "disable", "disable",
      "-c search_path=pg_catalog -c statement_timeout=30000 -c log_min_error_statement=panic", nullptr};
  AdminConnection connection(PQconnectdbParams(names.data(), values.data(), 0));
  if (PQstatus(connection.connection_.get()) == CONNECTION_OK) {
    // Notices would go to haar's standard error.
    PQsetNoticeProcessor(connection.connection_.get(), [](void*, const char*) {}, nullptr);
    return connection;
  }
  return Error{"EngineNotReady", fmt::format("postgres: {}", PQerrorMessage(connection.connection_.get())), 500,
               Fault::receiver};
}

Result<void> AdminConnection::run(const std::string& sql) {
  const Reply reply(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(reply.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  return refused(reply.get(), connection_.get());
}

Result<std::optional<std::string>> AdminConnection::value(const std::string& sql,
                                                          const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  const Reply reply(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                 values.data(), nullptr, nullptr, 0));
  if (PQresultStatus(reply.get()) != PGRES_TUPLES_OK) return refused(reply.get(), connection_.get());
  if (PQntuples(reply.get()) == 0 || PQgetisnull(reply.get(), 0, 0) != 0) return std::optional<std::string>();
  return std::optional<std::string>(PQgetvalue(reply.get(), 0, 0));
}

Result<std::string> AdminConnection::identifier(const std::string& name) const {
  return quoted(PQescapeIdentifier(connection_.get(), name.c_str(), name.size()), connection_.get());
}

Result<std::string> AdminConnection::literal(const std::string& text) const {
  return quoted(PQescapeLiteral(connection_.get(), text.c_str(), text.size()), connection_.get());
}

}  // namespace haar::engines::postgres
