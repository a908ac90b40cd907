// Starting, watching, finding and stopping, with small programs in place of engines.
#include "engines/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>

#include "auth/password.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/test_wait.h"
#include "base/thread.h"
#include "engines/log_file.h"
#include "engines/process_record.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

using namespace std::chrono_literals;

class Exits {
 public:
  Supervisor::OnExit callback() {
    return [this](const std::string& id, const ExitStatus& status) {
      const std::lock_guard lock(mutex_);
      seen_[id] = status;
      changed_.notify_all();
    };
  }
  std::optional<ExitStatus> wait(const std::string& id) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return seen_.contains(id); });
    const auto found = seen_.find(id);
    return found == seen_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, ExitStatus> seen_;
};

class SupervisorTest : public ::testing::Test {
 protected:
  Launch launch(const std::string& id, const std::string& program, const std::vector<std::string>& arguments) {
    Launch out;
    out.id = id;
    out.user = supervisor->user_of(id).value();
    out.record_folder = installation.state() + "/" + id;
    out.work_folder = out.record_folder + "/data";
    EXPECT_TRUE(make_engine_folder(out.work_folder, out.user).ok());
    out.log_file = out.record_folder + "/engine.log";
    out.program = std::filesystem::canonical(program);
    out.arguments = arguments;
    out.confinement.read_write = {out.work_folder};
    return out;
  }
  static std::string log_of(const Launch& launch) { return read_file(launch.log_file).value(); }

  testing::Installation installation;
  Exits exits;
  std::unique_ptr<Supervisor> supervisor = testing::make_supervisor(installation, exits.callback());
};

TEST_F(SupervisorTest, SelfTestHandsOverAndFindsTheConfinementHolding) {
  const auto outcome = supervisor->self_test();
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  EXPECT_TRUE(supervisor->self_test().ok());
}

TEST_F(SupervisorTest, SelfTestSaysWhatDoesNotHold) {
  // A probe that is not there stands for everything that can be wrong with a machine.
  ASSERT_EQ(::unlink(supervisor->shim().probe.c_str()), 0);
  const auto outcome = supervisor->self_test();
  ASSERT_FALSE(outcome.ok());
  EXPECT_NE(outcome.error().message.find("cannot run the program"), std::string::npos) << outcome.error().message;
  // The program is put back by the next start of haar.
  supervisor = testing::make_supervisor(installation);
  EXPECT_TRUE(supervisor->self_test().ok());
  // Without its shim a process may not even listen.
  ASSERT_TRUE(write_file_durably(supervisor->shim().shim, "no library", 0644).ok());
  auto broken = testing::make_supervisor(installation);  // which repairs it, so break it again
  ASSERT_TRUE(write_file_durably(broken->shim().shim, "no library", 0644).ok());
  const auto without = broken->self_test();
  ASSERT_FALSE(without.ok());
  EXPECT_EQ(without.error().code, "EngineSelfTestFailed");
}

TEST_F(SupervisorTest, ExitsAreTold) {
  auto failing = launch("failing", "/bin/false", {});
  ASSERT_TRUE(supervisor->start(failing).ok());
  auto status = exits.wait("failing");
  ASSERT_TRUE(status);
  EXPECT_TRUE(status->known);
  EXPECT_EQ(status->code, 1);
  const auto polite = launch("stopped", "/bin/bash", {"-c", "trap 'exit 7' TERM; echo up; while :; do :; done"});
  ASSERT_TRUE(supervisor->start(polite).ok());
  EXPECT_TRUE(supervisor->running("stopped"));
  ASSERT_TRUE(eventually([&] { return log_of(polite).find("up") != std::string::npos; }));
  ASSERT_TRUE(supervisor->stop("stopped", {SIGTERM, 10s, 0, {}}).ok());
  EXPECT_FALSE(supervisor->running("stopped"));
  status = exits.wait("stopped");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 7) << describe(*status);
  EXPECT_NE(::access((installation.state() + "/stopped/process").c_str(), F_OK), 0);
  EXPECT_TRUE(supervisor->stop("stopped", {SIGTERM, 10s, 0, {}}).ok());
}

