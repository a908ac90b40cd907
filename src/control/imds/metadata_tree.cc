#include "control/imds/metadata_tree.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace haar::control {
namespace {

constexpr std::string_view credentials_folder = "meta-data/iam/security-credentials/";
constexpr std::string_view keys_folder = "meta-data/public-keys";

std::string json_text(const std::string& text) { return boost::json::serialize(boost::json::value(text)); }

// AWS writes these documents so, and some readers go line by line.
std::string document(const std::vector<std::pair<std::string_view, std::string>>& members, std::string_view indent) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : members) lines.push_back(fmt::format("{}\"{}\" : {}", indent, name, value));
  return fmt::format("{{\n{}\n}}", fmt::join(lines, ",\n"));
}

}  // namespace

MetadataTree::MetadataTree(const InstanceFacts& facts) {
  add_instance(facts);
  for (const InterfaceFacts& interface : facts.interfaces) add_interface(facts, interface);
  if (facts.profile) add_profile(facts);
  for (const auto& [key, value] : facts.tags.value_or(std::map<std::string, std::string>{}))
    put("meta-data/tags/instance/" + key, value);
  if (!facts.public_key.empty()) put(std::string(keys_folder) + "/0/openssh-key", facts.public_key + "\n");
  if (!facts.user_data.empty()) put("user-data", facts.user_data);
  add_identity_document(facts);
}

void MetadataTree::put_list(const std::string& path, const std::vector<std::string>& lines) {
  if (!lines.empty()) put(path, fmt::format("{}", fmt::join(lines, "\n")));
}

void MetadataTree::add_instance(const InstanceFacts& facts) {
  put("meta-data/ami-id", facts.image_id);
  put("meta-data/ami-launch-index", std::to_string(facts.launch_index));
  put("meta-data/ami-manifest-path", "(unknown)");
  put("meta-data/instance-action", "none");
  put("meta-data/instance-id", facts.id);
  put("meta-data/instance-life-cycle", "on-demand");
  put("meta-data/instance-type", facts.type);
  put("meta-data/placement/availability-zone", facts.zone);
  put("meta-data/placement/availability-zone-id", facts.zone_id);
  put("meta-data/placement/region", facts.region);
  put("meta-data/profile", "default-hvm");
  put("meta-data/reservation-id", facts.reservation_id);
  put("meta-data/services/domain", facts.domain);
  put("meta-data/services/partition", facts.partition);
  if (facts.interfaces.empty()) return;
  const InterfaceFacts& primary = facts.interfaces.front();
  put("meta-data/hostname", primary.local_hostname);
  put("meta-data/local-hostname", primary.local_hostname);
  put("meta-data/mac", primary.mac);
  if (!primary.local_ipv4s.empty()) put("meta-data/local-ipv4", primary.local_ipv4s.front());
  if (!primary.ipv6s.empty()) put("meta-data/ipv6", primary.ipv6s.front());
  if (!primary.public_ipv4s.empty()) put("meta-data/public-ipv4", primary.public_ipv4s.front());
  put_list("meta-data/security-groups", primary.group_names);
}

void MetadataTree::add_interface(const InstanceFacts& facts, const InterfaceFacts& interface) {
  const std::string at = "meta-data/network/interfaces/macs/" + interface.mac + "/";
  put(at + "device-number", std::to_string(interface.device_index));
  put(at + "interface-id", interface.id);
  put(at + "local-hostname", interface.local_hostname);
  put_list(at + "local-ipv4s", interface.local_ipv4s);
  put_list(at + "ipv6s", interface.ipv6s);
  put(at + "mac", interface.mac);
  put(at + "owner-id", facts.account);
  put_list(at + "public-ipv4s", interface.public_ipv4s);
  put_list(at + "security-group-ids", interface.group_ids);
  put_list(at + "security-groups", interface.group_names);
  put(at + "subnet-id", interface.subnet_id);
  put(at + "subnet-ipv4-cidr-block", interface.subnet_cidr);
  put_list(at + "subnet-ipv6-cidr-blocks", interface.subnet_ipv6_cidrs);
  put(at + "vpc-id", interface.vpc_id);
  if (!interface.vpc_cidrs.empty()) put(at + "vpc-ipv4-cidr-block", interface.vpc_cidrs.front());
  put_list(at + "vpc-ipv4-cidr-blocks", interface.vpc_cidrs);
  put_list(at + "vpc-ipv6-cidr-blocks", interface.vpc_ipv6_cidrs);
  for (const std::string& address : interface.public_ipv4s) {
    if (!interface.local_ipv4s.empty()) put(at + "ipv4-associations/" + address, interface.local_ipv4s.front());
  }
}

