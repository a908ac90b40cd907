#include "fleet/drivers/cache.h"

#include <signal.h>

#include <utility>

#include "engines/memcached.h"
#include "engines/redis.h"

namespace haar::fleet {
namespace {

// There is nothing to save. memcached needs up to a second to notice SIGTERM; it need not.
constexpr engines::StopPlan stop_now{SIGTERM, Milliseconds{100}, 0, {}};

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

  // A cache is never fenced: what it holds goes with its process.
  Result<void> start(Role role, Epoch) override {
    if (role != Role::writer) return cannot("run as a reader");
    const engines::Program program = TRY(program_());
    TRY(supervisor_.self_test());
    return launch(program);
  }

  Result<void> stop() override { return supervisor_.stop(id(), stop_now); }
  Result<void> remove() override { return engines::remove_instance(supervisor_, spec_); }
  [[nodiscard]] std::string handoff_path() const override { return spec_.handoff(); }

 protected:
  virtual Result<void> launch(const engines::Program& program) = 0;

  engines::Supervisor& supervisor_;
  const engines::InstanceSpec spec_;

 private:
  const ProgramOf program_;
};

class RedisEngine final : public CacheEngine {
 public:
  RedisEngine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program, Random& random)
      : CacheEngine(machine, std::move(spec), std::move(program)), random_(random) {}

  Result<void> ready(Milliseconds patience) override { return engines::redis::wait_ready(supervisor_, spec_, patience); }

 private:
  Result<void> launch(const engines::Program& program) override {
    TRY(engines::redis::start(supervisor_, program, spec_, random_));
    return {};
  }

  Random& random_;
};

class MemcachedEngine final : public CacheEngine {
 public:
  using CacheEngine::CacheEngine;

  Result<void> ready(Milliseconds patience) override {
    return engines::memcached::wait_ready(supervisor_, spec_, patience);
  }

 private:
  Result<void> launch(const engines::Program& program) override {
    TRY(engines::memcached::start(supervisor_, program, spec_));
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
