// Slow work in the pipeline: for whom it is done, in which order, and for whom not.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "api/pipeline/serve.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "events/log.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/CreateUser.h"
#include "model/iam/GetUser.h"
#include "model/iam/service.h"
#include "services/iam/principals/owner.h"
#include "services/iam/test_world.h"
#include "web/sites.h"

namespace haar::iam {
namespace {

// Holds slow work until it is opened.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = true;
  int begun = 0;

  void set(bool to) {
    {
      const std::lock_guard lock(mutex);
      open = to;
    }
    changed.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex);
    ++begun;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void await_begun(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return begun >= count; });
  }
  int count() {
    const std::lock_guard lock(mutex);
    return begun;
  }
};

// One for all, since rows are plain functions.
Gate& gate() {
  static Gate one;
  return one;
}

struct Slow {};
Result<Slow> slow_work(const api::Environment&, const CreateLoginProfileRequest&) {
  gate().pass();
  return Slow{};
}
Result<CreateLoginProfileResponse> create(api::Call&, const CreateLoginProfileRequest& in, const Slow&) {
  CreateLoginProfileResponse out;
  out.LoginProfile.UserName = in.UserName.value_or("");
  return out;
}
Result<GetUserResponse> get_user(api::Call&, const GetUserRequest&) { return GetUserResponse{}; }

const api::Operations rows = {
    api::op<ops::CreateLoginProfile>(create, api::on(owner_resource), api::prepare(slow_work),
                                         api::takes("UserName Password")),
    api::op<ops::GetUser>(get_user, api::any_resource, api::read_only),
};

// What came back of one request.
class Exchange final : public http::Exchange {
 public:
  void answer(std::uint64_t, http::Response&& response) override {
    {
      const std::lock_guard lock(mutex_);
      response_ = std::move(response);
      answered_ = true;
    }
    changed_.notify_all();
  }
  [[nodiscard]] bool alive() const override { return alive_; }
  void hang_up() { alive_ = false; }
  bool answered() {
    const std::lock_guard lock(mutex_);
    return answered_;
  }
  // "200", or the status and the code: "403 AccessDenied".
  std::string wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answered_; });
    const std::size_t start = response_.body.find("<Code>");
    if (start == std::string::npos) return std::to_string(response_.status);
    const std::size_t end = response_.body.find("</Code>");
    return std::to_string(response_.status) + " " + response_.body.substr(start + 6, end - start - 6);
  }
  std::string body() {
    const std::lock_guard lock(mutex_);
    return response_.body;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  http::Response response_;
  bool answered_ = false;
  std::atomic<bool> alive_{true};
};
using ExchangePtr = std::shared_ptr<Exchange>;

class PipelineWork : public ::testing::Test {
 protected:
  struct Key {
    std::string id, secret;
  };

  PipelineWork() : world_(nullptr, events::log_spaces()) {
    registry_.add(service(), {&rows});
    env_ = std::make_unique<api::Environment>(clock_, system_random(), world_.keyring(), world_.identities(), registry_);
    log_ = std::make_unique<events::Log>(world_.db(), clock_);
    pipeline_ = std::make_unique<api::Pipeline>(*env_, world_.db(), *log_);
    schemes_ = web::aws_schemes(*env_, {"us-east-1"});
    before_ = gate().count();
  }
  // The store ends before the pipeline, as it does in the program: its thread calls the pipeline.
  ~PipelineWork() override {
    gate().set(true);
    world_.db().stop();
  }

  static const wire::Service& service() { return *ops::CreateLoginProfile::model().service; }
  int done_work() { return gate().count() - before_; }
  // Holds the pipeline's threads, in works of `key`.
  std::vector<ExchangePtr> hold_all(const Key& key) {
    gate().set(false);
    std::vector<ExchangePtr> held;
    for (std::size_t i = 0; i < api::prepare_limits.threads; ++i) held.push_back(create_profile(key));
    gate().await_begun(before_ + static_cast<int>(api::prepare_limits.threads));
    return held;
  }

