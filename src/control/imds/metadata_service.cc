#include "control/imds/metadata_service.h"

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <vector>

#include "base/encoding.h"
#include "base/log.h"
#include "base/socket_owner.h"
#include "control/imds/instance_facts.h"
#include "services/ec2/instances/user_data.h"

namespace haar::control {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::string_view ttl_header = "X-aws-ec2-metadata-token-ttl-seconds", token_header = "X-aws-ec2-metadata-token";

// What is asked for under a dated name is what stands under the latest one: AWS shows there what there was at that time.
constexpr std::string_view versions[] = {
    "1.0",        "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15", "2008-02-01", "2008-09-01",
    "2009-04-04", "2011-01-01", "2011-05-01", "2012-01-12", "2014-02-25", "2014-11-05", "2015-10-20", "2016-04-19",
    "2016-06-30", "2016-09-02", "2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01", "2020-10-27", "2021-01-03",
    "2021-03-23", "2021-07-15", "2022-09-24", "2024-04-11", "latest"};

struct Status {
  int code;
  std::string_view words;
};
constexpr Status bad_request{400, "Bad Request"}, unauthorized{401, "Unauthorized"}, forbidden{403, "Forbidden"},
    nothing_there{404, "Not Found"}, not_allowed{405, "Not Allowed"};

http::Response text(std::string body, std::string_view type = "text/plain") {
  return {200, {{"Content-Type", std::string(type)}, {"Server", "EC2ws"}}, std::move(body)};
}

http::Response refuse(Status status) {
  constexpr std::string_view page =
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n"
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n"
      "\t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n"
      " <head>\n  <title>{0} - {1}</title>\n </head>\n <body>\n  <h1>{0} - {1}</h1>\n </body>\n</html>\n";
  http::Response response = text(fmt::format(page, status.code, status.words), "text/html");
  response.status = status.code;
  return response;
}

// "/latest/meta-data/iam/" -> {"latest", "meta-data", "iam"}
std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) parts.push_back(percent_decode(path.substr(at, end - at), false).value_or(""));
    at = end + 1;
  }
  return parts;
}

// Without the version; nullopt: there is none of this name.
std::optional<std::string> below_version(const std::vector<std::string>& parts) {
  if (parts.empty() || std::ranges::find(versions, parts.front()) == std::end(versions)) return std::nullopt;
  return fmt::format("{}", fmt::join(parts.begin() + 1, parts.end(), "/"));
}

std::string name_of(const KnownInstance& instance) {
  return instance.account.value + "/" + instance.region.value + "/" + instance.record->id;
}

std::string json_document(const std::vector<std::pair<std::string_view, std::string>>& members) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : members)
    lines.push_back(fmt::format("  \"{}\" : {}", name, boost::json::serialize(boost::json::value(value))));
  return fmt::format("{{\n{}\n}}", fmt::join(lines, ",\n"));
}

}  // namespace

MetadataService::MetadataService(const api::Environment& env, store::Db& db, events::Log& log)
    : env_(env), db_(db), tokens_(env.keyring), credentials_(env, db, log) {}

Result<void> MetadataService::start(const IpAddress& address) {
  http::Options options;
  options.address = address.str();
  options.threads = 1;
  options.max_connections = metadata_connections_max;
  options.max_body_bytes = metadata_body_bytes_max;
  const auto handle = [this](http::Request&& request, const http::Respond& respond) {
    respond(is_of_own_user(request) ? answer(request) : refuse(forbidden));
  };
  for (const std::uint16_t port : {http_port, std::uint16_t{0}}) {
    options.port = port;
    auto server = std::make_unique<http::Server>(options, handle);
    const Result<void> started = server->start();
    if (!started.ok() && port == 0) return started.error();
    if (!started.ok()) continue;
    server_ = std::move(server);
    at_ = {address, server_->port()};
    break;
  }
  return {};
}

void MetadataService::stop() {
  if (server_) server_->stop();
}

// Every process of this machine can take a loopback address for its own. The addresses of instances are haar's, and so
// nobody acts as an instance but the user who may use the operator's socket, and root.
bool MetadataService::is_of_own_user(const http::Request& request) const {
  const std::optional<IpAddress> peer = IpAddress::parse(request.peer_address);
  if (!peer) return false;
  const std::optional<uid_t> owner = owner_of_peer({at_.address, at_.port}, {*peer, request.peer_port});
  return owner && (*owner == ::geteuid() || *owner == 0);
}

