// One TLS session over a socket that does not block. It is driven like the socket itself: each call moves what can be
// moved now, or says what to wait for.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "tls/openssl.h"
#include "tls/server.h"

namespace haar::tls {

inline constexpr char first_byte = 0x16;  // of a TLS connection: a handshake record. No HTTP request begins so

enum class Progress {
  done,
  wait_readable,
  wait_writable,
  ended,   // the other side has said that it sends no more
  failed,  // what the other side sent is not TLS, or it broke off
};

struct Moved {
  Progress progress = Progress::failed;
  std::size_t bytes = 0;
};

class Session {
 public:
  // `first` has been read from the socket already. Null when memory has run out. `server` and the socket outlive it.
  static std::unique_ptr<Session> make(Server& server, int socket, std::string first);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // To be called until it is done, before anything else. A failure has been told to the other side by an alert.
  Progress shake_hands();
  Moved read(char* to, std::size_t size);
  // After wait_writable the same bytes must be given again, perhaps with more after them.
  Moved write(std::string_view bytes);
  // Tells the other side that nothing follows, if that can be told now.
  void say_goodbye();

  // A record has begun to arrive: until it is whole there is nothing to read, and it takes memory.
  [[nodiscard]] bool has_part_of_a_record() const { return SSL_has_pending(ssl_.get()) == 1; }
  // As OpenSSL and CloudTrail call them: "TLSv1.3", "TLS_AES_128_GCM_SHA256". They live for ever.
  [[nodiscard]] std::string_view version() const { return SSL_get_version(ssl_.get()); }
  [[nodiscard]] std::string_view cipher() const { return SSL_get_cipher_name(ssl_.get()); }

 private:
  Session(int socket, std::string first) : socket_(socket), first_(std::move(first)) {}
  Moved result_of(int returned, std::size_t bytes);

  static const BIO_METHOD* bio_method();
  static int read_socket(BIO* bio, char* to, int size);
  static int write_socket(BIO* bio, const char* from, int size);
  static long control_socket(BIO* bio, int command, long number, void* pointer);

  const int socket_;
  std::string first_;
  std::size_t taken_ = 0;   // of first_
  std::size_t budget_ = 0;  // bytes that the call at hand may still read
  bool has_written_ = false;
  bool established_ = false;
  bool broken_ = false;
  SslPtr ssl_;
};

}  // namespace haar::tls
