// BatchGetSecretValue: GetSecretValue for each secret that is named or found, with its own permission and its own event.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
#include <fmt/format.h>

#include "api/kit/listing.h"
#include "model/secretsmanager/BatchGetSecretValue.h"
#include "model/secretsmanager/GetSecretValue.h"
#include "services/secretsmanager/filters.h"
#include "services/secretsmanager/lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/page.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

const api::Invoker on_behalf{"secretsmanager.amazonaws.com", nullptr};
// Asked for no number, a page holds as many as a request can name.
constexpr std::int32_t secrets_max = 20;

// What cannot be read is told of beside what can.
void get_one(Call& call, const std::string& id, BatchGetSecretValueResponse& out) {
  GetSecretValueRequest ask;
  ask.SecretId = id;
  Result<GetSecretValueResponse> got = call.invoke<ops::GetSecretValue>(on_behalf, ask);
  if (!got.ok()) {
    APIErrorType& error = out.Errors->emplace_back();
    error.SecretId = id;
    error.ErrorCode = got.error().code;
    error.Message = got.error().message;
    return;
  }
  SecretValueEntry& entry = out.SecretValues->emplace_back();
  entry.ARN = std::move(got->ARN);
  entry.Name = std::move(got->Name);
  entry.VersionId = std::move(got->VersionId);
  entry.SecretBinary = std::move(got->SecretBinary);
  entry.SecretString = std::move(got->SecretString);
  entry.VersionStages = std::move(got->VersionStages);
  entry.CreatedDate = got->CreatedDate;
}

Result<void> get_filtered(Call& call, const BatchGetSecretValueRequest& in, BatchGetSecretValueResponse& out) {
  Page page = TRY(Page::open(call, "BatchGetSecretValue " + filters_text(*in.Filters), in.NextToken,
                             in.MaxResults ? in.MaxResults : secrets_max));
  const auto wanted = [&](const SecretRecord& record) {
    return record.deleted_at == Timestamp{} && matches(*in.Filters, record, call.region().value);
  };
  api::list_page(call, page, secrets, wanted,
                 [&](const SecretRecord& record) { get_one(call, secret_arn(call, call.account(), record), out); });
  page.close(out);
  return {};
}

// The texts were not found.
Result<BatchGetSecretValueResponse> batch_get_secret_value(Call& call, const BatchGetSecretValueRequest& in) {
  TRY(check_filters(in.Filters));
  const bool named = in.SecretIdList.has_value(), filtered = in.Filters && !in.Filters->empty();
  if (named == filtered) return errors::InvalidParameterException("You must include Filters or SecretIdList, but not both.");
  if (named && (in.MaxResults || in.NextToken))
    return errors::InvalidParameterException("MaxResults and NextToken belong to a request with Filters.");
  BatchGetSecretValueResponse out;
  out.SecretValues.emplace();
  out.Errors.emplace();
  if (filtered) TRY(get_filtered(call, in, out));
  else for (const std::string& id : *in.SecretIdList) get_one(call, id, out);
  return out;
}

// With filters it lists as well.
void needs_batch_get_secret_value(const Call&, const BatchGetSecretValueRequest& in, api::Requirements& needs) {
  needs.need("*");
  if (in.Filters) needs.need("secretsmanager:ListSecrets", "*");
}

}  // namespace

const api::Operations& batches_operations() {
  static const api::Operations rows = {
      api::op<ops::BatchGetSecretValue>(batch_get_secret_value, api::on(needs_batch_get_secret_value), api::read_only,
          api::takes("SecretIdList Filters MaxResults NextToken")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
