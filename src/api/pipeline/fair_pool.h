// A few threads for what must not run on an I/O thread or on the writer, shared fairly among those for whom the
// work is done. Accounts take turns, and in each account its principals, so that who asks for much waits behind
// oneself. What waits is bounded for each of them and for all together.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/thread.h"

namespace haar::api {

class FairPool {
 public:
  struct Limits {
    std::size_t threads = 1;
    std::size_t waiting_max = 1;  // of all together
    std::size_t waiting_per_account_max = 1;
    std::size_t waiting_per_principal_max = 1;
    std::size_t running_per_account_max = 1;
  };
  // For whom.
  struct Owner {
    std::string account, principal;
  };
  struct Work {
    std::function<void()> run;
    // Called instead of `run` when the work has to give way to an account that waits for less, or the pool ends.
    std::function<void()> turn_away;
  };

  FairPool(const char* name, Limits limits);
  // Ends what is running; what waits is turned away.
  ~FairPool();
  FairPool(const FairPool&) = delete;
  FairPool& operator=(const FairPool&) = delete;

  // False: the owner, or its account, has its share waiting already, or the pool is ending. Then neither function
  // of the work is called. With all places taken, the newest work of the account that waits for the most gives way.
  [[nodiscard]] bool post(const Owner& owner, Work work);

 private:
  struct Account {
    std::unordered_map<std::string, std::deque<Work>> waiting;  // by principal; none of them empty
    std::deque<std::string> turns;                              // of its principals
    std::size_t count = 0;                                      // of works waiting
    std::size_t running = 0;
  };

  void run();
  bool make_room(const Account& newcomer, Work& evicted);
  bool next(std::string& account, Work& work);

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::unordered_map<std::string, Account> accounts_;
  std::deque<std::string> turns_;  // of accounts with waiting work
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  std::vector<Thread> threads_;
};

}  // namespace haar::api