// The codes are AWS's; that LastUpdated is the instance's start, where AWS has the association's last check, is haar's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html
void MetadataTree::add_profile(const InstanceFacts& facts) {
  const ProfileFacts& profile = *facts.profile;
  const std::string updated = json_text(format_iso8601(facts.launched_at));
  if (!profile.exists) {
    put("meta-data/iam/info",
        document({{"Code", "\"InstanceProfileNotFound\""},
                  {"Message", json_text("Instance Profile with Arn " + profile.arn + " cannot be found. Please see "
                                        "documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/"
                                        "troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.")},
                  {"LastUpdated", updated}},
                 "  "));
    return;
  }
  put("meta-data/iam/info", document({{"Code", "\"Success\""},
                                      {"LastUpdated", updated},
                                      {"InstanceProfileArn", json_text(profile.arn)},
                                      {"InstanceProfileId", json_text(profile.id)}},
                                     "  "));
  if (!profile.role_name.empty()) put(std::string(credentials_folder) + profile.role_name, "");
}

// Without pkcs7, signature and rsa2048 beside it: who verifies them has AWS's certificates, which haar cannot sign for.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
void MetadataTree::add_identity_document(const InstanceFacts& facts) {
  const bool placed = !facts.interfaces.empty() && !facts.interfaces.front().local_ipv4s.empty();
  const std::string private_ip = placed ? facts.interfaces.front().local_ipv4s.front() : "";
  put("dynamic/instance-identity/document",
      document({{"accountId", json_text(facts.account)},
                {"architecture", json_text(facts.architecture)},
                {"availabilityZone", json_text(facts.zone)},
                {"billingProducts", "null"},
                {"devpayProductCodes", "null"},
                {"marketplaceProductCodes", "null"},
                {"imageId", json_text(facts.image_id)},
                {"instanceId", json_text(facts.id)},
                {"instanceType", json_text(facts.type)},
                {"kernelId", "null"},
                {"pendingTime", json_text(format_iso8601(facts.launched_at))},
                {"privateIp", json_text(private_ip)},
                {"ramdiskId", "null"},
                {"region", json_text(facts.region)},
                {"version", "\"2017-09-30\""}},
               "  "));
  if (!facts.key_name.empty() && !facts.public_key.empty()) put(std::string(keys_folder), "0=" + facts.key_name);
}

std::optional<std::string> MetadataTree::find(const std::string& path) const {
  const auto value = values_.find(path);
  if (value != values_.end()) return value->second;
  const std::string folder = path.empty() ? path : path + "/";
  std::vector<std::string> names;
  for (auto at = values_.lower_bound(folder); at != values_.end() && at->first.starts_with(folder); ++at) {
    std::string name = at->first.substr(folder.size());
    if (const std::size_t slash = name.find('/'); slash != std::string::npos) name.resize(slash + 1);
    // A list that stands for a folder ("0=my-key") has the folder's name, and is shown as one.
    if (!names.empty() && (names.back() == name || names.back() + "/" == name)) names.back() = name;
    else names.push_back(std::move(name));
  }
  if (names.empty()) return std::nullopt;
  if (path.empty()) {  // the uppermost names stand without slashes
    for (std::string& name : names) name = name.substr(0, name.find('/'));
  }
  return fmt::format("{}", fmt::join(names, "\n"));
}

std::string MetadataTree::role_of(std::string_view path) const {
  if (!path.starts_with(credentials_folder) || !values_.contains(std::string(path))) return {};
  return std::string(path.substr(credentials_folder.size()));
}

}  // namespace haar::control
