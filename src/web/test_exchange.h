// For tests: a request, and what came back of it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "http/message.h"
#include "http/respond.h"

namespace haar::web {

class TestExchange final : public http::Exchange {
 public:
  void answer(std::uint64_t, http::Response&& response) override {
    {
      const std::lock_guard lock(mutex_);
      response_ = std::move(response);
    }
    changed_.notify_all();
  }
  http::Response wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return response_.has_value(); });
    return *response_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<http::Response> response_;
};

inline http::Request test_request(std::string method, std::string path, http::Headers headers = {}, std::string body = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = path;
  const std::size_t mark = path.find('?');
  request.path = path.substr(0, mark);
  if (mark != std::string::npos) request.query = path.substr(mark + 1);
  request.headers = std::move(headers);
  if (http::find_header(request.headers, "host").empty()) request.headers.emplace_back("Host", "localhost:4566");
  request.body = std::move(body);
  request.peer_address = "127.0.0.1";
  return request;
}

// `handle(request, respond)`, and its answer.
template <class Handler>
http::Response ask(Handler&& handle, http::Request request) {
  const auto exchange = std::make_shared<TestExchange>();
  handle(std::move(request), http::Respond(exchange, 1));
  return exchange->wait();
}

}  // namespace haar::web
