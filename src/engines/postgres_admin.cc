#include "engines/postgres_admin.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/ids.h"
#include "engines/instance_files.h"
#include "engines/libpq.h"
#include "engines/own_file.h"
#include "engines/postgres_parameters.h"
#include "frontdoor/handoff.h"

namespace haar::engines::postgres {
namespace {

constexpr std::size_t longest_secret = 256;
// An empty password would make libpq look for one in haar's environment and home folder.
constexpr const char* no_secret = "none";
constexpr std::size_t most_received = std::size_t{4} << 20;  // bytes, over one connection
constexpr int first_pause_ms = 2, longest_pause_ms = 50;
constexpr std::chrono::milliseconds slice{50};               // how soon a wait sees that haar is ending

Error not_answering(std::string_view why) {
  return {"EngineNotReady", fmt::format("postgres: {}", why), 500, Fault::receiver};
}

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

// libpq opens its connections itself, so it gets a place to connect to: a listener in haar's own folder, for this
// one connection, whose other end the relay joins to one that was handed over to the engine.
class Doorstep {
 public:
  ~Doorstep() {
    if (folder_.empty()) return;
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }
  Result<void> open(const InstanceSpec& spec) {
    folder_ = fmt::format("{}/ask-{}", spec.run_folder, random_text(system_random(), alphabet_lower_alnum, 4));
    if (::mkdir(folder_.c_str(), 0700) != 0) {
      const auto error = system_error("cannot create folder", folder_);
      folder_.clear();
      return error;
    }
    path_ = fmt::format("{}/.s.PGSQL.{}", folder_, spec.port);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() > frontdoor::max_socket_path) return not_answering("the path of its folder is too long");
    std::memcpy(address.sun_path, path_.data(), path_.size());
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener_.valid() || ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 1) != 0) {
      return system_error("cannot listen on", path_);
    }
    return {};
  }
  // After libpq has connected: the other end of its connection.
  Result<Fd> other_end() {
    Fd end(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!end.valid()) return system_error("cannot connect by", path_);
    return end;
  }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_, path_;
  Fd listener_;
};

}  // namespace

void AdminConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }
void AdminConnection::Clear::operator()(void* result) const { PQclear(static_cast<PGresult*>(result)); }

AdminConnection::AdminConnection(pg_conn* connection, const Target& target)
    : connection_(connection),
      deadline_(std::chrono::steady_clock::now() + target.patience),
      supervisor_(target.supervisor) {}

Result<AdminConnection> AdminConnection::open(const InstanceSpec& spec, const Target& target) {
  // Without a secret the volume is new, or of an older haar: its server then takes rdsadmin from haar alone
  // (postgres.cc, host_config) until it has one.
  const auto secret = read_own_file(spec.secret(), longest_secret);
  const std::string port = std::to_string(spec.port);
  Doorstep doorstep;
  TRY(doorstep.open(spec));
  // Everything is said, so that nothing comes from haar's environment. search_path: a name that a tenant made is
  // never found. The *_preload_libraries, replication role and time limits: what a tenant set on a database or a
  // role is not taken. log_min_error_statement: a failed statement, which may hold a verifier, is not logged.
  std::string options =
      "-c search_path=pg_catalog,pg_temp -c statement_timeout=30000 -c lock_timeout=5000 "
      "-c idle_in_transaction_session_timeout=60000 -c log_min_error_statement=panic -c session_preload_libraries= "
      "-c local_preload_libraries= -c session_replication_role=replica -c default_transaction_read_only=off "
      "-c check_function_bodies=off -c row_security=off -c default_tablespace= -c temp_tablespaces= -c role=none";
  // Whose owner may set parameters: nothing that haar says, a verifier among it, is written where the owner can read it, and
  // no time limit of the owner's ends the session.
  if (has_parameters(spec)) {
    options +=
        " -c log_statement=none -c log_min_duration_statement=-1 -c log_min_duration_sample=-1 "
        "-c log_transaction_sample_rate=0 -c log_duration=off -c debug_print_parse=off -c debug_print_rewritten=off "
        "-c debug_print_plan=off -c idle_session_timeout=0 -c pg_stat_statements.track=none "
        "-c auto_explain.log_min_duration=-1";
  }
  const std::array<const char*, 10> names{"host", "port", "user", "dbname", "password", "application_name",
                                          "sslmode", "gssencmode", "options", nullptr};
  const std::array<const char*, 10> values{
      doorstep.folder().c_str(), port.c_str(), "rdsadmin", target.database.c_str(), secret.ok() ? secret->c_str() : no_secret,
      "rdsadmin", "disable", "disable",
      options.c_str(), nullptr};
  AdminConnection connection(PQconnectStartParams(names.data(), values.data(), 0), target);
  if (!connection.connection_ || PQstatus(connection.connection_.get()) == CONNECTION_BAD) {
    return not_answering(PQerrorMessage(connection.connection_.get()));
  }
  // Notices would go to haar's standard error.
  PQsetNoticeProcessor(connection.connection_.get(), [](void*, const char*) {}, nullptr);
  Fd client = TRY(doorstep.other_end());
  auto engine = frontdoor::dial(spec.handoff());
  if (!engine.ok()) return not_answering("it takes no connections");
  connection.relay_ = Relay(std::move(client), std::move(*engine), most_received);
  TRY(connection.finish_connecting());
  return connection;
}

