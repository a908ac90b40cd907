#include "fleet/host.h"

#include <boost/json.hpp>

#include "api/kit/identity.h"
#include "auth/sha256.h"

namespace haar::fleet {

std::string short_name(std::string_view resource_id) { return auth::sha256_hex(resource_id).substr(0, 12); }

void record_service_event(const Host& host, const store::Key& resource, std::string_view service, std::string_view name,
                          const std::string& resource_arn, const std::string& message) {
  events::EventRecord event;
  event.time = host.env.clock.now();
  event.id = events::event_id(event.time, host.env.random);
  event.event_type = "AwsServiceEvent";
  event.source = service;
  event.name = name;
  event.region = resource.region();
  event.account = resource.account().value;
  event.identity.type = "AWSService";
  event.identity.invoked_by = service;
  event.source_ip = service;
  event.user_agent = service;
  const boost::json::object parameters{{"resourceArn", resource_arn}, {"message", message}};
  event.request_parameters = boost::json::serialize(parameters);
  host.log.record(event);
}

Result<void> transact_as_service(const Host& host, const AccountId& account, const Region& region,
                                 std::string_view service, const std::function<Result<void>(api::Call&)>& work) {
  api::Origin origin;
  origin.source_ip = service;
  origin.user_agent = service;
  origin.request_id = uuid4(host.env.random);
  Result<void> result;
  const store::Outcome outcome = host.db.submit_and_wait([&](store::Txn& txn) {
    std::shared_ptr<const api::Caller> caller = host.env.identities.service_linked_caller(txn, account, service);
    if (!caller) {
      // The role was deleted under a living resource: the controller still writes down what it observes, but
      // every inner call is refused.
      auto nobody = std::make_shared<api::Caller>();
      nobody->type = api::CallerType::service;
      nobody->account = account;
      nobody->arn = nobody->principal_arn = service;
      caller = std::move(nobody);
    }
    const Timestamp now = host.env.clock.now();
    api::Call call(host.env, txn, std::move(caller), origin, region, now);
    std::vector<events::WrittenEvent> inner_events;
    call.inner_events = &inner_events;
    result = work(call);
    if (!result.ok()) return store::Keep::discard;
    if (!inner_events.empty()) events::append(txn, inner_events, now);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  }, {.may_use_reserve = true});  // what a controller has seen replaces what was written before, and says "deleted"
  if (outcome == store::Outcome::committed) return result;
  return Error{"ServiceUnavailable", "the store cannot take a write now", 503, Fault::receiver};
}

}  // namespace haar::fleet
