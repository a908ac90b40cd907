#include "store/memory_backend.h"

#include <atomic>
#include <map>
#include <mutex>

#include "store/history.h"

namespace haar::store {
namespace {

struct Value {
  std::string bytes;
  Revision revision = 0;
};

}  // namespace

class MemoryStore {
 public:
  using Space = std::map<std::string, Value, std::less<>>;

  std::mutex mutex;
  Revision revision = 0;
  std::uint64_t commits = 0;
  Outcome failing = Outcome::committed;
  std::map<std::string, Space, std::less<>> spaces;
  Generations generations{0};
  History history{0};

  [[nodiscard]] Revision revision_of(const std::string& space, const std::string& key) const {
    const auto in = spaces.find(space);
    if (in == spaces.end()) return 0;
    const auto found = in->second.find(key);
    return found == in->second.end() ? 0 : found->second.revision;
  }

  [[nodiscard]] bool holds(const Transaction& transaction) const {
    for (const KeyRead& read : transaction.key_reads) {
      if (revision_of(read.space, read.key) != read.seen) return false;
    }
    return generations.hold(transaction);
  }

  void apply(const Transaction& transaction) {
    ++revision;
    ++commits;
    generations.move(transaction, revision);
    for (const Write& write : transaction.writes) {
      if (!write.value) {
        spaces[write.space].erase(write.key);
      } else if (write.log) {
        spaces[write.space].try_emplace(write.key, *write.value, revision);
      } else {
        spaces[write.space][write.key] = {*write.value, revision};
      }
    }
    history.add(revision, changes_of(transaction, revision));
  }
};

namespace {

class MemoryBackend final : public Backend {
 public:
  MemoryBackend(std::shared_ptr<MemoryStore> store, bool exclusive) : store_(std::move(store)), exclusive_(exclusive) {}

  [[nodiscard]] Limits limits() const override { return etcd_limits; }
  [[nodiscard]] bool exclusive() const override { return exclusive_; }
  [[nodiscard]] std::string describe() const override { return "the memory store"; }

  Result<Revision> revision() override {
    const std::lock_guard lock(store_->mutex);
    return store_->revision;
  }

  Result<std::optional<Entry>> get(std::string_view space, std::string_view key) override {
    const std::lock_guard lock(store_->mutex);
    const auto in = store_->spaces.find(space);
    if (in == store_->spaces.end()) return std::optional<Entry>();
    const auto found = in->second.find(key);
    if (found == in->second.end()) return std::optional<Entry>();
    return std::optional<Entry>(Entry{found->first, found->second.bytes, found->second.revision});
  }

  Result<Revision> scan(std::string_view space, std::string_view prefix, const EntryFn& fn) override {
    const std::lock_guard lock(store_->mutex);
    const auto in = store_->spaces.find(space);
    if (in == store_->spaces.end()) return store_->revision;
    for (auto at = in->second.lower_bound(prefix); at != in->second.end() && at->first.starts_with(prefix); ++at) {
      TRY(fn(at->first, at->second.bytes, at->second.revision));
    }
    return store_->revision;
  }

  CommitResult commit(const Transaction& transaction) override {
    check_transaction(transaction, limits());
    const std::lock_guard lock(store_->mutex);
    if (store_->failing != Outcome::committed) return {store_->failing, 0};
    if (!store_->holds(transaction)) return {Outcome::conflict, 0};
    if (!transaction.writes.empty()) store_->apply(transaction);
    return {Outcome::committed, store_->revision};
  }

  Result<Changes> changes(std::string_view space, std::string_view prefix, Revision after, std::size_t limit) override {
    return store_->history.read(space, prefix, after, limit);
  }
  Revision wait_beyond(Revision after, std::chrono::milliseconds time) override {
    return store_->history.wait_beyond(after, time);
  }

  Result<std::vector<Entry>> read_log(const LogRange& range) override {
    const std::lock_guard lock(store_->mutex);
    std::vector<Entry> out;
    const auto in = store_->spaces.find(range.space);
    if (in == store_->spaces.end()) return out;
    const std::size_t limit = std::min(range.limit, log_page_rows_max);
    const auto begin = in->second.lower_bound(range.from);
    const auto end = range.to.empty() ? in->second.end() : in->second.lower_bound(range.to);
    if (!range.to.empty() && range.to <= range.from) return out;
    const auto add = [&](const auto& entry) { out.push_back({entry.first, entry.second.bytes, entry.second.revision}); };
    if (range.newest_first) {
      for (auto at = end; at != begin && out.size() < limit;) add(*--at);
    } else {
      for (auto at = begin; at != end && out.size() < limit; ++at) add(*at);
    }
    return out;
  }

  Result<LogUsage> log_usage(std::string_view space) override {
    const std::lock_guard lock(store_->mutex);
    LogUsage usage;
    const auto in = store_->spaces.find(space);
    if (in == store_->spaces.end()) return usage;
    for (const auto& [key, value] : in->second) {
      ++usage.rows;
      usage.bytes += key.size() + value.bytes.size();
    }
    return usage;
  }

  [[nodiscard]] BackendStats stats() const override {
    const std::lock_guard lock(store_->mutex);
    return {store_->commits, 0};
  }

 private:
  const std::shared_ptr<MemoryStore> store_;
  const bool exclusive_;
};

}  // namespace

std::shared_ptr<MemoryStore> make_memory_store() { return std::make_shared<MemoryStore>(); }

void fail_commits(MemoryStore& store, Outcome outcome) {
  const std::lock_guard lock(store.mutex);
  store.failing = outcome;
}

void compact(MemoryStore& store) { store.history.compact(); }

std::unique_ptr<Backend> make_memory_backend() { return make_sole_memory_backend(make_memory_store()); }

std::unique_ptr<Backend> make_sole_memory_backend(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryBackend>(std::move(store), true);
}

std::unique_ptr<Backend> make_memory_backend(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryBackend>(std::move(store), false);
}

}  // namespace haar::store
