// DescribeImages, and what an instance may have beside itself on AWS and has not here: volumes and launch templates.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
#include "services/ec2/instances/images.h"

#include <algorithm>

#include "auth/sha256.h"
#include "model/ec2/DescribeImages.h"
#include "model/ec2/DescribeLaunchTemplates.h"
#include "model/ec2/DescribeVolumes.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr ImageFacts images[] = {
    {"al2023-ami-2023.9.20251020.0-kernel-6.1-arm64", "arm64", "uefi", true},
    {"al2023-ami-2023.9.20251020.0-kernel-6.1-x86_64", "x86_64", "uefi-preferred", true},
    {"al2023-ami-minimal-2023.9.20251020.0-kernel-6.1-arm64", "arm64", "uefi", true},
    {"al2023-ami-minimal-2023.9.20251020.0-kernel-6.1-x86_64", "x86_64", "uefi-preferred", true},
    {"amzn2-ami-hvm-2.0.20251020.0-arm64-gp2", "arm64", "uefi", false},
    {"amzn2-ami-hvm-2.0.20251020.0-x86_64-gp2", "x86_64", "legacy-bios", false},
};
constexpr std::string_view creation_date = "2025-10-20T00:00:00.000Z";
constexpr std::string_view description =
    "The programs of the machine that haar runs on, under the name of Amazon's image. Nothing is booted from it.";

constexpr std::size_t digits_of_hash = 16;

Image image_view(const Call& call, const ImageFacts& facts) {
  Image view;
  view.ImageId = image_id(call.region().value, facts);
  view.Name = facts.name;
  view.ImageLocation = "amazon/" + std::string(facts.name);
  view.ImageType = "machine";
  view.Description = description;
  view.Architecture = facts.architecture;
  view.CreationDate = creation_date;
  view.OwnerId = amazon_account;
  view.ImageOwnerAlias = "amazon";
  view.Public = true;
  view.State = "available";
  view.Hypervisor = "xen";  // what AWS says of every image that is not bare metal's
  view.VirtualizationType = "hvm";
  view.PlatformDetails = "Linux/UNIX";
  view.UsageOperation = "RunInstances";
  view.RootDeviceName = root_device_name;
  view.RootDeviceType = "ebs";
  view.BlockDeviceMappings.emplace();  // it has no disk
  view.EnaSupport = true;
  view.SriovNetSupport = "simple";
  view.BootMode = facts.boot_mode;
  if (facts.imds_v2) view.ImdsSupport = "v2.0";
  return view;
}

template <auto member>
void own(const Image& it, Values& out) { add_value(out, it.*member); }
template <class T>
void nothing(const T&, Values&) {}  // of disks, kernels, products and sources, which no image here has

constexpr FilterField<Image> image_filters[] = {
    {"architecture", own<&Image::Architecture>},
    {"block-device-mapping.delete-on-termination", nothing<Image>},
    {"block-device-mapping.device-name", nothing<Image>},
    {"block-device-mapping.encrypted", nothing<Image>},
    {"block-device-mapping.snapshot-id", nothing<Image>},
    {"block-device-mapping.volume-size", nothing<Image>},
    {"block-device-mapping.volume-type", nothing<Image>},
    {"boot-mode", own<&Image::BootMode>},
    {"creation-date", own<&Image::CreationDate>},
    {"description", own<&Image::Description>},
    {"ena-support", own<&Image::EnaSupport>},
    {"free-tier-eligible", own<&Image::FreeTierEligible>},
    {"hypervisor", own<&Image::Hypervisor>},
    {"image-allowed", own<&Image::ImageAllowed>},
    {"image-id", own<&Image::ImageId>},
    {"image-type", own<&Image::ImageType>},
    {"imds-support", own<&Image::ImdsSupport>},
    {"is-public", own<&Image::Public>},
    {"kernel-id", nothing<Image>},
    {"manifest-location", own<&Image::ImageLocation>},
    {"name", own<&Image::Name>},
    {"owner-alias", own<&Image::ImageOwnerAlias>},
    {"owner-id", own<&Image::OwnerId>},
    {"platform", nothing<Image>},
    {"product-code", nothing<Image>},
    {"product-code.type", nothing<Image>},
    {"ramdisk-id", nothing<Image>},
    {"root-device-name", own<&Image::RootDeviceName>},
    {"root-device-type", own<&Image::RootDeviceType>},
    {"source-image-id", nothing<Image>},
    {"source-image-region", nothing<Image>},
    {"source-instance-id", nothing<Image>},
    {"sriov-net-support", own<&Image::SriovNetSupport>},
    {"state", own<&Image::State>},
    {"state-reason-code", nothing<Image>},
    {"state-reason-message", nothing<Image>},
    {"virtualization-type", own<&Image::VirtualizationType>},
};

// All images are Amazon's and everybody's.
bool is_chosen(const DescribeImagesRequest& in, const std::string& id) {
  const auto among = [](const Ids& list, std::initializer_list<std::string_view> any) {
    return !list || list->empty() || std::ranges::any_of(*list, [&](const std::string& it) {
      return std::ranges::find(any, std::string_view(it)) != any.end();
    });
  };
  return among(in.Owners, {"amazon", amazon_account}) && among(in.ExecutableUsers, {"all"}) && among(in.ImageIds, {id});
}

