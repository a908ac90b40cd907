// Idempotency tokens: (account, region, operation, token) -> hash of the request and its answer, kept in
// the same transaction as the work itself, for a day.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "store/space.h"

namespace haar::api {

inline constexpr std::int64_t idempotency_seconds = 24 * 3600;

struct IdempotencyRecord {
  static constexpr std::string_view record_name = "api.idempotency";
  static constexpr std::uint32_t record_version = 1;

  std::string request_hash;
  std::string response_body;  // as encoded, with `request_id` in it
  std::string request_id;
  Timestamp created{};

  template <class V>
  void fields(V& v) {
    v(1, request_hash), v(2, response_body), v(3, request_id), v(4, created);
  }
};

extern const store::KeySpace<IdempotencyRecord> idempotency_records;

// What is forgotten is erased afterwards (control/retention.h).
inline bool is_forgotten(const IdempotencyRecord& record, Timestamp now) {
  return record.created.plus_seconds(idempotency_seconds) < now;
}

// The token in the input, if the model gives the operation one and the client sent it.
std::optional<std::string> idempotency_token(const wire::Operation& operation, const void* input);

// The stored answer for this token with the new request's id in it; nullopt if the token is new. A token
// that was used with other parameters is IdempotentParameterMismatch.
Result<std::optional<std::string>> find_earlier_answer(const Call& call, const wire::Operation& operation,
                                                       const std::string& token, const void* input);
void remember_answer(Call& call, const wire::Operation& operation, const std::string& token, const void* input,
                     const std::string& response_body);

}  // namespace haar::api
