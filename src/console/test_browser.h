// For tests: an iam with an account, the console's sites before it, and a browser that keeps cookies and fills in forms.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/pipeline/serve.h"
#include "auth/totp.h"
#include "base/encoding.h"
#include "console/console.h"
#include "events/log.h"
#include "events/render.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/CreateVirtualMFADevice.h"
#include "model/iam/EnableMFADevice.h"
#include "services/iam/test_world.h"
#include "services/sts/service.h"
#include "web/router.h"
#include "web/test_exchange.h"

namespace haar::console {

inline std::vector<const store::SpaceBase*> test_spaces() {
  std::vector<const store::SpaceBase*> all = events::log_spaces();
  for (const store::SpaceBase* space : spaces()) all.push_back(space);
  return all;
}

class TestConsole {
 public:
  TestConsole() {
    for (const web::Site& site : console_.sites()) sites_.push_back(site);
    router_ = std::make_unique<web::Router>(web::Site{}, sites_);
  }

  iam::TestWorld& world() { return world_; }
  web::Router& router() { return *router_; }

  // A user with a password; its unique id.
  std::string add_user(const std::string& name, const std::string& password, bool must_change = false) {
    iam::CreateUserRequest create;
    create.UserName = name;
    std::string id = world_.run<iam::ops::CreateUser>(create).value().User->UserId;
    iam::CreateLoginProfileRequest profile;
    profile.UserName = name;
    profile.Password = password;
    profile.PasswordResetRequired = must_change;
    EXPECT_EQ(world_.error<iam::ops::CreateLoginProfile>(profile), "");
    return id;
  }
  // A virtual device of the user; its secret.
  std::string add_device(const std::string& user, const std::string& name) {
    iam::CreateVirtualMFADeviceRequest create;
    create.VirtualMFADeviceName = name;
    const auto made = world_.run<iam::ops::CreateVirtualMFADevice>(create).value().VirtualMFADevice;
    std::string secret = auth::totp_secret(made.Base32StringSeed->bytes).value();
    iam::EnableMFADeviceRequest enable;
    enable.UserName = user;
    enable.SerialNumber = made.SerialNumber;
    enable.AuthenticationCode1 = code(secret, -1);
    enable.AuthenticationCode2 = code(secret, 0);
    EXPECT_EQ(world_.error<iam::ops::EnableMFADevice>(enable), "");
    world_.clock().advance_seconds(auth::totp_step_seconds);  // a code is good once
    return secret;
  }
  [[nodiscard]] std::string code(const std::string& secret, std::int64_t steps = 0) {
    return auth::totp_code(secret, auth::totp_step(world_.clock().now()) + steps);
  }
  void set_root_password(const std::string& password) {
    const std::string hash = auth::hash_password(password, system_random()).value();
    world_.write([&](store::Txn& txn) {
      iam::AccountRecord account = *iam::find_account(txn, world_.account);
      account.root_password_hash = hash;
      txn.put(iam::accounts, iam::account_key(world_.account), std::move(account));
    });
  }
  // What sign-in has recorded, oldest first: "ConsoleLogin Success ana".
  std::vector<std::string> recorded() {
    log_.flush_now();
    std::vector<std::string> out;
    const auto page = log_.look_up({.account = world_.account.value, .region = "us-east-1"}).value();
    for (auto event = page.events.rbegin(); event != page.events.rend(); ++event) {
      if (event->source != "signin.amazonaws.com") continue;
      const bool success = event->response_elements.find("Success") != std::string::npos;
      out.push_back(event->name + (success ? " Success " : " Failure ") + event->identity.user_name);
      raw.push_back(events::to_cloudtrail_json(*event));
    }
    return out;
  }
  std::vector<std::string> raw;  // of what recorded() has found

 private:
  iam::TestWorld world_{&sts::manifest(), test_spaces()};
  events::Log log_{world_.db(), world_.clock()};
  api::Pipeline pipeline_{world_.env(), world_.db(), log_};
  Console console_{{world_.env(), pipeline_, world_.db(), log_, {"haar.localhost"}, "eu-west-1"}};
  std::vector<web::Site> sites_;
  std::unique_ptr<web::Router> router_;
};

class TestBrowser {
 public:
  explicit TestBrowser(TestConsole& console) : console_(console) {}

  // The page, after redirects within the host; where they led is at().
  http::Response get(const std::string& path) { return follow(send("GET", path, "")); }
  // The form of the page last seen, with its secret.
  http::Response post(const std::string& path, const std::map<std::string, std::string>& fields) {
    return follow(send("POST", path, encode(fields)));
  }
  http::Response send(const std::string& method, const std::string& path, const std::string& body,
                      http::Headers more = {}) {
    http::Headers headers{{"Host", host}};
    std::string cookies;
    for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) headers.emplace_back("Cookie", cookies);
    if (method == "POST") {
      headers.emplace_back("Origin", origin);
      headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    }
    for (auto& header : more) headers.push_back(std::move(header));
    http::Request request = web::test_request(method, path, headers, body);
    request.peer_address = address;
    http::Response answer = web::ask(
        [&](http::Request&& asked, http::Respond respond) { console_.router().handle(std::move(asked), std::move(respond)); },
        std::move(request));
    keep(answer);
    return answer;
  }
  [[nodiscard]] std::string encode(std::map<std::string, std::string> fields) const {
    fields.emplace("csrf", secret);
    std::string body;
    for (const auto& [name, value] : fields)
      body += (body.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    return body;
  }
  [[nodiscard]] const std::string& at() const { return at_; }
  std::map<std::string, std::string>& cookies() { return cookies_; }

  // The whole way of an IAM user who needs nothing but a password.
  http::Response sign_in(const std::string& user, const std::string& password, const std::string& to = "") {
    get("/signin?account=111122223333");
    return post("/signin/user", {{"account", "111122223333"}, {"user", user}, {"password", password}, {"return", to}});
  }
  http::Response sign_in_root(const std::string& email, const std::string& password) {
    get("/signin");
    post("/signin", {{"kind", "root"}, {"email", email}});
    return post("/signin/root", {{"email", email}, {"password", password}});
  }

  std::string host = "haar.localhost:4566", origin = "http://haar.localhost:4566", address = "127.0.0.1";
  std::string secret;  // of the forms of the page last seen

 private:
  http::Response follow(http::Response answer) {
    for (int i = 0; i < 5 && answer.status == 303; ++i) {
      at_ = http::find_header(answer.headers, "location");
      if (!at_.starts_with("/signin")) break;
      answer = send("GET", at_, "");
    }
    return answer;
  }
  void keep(const http::Response& answer) {
    for (const auto& [name, value] : answer.headers) {
      if (!http::equal_ignoring_case(name, "set-cookie")) continue;
      const std::size_t sign = value.find('='), end = value.find(';');
      const std::string cookie = value.substr(sign + 1, end - sign - 1);
      if (value.find("Max-Age=0") != std::string::npos) cookies_.erase(value.substr(0, sign));
      else cookies_[value.substr(0, sign)] = cookie;
    }
    constexpr std::string_view mark = "name=\"csrf\" value=\"";
    const std::size_t at = answer.body.find(mark);
    if (at != std::string::npos) secret = answer.body.substr(at + mark.size(), 64);
  }

  TestConsole& console_;
  std::map<std::string, std::string> cookies_;
  std::string at_;
};

}  // namespace haar::console
