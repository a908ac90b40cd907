// The middle of a request's life, inside the transaction: verify -> resolve -> authorize -> handler -> event. The
// same for calls from outside (serve.cc) and for services that call each other (Call::invoke).
#pragma once

#include <optional>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/row.h"
#include "events/record.h"

namespace haar::api {

// What one call leaves for the log: its own event first is last_event(), inner calls' before it.
struct Execution {
  std::vector<events::Evaluated> evaluated;
  std::vector<events::WrittenEvent> inner_events;
  std::string earlier_answer;  // not empty: an idempotent repeat; the encoded body to send again
};

// Whether the caller may: the row resolved, and every requirement allowed by the state that `call` reads. The first
// part of execute(), and asked alone, of the published state, before slow work is done for the caller.
Result<void> decide(const Call& call, const Row& row, const void* in, const void* prepared, Execution& execution);

// On success `out` is filled (unless execution.earlier_answer is set).
Result<void> execute(Call& call, const Row& row, const void* in, const void* prepared, void* out,
                     Execution& execution);

// "iam.amazonaws.com"
std::string event_source(const wire::Service& service);
// `principal`: the caller's user_id(). Views into both.
void set_identity(events::BasicIdentity<std::string_view>& who, const Caller& caller, std::string_view principal,
                  std::string_view invoked_by);

// What the request came over.
void set_transport(events::EventDraft& event, const Origin& origin);

// The event of a call that was executed (`error` null) or refused.
events::WrittenEvent make_event(const Call& call, const Row& row, const void* in, const void* out, const Error* error,
                                Execution& execution, std::string_view invoked_by = {});

// The event of a call for the account whose role it gave a session of, where that is another one: the caller is shown as an
// account, and what was evaluated stays the caller's.
std::optional<events::WrittenEvent> event_for_owner(const Call& call, const events::WrittenEvent& event);

}  // namespace haar::api