  Key user(const std::string& name, const std::string& policy) {
    CreateUserRequest create;
    create.UserName = name;
    EXPECT_EQ(world_.error<ops::CreateUser>(create), "");
    if (!policy.empty()) world_.put_policy(name, policy);
    CreateAccessKeyRequest key;
    key.UserName = name;
    const AccessKey made = world_.run<ops::CreateAccessKey>(key).value().AccessKey;
    return {made.AccessKeyId, made.SecretAccessKey};
  }
  ExchangePtr create_profile(const Key& key, bool alive = true) {
    return send(key, "Action=CreateLoginProfile&Version=2010-05-08&UserName=somebody&Password=Sufficiently-1-Long", alive);
  }
  ExchangePtr read(const Key& key) { return send(key, "Action=GetUser&Version=2010-05-08"); }
  ExchangePtr send(const Key& key, std::string body, bool alive = true) {
    http::Request request;
    request.method = "POST";
    request.target = request.path = "/";
    request.headers = {{"Host", "iam.amazonaws.com"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    request.peer_address = "127.0.0.1";
    std::vector<auth::Header> views;
    for (const auto& [name, value] : request.headers) views.emplace_back(name, value);
    for (auto& header : auth::sign({request.method, request.path, request.query, views, request.body},
                                   {key.id, key.secret, {}}, "us-east-1", "iam", clock_.wall()))
      request.headers.push_back(std::move(header));
    auto exchange = std::make_shared<Exchange>();
    if (!alive) exchange->hang_up();
    pipeline_->handle(std::move(request), http::Respond(exchange, 1), schemes_);
    return exchange;
  }

  TestWorld world_;
  SystemClock clock_;
  api::Registry registry_;
  std::unique_ptr<api::Environment> env_;
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<api::Pipeline> pipeline_;
  api::Schemes schemes_;
  int before_ = 0;
};

TEST_F(PipelineWork, IsDoneForNobodyWhoMayNot) {
  const Key powerless = user("eve", ""), allowed = user("ana", allow("iam:*"));
  for (int i = 0; i < 100; ++i) {
    const ExchangePtr refused = create_profile(powerless);
    EXPECT_TRUE(refused->answered()) << "at once, on the thread that asked";
    EXPECT_EQ(refused->wait(), "403 AccessDenied");
    EXPECT_NE(refused->body().find("user/eve is not authorized to perform: iam:CreateLoginProfile on resource: user somebody"),
              std::string::npos) << refused->body();
  }
  EXPECT_EQ(done_work(), 0);
  EXPECT_EQ(create_profile(allowed)->wait(), "200");
  EXPECT_EQ(done_work(), 1);
}

TEST_F(PipelineWork, OfOnePrincipalIsBoundedAndOthersGetTheirTurn) {
  const Key greedy = user("greedy", allow("iam:*")), other = user("ana", allow("iam:*"));
  std::vector<ExchangePtr> sent = hold_all(greedy);
  const std::size_t may_wait = api::prepare_limits.waiting_per_principal_max;
  for (std::size_t i = 0; i < may_wait; ++i) sent.push_back(create_profile(greedy));
  for (int i = 0; i < 100; ++i) {
    const ExchangePtr refused = create_profile(greedy);
    EXPECT_EQ(refused->wait(), "400 Throttling");
    EXPECT_NE(refused->body().find("<Message>Rate exceeded</Message>"), std::string::npos);
  }
  const ExchangePtr others = create_profile(other);
  EXPECT_FALSE(others->answered());
  // What needs no slow work never waits for it.
  EXPECT_EQ(read(greedy)->wait(), "200");
  EXPECT_EQ(read(other)->wait(), "200");
  gate().set(true);
  EXPECT_EQ(others->wait(), "200");
  for (const ExchangePtr& each : sent) EXPECT_EQ(each->wait(), "200");
}

TEST_F(PipelineWork, OfClosedConnectionsIsDropped) {
  const Key key = user("ana", allow("iam:*"));
  const std::vector<ExchangePtr> held = hold_all(key);
  std::vector<ExchangePtr> gone;
  for (int i = 0; i < 10; ++i) gone.push_back(create_profile(key, false));
  const ExchangePtr stays = create_profile(key);
  gate().set(true);
  EXPECT_EQ(stays->wait(), "200");
  for (const ExchangePtr& each : gone) EXPECT_EQ(each->wait(), "503 ServiceUnavailable");
  EXPECT_EQ(done_work(), static_cast<int>(held.size()) + 1);
}

// The published state is asked first, the transaction has the last word.
TEST_F(PipelineWork, IsDecidedAgainInTheTransaction) {
  const Key key = user("ana", allow("iam:*"));
  const std::vector<ExchangePtr> held = hold_all(key);
  world_.put_policy("ana", allow("sts:*"));
  gate().set(true);
  for (const ExchangePtr& each : held) EXPECT_EQ(each->wait(), "403 AccessDenied");
}

TEST_F(PipelineWork, ARefusalIsTheSameEventAsInTheTransaction) {
  const Key key = user("eve", "");
  EXPECT_EQ(create_profile(key)->wait(), "403 AccessDenied");
  log_->flush_now();
  const std::vector<events::EventRecord> found = log_->look_up({}).value().events;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, "CreateLoginProfile");
  EXPECT_EQ(found[0].error_code, "AccessDenied");
  EXPECT_NE(found[0].request_parameters.find("somebody"), std::string::npos);
  EXPECT_EQ(found[0].request_parameters.find("Sufficiently"), std::string::npos) << "passwords are masked";
  ASSERT_EQ(found[0].evaluated.size(), 1u);
  EXPECT_EQ(found[0].evaluated[0].action, "iam:CreateLoginProfile");
}

}  // namespace
}  // namespace haar::iam
