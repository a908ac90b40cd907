// For tests: a disk that can lose power. Files are written through to the folder, but what a power cut
// would leave is kept apart: the content as of each file's last sync, and every write since.
#pragma once

#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "base/file.h"
#include "store/vfs_shim.h"

namespace haar::store {

class FaultVfs final : public VfsShim {
 public:
  // What the disk did with writes that were not synced when the power went. Real disks do all of these.
  enum class Unsynced { lost, prefix, any_sectors };
  using Image = std::map<std::string, std::string>;  // by file name, without the folder

  explicit FaultVfs(std::string name) : VfsShim(std::move(name), "") {}

  // Calls `then` inside the n-th write, truncation or sync from now on, before it takes effect.
  void at_operation(std::uint64_t n, std::function<void()> then) {
    const std::lock_guard lock(mutex_);
    countdown_ = n;
    then_ = std::move(then);
  }

  // What the disk holds if the power goes now.
  Image power_cut(Unsynced unsynced, std::mt19937& random) {
    const std::lock_guard lock(mutex_);
    Image out;
    for (const auto& [name, file] : files_) {
      std::string content = file.durable;
      std::size_t count = file.pending.size();
      if (unsynced == Unsynced::lost) count = 0;
      if (unsynced == Unsynced::prefix) count = random() % (count + 1);
      for (std::size_t i = 0; i < count; ++i) apply(content, file.pending[i], unsynced, random);
      out.emplace(name, std::move(content));
    }
    return out;
  }

  static Result<void> restore(const Image& image, const std::string& folder) {
    TRY(make_folders(folder, 0700));
    for (const auto& [name, content] : image) {
      std::ofstream file(folder + "/" + name, std::ios::binary);
      file.write(content.data(), static_cast<std::streamsize>(content.size())).flush();
      if (!file) return system_error("cannot write", name);
    }
    return {};
  }

  std::atomic<bool> full{false};        // every write answers SQLITE_FULL
  std::function<bool()> full_while;     // the same while this says so; set before the first file is opened
  std::atomic<bool> sync_fails{false};  // every sync answers SQLITE_IOERR_FSYNC
  std::function<void()> on_sync;        // called before each sync; set before the first file is opened

  int opened(File& file) override {
    if (file.path == nullptr) return SQLITE_OK;
    const std::lock_guard lock(mutex_);
    const std::string name = base_name(file.path);
    if (files_.contains(name)) return SQLITE_OK;
    Result<std::string> content = read_file(file.path);
    files_[name].durable = content.ok() ? std::move(content).value() : "";
    return SQLITE_OK;
  }
  int write(File& file, const void* data, int size, sqlite3_int64 offset) override {
    step();
    if (full || (full_while && full_while())) return SQLITE_FULL;
    note(file, {offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(size)), false});
    return VfsShim::write(file, data, size, offset);
  }
  int truncate(File& file, sqlite3_int64 size) override {
    step();
    note(file, {size, {}, true});
    return VfsShim::truncate(file, size);
  }
  int sync(File& file, int) override {
    step();
    if (on_sync) on_sync();
    if (sync_fails) return SQLITE_IOERR_FSYNC;
    // The real disk is not asked: what counts as durable is kept here, and tests need many cuts.
    if (file.path == nullptr) return SQLITE_OK;
    const std::lock_guard lock(mutex_);
    std::mt19937 unused;
    Content& content = files_[base_name(file.path)];
    for (const Pending& p : content.pending) apply(content.durable, p, Unsynced::lost, unused);
    content.pending.clear();
    return SQLITE_OK;
  }
  int remove(const char* path, int sync_folder) override {
    const std::lock_guard lock(mutex_);
    files_.erase(base_name(path));
    return VfsShim::remove(path, sync_folder);
  }

 private:
  struct Pending {
    sqlite3_int64 at = 0;  // of a write its offset, of a truncation the new size
    std::string data;
    bool truncation = false;
  };
  struct Content {
    std::string durable;
    std::vector<Pending> pending;
  };
  static constexpr std::size_t sector_bytes = 512;

  static std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

  static void apply(std::string& content, const Pending& p, Unsynced unsynced, std::mt19937& random) {
    if (p.truncation) {
      if (unsynced != Unsynced::any_sectors || random() % 2 == 0) content.resize(static_cast<std::size_t>(p.at));
      return;
    }
    for (std::size_t from = 0; from < p.data.size(); from += sector_bytes) {
      if (unsynced == Unsynced::any_sectors && random() % 2 == 0) continue;
      const std::string_view sector = std::string_view(p.data).substr(from, sector_bytes);
      const std::size_t at = static_cast<std::size_t>(p.at) + from;
      if (content.size() < at + sector.size()) content.resize(at + sector.size());
      content.replace(at, sector.size(), sector);
    }
  }

  void note(const File& file, Pending pending) {
    if (file.path == nullptr) return;
    const std::lock_guard lock(mutex_);
    files_[base_name(file.path)].pending.push_back(std::move(pending));
  }

  void step() {
    std::function<void()> then;
    {
      const std::lock_guard lock(mutex_);
      if (countdown_ == 0 || --countdown_ > 0) return;
      then = std::exchange(then_, nullptr);
    }
    if (then) then();
  }

  std::mutex mutex_;
  std::map<std::string, Content> files_;
  std::uint64_t countdown_ = 0;
  std::function<void()> then_;
};

}  // namespace haar::store
