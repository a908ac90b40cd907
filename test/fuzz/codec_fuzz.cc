// Any bytes as parameters of real operations and as answers: never a crash, never an error without a code,
// and what was understood survives being written and read again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/iam/CreateUser.h"
#include "model/iam/ListUsers.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/sts/AssumeRole.h"
#include "wire/codec.h"
#include "wire/masked_json.h"

namespace {

using namespace haar;

void require(bool condition) {
  if (!condition) std::abort();
}

template <class Op>
void run(std::string_view bytes) {
  const wire::Operation& operation = Op::model();
  const wire::Service& service = *operation.service;
  const wire::RequestParts request{"POST", "/", "", {}, bytes};
  if (const auto name = wire::operation_name(service, request); !name.ok()) require(!name.error().code.empty());

  typename Op::Input input;
  const Result<void> done = wire::decode_request(service, operation, request, &input);
  const std::string json = wire::to_json(*operation.input, &input);
  (void)wire::to_masked_json(*operation.input, &input);
  if (!done.ok()) {
    require(!done.error().code.empty());
    (void)wire::encode_error(service, done.error(), "request-1");
  } else if (json.find("[]") == std::string::npos && json.find("{}") == std::string::npos) {
    // An empty list or structure cannot always be told from an absent one.
    const std::string written = wire::encode_request(service, operation, &input).body;
    typename Op::Input again;
    require(wire::decode_request(service, operation, {"POST", "/", "", {}, written}, &again).ok());
    require(wire::to_json(*operation.input, &again) == json);
  }

  typename Op::Output output;
  if (wire::decode_response(service, operation, {200, {}, bytes}, &output).ok()) {
    const std::string body = wire::encode_response(service, operation, &output, "request-1").body;
    typename Op::Output again;
    require(wire::decode_response(service, operation, {200, {}, body}, &again).ok());
  }
  (void)wire::decode_response(service, operation, {400, {}, bytes}, &output);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0: run<iam::ops::CreateUser>(bytes); break;
    case 1: run<iam::ops::ListUsers>(bytes); break;
    case 2: run<sts::ops::AssumeRole>(bytes); break;
    case 3: run<ec2::ops::AuthorizeSecurityGroupIngress>(bytes); break;
    case 4: run<ec2::ops::DescribeSecurityGroups>(bytes); break;
    case 5: run<rds::ops::CreateDBCluster>(bytes); break;
    case 6: run<rds::ops::DescribeDBClusters>(bytes); break;
    default: run<elasticache::ops::CreateCacheCluster>(bytes); break;
  }
  return 0;
}