TEST_F(SupervisorTest, WhatIgnoresTheFirstSignalGetsTheStronger) {
  auto stubborn = launch("stubborn", "/bin/bash", {"-c", "trap '' TERM; echo deaf; while :; do :; done"});
  ASSERT_TRUE(supervisor->start(stubborn).ok());
  ASSERT_TRUE(eventually([&] { return log_of(stubborn).find("deaf") != std::string::npos; }));
  ASSERT_TRUE(supervisor->stop("stubborn", {SIGTERM, 50ms, 0, {}}).ok());
  EXPECT_EQ(exits.wait("stubborn")->signal, SIGKILL);
}

TEST_F(SupervisorTest, AProgramThatCannotStartIsAnError) {
  auto missing = launch("missing", "/bin/true", {});
  missing.program = "/nonexistent/program";
  const auto outcome = supervisor->start(missing);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "EngineStartFailed");
  EXPECT_NE(outcome.error().message.find("No such file"), std::string::npos) << outcome.error().message;
  EXPECT_FALSE(supervisor->running("missing"));
  EXPECT_FALSE(read_record(missing.record_folder));
}

TEST_F(SupervisorTest, AConfinedProcessStaysInItsFolder) {
  ASSERT_TRUE(write_file_durably(installation.state() + "/key", "secret", 0644).ok());
  ASSERT_EQ(::chmod(installation.state().c_str(), 0755), 0);
  auto reader = launch("reader", "/bin/bash", {"-c", fmt::format(
      "read a < {0}/key && echo read $a; echo x > {0}/new && echo wrote; echo x > own && echo own; "
      "/bin/true && echo ran; kill -0 {1} && echo signalled", installation.state(), ::getpid())});
  ASSERT_TRUE(supervisor->start(reader).ok());
  ASSERT_TRUE(exits.wait("reader"));
  const std::string log = log_of(reader);
  EXPECT_EQ(log.find("read secret"), std::string::npos) << log;
  EXPECT_EQ(log.find("wrote"), std::string::npos) << log;
  EXPECT_NE(log.find("own\n"), std::string::npos) << log;
  EXPECT_EQ(log.find("ran"), std::string::npos) << log;
  EXPECT_EQ(log.find("signalled"), std::string::npos) << log;
  EXPECT_NE(log.find("Permission denied"), std::string::npos) << log;
}

TEST_F(SupervisorTest, NoDescriptorOfHaarsReachesTheProcess) {
  const Fd lock(::open((installation.state() + "/lock").c_str(), O_CREAT | O_RDWR, 0600));  // without O_CLOEXEC
  auto lister = launch("lister", "/bin/bash", {"-c", "cd /proc/self/fd && echo fds: *; umask; ulimit -c"});
  ASSERT_TRUE(supervisor->start(lister).ok());
  ASSERT_TRUE(exits.wait("lister"));
  // bash's own script descriptor (255) does not exist with -c; the listing opens one itself.
  EXPECT_NE(log_of(lister).find("fds: 0 1 2"), std::string::npos) << log_of(lister);
  EXPECT_NE(log_of(lister).find("\n0077\n0\n"), std::string::npos) << log_of(lister);
  EXPECT_EQ(log_of(lister).find(fmt::format(" {}\n", lock.get())), std::string::npos) << log_of(lister);
}

