// Where this server is reached. Known once it listens; asked by what has to name a URL of its own.
#pragma once

#include <mutex>
#include <string>
#include <utility>

namespace haar::api {

class OwnEndpoint {
 public:
  void set(std::string url) {
    const std::lock_guard lock(mutex_);
    url_ = std::move(url);
  }
  // "http://127.0.0.1:4566", without a slash at its end.
  [[nodiscard]] std::string url() const {
    const std::lock_guard lock(mutex_);
    return url_;
  }

 private:
  mutable std::mutex mutex_;
  std::string url_;
};

}  // namespace haar::api