http::Response MetadataService::answer(const http::Request& request) {
  const std::optional<IpAddress> peer = IpAddress::parse(request.peer_address);
  const store::Reader reader(db_.local_snapshot());
  const std::optional<KnownInstance> instance = peer ? instance_at(reader, *peer) : std::nullopt;
  if (!instance || !ec2::is_running(reader, *instance) || !instance->record->metadata.enabled) return refuse(forbidden);
  if (request.method == "PUT") return issue_token(request, *instance);
  if (request.method != "GET" && request.method != "HEAD") return refuse(not_allowed);
  return read(request, reader, *instance);
}

// "PUT requests with an X-Forwarded-For header are rejected": whoever has an open proxy gives no credentials away.
http::Response MetadataService::issue_token(const http::Request& request, const KnownInstance& instance) const {
  if (below_version(parts_of(request.path)) != "api/token") return refuse(not_allowed);
  if (!request.header("X-Forwarded-For").empty()) return refuse(forbidden);
  const std::optional<std::int64_t> seconds = parse_token_seconds(request.header(ttl_header));
  if (!seconds) return refuse(bad_request);
  http::Response response = text(tokens_.issue(name_of(instance), env_.clock.now(), *seconds));
  http::set_header(response.headers, ttl_header, std::to_string(*seconds));
  return response;
}

http::Response MetadataService::read(const http::Request& request, const store::Reader& reader,
                                     const KnownInstance& instance) {
  const std::string_view token = request.header(token_header);
  std::optional<std::int64_t> left;
  if (!token.empty()) {
    left = tokens_.seconds_left(token, name_of(instance), env_.clock.now());
    if (!left) return refuse(unauthorized);
  } else if (instance.record->metadata.tokens_required) {
    return refuse(unauthorized);
  }
  const std::vector<std::string> parts = parts_of(request.path);
  if (parts.empty()) return text(fmt::format("{}", fmt::join(versions, "\n")));
  const std::optional<std::string> path = below_version(parts);
  if (!path) return refuse(nothing_there);
  if (*path == "api/token") return refuse(not_allowed);
  const std::optional<std::string> found =
      value(reader, instance, *path, left ? Delivery::version_2 : Delivery::version_1);
  if (!found) return refuse(nothing_there);
  http::Response response = text(*found, *path == "user-data" ? "application/octet-stream" : "text/plain");
  if (left) http::set_header(response.headers, ttl_header, std::to_string(*left));
  return response;
}

std::optional<std::string> MetadataService::value(const store::Reader& reader, const KnownInstance& instance,
                                                  const std::string& path, Delivery delivery) {
  InstanceFacts facts = gather_facts(reader, env_.partition, instance);
  const store::Key place = store::key_of(instance.account, instance.region, instance.record->id);
  if (const Result<std::string> bytes = ec2::open_user_data(env_.keyring, place, *instance.record); bytes.ok())
    facts.user_data = *bytes;
  const MetadataTree tree(facts);
  if (const std::string role = tree.role_of(path); !role.empty())
    return credentials_document(reader, instance, role, delivery);
  return tree.find(path);
}

std::string MetadataService::credentials_document(const store::Reader& reader, const KnownInstance& instance,
                                                  const std::string& role, Delivery delivery) {
  const Result<RoleCredentials> made = credentials_.of(reader, instance, *ec2::role_of(reader, instance)->role, delivery);
  if (made.ok())
    return json_document({{"Code", "Success"},
                          {"LastUpdated", format_iso8601(made->updated)},
                          {"Type", "AWS-HMAC"},
                          {"AccessKeyId", made->access_key_id},
                          {"SecretAccessKey", made->secret_access_key},
                          {"Token", made->token},
                          {"Expiration", format_iso8601(made->expires)}});
  return json_document({{"Code", "AssumeRoleUnauthorizedAccess"},
                        {"Message", "EC2 cannot assume the role " + role + ".  Please see documentation at "
                                    "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"
                                    "#troubleshoot_iam-ec2_errors-info-doc."},
                        {"LastUpdated", format_iso8601(env_.clock.now())}});
}

}  // namespace haar::control
