#include "main/setup_client.h"

#include "main/version.h"

namespace haar::main {

Result<void> AwsClient::exchange(const wire::Operation& operation, const void* input, void* output) const {
  http::Request request;
  request.method = "POST";
  request.target = "/";
  request.body = wire::encode_request(*operation.service, operation, input);
  request.headers = {{"Host", endpoint_.host_header()},
                     {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  const std::vector<auth::Header> signed_headers(request.headers.begin(), request.headers.end());
  auth::RequestView view;
  view.method = request.method;
  view.raw_path = "/";
  view.headers = signed_headers;
  view.body = request.body;
  auto added = auth::sign(view, {key_.id, key_.secret, {}}, region_, operation.service->signing_name,
                          SystemClock().wall());
  for (auto& header : added) request.headers.push_back(std::move(header));
  request.headers.emplace_back("User-Agent", "haar-setup/" + std::string(version));
  const http::Response response = TRY(http::send(endpoint_, request));
  return wire::decode_response(*operation.service, operation, response.status, response.body, output);
}

}  // namespace haar::main