TEST_F(SupervisorTest, AStrangerWithTheSameNumberIsNeitherAdoptedNorTouched) {
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    for (;;) ::pause();
  }
  const auto started = start_time_of(stranger);
  ASSERT_TRUE(started);
  const std::string folder = installation.state() + "/old", work = folder + "/data";
  ASSERT_TRUE(make_folders(work, 0755).ok());
  const ProcessRecord truth{"old", stranger, *started, boot_id(), std::filesystem::current_path()};
  const auto adopted = [&](ProcessRecord record, const std::string& at) {
    EXPECT_TRUE(write_record(folder, record).ok());
    const auto found = supervisor->adopt("old", folder, at);
    EXPECT_TRUE(found.ok());
    if (!*found) {
      EXPECT_NE(::access((folder + "/process").c_str(), F_OK), 0) << "the stale record stays";
    }
    return found->has_value();
  };
  ProcessRecord other = truth;
  other.start_time += 1;
  EXPECT_FALSE(adopted(other, truth.folder));
  other = truth;
  other.boot_id = "00000000-0000-0000-0000-000000000000";
  EXPECT_FALSE(adopted(other, truth.folder));
  other = truth;
  other.folder = work;  // the stranger works elsewhere
  EXPECT_FALSE(adopted(other, work));
  other = truth;
  other.id = "another";
  EXPECT_FALSE(adopted(other, truth.folder));
  EXPECT_TRUE(supervisor->stop("old", {SIGTERM, 1s, 0, {}}).ok());
  EXPECT_EQ(::kill(stranger, 0), 0);
  EXPECT_TRUE(adopted(truth, truth.folder));  // and with all four right it is found
  ASSERT_EQ(::kill(stranger, SIGKILL), 0);
  ASSERT_EQ(::waitpid(stranger, nullptr, 0), stranger);
  const auto status = exits.wait("old");
  ASSERT_TRUE(status);
  EXPECT_FALSE(status->known);
}

// What one of them reads another may have replaced before it acts on it: a record that is stale by then must not be taken
// for that of the process which has just been started.
TEST_F(SupervisorTest, WhoAdoptsAndWhoStartsOneIdAtOnceDoNotMeet) {
  constexpr int rounds = 20, adopters = 3;
  for (int round = 0; round < rounds; ++round) {
    const std::string id = fmt::format("met-{}", round);
    const Launch wanted = launch(id, "/bin/sleep", {"1000"});
    ASSERT_TRUE(write_record(wanted.record_folder, {id, 1, 1, boot_id(), wanted.work_folder}).ok());
    std::atomic<bool> started{false};
    {
      std::vector<Thread> threads;
      for (int i = 0; i < adopters; ++i) {
        threads.emplace_back("adopter", [&] {
          do {
            EXPECT_TRUE(supervisor->adopt(id, wanted.record_folder, wanted.work_folder).ok());
          } while (!started);
        });
      }
      const auto pid = supervisor->start(wanted);
      EXPECT_TRUE(pid.ok()) << pid.error().message;
      started = true;
    }
    EXPECT_TRUE(supervisor->running(id));
    EXPECT_EQ(::access(record_path(wanted.record_folder).c_str(), F_OK), 0) << "the next haar would not find it";
    ASSERT_TRUE(supervisor->stop(id, {SIGKILL, 10s, 0, {}}).ok());
    const auto status = exits.wait(id);
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->known) << "a child that was taken for somebody else's is never reaped";
  }
}

TEST_F(SupervisorTest, WhatIsThrownWhileAnEndIsToldEndsNothing) {
  std::atomic<int> told{0};
  const auto throwing = testing::make_supervisor(installation, [&](const std::string&, const ExitStatus&) {
    ++told;
    throw std::runtime_error("broken");
  });
  for (const char* id : {"first", "second"}) {
    ASSERT_TRUE(throwing->start(launch(id, "/bin/false", {})).ok());
    EXPECT_TRUE(throwing->wait_exit(id, 10s));
  }
  for (int i = 0; told < 2 && i < 10'000; ++i) ::usleep(1000);
  EXPECT_EQ(told, 2);
}

TEST_F(SupervisorTest, ABrokenRecordIsNoProcess) {
  const std::string folder = installation.state() + "/broken";
  ASSERT_TRUE(make_folders(folder + "/data", 0755).ok());
  for (const char* text : {"", "haar process 1\n", "haar process 1\npid x\nstart 1\nboot b\nfolder /\n", "garbage"}) {
    ASSERT_TRUE(write_file_durably(folder + "/process", text, 0600).ok());
    const auto found = supervisor->adopt("broken", folder, folder + "/data");
    ASSERT_TRUE(found.ok());
    EXPECT_FALSE(found->has_value()) << text;
  }
}

TEST_F(SupervisorTest, AFolderTheEngineCannotEnterIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: engines run as haar's own user";
  const std::string closed = installation.state() + "/closed";
  ASSERT_EQ(::mkdir(closed.c_str(), 0700), 0);
  auto shut = launch("shut", "/bin/true", {});
  shut.work_folder = closed + "/data";
  ASSERT_TRUE(make_engine_folder(shut.work_folder, shut.user).ok());
  const auto outcome = supervisor->start(shut);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, "EngineFolderUnreachable");
  EXPECT_NE(outcome.error().message.find("cannot enter " + closed + " (mode 0700)"), std::string::npos)
      << outcome.error().message;
}

