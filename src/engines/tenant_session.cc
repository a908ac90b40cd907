#include "engines/tenant_session.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "engines/libpq.h"
#include "frontdoor/handoff.h"

namespace haar::engines {
namespace {

// Of one answer on the wire, where each value has a few bytes of its own.
constexpr std::size_t answer_bytes_max = std::size_t{8} << 20;
constexpr std::chrono::milliseconds slice{50};  // how soon a wait sees that haar is ending
// Strangers of this machine who connect to a listener that is there for a moment, one after the other.
constexpr int strangers_max = 8;

using Failure = TenantSession::Failure;
using Fault = TenantSession::Fault;

struct Ends {
  Fd ours, theirs;
};

// A listener on a loopback port that the kernel chooses, for one connection.
class Listener {
 public:
  bool open() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socket_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    socklen_t length = sizeof address;
    if (!socket_.valid() || ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_.get(), strangers_max) != 0 ||
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
      return false;
    port_ = ntohs(address.sin_port);
    return true;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  // The other end of the connection that `client` has begun. Others who came before it are sent away.
  [[nodiscard]] Fd accept(int client) const {
    sockaddr_in wanted{}, found{};
    socklen_t length = sizeof wanted;
    if (::getsockname(client, reinterpret_cast<sockaddr*>(&wanted), &length) != 0) return {};
    for (int i = 0; i < strangers_max; ++i) {
      length = sizeof found;
      Fd end(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&found), &length, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!end.valid()) return {};
      if (found.sin_port != wanted.sin_port || found.sin_addr.s_addr != wanted.sin_addr.s_addr) continue;
      const int on = 1;
      (void)::setsockopt(end.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return end;
    }
    return {};
  }

 private:
  Fd socket_;
  std::uint16_t port_ = 0;
};

// Both ends of a TCP connection of this machine: what the engine is given is what a client's connection is.
std::optional<Ends> connected_pair() {
  Listener listener;
  if (!listener.open()) return std::nullopt;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(listener.port());
  Ends ends;
  ends.ours = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!ends.ours.valid() || ::connect(ends.ours.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  ends.theirs = listener.accept(ends.ours.get());
  if (!ends.theirs.valid()) return std::nullopt;
  const int on = 1;
  (void)::setsockopt(ends.ours.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // The engine takes an accepted socket for a blocking one; ours is read by a relay.
  const int flags = ::fcntl(ends.theirs.get(), F_GETFL);
  const bool blocking = ::fcntl(ends.theirs.get(), F_SETFL, flags & ~O_NONBLOCK) == 0;
  const bool ready = blocking && ::fcntl(ends.ours.get(), F_SETFL, O_NONBLOCK) == 0;
  return ready ? std::optional(std::move(ends)) : std::nullopt;
}

std::string field(const PGresult* result, int code) {
  const char* text = result == nullptr ? nullptr : PQresultErrorField(result, code);
  return text == nullptr ? std::string() : std::string(text);
}

TenantSession::Answer answer_of(const PGresult* result) {
  TenantSession::Answer out;
  out.has_rows = PQresultStatus(result) == PGRES_TUPLES_OK;
  out.tag = PQcmdStatus(const_cast<PGresult*>(result));
  const std::string changed = PQcmdTuples(const_cast<PGresult*>(result));
  std::from_chars(changed.data(), changed.data() + changed.size(), out.changed);
  const int fields = out.has_rows ? PQnfields(result) : 0, rows = out.has_rows ? PQntuples(result) : 0;
  for (int i = 0; i < fields; ++i)
    out.columns.push_back(
        {PQfname(result, i), PQftype(result, i), PQfmod(result, i), PQftable(result, i), PQftablecol(result, i)});
  out.rows.resize(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    for (int i = 0; i < fields; ++i) {
      auto& value = out.rows[static_cast<std::size_t>(row)].emplace_back();
      if (PQgetisnull(result, row, i) == 0)
        value.emplace(PQgetvalue(result, row, i), static_cast<std::size_t>(PQgetlength(result, row, i)));
    }
  }
  return out;
}

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

}  // namespace

void TenantSession::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Failure TenantSession::refused(const void* result) const {
  const auto* said = static_cast<const PGresult*>(result);
  if (said == nullptr) return {relay_.overrun() ? Fault::too_large : Fault::lost};
  TenantSession::Refusal refusal{field(said, PG_DIAG_SQLSTATE), field(said, PG_DIAG_MESSAGE_PRIMARY),
                                 field(said, PG_DIAG_MESSAGE_DETAIL), field(said, PG_DIAG_STATEMENT_POSITION)};
  // The connection has ended while it was asked: libpq says so in a result without a code.
  if (refusal.sqlstate.empty()) return {relay_.overrun() ? Fault::too_large : Fault::lost};
  return {Fault::refused, std::move(refusal)};
}

TenantSession::Outcome<TenantSession> TenantSession::open(const std::string& handoff_path, const Login& login,
                                                          Milliseconds patience, const std::atomic<bool>& stopping) {
  Outcome<TenantSession> out;
  Listener listener;
  std::optional<Ends> engine = connected_pair();
  if (!engine || !listener.open()) return out;
  if (frontdoor::HandoffSender(handoff_path).send(engine->theirs.get()) != frontdoor::HandOver::done) return out;
  engine->theirs.reset();
  const std::string port = std::to_string(listener.port());
  // Encrypted, as a parameter group may ask; libpq would try a second connection after "prefer", and there is but one.
  // Everything is said, so that nothing comes from haar's environment. An empty password would make libpq look for one.
  const std::string password = login.password.empty() ? " " : login.password;
  const std::array<const char*, 12> names{"hostaddr",         "port",    "user",       "dbname",  "password",
                                          "application_name", "sslmode", "gssencmode", "options", "client_encoding",
                                          "connect_timeout",  nullptr};
  const std::array<const char*, 12> values{"127.0.0.1", port.c_str(), login.user.c_str(), login.database.c_str(),
                                           password.c_str(), login.application.c_str(), "require", "disable",
                                           login.options.c_str(), "UTF8", "0", nullptr};
  TenantSession session(PQconnectStartParams(names.data(), values.data(), 0), stopping);
  if (!session.connection_ || PQstatus(session.connection_.get()) == CONNECTION_BAD) return out;
  PQsetNoticeProcessor(session.connection_.get(), [](void*, const char*) {}, nullptr);
  Fd client = listener.accept(PQsocket(session.connection_.get()));
  if (!client.valid()) return out;
  session.relay_ = Relay(std::move(client), std::move(engine->ours), answer_bytes_max);
  session.deadline_ = std::chrono::steady_clock::now() + patience;
  if (std::optional<Failure> failed = session.connect()) {
    out.failure = std::move(*failed);
    return out;
  }
  out.value.emplace(std::move(session));
  return out;
}

std::optional<Failure> TenantSession::connect() {
  for (PostgresPollingStatusType next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;
       next = PQconnectPoll(connection_.get())) {
    if (next == PGRES_POLLING_FAILED) {
      // No result tells of a refused login: libpq has its words only.
      return Failure{Fault::refused, {"", PQerrorMessage(connection_.get()), "", ""}};
    }
    if (auto failed = wait_for(next == PGRES_POLLING_READING ? POLLIN : POLLOUT)) return failed;
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0) return Failure{Fault::lost};
  return std::nullopt;
}

std::optional<Failure> TenantSession::wait_for(short events) {
  for (;;) {
    if (stopping_->load()) return Failure{Fault::stopping};
    relay_.move();
    if (relay_.overrun()) return Failure{Fault::too_large};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Failure{Fault::timed_out};
    const auto [client, engine] = relay_.waits();
    std::array<pollfd, 3> waiting{pollfd{PQsocket(connection_.get()), events, 0}, client, engine};
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min(left, slice).count()));
    if (ready < 0 && errno != EINTR) return Failure{Fault::lost};
    if (ready > 0 && waiting[0].revents != 0) return std::nullopt;
  }
}

std::optional<Failure> TenantSession::send(const std::string& sql, const std::vector<Parameter>& parameters) {
  std::vector<unsigned> types;
  std::vector<const char*> values;
  for (const Parameter& one : parameters) {
    types.push_back(one.type);
    values.push_back(one.value ? one.value->c_str() : nullptr);
  }
  PGconn* const connection = connection_.get();
  // Always the extended protocol: it takes one statement at a time.
  if (PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), types.data(), values.data(), nullptr, nullptr,
                        0) == 0)
    return Failure{Fault::lost};
  for (int left = PQflush(connection); left != 0; left = PQflush(connection)) {
    if (left < 0) return Failure{Fault::lost};
    if (auto failed = wait_for(POLLOUT)) return failed;
  }
  return std::nullopt;
}

