// Which database a request means, and as which user it goes there; what every operation needs to be allowed; and how an
// operation's work is done on threads of its own.
//
// The Data API reaches a cluster over haar's own connections, and not over its network: on AWS, too, security groups, routes
// and public access have no say in it, and a cluster in private subnets is reached.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "api/kit/call.h"
#include "api/kit/row.h"
#include "services/rdsdata/sessions.h"

namespace haar::rdsdata {

Result<Target> find_target(const api::Preparation& at, const std::string& resource_arn, const std::string& secret_arn);

// The operation's own permission on the cluster, and secretsmanager:GetSecretValue on the secret.
void need_access(const api::Call& call, const std::string& resource_arn, const std::string& secret_arn, api::Requirements& needs);
// The secret was read for the caller: Secrets Manager's own event of that.
void record_secret_read(api::Call& call, const std::string& secret_arn);

// Answer is what the operation answers; `Work` is a plain function Result<Answer>(Sessions&, const Target&, const Input&).
template <class Input, class Answer, Result<Answer> (*work)(Sessions&, const Target&, const Input&)>
struct Job {
  static bool begin(const api::Preparation& at, const Input& in, std::function<void()> ready) {
    Sessions& sessions = at.env.part<Sessions>();
    Result<Target> target = find_target(at, in.resourceArn, in.secretArn);
    if (!target.ok()) {
      sessions.decline(&in, std::move(target).error());
      return false;
    }
    // The request, and so its input, lives as long as `ready`.
    sessions.start(&in, {at.caller.account.value, at.caller.unique_id},
                   [&sessions, &in, target = std::move(target).value()]() -> Sessions::Outcome {
                     Result<Answer> answer = work(sessions, target, in);
                     if (!answer.ok()) return std::move(answer).error();
                     return std::shared_ptr<void>(std::make_shared<Answer>(std::move(answer).value()));
                   },
                   std::move(ready));
    return true;
  }
  static Result<Answer> take(const api::Preparation& at, const Input& in) {
    const std::shared_ptr<void> answer = TRY(at.env.part<Sessions>().take(&in));
    return std::move(*static_cast<Answer*>(answer.get()));
  }
  static Result<Answer> answer(api::Call& call, const Input& in, const Answer& done) {
    record_secret_read(call, in.secretArn);
    return done;
  }
  static void needs(const api::Call& call, const Input& in, api::Requirements& out) {
    need_access(call, in.resourceArn, in.secretArn, out);
  }
};

// The row of an operation whose work that is.
template <class Op, auto work>
api::Row data_op(std::string_view members) {
  using Input = typename Op::Input;
  using Output = typename Op::Output;
  using TheJob = Job<Input, Output, work>;
  return api::op<Op>(&TheJob::answer, api::on(&TheJob::needs), api::prepare(&TheJob::take), api::awaits(&TheJob::begin),
                     api::takes(members));
}

}  // namespace haar::rdsdata
