// A row says everything about one operation that the API model does not: how it is handled, what it
// needs to be allowed, and how it runs. The rows of a resource stand at the foot of its file:
//
//     const Operations users_operations = {
//         op<ops::CreateUser>(create_user, on(new_user_arn)),
//         op<ops::GetUser>(get_user, on(user_arn), read_only),
//     };
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/kit/awaited_keys.h"
#include "api/kit/call.h"
#include "api/kit/requirements.h"

namespace haar::api {

enum class Mode : std::uint8_t {
  write,   // in the writer's transaction; durable before the answer
  read,    // on the I/O thread, against the published state
};

// What `prepare` may look at. `state` is what was published at that moment: the transaction that follows
// may find it changed, so the handler checks again what it relies on. The caller was allowed by the published
// state and is asked about again in the transaction; of an unsigned request nothing is known yet.
struct Preparation {
  const Environment& env;
  const Caller& caller;
  const store::Reader& state;
};

// A member of the input that changes nothing here, and why that is what AWS's page asks for.
struct WithoutEffect { std::string_view member, reason; };

struct Row {
  const wire::Operation* model = nullptr;
  Mode mode = Mode::write;
  // The members of the input that the handler acts on, with blanks between; all others are refused by name.
  std::string_view takes;
  std::vector<WithoutEffect> without_effect;
  std::vector<const wire::Member*> refused;  // what is left of the model's; Registry::add fills it in
  // True only where AWS itself asks for no permission (sts:GetCallerIdentity); `resolve` is then empty.
  bool needs_no_permission = false;
  // A read whose answer stands in its event all the same.
  bool records_answer = false;
  // What is verified in the transaction before anything is resolved: its error comes before any other.
  std::function<Result<void>(Call&, const void* in)> verify_first;
  // A read that some inputs make a write: true for those, which then run in the writer's transaction.
  std::function<bool(const void* in)> writes_when;
  // `prepared` is what `prepare` made, else null.
  std::function<void(const Call&, const void* in, const void* prepared, Requirements&)> resolve;
  // `prepared` is what `prepare` made, else null.
  std::function<Result<void>(Call&, const void* in, const void* prepared, void* out)> handle;
  // `resolve` looks at what was prepared: of unsigned requests only, since all others are decided before that.
  bool resolves_prepared = false;
  // Slow work before the transaction (hashing, key generation), on a worker thread. Done only for who is allowed
  // by the published state; what is quick stands in the handler.
  std::function<Result<std::shared_ptr<void>>(const Preparation&, const void* in)> prepare;
  // True: `prepare` lacks something from outside, and `ready` is called once, on any thread, as soon as it is
  // there or is known not to come. It may be called before this returns. Waits for nothing itself.
  std::function<bool(const Preparation&, const void* in, std::function<void()> ready)> awaits;
  // The operation takes unsigned requests: who calls is named by what `prepare` has verified.
  std::function<std::shared_ptr<const Caller>(const void* in, const void* prepared)> identify_caller;
  // The records of a resource in the answer that is in transition: the reply may wait up to a second for them. None:
  // nothing is.
  std::function<AwaitedKeys(const Call&, const void* out)> in_transition;
  std::function<std::shared_ptr<void>()> make_input;
  std::function<std::shared_ptr<void>()> make_output;
  // A default-made result of `prepare`, for who only asks which permissions the row needs.
  std::function<std::shared_ptr<void>()> make_prepared;