TenantSession::Outcome<TenantSession::Answer> TenantSession::ask(const std::string& sql, const std::vector<Parameter>& parameters,
                                                                 Milliseconds patience) {
  Outcome<Answer> out;
  deadline_ = std::chrono::steady_clock::now() + patience;
  relay_.allow(answer_bytes_max);
  const auto failed = [&](std::optional<Failure> failure) {
    if (failure) out.failure = std::move(*failure);
    return failure.has_value();
  };
  if (failed(send(sql, parameters))) return out;
  PGconn* const connection = connection_.get();
  std::unique_ptr<PGresult, Clear> last;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      if (failed(wait_for(POLLIN))) return out;
      if (PQconsumeInput(connection) == 0) return failed(refused(nullptr)), out;
    }
    PGresult* const result = PQgetResult(connection);
    if (result == nullptr) break;
    last.reset(result);
    const ExecStatusType status = PQresultStatus(result);
    // COPY goes on in a way of its own, which nobody here speaks.
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      out.failure = {Fault::refused, {"0A000", "COPY to and from the client is not supported", "", ""}};
      connection_.reset();
      return out;
    }
  }
  const ExecStatusType status = PQresultStatus(last.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) out.value = answer_of(last.get());
  else out.failure = refused(last.get());
  return out;
}

TenantSession::State TenantSession::state() const {
  if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) return State::gone;
  switch (PQtransactionStatus(connection_.get())) {
    case PQTRANS_IDLE: return State::idle;
    case PQTRANS_INTRANS: return State::in_transaction;
    case PQTRANS_INERROR: return State::failed_transaction;
    default: return State::gone;
  }
}

bool TenantSession::is_over() {
  if (!connection_) return true;
  relay_.move();
  PGconn* const connection = connection_.get();
  if (relay_.overrun() || PQconsumeInput(connection) == 0) return true;
  while (PQisBusy(connection) == 0) {
    const std::unique_ptr<PGresult, Clear> result(PQgetResult(connection));
    if (!result) return true;
  }
  return false;
}

}  // namespace haar::engines