Result<AdminConnection> AdminConnection::when_ready(const InstanceSpec& spec, const Target& target) {
  const auto deadline = std::chrono::steady_clock::now() + target.patience;
  Error last = not_answering("no answer in time");
  // While it starts it answers that it does, each time by a process of its own: it is not asked too often.
  for (int pause = first_pause_ms;; pause = std::min(pause * 2, longest_pause_ms)) {
    if (target.supervisor->cancelled()) return stopping_error();
    if (!target.supervisor->running(spec.id)) return ended_early(spec);
    Target rest = target;
    rest.patience = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.patience.count() <= 0) break;
    auto answer = open(spec, rest);
    if (answer.ok()) return answer;
    last = answer.error();
    ::poll(nullptr, 0, pause);
  }
  return Error{"EngineNotReady", fmt::format("{} is not ready after {} ms: {}; {}", spec.id, target.patience.count(),
                                             last.message, log_tail(spec)), 500, Fault::receiver};
}

Result<void> AdminConnection::finish_connecting() {
  for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
       next = PQconnectPoll(connection_.get())) {
    if (next == PGRES_POLLING_FAILED) return not_answering(PQerrorMessage(connection_.get()));
    TRY(wait_for(next == PGRES_POLLING_READING ? POLLIN : POLLOUT));
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0) return not_answering(PQerrorMessage(connection_.get()));
  return {};
}

// Until libpq can go on; meanwhile what either side has said is passed on.
Result<void> AdminConnection::wait_for(short events) {
  for (;;) {
    if (supervisor_ != nullptr && supervisor_->cancelled()) return stopping_error();
    relay_.move();
    if (relay_.overrun()) return not_answering("it sends too much");
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return not_answering("no answer in time");
    const auto [client, engine] = relay_.waits();
    std::array<pollfd, 3> waiting{pollfd{PQsocket(connection_.get()), events, 0}, client, engine};
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min(left, slice).count()));
    if (ready < 0 && errno != EINTR) return system_error("cannot wait for", "postgres");
    if (ready > 0 && waiting[0].revents != 0) return {};
  }
}

Result<void> AdminConnection::take_input() {
  TRY(wait_for(POLLIN));
  if (PQconsumeInput(connection_.get()) == 0) return refused(nullptr, connection_.get());
  return {};
}

// The last result of a statement, as PQexec would give it.
Result<AdminConnection::Reply> AdminConnection::ask(const std::string& sql, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  PGconn* const connection = connection_.get();
  const int sent = values.empty() ? PQsendQuery(connection, sql.c_str())
                                  : PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                                                      values.data(), nullptr, nullptr, 0);
  if (sent == 0) return refused(nullptr, connection);
  for (int left = PQflush(connection); left != 0; left = PQflush(connection)) {
    if (left < 0) return refused(nullptr, connection);
    TRY(wait_for(POLLOUT));
  }
  Reply last;
  for (;;) {
    while (PQisBusy(connection) != 0) TRY(take_input());
    PGresult* const result = PQgetResult(connection);
    if (result == nullptr) break;
    last.reset(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) break;
  }
  const auto* result = static_cast<const PGresult*>(last.get());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return refused(result, connection);
  return last;
}

Result<void> AdminConnection::run(const std::string& sql) {
  TRY(ask(sql, {}));
  return {};
}

Result<std::optional<std::string>> AdminConnection::value(const std::string& sql,
                                                          const std::vector<std::string>& parameters) {
  const Reply reply = TRY(ask(sql, parameters));
  const auto* result = static_cast<const PGresult*>(reply.get());
  if (PQntuples(result) == 0 || PQnfields(result) == 0 || PQgetisnull(result, 0, 0) != 0) {
    return std::optional<std::string>();
  }
  return std::optional<std::string>(PQgetvalue(result, 0, 0));
}

Result<std::vector<std::string>> AdminConnection::values(const std::string& sql) {
  const Reply reply = TRY(ask(sql, {}));
  const auto* result = static_cast<const PGresult*>(reply.get());
  std::vector<std::string> out;
  for (int row = 0; PQnfields(result) > 0 && row < PQntuples(result); ++row) out.emplace_back(PQgetvalue(result, row, 0));
  return out;
}

Result<std::string> AdminConnection::identifier(const std::string& name) const {
  return quoted(PQescapeIdentifier(connection_.get(), name.c_str(), name.size()), connection_.get());
}

Result<std::string> AdminConnection::literal(const std::string& text) const {
  return quoted(PQescapeLiteral(connection_.get(), text.c_str(), text.size()), connection_.get());
}

}  // namespace haar::engines::postgres
