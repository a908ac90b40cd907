#include "frontdoor/login_desk.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <filesystem>
#include <mutex>
#include <vector>

#include "base/test_wait.h"
#include "frontdoor/test_engine.h"

namespace haar::frontdoor {
namespace {

class LoginDeskTest : public ::testing::Test {
 protected:
  LoginDeskTest() {
    std::string name = std::filesystem::temp_directory_path() / "haar-desk-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~LoginDeskTest() override { std::filesystem::remove_all(folder_); }

  // What an engine does: "y", "n", or "" if the connection was closed without an answer.
  static std::string ask(testing::Engine& engine, const std::string& question) {
    const Fd connection = engine.take();
    if (!connection.valid()) return "none";
    ::send(connection.get(), question.data(), question.size(), MSG_NOSIGNAL);
    pollfd readable{connection.get(), POLLIN, 0};
    ::poll(&readable, 1, 10'000);
    char answer[8] = {};
    const ssize_t got = ::recv(connection.get(), answer, sizeof answer, MSG_DONTWAIT);
    return got > 0 ? std::string(answer, static_cast<std::size_t>(got)) : "";
  }
  static std::string question(const std::string& user, const std::string& client, const std::string& secret) {
    return user + '\0' + client + '\0' + secret;
  }

  std::string folder_;
  std::mutex mutex_;
  std::vector<LogIn> asked_;
  LoginDesk desk_{[this](const LogIn& login) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(login);
    return login.secret == "good";
  }};
};

TEST_F(LoginDeskTest, AnEngineAsksAsOftenAsItLikes) {
  testing::Engine engine(folder_ + "/logins");
  desk_.serve("db-A", folder_ + "/logins");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(ask(engine, question("app", "127.0.0.1", "good")), "y");
    EXPECT_EQ(ask(engine, question("app", "127.0.0.1", "bad")), "n");
  }
  ASSERT_EQ(asked_.size(), 20U);
  EXPECT_EQ(asked_[0].engine, "db-A");
  EXPECT_EQ(asked_[0].user, "app");
  EXPECT_EQ(asked_[0].client, "127.0.0.1");
}

TEST_F(LoginDeskTest, EachIsAskedForTheEngineWhoseSocketItIs) {
  testing::Engine one(folder_ + "/one"), two(folder_ + "/two");
  desk_.serve("db-1", folder_ + "/one");
  desk_.serve("db-2", folder_ + "/two");
  EXPECT_EQ(ask(two, question("db-1", "", "good")), "y");
  EXPECT_EQ(asked_.at(0).engine, "db-2");
}

TEST_F(LoginDeskTest, WhatIsNoQuestionIsAnsweredNo) {
  testing::Engine engine(folder_ + "/logins");
  desk_.serve("db-A", folder_ + "/logins");
  for (const std::string& text : {std::string("good"), std::string("app\0good", 8), question("", "", "good"),
                                  question("app", "", "good") + '\0' + "more"})
    EXPECT_EQ(ask(engine, text), "n");
  EXPECT_EQ(ask(engine, question("app", "", std::string(LoginDesk::question_bytes_max, 'x'))), "");
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(ask(engine, question("app", "", "good")), "y");
}

TEST_F(LoginDeskTest, AnEngineThatComesLaterOrAgainIsFound) {
  desk_.serve("db-A", folder_ + "/logins");
  {
    testing::Engine engine(folder_ + "/logins");
    EXPECT_EQ(ask(engine, question("app", "", "good")), "y");
  }
  testing::Engine again(folder_ + "/logins");
  EXPECT_EQ(ask(again, question("app", "", "good")), "y");
}

TEST_F(LoginDeskTest, OnlySoManyWaitAtOnceAndWhoIsForgottenHasNone) {
  testing::Engine engine(folder_ + "/logins");
  desk_.serve("db-A", folder_ + "/logins");
  std::vector<Fd> taken;
  for (std::size_t i = 0; i < LoginDesk::waiting_per_engine; ++i) taken.push_back(engine.take());
  EXPECT_TRUE(taken.back().valid());
  ::poll(nullptr, 0, 50);
  EXPECT_TRUE(engine.silent());  // until one of them is used
  taken.pop_back();
  EXPECT_TRUE(engine.take().valid());
  desk_.forget("db-A");
  char byte = 0;
  EXPECT_EQ(::recv(taken.front().get(), &byte, 1, 0), 0);  // closed
}

}  // namespace
}  // namespace haar::frontdoor