TEST_F(SupervisorTest, ALongLogIsCutUnderItsWriter) {
  auto writer = launch("writer", "/bin/bash", {"-c", "echo one; while [ ! -e go ]; do :; done; echo two"});
  ASSERT_TRUE(supervisor->start(writer).ok());
  ASSERT_TRUE(eventually([&] { return log_of(writer).find("one") != std::string::npos; }));
  const std::int64_t begun = log_parts(writer.log_file).at(0).begun;
  rotate_log(writer.log_file, 1000, begun);
  EXPECT_EQ(log_of(writer), "one\n");  // not long enough
  rotate_log(writer.log_file, 3, begun + 60);
  EXPECT_EQ(log_of(writer), "");
  EXPECT_EQ(*read_file(writer.log_file + "." + std::to_string(begun)), "ne\n");  // as much as may be kept
  ASSERT_TRUE(write_file_durably(writer.work_folder + "/go", "", 0644).ok());
  ASSERT_TRUE(exits.wait("writer"));
  EXPECT_EQ(log_of(writer), "two\n");  // appended at the new end, not after a hole
}

TEST_F(SupervisorTest, DiscardedFoldersAreGoneAtOnceAndDeletedSoon) {
  const std::string parent = installation.state() + "/many", folder = parent + "/one";
  for (const char* inner : {"/a/b/c", "/.gone-left"}) ASSERT_TRUE(make_folders(folder + inner, 0755).ok());
  ASSERT_TRUE(write_file_durably(folder + "/a/b/file", "x", 0644).ok());
  ASSERT_EQ(::symlink(installation.run().c_str(), (folder + "/link").c_str()), 0);
  ASSERT_TRUE(make_folders(parent + "/.gone-by-an-earlier-process/x", 0755).ok());
  // Deeper than haar may open, and closed by its owner.
  std::string deep = folder + "/deep";
  ASSERT_TRUE(make_folders(deep, 0755).ok());
  for (int i = 0; i < 300; ++i) {
    deep += "/d";
    ASSERT_EQ(::mkdir(deep.c_str(), 0755), 0);
  }
  ASSERT_EQ(::chmod((folder + "/a/b").c_str(), 0), 0);
  ASSERT_TRUE(supervisor->discard(folder).ok());
  EXPECT_NE(::access(folder.c_str(), F_OK), 0);
  for (int i = 0; i < 5000 && !std::filesystem::is_empty(parent); ++i) ::usleep(2000);
  EXPECT_TRUE(std::filesystem::is_empty(parent));
  EXPECT_EQ(::access(installation.run().c_str(), F_OK), 0);  // a link is deleted, not followed
  EXPECT_TRUE(supervisor->discard(folder).ok());              // not there: nothing to do
}

TEST(Catalog, FindsWhatTheMachineHasWithItsVersion) {
  const auto postgres = testing::catalog().find(Engine::postgres);
  if (!postgres.ok()) GTEST_SKIP() << postgres.error().message;
  EXPECT_GE(postgres->major, 10);
  EXPECT_TRUE(postgres->version.starts_with(std::to_string(postgres->major) + "."));
  EXPECT_EQ(::access((postgres->folder + "/initdb").c_str(), X_OK), 0);
}

