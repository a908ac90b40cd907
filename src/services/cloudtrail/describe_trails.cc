// DescribeTrails, GetTrail, ListTrails.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
#include "api/kit/listing.h"
#include "model/cloudtrail/DescribeTrails.h"
#include "model/cloudtrail/GetTrail.h"
#include "model/cloudtrail/ListTrails.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/trail_lookup.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

constexpr std::size_t trails_a_page = 100;

Trail to_trail(const Call& call, const Place& place) {
  const TrailRecord& record = *place.record;
  Trail out;
  out.Name = record.name;
  out.S3BucketName = record.bucket;
  if (!record.prefix.empty()) out.S3KeyPrefix = record.prefix;
  out.IncludeGlobalServiceEvents = record.global_events;
  out.IsMultiRegionTrail = record.multi_region;
  out.HomeRegion = place.region;
  out.TrailARN = trail_arn(call, place);
  out.LogFileValidationEnabled = record.validation;
  out.HasCustomEventSelectors = !record.selectors.empty() || !record.advanced.empty();
  out.HasInsightSelectors = false;
  out.IsOrganizationTrail = record.organization;
  return out;
}

// "If you specify … names of trails that do not exist, they are left out"; ARNs and names may be mixed.
Result<DescribeTrailsResponse> describe_trails(Call& call, const DescribeTrailsRequest& in) {
  DescribeTrailsResponse out;
  out.trailList.emplace();
  const bool shadows = in.includeShadowTrails.value_or(true);
  if (!in.trailNameList || in.trailNameList->empty()) {
    for (const Place& place : visible_trails(call, shadows)) out.trailList->push_back(to_trail(call, place));
    return out;
  }
  for (const std::string& name : *in.trailNameList) {
    TRY(check_name_or_arn(name));
    const Place place = find_trail(call, name);
    const bool hidden = !shadows && place.region != call.region().value;
    if (place.record != nullptr && !hidden) out.trailList->push_back(to_trail(call, place));
  }
  return out;
}

Result<GetTrailResponse> get_trail(Call& call, const GetTrailRequest& in) {
  const Place place = TRY(require_trail(call, in.Name));
  GetTrailResponse out;
  out.Trail = to_trail(call, place);
  return out;
}

constexpr api::PageRules page_rules{
    .service = "cloudtrail", .bad_token = [] { return errors::InvalidTokenException("The token is not valid."); }};

Result<ListTrailsResponse> list_trails(Call& call, const ListTrailsRequest& in) {
  api::Page page = TRY(api::Page::open(call, page_rules, "ListTrails", in.NextToken, trails_a_page));
  ListTrailsResponse out;
  out.Trails.emplace();
  const std::vector<Place> all = visible_trails(call, true);
  api::list_page(page, all, [](const Place& place) { return trail_key(place).bytes(); }, api::any_record,
                 [&](const Place& place) { out.Trails->push_back({trail_arn(call, place), place.name, place.region}); });
  page.close(out);
  return out;
}

void needs_get_trail(const Call& call, const GetTrailRequest& in, api::Requirements& needs) { need_trail(call, in.Name, needs); }

}  // namespace

const api::Operations& describe_trails_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeTrails>(describe_trails, api::any_resource, api::read_only,
          api::takes("trailNameList includeShadowTrails")),
      api::op<ops::GetTrail>(get_trail, api::on(needs_get_trail), api::read_only, api::takes("Name")),
      api::op<ops::ListTrails>(list_trails, api::any_resource, api::read_only, api::takes("NextToken")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
