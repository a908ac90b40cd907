#include "fleet/drivers/cache.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "engines/memcached.h"
#include "engines/redis.h"
#include "engines/redis_replication.h"
#include "engines/redis_snapshot.h"
#include "engines/tls_file.h"

namespace haar::fleet {
namespace {

// There is nothing to save. memcached needs up to a second to notice SIGTERM; it need not.
constexpr engines::StopPlan stop_now{SIGTERM, Milliseconds{100}, 0, {}};

// Of a copy of a node's data: an RDB file is smaller than what it holds in memory, but for odd data.
constexpr std::uint32_t least_copy_mb = 64, copy_share = 2;
constexpr Milliseconds copy_total{600'000}, copy_silence{30'000};

// Of one administrative step: an engine that needs longer is asked again.
constexpr Milliseconds command_patience{1'000};

Link link_of(engines::redis::Link link) {
  switch (link) {
    case engines::redis::Link::none: return Link::none;
    case engines::redis::Link::syncing: return Link::syncing;
    case engines::redis::Link::up: return Link::up;
    case engines::redis::Link::down: return Link::down;
  }
  return Link::down;
}

// What both have in common.
class CacheEngine : public Engine {
 public:
  CacheEngine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program)
      : Engine(spec.id), supervisor_(machine.supervisor), spec_(std::move(spec)), program_(std::move(program)) {}

  [[nodiscard]] bool running() const override { return supervisor_.running(id()).has_value(); }

  Result<bool> adopt() override {
    const Result<engines::Running> found = engines::adopt(supervisor_, spec_);
    if (found.ok()) return true;
    if (found.error().code == "EngineNotRunning") return false;
    return found.error();
  }

  Result<void> create() override { return {}; }

  // A process that ends has no data, and one that begins as a reader has no role until it is given one of an epoch: an old
  // epoch is fenced by ending its process.
  Result<void> start(Role role, Epoch) override {
    const engines::Program program = TRY(program_());
    TRY(supervisor_.self_test());
    return launch(program, role);
  }

  Result<void> set_parameters(const Parameters& parameters) override {
    parameters_ = parameters;
    return {};
  }

  Result<void> stop() override { return supervisor_.stop(id(), stop_now); }
  Result<void> remove() override { return engines::remove_instance(supervisor_, spec_); }
  [[nodiscard]] std::string handoff_path() const override { return spec_.handoff(); }

 protected:
  virtual Result<void> launch(const engines::Program& program, Role role) = 0;

  engines::Supervisor& supervisor_;
  const engines::InstanceSpec spec_;
  const ProgramOf program_;
  Parameters parameters_;
};

class RedisEngine final : public CacheEngine {
 public:
  RedisEngine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program, Random& random)
      : CacheEngine(machine, std::move(spec), std::move(program)), random_(random) {}

  Result<void> ready(Milliseconds patience) override { return engines::redis::wait_ready(supervisor_, spec_, patience); }

  Result<void> apply_parameters(const Parameters& parameters, Milliseconds patience) override {
    return engines::redis::apply_parameters(TRY(program_()), spec_, parameters, patience);
  }

  [[nodiscard]] std::string tls_handoff_path() const override { return spec_.tls_handoff(); }
  [[nodiscard]] std::string certificate() const override { return engines::read_tls_file(spec_); }
  Result<void> set_certificate(const std::string& pem) override {
    TRY(engines::write_tls_file(supervisor_, spec_, pem));
    return running() ? engines::redis::reload_certificate(spec_, command_patience) : Result<void>();
  }
  Result<void> end_sessions() override { return engines::redis::end_sessions(spec_, command_patience); }

  Result<void> snapshot(const std::string& folder) override {
    const std::uint64_t most = std::uint64_t{std::max(spec_.memory_mb, least_copy_mb)} * copy_share << 20U;
    TRY(engines::redis::take_snapshot(spec_, folder + "/" + std::string(engines::redis::copy_name),
                                      {most, copy_total, copy_silence}, [this] { return supervisor_.cancelled(); }));
    return {};
  }
  Result<void> restore(const std::string& folder) override {
    copy_ = folder + "/" + std::string(engines::redis::copy_name);
    return {};
  }

  Result<void> promote(Epoch) override { return engines::redis::promote(spec_, command_patience); }
  Result<void> follow(const Upstream& upstream, Epoch) override {
    return engines::redis::follow(spec_, upstream.spec, command_patience);
  }
  Result<Position> position() override { return TRY(replication(command_patience)).position; }
  Result<Replication> replication(Milliseconds patience) override {
    engines::redis::Replication said = TRY(engines::redis::replication(spec_, patience));
    return Replication{link_of(said.link), std::move(said.leader), std::move(said.history), std::move(said.history_before),
                       said.shared, {said.offset}};
  }
  Result<void> stand_down(Epoch) override { return engines::redis::stand_down(spec_, command_patience); }
  Result<void> serve_without_writer() override { return engines::redis::serve_without_primary(spec_, command_patience); }
  Result<void> pause_writes(Milliseconds time) override { return engines::redis::pause_writes(spec_, time, command_patience); }

 private:
  Result<void> launch(const engines::Program& program, Role role) override {
    TRY(engines::redis::start(supervisor_, program, spec_, random_,
                              role == Role::writer ? engines::redis::Begin::alone : engines::redis::Begin::following,
                              parameters_, std::exchange(copy_, {})));
    return {};
  }

  Random& random_;
  std::string copy_;  // which its next start begins with
};

class MemcachedEngine final : public CacheEngine {
 public:
  using CacheEngine::CacheEngine;

  Result<void> ready(Milliseconds patience) override {
    return engines::memcached::wait_ready(supervisor_, spec_, patience);
  }

 private:
  Result<void> launch(const engines::Program& program, Role role) override {
    if (role != Role::writer) return cannot("run as a reader");
    TRY(engines::memcached::start(supervisor_, program, spec_, parameters_));
    return {};
  }
};

}  // namespace

std::shared_ptr<Engine> redis_engine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program, Random& random) {
  return std::make_shared<RedisEngine>(machine, std::move(spec), std::move(program), random);
}

std::shared_ptr<Engine> memcached_engine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program) {
  return std::make_shared<MemcachedEngine>(machine, std::move(spec), std::move(program));
}

}  // namespace haar::fleet
