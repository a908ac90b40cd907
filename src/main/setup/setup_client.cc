#include "main/setup/setup_client.h"

#include <cassert>

#include "http/transfer.h"
#include "main/version.h"

namespace haar::main {

Result<void> AwsClient::exchange(const wire::Operation& operation, const void* input, void* output) const {
  http::Request request;
  wire::EncodedRequest encoded = wire::encode_request(*operation.service, operation, input);
  assert(encoded.method == "POST" && encoded.uri == "/");  // setup talks to no restJson service
  request.method = std::move(encoded.method);
  request.body = std::move(encoded.body);
  request.headers = std::move(encoded.headers);
  request.headers.emplace_back("Host", endpoint_.substr(endpoint_.find("://") + 3));
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
  const http::Response response = TRY(http::transfer(endpoint_ + "/", request, {.direct = true}));
  const std::vector<wire::Header> headers(response.headers.begin(), response.headers.end());
  return wire::decode_response(*operation.service, operation, {response.status, headers, response.body}, output);
}

}  // namespace haar::main
