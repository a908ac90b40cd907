#include "tls/session.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace haar::tls {
namespace {

// What one call reads at most: then the thread's other connections have their turn. More than any record or message.
constexpr std::size_t budget_bytes = 64 * 1024;
// TLS 1.2 as it stands on records before anything is agreed on; a fatal "decode_error" (RFC 8446 6.2).
constexpr std::string_view decode_error_alert("\x15\x03\x03\x00\x02\x02\x32", 7);

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

std::unique_ptr<Session> Session::make(Server& server, int socket, std::string first) {
  std::unique_ptr<Session> made(new Session(socket, std::move(first)));
  made->ssl_ = server.make_session();
  BioPtr bio(BIO_new(bio_method()));
  if (!made->ssl_ || !bio) return nullptr;
  BIO_set_data(bio.get(), made.get());
  BIO_set_init(bio.get(), 1);
  SSL_set_bio(made->ssl_.get(), bio.get(), bio.get());
  bio.release();
  SSL_set_accept_state(made->ssl_.get());
  return made;
}

// OpenSSL's own socket would end the process by SIGPIPE, and knows neither of bytes that were read already nor of turns.
const BIO_METHOD* Session::bio_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "haar socket");
    if (made == nullptr) return made;
    BIO_meth_set_read(made, read_socket);
    BIO_meth_set_write(made, write_socket);
    BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

int Session::read_socket(BIO* bio, char* to, int size) {
  auto& session = *static_cast<Session*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::size_t wanted = std::min(static_cast<std::size_t>(std::max(size, 0)), session.budget_);
  if (const std::size_t left = session.first_.size() - session.taken_; left > 0) {
    const std::size_t bytes = std::min(left, wanted);
    std::memcpy(to, session.first_.data() + session.taken_, bytes);
    session.taken_ += bytes;
    session.budget_ -= bytes;
    if (session.taken_ == session.first_.size()) std::string().swap(session.first_), session.taken_ = 0;
    return static_cast<int>(bytes);
  }
  const ssize_t bytes = wanted == 0 ? -1 : ::recv(session.socket_, to, wanted, MSG_DONTWAIT);
  if (bytes < 0 && (wanted == 0 || would_block())) BIO_set_retry_read(bio);
  if (bytes > 0) session.budget_ -= static_cast<std::size_t>(bytes);
  return static_cast<int>(bytes);
}

int Session::write_socket(BIO* bio, const char* from, int size) {
  auto& session = *static_cast<Session*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t bytes = ::send(session.socket_, from, static_cast<std::size_t>(std::max(size, 0)), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (bytes < 0 && would_block()) BIO_set_retry_write(bio);
  session.has_written_ = session.has_written_ || bytes > 0;
  return static_cast<int>(bytes);
}

long Session::control_socket(BIO* bio, int command, long, void* pointer) {
  const auto& session = *static_cast<const Session*>(BIO_get_data(bio));
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_C_GET_FD) {
    if (pointer != nullptr) *static_cast<int*>(pointer) = session.socket_;
    return session.socket_;
  }
  return 0;
}

Moved Session::result_of(int returned, std::size_t bytes) {
  if (returned == 1) return {Progress::done, bytes};
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ: return {Progress::wait_readable};
    case SSL_ERROR_WANT_WRITE: return {Progress::wait_writable};
    case SSL_ERROR_ZERO_RETURN: return {Progress::ended};
    default: broken_ = true; return {Progress::failed};
  }
}

Progress Session::shake_hands() {
  budget_ = budget_bytes;
  ERR_clear_error();
  Progress progress = Progress::wait_readable;
  do {
    progress = result_of(SSL_do_handshake(ssl_.get()), 0).progress;
  } while (progress == Progress::wait_readable && !first_.empty());
  established_ = progress == Progress::done;
  // OpenSSL leaves it at nothing where the first record does not look like TLS at all.
  if (progress == Progress::failed && !has_written_)
    [[maybe_unused]] const ssize_t sent = ::send(socket_, decode_error_alert.data(), decode_error_alert.size(),
                                                 MSG_NOSIGNAL | MSG_DONTWAIT);
  ERR_clear_error();
  return progress;
}

Moved Session::read(char* to, std::size_t size) {
  budget_ = budget_bytes;
  ERR_clear_error();
  Moved moved;
  do {
    std::size_t bytes = 0;
    const int returned = SSL_read_ex(ssl_.get(), to, size, &bytes);
    moved = result_of(returned, bytes);
  } while (moved.progress == Progress::wait_readable && !first_.empty());
  ERR_clear_error();
  return moved;
}

Moved Session::write(std::string_view bytes) {
  budget_ = budget_bytes;
  ERR_clear_error();
  std::size_t written = 0;
  const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  Moved moved = result_of(returned, written);
  ERR_clear_error();
  return moved;
}

void Session::say_goodbye() {
  if (!established_ || broken_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace haar::tls
