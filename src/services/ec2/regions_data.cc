// The regions of the partition "aws" and their Availability Zones.
//
// Names and long names: the endpoints of botocore 1.43 (Apache-2.0). Which are enabled by default:
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
// Zone ids: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
// In its oldest regions AWS maps zone names to zone ids account by account; here every account gets the
// mapping that moto 5.2 (Apache-2.0) lists, and zones in order where it lists none.
#include "services/ec2/regions.h"

#include <array>

namespace haar::ec2 {
namespace {

template <std::size_t count>
using Zones = std::array<ZoneFacts, count>;

constexpr Zones<3> ap_south_1{{
    {"ap-south-1a", "aps1-az1"}, {"ap-south-1b", "aps1-az3"}, {"ap-south-1c", "aps1-az2"}}};
constexpr Zones<3> eu_north_1{{
    {"eu-north-1a", "eun1-az1"}, {"eu-north-1b", "eun1-az2"}, {"eu-north-1c", "eun1-az3"}}};
constexpr Zones<3> eu_west_3{{
    {"eu-west-3a", "euw3-az1"}, {"eu-west-3b", "euw3-az2"}, {"eu-west-3c", "euw3-az3"}}};
constexpr Zones<3> eu_west_2{{
    {"eu-west-2a", "euw2-az2"}, {"eu-west-2b", "euw2-az3"}, {"eu-west-2c", "euw2-az1"}}};
constexpr Zones<3> eu_west_1{{
    {"eu-west-1a", "euw1-az3"}, {"eu-west-1b", "euw1-az1"}, {"eu-west-1c", "euw1-az2"}}};
constexpr Zones<3> ap_northeast_3{{
    {"ap-northeast-3a", "apne3-az1"}, {"ap-northeast-3b", "apne3-az2"},
    {"ap-northeast-3c", "apne3-az3"}}};
constexpr Zones<4> ap_northeast_2{{
    {"ap-northeast-2a", "apne2-az1"}, {"ap-northeast-2b", "apne2-az2"}, {"ap-northeast-2c", "apne2-az3"},
    {"ap-northeast-2d", "apne2-az4"}}};
constexpr Zones<3> ap_northeast_1{{
    {"ap-northeast-1a", "apne1-az4"}, {"ap-northeast-1c", "apne1-az1"},
    {"ap-northeast-1d", "apne1-az2"}}};
constexpr Zones<3> ca_central_1{{
    {"ca-central-1a", "cac1-az1"}, {"ca-central-1b", "cac1-az2"}, {"ca-central-1d", "cac1-az4"}}};
constexpr Zones<3> sa_east_1{{
    {"sa-east-1a", "sae1-az1"}, {"sa-east-1b", "sae1-az2"}, {"sa-east-1c", "sae1-az3"}}};
constexpr Zones<3> ap_southeast_1{{
    {"ap-southeast-1a", "apse1-az1"}, {"ap-southeast-1b", "apse1-az2"},
    {"ap-southeast-1c", "apse1-az3"}}};
constexpr Zones<3> ap_southeast_2{{
    {"ap-southeast-2a", "apse2-az1"}, {"ap-southeast-2b", "apse2-az3"},
    {"ap-southeast-2c", "apse2-az2"}}};
constexpr Zones<3> eu_central_1{{
    {"eu-central-1a", "euc1-az2"}, {"eu-central-1b", "euc1-az3"}, {"eu-central-1c", "euc1-az1"}}};
constexpr Zones<6> us_east_1{{
    {"us-east-1a", "use1-az6"}, {"us-east-1b", "use1-az1"}, {"us-east-1c", "use1-az2"},
    {"us-east-1d", "use1-az4"}, {"us-east-1e", "use1-az3"}, {"us-east-1f", "use1-az5"}}};
constexpr Zones<3> us_east_2{{
    {"us-east-2a", "use2-az1"}, {"us-east-2b", "use2-az2"}, {"us-east-2c", "use2-az3"}}};
constexpr Zones<2> us_west_1{{{"us-west-1b", "usw1-az3"}, {"us-west-1c", "usw1-az1"}}};
constexpr Zones<4> us_west_2{{
    {"us-west-2a", "usw2-az2"}, {"us-west-2b", "usw2-az1"}, {"us-west-2c", "usw2-az3"},
    {"us-west-2d", "usw2-az4"}}};
constexpr Zones<3> af_south_1{{
    {"af-south-1a", "afs1-az1"}, {"af-south-1b", "afs1-az2"}, {"af-south-1c", "afs1-az3"}}};
constexpr Zones<3> ap_east_1{{
    {"ap-east-1a", "ape1-az1"}, {"ap-east-1b", "ape1-az2"}, {"ap-east-1c", "ape1-az3"}}};
constexpr Zones<3> ap_east_2{{
    {"ap-east-2a", "ape2-az1"}, {"ap-east-2b", "ape2-az2"}, {"ap-east-2c", "ape2-az3"}}};
constexpr Zones<3> ap_south_2{{
    {"ap-south-2a", "aps2-az1"}, {"ap-south-2b", "aps2-az2"}, {"ap-south-2c", "aps2-az3"}}};
constexpr Zones<3> ap_southeast_3{{
    {"ap-southeast-3a", "apse3-az1"}, {"ap-southeast-3b", "apse3-az2"},
    {"ap-southeast-3c", "apse3-az3"}}};
constexpr Zones<3> ap_southeast_4{{
    {"ap-southeast-4a", "apse4-az1"}, {"ap-southeast-4b", "apse4-az2"},
    {"ap-southeast-4c", "apse4-az3"}}};
constexpr Zones<3> ap_southeast_5{{
    {"ap-southeast-5a", "apse5-az1"}, {"ap-southeast-5b", "apse5-az2"},
    {"ap-southeast-5c", "apse5-az3"}}};
constexpr Zones<3> ap_southeast_6{{
    {"ap-southeast-6a", "apse6-az1"}, {"ap-southeast-6b", "apse6-az2"},
    {"ap-southeast-6c", "apse6-az3"}}};
constexpr Zones<3> ap_southeast_7{{
    {"ap-southeast-7a", "apse7-az1"}, {"ap-southeast-7b", "apse7-az2"},
    {"ap-southeast-7c", "apse7-az3"}}};
constexpr Zones<3> ca_west_1{{
    {"ca-west-1a", "caw1-az1"}, {"ca-west-1b", "caw1-az2"}, {"ca-west-1c", "caw1-az3"}}};
constexpr Zones<3> eu_central_2{{
    {"eu-central-2a", "euc2-az1"}, {"eu-central-2b", "euc2-az2"}, {"eu-central-2c", "euc2-az3"}}};
constexpr Zones<3> eu_south_1{{
    {"eu-south-1a", "eus1-az1"}, {"eu-south-1b", "eus1-az2"}, {"eu-south-1c", "eus1-az3"}}};
constexpr Zones<3> eu_south_2{{
    {"eu-south-2a", "eus2-az1"}, {"eu-south-2b", "eus2-az2"}, {"eu-south-2c", "eus2-az3"}}};
constexpr Zones<3> il_central_1{{
    {"il-central-1a", "ilc1-az1"}, {"il-central-1b", "ilc1-az2"}, {"il-central-1c", "ilc1-az3"}}};
constexpr Zones<3> me_central_1{{
    {"me-central-1a", "mec1-az1"}, {"me-central-1b", "mec1-az2"}, {"me-central-1c", "mec1-az3"}}};
constexpr Zones<3> me_south_1{{
    {"me-south-1a", "mes1-az1"}, {"me-south-1b", "mes1-az2"}, {"me-south-1c", "mes1-az3"}}};
constexpr Zones<3> mx_central_1{{
    {"mx-central-1a", "mxc1-az1"}, {"mx-central-1b", "mxc1-az2"}, {"mx-central-1c", "mxc1-az3"}}};

constexpr std::array<RegionFacts, 34> regions{{
    {"ap-south-1", "Asia Pacific (Mumbai)", true, ap_south_1},
    {"eu-north-1", "Europe (Stockholm)", true, eu_north_1},
    {"eu-west-3", "Europe (Paris)", true, eu_west_3},
    {"eu-west-2", "Europe (London)", true, eu_west_2},
    {"eu-west-1", "Europe (Ireland)", true, eu_west_1},
    {"ap-northeast-3", "Asia Pacific (Osaka)", true, ap_northeast_3},
    {"ap-northeast-2", "Asia Pacific (Seoul)", true, ap_northeast_2},
    {"ap-northeast-1", "Asia Pacific (Tokyo)", true, ap_northeast_1},
    {"ca-central-1", "Canada (Central)", true, ca_central_1},
    {"sa-east-1", "South America (Sao Paulo)", true, sa_east_1},
    {"ap-southeast-1", "Asia Pacific (Singapore)", true, ap_southeast_1},
    {"ap-southeast-2", "Asia Pacific (Sydney)", true, ap_southeast_2},
    {"eu-central-1", "Europe (Frankfurt)", true, eu_central_1},
    {"us-east-1", "US East (N. Virginia)", true, us_east_1},
    {"us-east-2", "US East (Ohio)", true, us_east_2},
    {"us-west-1", "US West (N. California)", true, us_west_1},
    {"us-west-2", "US West (Oregon)", true, us_west_2},
    {"af-south-1", "Africa (Cape Town)", false, af_south_1},
    {"ap-east-1", "Asia Pacific (Hong Kong)", false, ap_east_1},
    {"ap-east-2", "Asia Pacific (Taipei)", false, ap_east_2},
    {"ap-south-2", "Asia Pacific (Hyderabad)", false, ap_south_2},
    {"ap-southeast-3", "Asia Pacific (Jakarta)", false, ap_southeast_3},
    {"ap-southeast-4", "Asia Pacific (Melbourne)", false, ap_southeast_4},
    {"ap-southeast-5", "Asia Pacific (Malaysia)", false, ap_southeast_5},
    {"ap-southeast-6", "Asia Pacific (New Zealand)", false, ap_southeast_6},
    {"ap-southeast-7", "Asia Pacific (Thailand)", false, ap_southeast_7},
    {"ca-west-1", "Canada West (Calgary)", false, ca_west_1},
    {"eu-central-2", "Europe (Zurich)", false, eu_central_2},
    {"eu-south-1", "Europe (Milan)", false, eu_south_1},
    {"eu-south-2", "Europe (Spain)", false, eu_south_2},
    {"il-central-1", "Israel (Tel Aviv)", false, il_central_1},
    {"me-central-1", "Middle East (UAE)", false, me_central_1},
    {"me-south-1", "Middle East (Bahrain)", false, me_south_1},
    {"mx-central-1", "Mexico (Central)", false, mx_central_1},
}};

}  // namespace

std::span<const RegionFacts> all_regions() { return regions; }

const RegionFacts* find_region(std::string_view name) {
  for (const RegionFacts& region : regions) {
    if (region.name == name) return &region;
  }
  return nullptr;
}

}  // namespace haar::ec2
