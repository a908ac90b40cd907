#include "services/cloudtrail/delivery/buckets.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstring>
#include <utility>

#include "auth/sha256.h"
#include "auth/sigv4.h"
#include "base/encoding.h"
#include "base/file.h"
#include "http/transfer.h"

namespace haar::cloudtrail {
namespace {

constexpr unsigned folder_mode = 0700, file_mode = 0600;
constexpr std::size_t credentials_bytes_max = 16 * 1024;
constexpr std::chrono::seconds request_seconds_max{60};

Error no_such_bucket(const std::string& bucket) {
  return {"NoSuchBucket", "The specified bucket does not exist: " + bucket, 404};
}

// What S3 would have called it.
Error folder_error(int reason, const std::string& path) {
  const char* code = reason == ENOSPC || reason == EDQUOT ? "DiskFull" : reason == EACCES || reason == EROFS ? "AccessDenied"
                                                                                                             : "InternalError";
  return {code, path + ": " + std::strerror(reason), 500, Fault::receiver};
}

class FolderBuckets final : public Buckets {
 public:
  explicit FolderBuckets(std::string root) : root_(std::move(root)) {}

  Result<void> check(const std::string& bucket) override {
    const std::string path = root_ + "/" + bucket;
    struct stat info {};
    if (bucket.find('/') != std::string::npos || ::stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
      return no_such_bucket(bucket);
    if (::access(path.c_str(), W_OK | X_OK) != 0) return folder_error(errno, path);
    return {};
  }

  Result<void> put(const std::string& bucket, const std::string& object, std::string_view bytes,
                   const Metadata& metadata) override {
    TRY(check(bucket));
    const std::string path = root_ + "/" + bucket + "/" + object;
    errno = 0;
    if (const Result<void> made = make_folders(path.substr(0, path.rfind('/')), folder_mode); !made.ok())
      return folder_error(errno, path);
    if (!metadata.empty()) {
      boost::json::object fields;
      for (const auto& [name, value] : metadata) fields[name] = value;
      TRY(write(path + ".metadata", boost::json::serialize(fields)));
    }
    return write(path, bytes);
  }

 private:
  static Result<void> write(const std::string& path, std::string_view bytes) {
    errno = 0;
    if (const Result<void> done = write_file_durably(path, bytes, file_mode); !done.ok()) return folder_error(errno, path);
    return {};
  }

  const std::string root_;
};

class S3Buckets final : public Buckets {
 public:
  S3Buckets(S3Endpoint endpoint, const Clock& clock) : endpoint_(std::move(endpoint)), clock_(clock) {}

  Result<void> check(const std::string& bucket) override { return send("GET", {"/" + bucket, "location="}, bucket, {}, {}); }
  Result<void> put(const std::string& bucket, const std::string& object, std::string_view bytes,
                   const Metadata& metadata) override {
    return send("PUT", {"/" + bucket + "/" + object, ""}, bucket, bytes, metadata);
  }

 private:
  // As it is before it is encoded: S3 signs a path that is encoded once, and the signer encodes what it gets.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  struct Target {
    std::string path, query;
  };
  Result<void> send(const std::string& method, const Target& target, const std::string& bucket, std::string_view body,
                    const Metadata& metadata) {
    http::Request request;
    request.method = method;
    request.body = body;
    request.headers.emplace_back("host", endpoint_.url.substr(endpoint_.url.find("://") + 3));
    request.headers.emplace_back("x-amz-content-sha256", auth::sha256_hex(body));
    if (method == "PUT") request.headers.emplace_back("content-type", "application/json");
    for (const auto& [name, value] : metadata) request.headers.emplace_back("x-amz-meta-" + name, value);
    std::vector<auth::Header> headers;
    for (const auto& [name, value] : request.headers) headers.emplace_back(name, value);
    const auth::RequestView view{method, target.path, target.query, headers, body};
    for (auto& [name, value] : auth::sign(view, {endpoint_.access_key_id, endpoint_.secret, ""}, endpoint_.region, "s3",
                                          clock_.wall()))
      request.headers.emplace_back(std::move(name), std::move(value));
    http::TransferOptions options;
    options.total_timeout = request_seconds_max;
    const std::string url = endpoint_.url + percent_encode(target.path, true) + (target.query.empty() ? "" : "?" + target.query);
    const http::Response answer = TRY(http::transfer(url, request, options));
    if (answer.status < 300) return {};
    if (answer.status == 404) return no_such_bucket(bucket);
    if (answer.status == 403) return Error{"AccessDenied", "Access Denied", 403};
    return Error{"InternalError", "The endpoint answered " + std::to_string(answer.status), 500, Fault::receiver};
  }

  const S3Endpoint endpoint_;
  const Clock& clock_;
};

class NoBuckets final : public Buckets {
 public:
  Result<void> check(const std::string& bucket) override { return no_such_bucket(bucket); }
  Result<void> put(const std::string& bucket, const std::string&, std::string_view, const Metadata&) override {
    return no_such_bucket(bucket);
  }
};

}  // namespace

std::unique_ptr<Buckets> folder_buckets(std::string root) { return std::make_unique<FolderBuckets>(std::move(root)); }
std::unique_ptr<Buckets> s3_buckets(S3Endpoint endpoint, const Clock& clock) {
  return std::make_unique<S3Buckets>(std::move(endpoint), clock);
}
std::unique_ptr<Buckets> no_buckets() { return std::make_unique<NoBuckets>(); }

Result<void> read_credentials(const std::string& path, S3Endpoint& out) {
  const std::string text = TRY(read_file(path));
  const auto value_of = [&](std::string_view name) -> std::string {
    const std::size_t at = text.size() > credentials_bytes_max ? std::string::npos : text.find(name);
    if (at == std::string::npos) return "";
    const std::size_t equals = text.find('=', at), end = std::min(text.find('\n', at), text.size());
    if (equals == std::string::npos || equals > end) return "";
    std::string value = text.substr(equals + 1, end - equals - 1);
    std::erase_if(value, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    return value;
  };
  out.access_key_id = value_of("aws_access_key_id");
  out.secret = value_of("aws_secret_access_key");
  if (out.access_key_id.empty() || out.secret.empty())
    return Error{"InvalidConfiguration", path + " holds no aws_access_key_id and aws_secret_access_key"};
  return {};
}

}  // namespace haar::cloudtrail
