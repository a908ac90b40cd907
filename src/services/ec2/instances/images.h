// Images, for operations that name one. haar boots no machine: an image stands for the programs of the machine that haar
// runs on, and carries the name by which infrastructure code looks for Amazon's.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/kit/requirements.h"

namespace haar::ec2 {

struct ImageFacts {
  std::string_view name;          // "al2023-ami-2023.9.20251020.0-kernel-6.1-x86_64"
  std::string_view architecture;  // "x86_64", "arm64"
  std::string_view boot_mode;
  bool imds_v2 = false;  // ImdsSupport v2.0: its instances take IMDSv2 alone unless they are told otherwise
};

inline constexpr std::string_view amazon_account = "137112412989";
inline constexpr std::string_view root_device_name = "/dev/xvda";

// The same in every region, with ids of their own in each.
std::span<const ImageFacts> all_images();
std::string image_id(std::string_view region, const ImageFacts& image);
// InvalidAMIID.Malformed, InvalidAMIID.NotFound.
Result<const ImageFacts*> require_image(const api::Call& call, const std::string& id);
// The call's own action on the image, which is no account's in ARNs.
api::Requirement& need_image(const api::Call& call, api::Requirements& needs, const std::string& id);

}  // namespace haar::ec2
