#include "fleet/drivers/mysql.h"

#include <fmt/format.h>
#include <signal.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "engines/mysql.h"
#include "engines/mysql_parameters.h"
#include "fleet/drivers/volume_epoch.h"

namespace haar::fleet {
namespace {

// MySQL needs a second or two to start; one that recovers needs longer and is asked again, after others had their turn.
constexpr Milliseconds ready_patience{5'000};
// In order, which takes a fraction of it; then as in a power cut, after which nothing is lost either.
constexpr engines::StopPlan stop_soon{SIGTERM, Milliseconds{5'000}, 0, {}};

}  // namespace

class MysqlEngine : public Engine {
 public:
  MysqlEngine(MysqlDriver& driver, engines::InstanceSpec spec, std::string engine)
      : Engine(spec.id), driver_(driver), spec_(std::move(spec)), engine_(std::move(engine)) {}

  [[nodiscard]] bool running() const override { return supervisor().running(id()).has_value(); }

  Result<bool> adopt() override {
    const Result<engines::Running> found = engines::adopt(supervisor(), spec_);
    if (found.ok()) return true;
    if (found.error().code == "EngineNotRunning") return false;
    return found.error();
  }

  Result<void> create() override {
    const engines::Program program = TRY(program_for_a_new_one());
    const auto prepared = TRY(engines::mysql::prepare_template(supervisor(), program, driver_.machine_.templates_folder));
    return engines::mysql::create_data(supervisor(), prepared, spec_);
  }

  Result<void> set_parameters(const Parameters& parameters) override {
    return engines::mysql::write_parameters(supervisor(), spec_, parameters);
  }

  Result<void> apply_parameters(const Parameters& parameters, Milliseconds patience) override {
    return engines::mysql::apply_parameters(supervisor(), spec_, parameters, patience);
  }

  Result<void> start(Role role, Epoch epoch) override {
    if (role != Role::writer) return cannot("run as a reader");
    const std::optional<engines::Engine> made_by = engines::mysql::made_by(spec_);
    const engines::Program program =
        made_by ? TRY(driver_.machine_.catalog.find(*made_by)) : TRY(program_for_a_new_one());
    TRY(supervisor().self_test());
    TRY(enter_epoch(spec_, epoch));
    TRY(engines::mysql::start(supervisor(), program, spec_));
    return {};
  }

  Result<void> ready(Milliseconds patience) override { return engines::mysql::wait_ready(supervisor(), spec_, patience); }
  [[nodiscard]] Milliseconds patience() const override { return ready_patience; }
  Result<void> stop() override { return supervisor().stop(id(), stop_soon); }
  // Nobody reads its log.
  Result<std::optional<Position>> fence(bool) override {
    TRY(stop());
    return std::optional<Position>();
  }
  Result<void> enter(Epoch epoch) override { return enter_epoch(spec_, epoch); }
  Result<void> remove() override { return engines::remove_instance(supervisor(), spec_); }
  [[nodiscard]] std::string handoff_path() const override { return spec_.handoff(); }

  Result<void> apply_settings(const Settings& settings, Milliseconds patience) override {
    return engines::mysql::create_master(supervisor(), spec_,
                                         {settings.master_user, settings.master_verifier, settings.database}, patience);
  }

 private:
  [[nodiscard]] engines::Supervisor& supervisor() const { return driver_.machine_.supervisor; }
  [[nodiscard]] Result<engines::Program> program_for_a_new_one() const {
    const engines::Catalog& catalog = driver_.machine_.catalog;
    return engine_ == "mariadb" ? catalog.find(engines::Engine::mariadb) : catalog.find_mysql();
  }

  MysqlDriver& driver_;
  const engines::InstanceSpec spec_;
  const std::string engine_;
};

std::shared_ptr<Engine> MysqlDriver::engine(engines::InstanceSpec spec, std::string engine) {
  return std::make_shared<MysqlEngine>(*this, std::move(spec), std::move(engine));
}

}  // namespace haar::fleet
