// Moves bytes between a client in this process and an engine, and lets the engine say only so much: libpq reads what
// comes for as long as it comes, and makes room for as much as the server announces.
#pragma once

#include <poll.h>

#include <array>
#include <cstddef>
#include <string>

#include "base/file.h"

namespace haar::engines {

class Relay {
 public:
  Relay() = default;
  // Both non-blocking.
  Relay(Fd client, Fd engine, std::size_t most_from_engine)
      : client_(std::move(client)), engine_(std::move(engine)), left_(most_from_engine) {}

  // Moves what can be moved now, at most 64 KiB each way.
  void move();
  // What to wait for until something can be moved.
  [[nodiscard]] std::array<pollfd, 2> waits() const;
  // From now on it may say so much.
  void allow(std::size_t bytes) { left_ = bytes; }
  // The engine has said more than it may; nothing of it is passed on any more.
  [[nodiscard]] bool overrun() const { return left_ == 0; }

 private:
  static bool write_some(const Fd& to, std::string& pending);
  static bool read_some(const Fd& from, std::string& pending, std::size_t most);

  Fd client_, engine_;
  std::size_t left_ = 0;
  std::string to_engine_, to_client_;
  bool client_ended_ = false, engine_ended_ = false;
};

}  // namespace haar::engines