TEST(Catalog, AMissingProgramNamesItsPackage) {
  const Catalog none = Catalog::discover({{"/nonexistent/*/bin"}, {"/nonexistent"}});
  EXPECT_TRUE(none.programs().empty());
  EXPECT_EQ(none.find(Engine::postgres, 15).error().message,
            "PostgreSQL 15 is not installed: apt-get install postgresql-15");
  EXPECT_EQ(none.find(Engine::postgres).error().message, "PostgreSQL is not installed: apt-get install postgresql");
  EXPECT_EQ(none.find_cache().error().message, "Redis is not installed: apt-get install redis-server");
  EXPECT_EQ(none.find(Engine::memcached).error().message, "memcached is not installed: apt-get install memcached");
  EXPECT_EQ(none.find(Engine::memcached).error().code, "EngineNotInstalled");
}

TEST(Catalog, NewestFirstAndBrokenProgramsLeftOut) {
  const testing::Installation installation;
  const auto program = [&](const std::string& path, const std::string& script) {
    ASSERT_TRUE(make_folders(path.substr(0, path.rfind('/')), 0755).ok());
    ASSERT_TRUE(write_file_durably(path, script, 0755).ok());
  };
  program(installation.state() + "/pg/9.6/bin/postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 9.6.24'\n");
  program(installation.state() + "/pg/15/bin/postgres", "#!/bin/sh\necho 'postgres (PostgreSQL) 15.3 (Debian 15.3-1)'\n");
  program(installation.state() + "/pg/17/bin/postgres", "#!/bin/sh\nexit 1\n");
  program(installation.state() + "/bin/redis-server", "#!/bin/sh\necho 'Valkey server v=8.0.1 sha=00000000:0'\n");
  program(installation.state() + "/bin/memcached", "#!/bin/sh\necho 'what?'\n");
  const Catalog found = Catalog::discover({{installation.state() + "/pg/*/bin"}, {installation.state() + "/bin"}});
  EXPECT_EQ(found.find(Engine::postgres)->version, "15.3");
  EXPECT_EQ(found.find(Engine::postgres, 9)->version, "9.6.24");
  EXPECT_FALSE(found.find(Engine::postgres, 17).ok());
  EXPECT_FALSE(found.find(Engine::redis).ok());
  EXPECT_EQ(found.find_cache()->engine, Engine::valkey);
  EXPECT_FALSE(found.find(Engine::memcached).ok());
}

// The program answers only when the caller has gone on.
TEST(Catalog, CanBeAskedForMeanwhile) {
  const testing::Installation installation;
  const std::string folder = installation.state() + "/bin", go = installation.state() + "/go";
  ASSERT_TRUE(make_folders(folder, 0755).ok());
  ASSERT_TRUE(write_file_durably(folder + "/memcached", "#!/bin/sh\nuntil [ -e " + go + " ]; do sleep 0.01; done\n"
                                 "echo 'memcached 1.6.18'\n", 0755).ok());
  const Catalog asked = Catalog::discover_meanwhile({{"/nonexistent/*/bin"}, {folder}});
  const Catalog copy = asked;
  ASSERT_TRUE(write_file_durably(go, "", 0644).ok());
  EXPECT_EQ(copy.find(Engine::memcached)->version, "1.6.18");
  EXPECT_EQ(asked.programs().size(), 1u);
}

TEST(Scram, VerifierIsThatOfTheRfc) {
  // RFC 7677, section 3: password "pencil", salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 rounds.
  class Salt final : public Random {
    void fill(std::span<std::uint8_t> out) override {
      constexpr std::array<std::uint8_t, 16> salt{0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e,
                                                  0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81};
      std::copy(salt.begin(), salt.end(), out.begin());
    }
  } salt;
  EXPECT_EQ(auth::scram_sha256_verifier("pencil", salt).value(),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
            "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

}  // namespace
}  // namespace haar::engines
