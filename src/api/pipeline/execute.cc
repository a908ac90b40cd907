#include "api/pipeline/execute.h"

#include "api/kit/action_name.h"
#include "api/kit/idempotency.h"
#include "api/pipeline/authorize.h"
#include "api/pipeline/unbuilt.h"
#include "wire/masked_json.h"
#include "wire/validate.h"

namespace haar::api {
namespace {

// How deep services may call services; a loop is a bug, not a request.
constexpr std::size_t called_via_max = 4;

std::string_view identity_type(CallerType type) {
  switch (type) {
    case CallerType::root: return "Root";
    case CallerType::user:
    case CallerType::user_session: return "IAMUser";
    case CallerType::role_session: return "AssumedRole";
    case CallerType::federated_user: return "FederatedUser";
    case CallerType::service: return "AWSService";
    case CallerType::federated: return "WebIdentityUser";
    case CallerType::anonymous: return "Unknown";
  }
  return "Unknown";
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api
// A SAML user is identified by the name qualifier and the subject, "qualifier:subject".
void set_federated_identity(events::BasicIdentity<std::string_view>& who, const Caller& caller) {
  const bool saml = caller.arn.find(":saml-provider/") != std::string::npos;
  const std::string_view id = caller.unique_id;
  who.type = saml ? "SAMLUser" : "WebIdentityUser";
  who.principal_id = id;
  who.user_name = caller.name;
  who.identity_provider = saml ? id.substr(0, id.find(':')) : std::string_view(caller.arn);
}

// True if the input has a member DryRun that is set: EC2's question "may I, and would it work?".
bool is_dry_run(const wire::Operation& operation, const void* in) {
  if (operation.input == nullptr) return false;
  const wire::Member* member = wire::find_member(*operation.input, "DryRun");
  if (member == nullptr || member->optional == nullptr) return false;
  const void* field = static_cast<const char*>(in) + member->offset;
  return member->optional->has(field) && *static_cast<const bool*>(member->optional->get(field));
}

}  // namespace

std::string event_source(const wire::Service& service) {
  constexpr std::string_view domain = ".amazonaws.com";
  std::string out;
  // The Data API's events name it otherwise than its endpoint:
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
  const std::string_view name = service.endpoint_prefix == "rds-data" ? std::string_view("rdsdata") : service.endpoint_prefix;
  out.reserve(name.size() + domain.size());
  out.append(name).append(domain);
  return out;
}

void set_identity(events::BasicIdentity<std::string_view>& who, const Caller& caller, std::string_view principal,
                  std::string_view invoked_by) {
  if (caller.type == CallerType::federated) return set_federated_identity(who, caller);
  who.type = identity_type(caller.type);
  who.principal_id = principal;
  who.arn = caller.arn;
  who.account = caller.account.value;
  who.access_key_id = caller.access_key_id;
  who.user_name = caller.name;
  if (caller.session) {
    who.session_created = caller.session->issued_at;
    who.mfa = caller.session->mfa_at.has_value();
    who.source_identity = caller.session->source_identity;
    who.assumed_root = caller.session->assumed_root;
    if (caller.type == CallerType::role_session || caller.type == CallerType::federated_user) {
      who.issuer_arn = caller.principal_arn;
      who.issuer_id = caller.unique_id;
    }
  }
  who.invoked_by = invoked_by;
}

Result<void> decide(const Call& call, const Row& row, const void* in, const void* prepared, Execution& execution) {
  if (row.needs_no_permission) return {};
  Requirements needs(action_name(*row.model), call.account());
  row.resolve(call, in, prepared, needs);
  return authorize(call, *row.model->service, needs, execution.evaluated);
}

Result<void> execute(Call& call, const Row& row, const void* in, const void* prepared, void* out,
                     Execution& execution) {
  const wire::Operation& operation = *row.model;
  if (row.verify_first) TRY(row.verify_first(call, in));
  TRY(decide(call, row, in, prepared, execution));
  TRY(refuse_unbuilt(row, in));
  if (is_dry_run(operation, in))
    return Error{"DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412};
  if (const std::optional<std::string> token = idempotency_token(operation, in)) {
    std::optional<std::string> earlier = TRY(find_earlier_answer(call, operation, *token, in));
    if (earlier) {
      execution.earlier_answer = std::move(*earlier);
      return {};
    }
  }
  std::vector<events::WrittenEvent>* outer = std::exchange(call.inner_events, &execution.inner_events);
  Result<void> done = row.handle(call, in, prepared, out);
  call.inner_events = outer;
  return done;
}

void set_transport(events::EventDraft& event, const Origin& origin) {
  event.tls = origin.tls;
  event.tls_version = origin.tls_version;
  event.tls_cipher = origin.tls_cipher;
  if (origin.tls) event.tls_host = origin.host;
}

events::WrittenEvent make_event(const Call& call, const Row& row, const void* in, const void* out, const Error* error,
                                Execution& execution, std::string_view invoked_by) {
  const wire::Operation& operation = *row.model;
  events::EventDraft event;
  event.time = call.now();
  // What the event's views are of, beside what the call holds.
  const std::string id = events::event_id(event.time, call.random()), source = event_source(*operation.service),
                    principal = call.caller().user_id();
  std::string response, request;
  event.id = id;
  event.request_id = call.origin.request_id;
  event.source = source;
  event.name = operation.name;
  event.region = call.region().value;
  event.account = call.account().value;
  set_identity(event.identity, call.caller(), principal, invoked_by);
  event.source_ip = invoked_by.empty() ? std::string_view(call.origin.source_ip) : invoked_by;
  event.user_agent = invoked_by.empty() ? std::string_view(call.origin.user_agent) : invoked_by;
  if (invoked_by.empty()) set_transport(event, call.origin);
  else event.tls = call.origin.tls;
  event.from_console = call.caller().session && call.caller().session->console;
  event.read_only = row.mode == Mode::read;
  if (error != nullptr) {
    event.error_code = error->code;
    event.error_message = error->message;
  } else if ((row.mode == Mode::write || row.records_answer) && operation.output != nullptr) {
    event.response_elements = response = wire::to_masked_json(*operation.output, out);
  }
  if (operation.input != nullptr) event.request_parameters = request = wire::to_masked_json(*operation.input, in);
  event.evaluated = std::move(execution.evaluated);
  return events::written(event);
}

Result<void> Call::invoke_erased(const Invoker& invoker, const wire::Operation& operation, const void* in, void* out) {
  const Row* row = env.rows.find(operation);
  assert(row != nullptr && !row->prepare && "an inner call needs a plain row");
  assert(origin.called_via.size() < called_via_max);
  Origin inner_origin = origin;
  inner_origin.called_via.push_back(invoker.service);
  Call inner(env, txn, invoker.caller ? invoker.caller : caller_, inner_origin,
             operation.service->global ? Region("us-east-1") : region_, now_);
  Execution execution;
  const Result<void> done = execute(inner, *row, in, nullptr, out, execution);
  if (inner_events != nullptr) {
    for (events::WrittenEvent& event : execution.inner_events) inner_events->push_back(std::move(event));
    inner_events->push_back(
        make_event(inner, *row, in, out, done.ok() ? nullptr : &done.error(), execution, invoker.service));
  }
  return done;
}

}  // namespace haar::api
