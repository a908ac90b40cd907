#include "api/kit/idempotency.h"

#include "auth/sha256.h"
#include "wire/masked_json.h"
#include "store/key_space.h"

namespace haar::api {
namespace {

// What is kept is an answer as it was encoded: pages of the console are answered in another way than the service's clients.
store::Key key_for(const Call& call, const wire::Operation& operation, const std::string& token) {
  const std::optional<Session>& session = call.caller().session;
  if (session && session->console) return call.key(operation.service->name, operation.name, "console", token);
  return call.key(operation.service->name, operation.name, token);
}

// Secrets are hashed with the rest, so the unmasked form is hashed and only the hash is kept.
std::string hash_of(const wire::Operation& operation, const void* input) {
  return auth::sha256_hex(wire::to_json(*operation.input, input));
}

}  // namespace

std::optional<std::string> idempotency_token(const wire::Operation& operation, const void* input) {
  const wire::Member* member = operation.idempotency_token;
  if (member == nullptr) return {};
  const void* field = static_cast<const char*>(input) + member->offset;
  if (member->optional != nullptr) {
    if (!member->optional->has(field)) return {};
    field = member->optional->get(field);
  }
  const auto& token = *static_cast<const std::string*>(field);
  return token.empty() ? std::nullopt : std::optional(token);
}

Result<std::optional<std::string>> find_earlier_answer(const Call& call, const wire::Operation& operation,
                                                       const std::string& token, const void* input) {
  const IdempotencyRecord* earlier = call.txn.get(idempotency_records, key_for(call, operation, token));
  if (earlier == nullptr || is_forgotten(*earlier, call.now()))
    return std::optional<std::string>();
  if (earlier->request_hash != hash_of(operation, input)) {
    return Error{"IdempotentParameterMismatch",
                 "The client token you have provided is associated with a resource that is already deleted or "
                 "was created with different parameters. Please use a different client token."};
  }
  std::string body = earlier->response_body;
  if (const std::size_t at = body.find(earlier->request_id); at != std::string::npos)
    body.replace(at, earlier->request_id.size(), call.origin.request_id);
  return std::optional(std::move(body));
}

void remember_answer(Call& call, const wire::Operation& operation, const std::string& token, const void* input,
                     const std::string& response_body) {
  call.txn.put(idempotency_records, key_for(call, operation, token),
               IdempotencyRecord{hash_of(operation, input), response_body, call.origin.request_id, call.now()});
}

const store::KeySpace<IdempotencyRecord> idempotency_records{"api/idempotency"};

}  // namespace haar::api
