// One request on its way through the pipeline: what each stage has found out so far.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/execute.h"
#include "api/kit/row.h"
#include "api/pipeline/scheme.h"
#include "auth/sigv4.h"
#include "http/server.h"
#include "wire/codec.h"
#include "wire/params.h"

namespace haar::api {

auth::Family family_of(wire::Protocol protocol);

struct RequestState : Identified {
  RequestState(http::Request&& request, http::Respond respond, const Environment& env);
  RequestState(const RequestState&) = delete;
  RequestState& operator=(const RequestState&) = delete;

  http::Request request;
  http::Respond respond;
  std::vector<auth::Header> headers;  // views into `request`
  auth::RequestView view;
  mutable wire::Params params;  // once they are read
  Origin origin;

  // identify: what the scheme found, the base
  // decode, prepare
  std::shared_ptr<void> input, prepared, output;
  bool awaited = false;  // what the row awaits was asked for
  // transact
  Execution execution;
  std::vector<events::WrittenEvent> events;
  wire::EncodedResponse encoded;
  std::unique_ptr<const Error> refusal;  // of a write

  [[nodiscard]] wire::RequestParts parts() const;
  // The event of a request that was refused before its transaction.
  [[nodiscard]] events::WrittenEvent refusal_event(const Environment& env, const Error& error) const;

  // The output as the client asked for it.
  [[nodiscard]] wire::EncodedResponse encode() const;

  void answer_encoded();
  void answer_error(const Error& error);

 private:
  void answer(wire::EncodedResponse&& said);
};

// One with its counts is then among the sizes that malloc keeps at hand for each thread: a larger one costs ten times that.
static_assert(sizeof(RequestState) <= 1016);

}  // namespace haar::api