  // Whether a call with this input runs in the writer's transaction.
  [[nodiscard]] bool writes(const void* in) const { return mode == Mode::write || (writes_when && writes_when(in)); }
};

using Operations = std::vector<Row>;

// ---- options of op<>() -------------------------------------------------------------------------

struct ReadOnly {};
inline constexpr ReadOnly read_only;

template <class F>
struct WritesWhen { F decide; };
// bool(const Input&), beside read_only: true for the inputs that use something up (a one-time code), which is
// to be durable before the answer. Its event stays a read's, as CloudTrail has it.
template <class F>
WritesWhen<F> writes_when(F decide) { return {std::move(decide)}; }

template <class F>
struct VerifyFirst { F verify; };
// Result<void>(Call&, const Input&): credentials within the input (a one-time code) are verified before the
// question whether the caller may, since that can depend on them. What it writes is kept only if the call succeeds.
template <class F>
VerifyFirst<F> verify_first(F verify) { return {std::move(verify)}; }

struct Takes { std::string_view members; };
// The members of the input that the handler, or its resolver, acts on: "UserName Path Tags". A request that sets
// another one gets NotImplemented, which names it: what is accepted is never ignored. So a member that a newer model
// brings is refused until somebody builds it.
inline constexpr Takes takes(std::string_view members) { return {members}; }

// A member that is accepted and changes nothing, beside takes(): the reason says why that is right.
inline constexpr WithoutEffect without_effect(std::string_view member, std::string_view reason) { return {member, reason}; }

// CloudTrail calls it a read and yet shows the answer: credentials were given out, and who got which.
struct IssuesCredentials {};
inline constexpr IssuesCredentials issues_credentials;

// AWS asks for no permission. The reason is for the reader: on AWS's page of the operation.
struct NoPermission {};
inline constexpr NoPermission no_permission;

// The authorization reference gives the action no resource type: its resource is "*".
struct AnyResource {};
inline constexpr AnyResource any_resource;

template <class F>
struct On { F resolve; };
// `resolve` is either std::string(const Call&, const Input&), the ARN that the call's own action acts on,
// or void(const Call&, const Input&, Requirements&) for calls that need more than one permission or keys. Of
// unsigned requests, a plain function void(const Call&, const Input&, const P&, Requirements&) also gets what
// `prepare` made.
template <class F>
On<F> on(F resolve) { return {std::move(resolve)}; }

template <class F>
struct Prepared { F prepare; };
// Result<P>(const Environment&, const Input&), or with const Preparation& where the work depends on who is
// calling or on what is stored; the handler then takes a third parameter, const P&. For slow work alone: it waits
// in a queue behind that of others.
template <class F>
Prepared<F> prepare(F work) { return {std::move(work)}; }

template <class F>
struct Awaits { F ask; };
// bool(const Preparation&, const Input&, std::function<void()> ready), beside prepare(): see Row::awaits. No thread
// waits for what comes over the network.
template <class F>
Awaits<F> awaits(F ask) { return {std::move(ask)}; }

template <class F>
struct CallerFromToken { F caller; };
// A plain function std::shared_ptr<const Caller>(const Input&, const P&), beside prepare(): the operation takes
// unsigned requests (the model says authtype none), and the caller is whom an identity provider's token names.
// `prepare` verifies that token, on threads of its own, since strangers can ask for it.
template <class F>
CallerFromToken<F> caller_from_token(F caller) { return {std::move(caller)}; }

template <class F>
struct InTransition { F keys; };
// AwaitedKeys(const Call&, const Output&): the keys of the records whose change can end the transition of a resource in the
// answer. One such resource is enough, since all have to be over it. None: nothing is in transition.
template <class F>
InTransition<F> in_transition(F keys) { return {std::move(keys)}; }

namespace detail {

template <class Op>
struct Builder {
  using In = typename Op::Input;
  using Out = typename Op::Output;
  Row row;

