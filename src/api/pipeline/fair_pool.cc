#include "api/pipeline/fair_pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/loop_guard.h"

namespace haar::api {

FairPool::FairPool(const char* name, Limits limits) : limits_(limits) {
  for (std::size_t i = 0; i < limits_.threads; ++i) threads_.emplace_back(name, [this] { run(); });
}

FairPool::~FairPool() {
  std::vector<Work> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [name, account] : accounts_) {
      for (auto& [principal, works] : account.waiting) std::ranges::move(works, std::back_inserter(left));
      account.waiting.clear();
      account.turns.clear();
      account.count = 0;
    }
    turns_.clear();
    waiting_ = 0;
  }
  wake_.notify_all();
  for (const Work& work : left) work.turn_away();
  threads_.clear();
}

bool FairPool::post(const Owner& owner, Work work) {
  Work evicted;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    Account& account = accounts_[owner.account];
    const auto own = account.waiting.find(owner.principal);
    const std::size_t waits = own == account.waiting.end() ? 0 : own->second.size();
    const bool has_place = waits < limits_.waiting_per_principal_max && account.count < limits_.waiting_per_account_max &&
                           (waiting_ < limits_.waiting_max || make_room(account, evicted));
    if (!has_place) {
      if (account.count == 0 && account.running == 0) accounts_.erase(owner.account);
      return false;
    }
    if (account.count++ == 0) turns_.push_back(owner.account);
    std::deque<Work>& works = account.waiting[owner.principal];
    if (works.empty()) account.turns.push_back(owner.principal);
    works.push_back(std::move(work));
    ++waiting_;
  }
  wake_.notify_one();
  if (evicted.turn_away) evicted.turn_away();
  return true;
}

// Takes the newest work of the account, and in it of the principal, that waits for the most. Not where the newcomer
// would wait for as much: then it would be the next to go.
bool FairPool::make_room(const Account& newcomer, Work& evicted) {
  const auto most = std::ranges::max_element(accounts_, {}, [](const auto& each) { return each.second.count; });
  Account& account = most->second;
  if (account.count <= newcomer.count + 1) return false;
  const auto works = std::ranges::max_element(account.waiting, {}, [](const auto& each) { return each.second.size(); });
  evicted = std::move(works->second.back());
  works->second.pop_back();
  if (works->second.empty()) {
    std::erase(account.turns, works->first);
    account.waiting.erase(works);
  }
  --account.count;
  --waiting_;
  return true;
}

// The next work of the first account in turn that may have one more running.
bool FairPool::next(std::string& name, Work& work) {
  const auto turn = std::ranges::find_if(
      turns_, [&](const std::string& each) { return accounts_[each].running < limits_.running_per_account_max; });
  if (turn == turns_.end()) return false;
  name = std::move(*turn);
  turns_.erase(turn);
  Account& account = accounts_[name];
  const std::string principal = std::move(account.turns.front());
  account.turns.pop_front();
  const auto works = account.waiting.find(principal);
  work = std::move(works->second.front());
  works->second.pop_front();
  if (works->second.empty()) account.waiting.erase(works);
  else account.turns.push_back(principal);
  --account.count;
  --waiting_;
  ++account.running;
  if (account.count > 0) turns_.push_back(name);
  return true;
}

void FairPool::run() {
  LoopGuard guard("haar-pool");
  std::unique_lock lock(mutex_);
  for (;;) {
    std::string name;
    Work work;
    wake_.wait(lock, [&] { return stopping_ || next(name, work); });
    if (!work.run) return;
    lock.unlock();
    guard.turn(work.run);
    work = {};  // what it holds goes without the lock
    lock.lock();
    const auto account = accounts_.find(name);
    --account->second.running;
    if (account->second.count == 0 && account->second.running == 0) accounts_.erase(account);
    else wake_.notify_one();
  }
}

}  // namespace haar::api
