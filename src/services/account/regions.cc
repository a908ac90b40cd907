// Which regions an account may use. Those of long ago are enabled from the start and stay so; the others are opted into. An
// opted-in region is ENABLING until its default VPC is made; a region that was opted out of refuses every request at once, and
// keeps what is in it.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
#include <algorithm>

#include "api/kit/paging.h"
#include "model/account/DisableRegion.h"
#include "model/account/EnableRegion.h"
#include "model/account/GetRegionOptStatus.h"
#include "model/account/ListRegions.h"
#include "model/account/service.h"
#include "services/account/operations.h"
#include "services/account/target.h"
#include "services/ec2/network/opted_in_region.h"
#include "services/iam/account/settings.h"

namespace haar::account {
namespace {

// The texts of these refusals were not found.
constexpr api::PageRules page_rules{
    .service = "account",
    .items_default = 50,
    .bad_token = [] { return errors::ValidationException("The NextToken is not one of this request."); }};
using Page = api::ServicePage<page_rules>;

Error bad_region(std::string message) {
  return errors::ValidationException(std::move(message)).with("reason", "invalidRegionOptTarget");
}

Result<const ec2::RegionFacts*> need_region(const std::string& name) {
  const ec2::RegionFacts* region = ec2::find_region(name);
  if (region == nullptr) return bad_region("The region " + name + " does not exist.");
  return region;
}

std::string_view status_of(const Call& call, const AccountId& id, const ec2::RegionFacts& region) {
  if (region.enabled_by_default) return "ENABLED_BY_DEFAULT";
  if (!iam::opted_in(call.txn, id, region.name)) return "DISABLED";
  return ec2::lacks_default_network(call.txn, id, region.name) ? "ENABLING" : "ENABLED";
}

Result<GetRegionOptStatusResponse> get_status(Call& call, const GetRegionOptStatusRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const ec2::RegionFacts* region = TRY(need_region(in.RegionName));
  GetRegionOptStatusResponse out;
  out.RegionName = in.RegionName;
  out.RegionOptStatus = std::string(status_of(call, id, *region));
  return out;
}

Result<ListRegionsResponse> list_regions(Call& call, const ListRegionsRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const std::vector<std::string> wanted = in.RegionOptStatusContains.value_or(std::vector<std::string>{});
  std::string listing = "ListRegions " + id.value;
  for (const std::string& status : wanted) listing += " " + status;
  std::vector<const ec2::RegionFacts*> sorted;
  for (const ec2::RegionFacts& region : ec2::all_regions()) sorted.push_back(&region);
  std::ranges::sort(sorted, {}, &ec2::RegionFacts::name);
  Page page = TRY(Page::open(call, listing, in));
  ListRegionsResponse out;
  out.Regions.emplace();
  for (const ec2::RegionFacts* region : sorted) {
    const std::string status(status_of(call, id, *region));
    if (page.before(region->name) || (!wanted.empty() && std::ranges::find(wanted, status) == wanted.end())) continue;
    if (!page.take(region->name)) break;
    out.Regions->push_back({.RegionName = std::string(region->name), .RegionOptStatus = status});
  }
  page.close(out);
  return out;
}

Result<const ec2::RegionFacts*> need_optional_region(const std::string& name) {
  const ec2::RegionFacts* region = TRY(need_region(name));
  if (region->enabled_by_default)
    return bad_region("The region " + name + " is enabled by default and cannot be enabled or disabled.");
  return region;
}

Result<wire::Empty> enable_region(Call& call, const EnableRegionRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const ec2::RegionFacts* region = TRY(need_optional_region(in.RegionName));
  if (iam::opted_in(call.txn, id, region->name)) return wire::Empty{};
  iam::opt_in(call.txn, id, in.RegionName);
  ec2::begin_default_network(call.txn, id, *region);
  return wire::Empty{};
}

Result<wire::Empty> disable_region(Call& call, const DisableRegionRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const ec2::RegionFacts* region = TRY(need_optional_region(in.RegionName));
  if (status_of(call, id, *region) == "ENABLING")
    return errors::ConflictException("The region " + in.RegionName + " is being enabled. Try again later.");
  iam::opt_out(call.txn, id, in.RegionName);
  return wire::Empty{};
}

}  // namespace

const api::Operations& regions_operations() {
  static const api::Operations rows{
      api::op<ops::GetRegionOptStatus>(get_status, api::on(on_target), api::read_only, api::takes("AccountId RegionName")),
      api::op<ops::ListRegions>(list_regions, api::on(on_target), api::read_only,
          api::takes("AccountId MaxResults NextToken RegionOptStatusContains")),
      api::op<ops::EnableRegion>(enable_region, api::on(on_target), api::takes("AccountId RegionName")),
      api::op<ops::DisableRegion>(disable_region, api::on(on_target), api::takes("AccountId RegionName")),
  };
  return rows;
}

}  // namespace haar::account