Result<DescribeImagesResult> describe_images(Call& call, const DescribeImagesRequest& in) {
  for (const std::string& id : in.ImageIds.value_or(Values{})) TRY(require_image(call, id));
  const api::FilterSet<Image> filters = TRY(read_filters<Image>(in.Filters, image_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, listing_name("DescribeImages", in.Filters, in.ImageIds, in.Owners),
                                       in.NextToken, size));
  DescribeImagesResult out;
  out.Images.emplace();
  for (const ImageFacts& facts : images) {
    if (page.before(facts.name)) continue;
    Image view = image_view(call, facts);
    if (!is_chosen(in, *view.ImageId) || !filters.match(view)) continue;
    if (!page.take(facts.name)) break;
    out.Images->push_back(std::move(view));
  }
  out.NextToken = page.next();
  return out;
}

// ---- what there is none of ---------------------------------------------------------------------------

constexpr std::string_view volume_filter_names[] = {
    "attachment.attach-time", "attachment.delete-on-termination", "attachment.device", "attachment.instance-id",
    "attachment.status", "availability-zone", "availability-zone-id", "create-time", "encrypted", "fast-restored",
    "multi-attach-enabled", "operator.managed", "operator.principal", "size", "snapshot-id", "source-volume-id", "status",
    "volume-id", "volume-type"};
constexpr std::string_view template_filter_names[] = {"create-time", "launch-template-name"};

// Filters of a listing that is empty: those that it does not have are refused all the same.
template <class T>
Result<void> check_filter_names(const Filters& filters, std::span<const std::string_view> names) {
  std::vector<FilterField<T>> fields;
  for (const std::string_view name : names) fields.push_back({name, nothing<T>});
  TRY(read_filters<T>(filters, std::span<const FilterField<T>>(fields)));
  return {};
}

Result<DescribeVolumesResult> describe_volumes(Call& call, const DescribeVolumesRequest& in) {
  for (const std::string& id : in.VolumeIds.value_or(Values{}))
    return errors::InvalidVolumeNotFound("The volume '" + id + "' does not exist.");
  TRY(check_filter_names<Volume>(in.Filters, volume_filter_names));
  TRY(api::Page::open(call, page_rules, listing_name("DescribeVolumes", in.Filters, {}), in.NextToken, 1));
  DescribeVolumesResult out;
  out.Volumes.emplace();
  return out;
}

Result<DescribeLaunchTemplatesResult> describe_launch_templates(Call& call, const DescribeLaunchTemplatesRequest& in) {
  for (const std::string& id : in.LaunchTemplateIds.value_or(Values{})) {
    return errors::InvalidLaunchTemplateIdNotFoundException("The specified launch template, with template ID " + id +
                                                            ", does not exist.");
  }
  for (const std::string& name : in.LaunchTemplateNames.value_or(Values{})) {
    return errors::InvalidLaunchTemplateNameNotFoundException("At least one of the launch templates specified in the request "
                                                              "does not exist: " + name);
  }
  TRY(check_filter_names<LaunchTemplate>(in.Filters, template_filter_names));
  TRY(api::Page::open(call, page_rules, listing_name("DescribeLaunchTemplates", in.Filters, {}), in.NextToken, 1));
  DescribeLaunchTemplatesResult out;
  out.LaunchTemplates.emplace();
  return out;
}

}  // namespace

std::span<const ImageFacts> all_images() { return images; }

std::string image_id(std::string_view region, const ImageFacts& image) {
  const std::string hash = auth::sha256_hex(std::string(region) + "/" + std::string(image.name));
  return "ami-0" + hash.substr(0, digits_of_hash);
}

Result<const ImageFacts*> require_image(const Call& call, const std::string& id) {
  if (!id.starts_with("ami-")) return errors::InvalidAMIIDMalformed("Invalid id: \"" + id + "\" (expecting \"ami-...\")");
  const bool hexadecimal = id.find_first_not_of("0123456789abcdef", 4) == std::string::npos;
  constexpr std::size_t short_id = 12, long_id = 21;
  if (!hexadecimal || (id.size() != short_id && id.size() != long_id))
    return errors::InvalidAMIIDMalformed("Invalid id: \"" + id + "\"");
  for (const ImageFacts& facts : images) {
    if (image_id(call.region().value, facts) == id) return &facts;
  }
  return errors::InvalidAMIIDNotFound("The image id '[" + id + "]' does not exist");
}

api::Requirement& need_image(const Call& call, Requirements& needs, const std::string& id) {
  // The requirement stays the caller's account's: Amazon's images are everybody's, and need no policy of their own.
  api::Requirement& need = needs.need(make_arn(call.partition(), "ec2", call.region().value, AccountId(""), "image/" + id));
  need.key("ec2:Region", call.region().value).key("ec2:ImageID", id);
  const Result<const ImageFacts*> facts = require_image(call, id);
  if (!facts.ok()) return need;
  need.key("ec2:ImageType", "machine").key("ec2:Owner", "amazon").key("ec2:Public", "true").key("ec2:RootDeviceType", "ebs");
  return need;
}

const api::Operations images_operations = {
    op<ops::DescribeImages>(describe_images, on(any_in_region), read_only,
        takes("ExecutableUsers ImageIds Owners Filters MaxResults NextToken"),
        without_effect("IncludeDeprecated", "no image here is deprecated"),
        without_effect("IncludeDisabled", "no image here is disabled")),
    op<ops::DescribeVolumes>(describe_volumes, on(any_in_region), read_only, takes("VolumeIds Filters NextToken"),
        without_effect("MaxResults", "there is no volume"),
        without_effect("IncludeManagedResources", "there is no volume")),
    op<ops::DescribeLaunchTemplates>(describe_launch_templates, on(any_in_region), read_only,
        takes("LaunchTemplateIds LaunchTemplateNames Filters NextToken"),
        without_effect("MaxResults", "there is no launch template"),
        without_effect("IncludeManagedResources", "there is no launch template")),
};

}  // namespace haar::ec2
