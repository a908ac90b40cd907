// What `haar setup` talks with: signed calls over HTTP, exactly as the AWS CLI would make them. Nothing here
// has a way in that a user does not have.
#pragma once

#include <string>

#include "auth/sigv4.h"
#include "base/clock.h"
#include "main/setup/profile.h"
#include "wire/codec.h"

namespace haar::main {

class AwsClient {
 public:
  // `endpoint`: "http://127.0.0.1:4566"
  AwsClient(std::string endpoint, std::string region, ProfileKey key)
      : endpoint_(std::move(endpoint)), region_(std::move(region)), key_(std::move(key)) {}

  // client.call<rds::ops::CreateDBCluster>(input): the output, the error that AWS's API names, or one of
  // http::transfer's.
  template <class Operation>
  Result<typename Operation::Output> call(const typename Operation::Input& input) const {
    typename Operation::Output output{};
    TRY(exchange(Operation::model(), &input, &output));
    return output;
  }

  [[nodiscard]] const std::string& region() const { return region_; }
  [[nodiscard]] const std::string& key_id() const { return key_.id; }

 private:
  Result<void> exchange(const wire::Operation& operation, const void* input, void* output) const;

  std::string endpoint_;
  std::string region_;
  ProfileKey key_;
};

}  // namespace haar::main
