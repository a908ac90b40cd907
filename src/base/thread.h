// Threads are started only here (tools/tidy refuses std::thread elsewhere), each with a name that
// shows in ps -T and a debugger, and with every signal blocked: signals belong to the main thread.
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace haar {

// Joins when destroyed.
class Thread {
 public:
  Thread() = default;
  Thread(std::string name, std::function<void()> body);  // name: 15 characters at most
  Thread(Thread&&) = default;
  Thread& operator=(Thread&&) = default;
  ~Thread() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

}  // namespace haar
