// ListPublicKeys: the keys whose private halves signed digests of this Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
#include <fmt/format.h>

#include "api/kit/listing.h"
#include "model/cloudtrail/ListPublicKeys.h"
#include "model/cloudtrail/service.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/records.h"

namespace haar::cloudtrail {
namespace {

using api::Call;

constexpr std::size_t keys_a_page = 100;

constexpr api::PageRules page_rules{
    .service = "cloudtrail", .bad_token = [] { return errors::InvalidTokenException("The token is not valid."); }};

// "If not specified, the current time is used, and the current public key is returned." AWS's text of the refusal was not
// found.
Result<ListPublicKeysResponse> list_public_keys(Call& call, const ListPublicKeysRequest& in) {
  const Timestamp from = in.StartTime.value_or(in.EndTime.value_or(call.now())), to = in.EndTime.value_or(call.now());
  if (from > to) {
    return errors::InvalidTimeRangeException(
        fmt::format("The start time {} is after the end time {}.", format_iso8601(from), format_iso8601(to)));
  }
  // A page goes on under other times than those of the first, where these were left out.
  api::Page page = TRY(api::Page::open(call, page_rules, "ListPublicKeys", in.NextToken, keys_a_page));
  ListPublicKeysResponse out;
  out.PublicKeyList.emplace();
  api::list_page(
      call, page, signing_keys, [&](const SigningKeyRecord& key) { return key.valid_from <= to && key.valid_until >= from; },
      [&](const SigningKeyRecord& key) {
        PublicKey& shown = out.PublicKeyList->emplace_back();
        shown.Value = wire::Blob{key.public_der};
        shown.ValidityStartTime = key.valid_from;
        shown.ValidityEndTime = key.valid_until;
        shown.Fingerprint = key.fingerprint;
      });
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& public_keys_operations() {
  static const api::Operations rows = {
      api::op<ops::ListPublicKeys>(list_public_keys, api::any_resource, api::read_only,
          api::takes("StartTime EndTime NextToken")),
  };
  return rows;
}

}  // namespace haar::cloudtrail