  void apply(ReadOnly) { row.mode = Mode::read; }
  void apply(Takes option) { row.takes = option.members; }
  void apply(WithoutEffect option) { row.without_effect.push_back(option); }
  void apply(IssuesCredentials) { row.records_answer = true; }
  void apply(NoPermission) { row.needs_no_permission = true; }
  void apply(AnyResource) {
    row.resolve = [](const Call&, const void*, const void*, Requirements& needs) { needs.need("*"); };
  }
  template <class F>
  void apply(On<F> option) {
    if constexpr (std::is_invocable_v<F, const Call&, const In&, Requirements&>) {
      row.resolve = [f = std::move(option.resolve)](const Call& call, const void* in, const void*, Requirements& needs) {
        f(call, *static_cast<const In*>(in), needs);
      };
    } else {
      row.resolve = [f = std::move(option.resolve)](const Call& call, const void* in, const void*, Requirements& needs) {
        needs.need(f(call, *static_cast<const In*>(in)));
      };
    }
  }
  template <class P>
  void apply(On<void (*)(const Call&, const In&, const P&, Requirements&)> option) {
    row.resolves_prepared = true;
    row.resolve = [f = option.resolve](const Call& call, const void* in, const void* prepared, Requirements& needs) {
      f(call, *static_cast<const In*>(in), *static_cast<const P*>(prepared), needs);
    };
  }
  template <class F>
  void apply(Awaits<F> option) {
    row.awaits = [f = std::move(option.ask)](const Preparation& at, const void* in, std::function<void()> ready) {
      return f(at, *static_cast<const In*>(in), std::move(ready));
    };
  }
  template <class P>
  void apply(CallerFromToken<std::shared_ptr<const Caller> (*)(const In&, const P&)> option) {
    row.identify_caller = [f = option.caller](const void* in, const void* prepared) {
      return f(*static_cast<const In*>(in), *static_cast<const P*>(prepared));
    };
  }
  template <class F>
  void apply(VerifyFirst<F> option) {
    row.verify_first = [f = std::move(option.verify)](Call& call, const void* in) -> Result<void> {
      return f(call, *static_cast<const In*>(in));
    };
  }
  template <class F>
  void apply(WritesWhen<F> option) {
    row.writes_when = [f = std::move(option.decide)](const void* in) { return f(*static_cast<const In*>(in)); };
  }
  template <class F>
  void apply(InTransition<F> option) {
    row.in_transition = [f = std::move(option.keys)](const Call& call, const void* out) -> AwaitedKeys {
      return f(call, *static_cast<const Out*>(out));
    };
  }
  template <class F>
  void apply(Prepared<F> option) {
    using P = typename std::conditional_t<std::is_invocable_v<F, const Preparation&, const In&>,
                                          std::invoke_result<F, const Preparation&, const In&>,
                                          std::invoke_result<F, const Environment&, const In&>>::type::value_type;
    if constexpr (std::is_default_constructible_v<P>) row.make_prepared = [] { return std::make_shared<P>(); };
    row.prepare = [f = std::move(option.prepare)](const Preparation& at,
                                                  const void* in) -> Result<std::shared_ptr<void>> {
      auto made = [&] {
        const In& input = *static_cast<const In*>(in);
        if constexpr (std::is_invocable_v<F, const Preparation&, const In&>) return f(at, input);
        else return f(at.env, input);
      }();
      if (!made.ok()) return std::move(made).error();
      return std::shared_ptr<void>(std::make_shared<P>(std::move(made).value()));
    };
  }

  template <class H>
  void handler(H handle) {
    row.handle = [handle](Call& call, const void* in, const void*, void* out) -> Result<void> {
      Result<Out> answer = handle(call, *static_cast<const In*>(in));
      if (!answer.ok()) return std::move(answer).error();
      *static_cast<Out*>(out) = std::move(answer).value();
      return {};
    };
  }
  template <class P>
  void handler(Result<Out> (*handle)(Call&, const In&, const P&)) {
    row.handle = [handle](Call& call, const void* in, const void* prepared, void* out) -> Result<void> {
      Result<Out> answer = handle(call, *static_cast<const In*>(in), *static_cast<const P*>(prepared));
      if (!answer.ok()) return std::move(answer).error();
      *static_cast<Out*>(out) = std::move(answer).value();
      return {};
    };
  }
};

}  // namespace detail

template <class Op, class H, class... Options>
Row op(H handler, Options... options) {
  detail::Builder<Op> builder;
  builder.row.model = &Op::model();
  builder.row.make_input = [] { return std::make_shared<typename Op::Input>(); };
  builder.row.make_output = [] { return std::make_shared<typename Op::Output>(); };
  builder.handler(handler);
  (builder.apply(std::move(options)), ...);
  return std::move(builder.row);
}

// Every row of the program, by service and operation name. Filled once, in src/main.
class Registry {
 public:
  void add(const wire::Service& service, std::initializer_list<const Operations*> tables);
  [[nodiscard]] const wire::Service* service_by_signing_name(std::string_view signing_name) const;
  // nullptr: the model has the operation, haar does not (501), or nobody has.
  [[nodiscard]] const Row* find(const wire::Operation& operation) const;
  [[nodiscard]] const std::vector<const wire::Service*>& services() const { return services_; }

 private:
  std::vector<const wire::Service*> services_;
  std::unordered_map<const wire::Operation*, Row> rows_;
};

}  // namespace haar::api
