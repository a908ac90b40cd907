#include "fleet/storage_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <vector>

namespace haar::fleet {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t mib = 1 << 20;
constexpr std::chrono::seconds at_all{60};

class StorageWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "haar-storage-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (const char* id : {"one", "two"}) fs::create_directories(folder_ + "/" + id + "/data/pg_wal");
    StorageWatch::Hooks hooks;
    StorageWatch::Machine machine;
    hooks.runs = [this](const std::string&) { return runs_.load(); };
    machine.hidden_bytes = [](const std::string& id) { return id == "two" ? 5 * mib : 0; };
    machine.disk_space = [this]() -> Result<engines::DiskSpace> {
      return engines::DiskSpace{free_.load(), 200 * mib};
    };
    hooks.answers = [this](const std::string&) { return answers_.load(); };
    hooks.changed = [this](const std::string& id, const StorageWatch::Finding&, const StorageWatch::Finding& now) {
      const std::lock_guard lock(mutex_);
      changes_.emplace_back(id, now.state);
      if (now.disk_low) stopped_.push_back(id);
      changed_.notify_all();
    };
    machine.set_read_only = [this](const engines::InstanceSpec& spec, bool read_only) -> Result<void> {
      const std::lock_guard lock(mutex_);
      told_.emplace_back(spec.id, read_only);
      return {};
    };
    watch_.emplace(machine, hooks);
    watch_->watch("one", {spec("one"), "111122223333", 10 * mib});
    watch_->watch("two", {spec("two"), "444455556666", 10 * mib});
  }
  void TearDown() override {
    watch_->stop();
    std::error_code error;
    fs::remove_all(folder_, error);
  }
  engines::InstanceSpec spec(const std::string& id) const {
    engines::InstanceSpec out;
    out.id = id;
    out.folder = folder_ + "/" + id;
    return out;
  }
  void write(const std::string& name, std::size_t bytes) const {
    const int fd = ::open((folder_ + "/" + name).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const std::string text(bytes, 'x');
    ASSERT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(bytes));
    ASSERT_EQ(::fsync(fd), 0);
    ::close(fd);
  }
  using Changes = std::vector<std::pair<std::string, StorageState>>;
  using Told = std::vector<std::pair<std::string, bool>>;
  Changes changes() {
    const std::lock_guard lock(mutex_);
    return changes_;
  }
  Told told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  bool wait_changes(std::size_t number) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_all, [&] { return changes_.size() >= number; });
  }

  std::string folder_;
  std::atomic<bool> runs_{true}, answers_{true};
  std::mutex mutex_;
  std::condition_variable changed_;
  Changes changes_;
  Told told_;
  std::vector<std::string> stopped_;  // for the disk
  std::atomic<std::uint64_t> free_{100 * mib};
  std::optional<StorageWatch> watch_;
};

TEST_F(StorageWatchTest, a_volume_becomes_full_and_has_room_again) {
  EXPECT_EQ(watch_->finding("one").state, StorageState::unknown);
  EXPECT_FALSE(watch_->finding("one").full());
  watch_->measure("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::room);
  write("one/data/table", 11 * mib);
  watch_->measure("one");
  EXPECT_TRUE(watch_->finding("one").full());
  EXPECT_FALSE(watch_->finding("one").must_rest());
  EXPECT_NE(watch_->finding("one").problem.find("of 10 MiB"), std::string::npos);
  EXPECT_EQ(watch_->finding("two").state, StorageState::unknown);
  fs::remove(folder_ + "/one/data/table");
  watch_->measure("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::room);
  EXPECT_TRUE(watch_->finding("one").problem.empty());
  EXPECT_EQ(changes(), (Changes{{"one", StorageState::room}, {"one", StorageState::full}, {"one", StorageState::room}}));
  EXPECT_EQ(told(), (Told{{"one", false}, {"one", true}, {"one", false}}));
}

TEST_F(StorageWatchTest, the_log_does_not_count) {
  write("one/data/pg_wal/0001", 20 * mib);
  watch_->measure("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::room);
  write("one/data/table", 20 * mib);
  watch_->measure("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::over);
  EXPECT_TRUE(watch_->finding("one").must_rest());
}

TEST_F(StorageWatchTest, an_engine_that_is_starting_is_told_when_it_answers) {
  write("one/data/table", 11 * mib);
  answers_ = false;
  watch_->measure("one");
  EXPECT_TRUE(told().empty());
  answers_ = true;
  watch_->measure("one");
  watch_->measure("one");
  EXPECT_EQ(told(), (Told{{"one", true}})) << "once";
  // Of one that does not run, the file is written for its next start.
  runs_ = answers_ = false;
  write("two/data/table", 11 * mib);
  watch_->measure("two");
  EXPECT_EQ(told(), (Told{{"one", true}, {"two", true}}));
}

TEST_F(StorageWatchTest, a_larger_limit_is_room) {
  write("one/data/table", 20 * mib);
  watch_->measure("one");
  EXPECT_TRUE(watch_->finding("one").must_rest());
  watch_->set_limit("one", 100 * mib);  // looked at by the watch itself
  ASSERT_TRUE(wait_changes(2));
  EXPECT_EQ(watch_->finding("one").state, StorageState::room);
  watch_->set_limit("nobody", 1);
  watch_->forget("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::unknown);
  watch_->measure("one");
  EXPECT_EQ(changes().size(), 2u);
}

TEST_F(StorageWatchTest, on_a_low_disk_the_engine_stops_that_took_most_also_without_names) {
  watch_->measure("one");
  watch_->measure("two");
  write("one/data/table", 2 * mib);
  free_ = 5 * mib;
  {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, at_all, [&] { return !stopped_.empty(); }));
  }
  EXPECT_TRUE(watch_->finding("two").must_rest());
  EXPECT_FALSE(watch_->finding("one").must_rest());
  // Less still: the other one follows.
  free_ = 3 * mib;
  {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, at_all, [&] { return stopped_.size() == 2; }));
    EXPECT_EQ(stopped_, (std::vector<std::string>{"two", "one"}));
  }
  EXPECT_NE(watch_->finding("one").problem.find("disk"), std::string::npos);
}

TEST_F(StorageWatchTest, a_volume_that_is_gone_is_no_finding) {
  fs::remove_all(folder_ + "/one");
  watch_->measure("one");
  EXPECT_EQ(watch_->finding("one").state, StorageState::unknown);
}

}  // namespace
}  // namespace haar::fleet
