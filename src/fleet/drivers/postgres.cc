#include "fleet/drivers/postgres.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdlib>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "engines/deleted_files.h"
#include "engines/mysql.h"
#include "engines/postgres.h"
#include "engines/postgres_archive.h"
#include "engines/postgres_backup.h"
#include "engines/postgres_parameters.h"
#include "engines/postgres_replication.h"
#include "engines/postgres_setup.h"
#include "engines/postgres_storage.h"
#include "fleet/drivers/volume_epoch.h"
#include "fleet/logged_engine.h"
#include "fleet/storage_watch.h"

namespace haar::fleet {
namespace {

// Volumes kept ready, once the first has been asked for; each is some 40 MB.
constexpr std::size_t volumes_ready = 3;
// An engine starts in a fraction of this; one that needs longer is asked again, after others had their turn.
constexpr Milliseconds ready_patience{2'000};
// A volume of an older haar is repaired first, in every database, once.
constexpr Milliseconds repair_patience{20'000};
constexpr Milliseconds read_only_patience{1'000};
// The sessions' time to end; then PostgreSQL ends as in a power cut, after which nothing is lost either.
constexpr engines::StopPlan stop_soon{SIGINT, Milliseconds{3'000}, SIGQUIT, Milliseconds{1'000}};

// What is replaced: its readers have all of its log when it has ended in order; one that hangs gets no time.
constexpr engines::StopPlan fence_in_order{SIGINT, Milliseconds{5'000}, SIGQUIT, Milliseconds{1'000}};
constexpr engines::StopPlan fence_at_once{SIGQUIT, Milliseconds{200}, 0, {}};
constexpr Milliseconds promotion_patience{10'000}, checkpoint_patience{10'000};
// Of a copy, however large the volume is.
constexpr Milliseconds copy_patience{std::chrono::minutes(30)};

int major_of(const std::string& version) { return std::atoi(version.c_str()); }

}  // namespace

class PostgresEngine : public Engine, public LoggedEngine {
 public:
  PostgresEngine(PostgresDriver& driver, engines::InstanceSpec spec, int major)
      : Engine(spec.id), driver_(driver), spec_(std::move(spec)), major_(major) {}

  [[nodiscard]] bool running() const override { return supervisor().running(id()).has_value(); }

  Result<bool> adopt() override {
    const Result<engines::Running> found = engines::adopt(supervisor(), spec_);
    if (found.ok()) return true;
    if (found.error().code == "EngineNotRunning") return false;
    return found.error();
  }

  // On disk when it returns; from then on PostgreSQL's own log keeps it.
  Result<void> create() override {
    const engines::Program program = TRY(find_program());
    const auto prepared =
        TRY(engines::postgres::prepare_template(supervisor(), program, driver_.machine_.templates_folder));
    return driver_.pool_.create(prepared, spec_);
  }

  Result<void> set_parameters(const Parameters& parameters) override {
    return engines::postgres::write_parameters(supervisor(), TRY(find_program()), spec_, parameters);
  }

  Result<void> apply_parameters(const Parameters& parameters, Milliseconds patience) override {
    return engines::postgres::reload_parameters(supervisor(), TRY(find_program()), spec_, parameters, patience);
  }

  Result<void> start(Role role, Epoch epoch) override {
    const engines::Program program = TRY(find_program());
    TRY(supervisor().self_test());
    TRY(enter_epoch(spec_, epoch));
    TRY(engines::postgres::start(supervisor(), program, spec_, role == Role::reader));
    return {};
  }

  Result<Replication> replication(Milliseconds patience) override {
    const engines::postgres::Replication said = TRY(engines::postgres::replication(supervisor(), spec_, patience));
    Replication out;
    out.link = said.link == engines::postgres::Link::none ? Link::none
               : said.link == engines::postgres::Link::up ? Link::up
                                                          : Link::down;
    out.position = {said.received};
    return out;
  }

  Result<void> follow(const Upstream& upstream, Epoch) override { return engines::postgres::follow(spec_, upstream.spec); }

  Result<void> promote(Epoch epoch) override {
    TRY(enter_epoch(spec_, epoch));
    return engines::postgres::promote(supervisor(), spec_, promotion_patience);
  }

  Result<std::optional<Position>> fence(bool in_order) override {
    // What is written out before need not be while nobody takes writes.
    if (in_order) (void)engines::postgres::checkpoint(supervisor(), spec_, checkpoint_patience).ok();
    TRY(supervisor().stop(id(), in_order ? fence_in_order : fence_at_once));
    const std::optional<std::uint64_t> end = in_order ? engines::postgres::end_of_log(spec_) : std::nullopt;
    return end ? std::optional(Position{*end}) : std::nullopt;
  }

  Result<void> enter(Epoch epoch) override { return enter_epoch(spec_, epoch); }

  Result<void> copy_of(const Upstream& writer) override {
    return engines::postgres::copy_volume(supervisor(), spec_, writer.spec, major_, copy_patience);
  }

  Result<void> commits_wait(Milliseconds patience) override {
    return engines::postgres::commits_wait(supervisor(), spec_, patience);
  }

  Result<void> ready(Milliseconds patience) override {
    return engines::postgres::wait_ready(supervisor(), spec_, patience);
  }

  [[nodiscard]] Milliseconds patience() const override {
    return engines::postgres::is_set_up(spec_) ? ready_patience : repair_patience;
  }

  Result<void> stop() override { return supervisor().stop(id(), stop_soon); }
  Result<void> remove() override { return engines::remove_instance(supervisor(), spec_); }
  [[nodiscard]] std::string handoff_path() const override { return spec_.handoff(); }

  Result<void> apply_settings(const Settings& settings, Milliseconds patience) override {
    return engines::postgres::create_master(
        supervisor(), spec_, {settings.master_user, settings.master_verifier, settings.database}, patience);
  }

  Result<void> snapshot(const std::string& folder) override {
    return engines::postgres::take_copy(supervisor(), spec_, folder, {});
  }
  Result<void> restore(const std::string& folder) override {
    return engines::postgres::restore_copy(supervisor(), spec_, folder, {}, {});
  }
  Result<void> recover(const std::string& folder, const Recovery& recovery) override {
    return engines::postgres::restore_copy(supervisor(), spec_, folder,
                                           {recovery.log_folder, recovery.until_micros, recovery.until_position}, {});
  }
  Result<LogKept> keep_log(const std::string& folder, Milliseconds patience) override {
    return log_kept(TRY(engines::postgres::keep_log(supervisor(), spec_, folder, patience)));
  }
  Result<LogKept> kept_log(const std::string& folder) override { return log_kept(TRY(engines::postgres::kept_in(folder))); }
  Result<void> forget_log(const std::string& folder, const std::string& oldest_copy) override {
    return engines::postgres::forget_log(folder, TRY(engines::postgres::begins_at(oldest_copy)));
  }

 private:
  static LogKept log_kept(const engines::postgres::LogKept& kept) {
    return {kept.until_micros, kept.marked_micros, kept.marked_position, kept.began_anew, kept.bytes};
  }
  [[nodiscard]] engines::Supervisor& supervisor() const { return driver_.machine_.supervisor; }
  [[nodiscard]] Result<engines::Program> find_program() const {
    return driver_.machine_.catalog.find(engines::Engine::postgres, major_);
  }

  PostgresDriver& driver_;
  const engines::InstanceSpec spec_;
  const int major_;
};

PostgresDriver::PostgresDriver(const Machine& machine, std::string state_folder)
    : machine_(machine), state_folder_(std::move(state_folder)), pool_(machine_.supervisor, state_folder_ + "/rds/pool") {}

std::shared_ptr<Engine> PostgresDriver::engine(engines::InstanceSpec spec, const std::string& version) {
  return std::make_shared<PostgresEngine>(*this, std::move(spec), major_of(version));
}

// nullopt if there is no program, or the template could not be made (logged).
std::optional<engines::postgres::Template> PostgresDriver::prepare() {
  const Result<engines::Program> program = machine_.catalog.find(engines::Engine::postgres);
  if (!program.ok()) return {};
  const auto made = engines::postgres::prepare_template(machine_.supervisor, *program, machine_.templates_folder);
  if (made.ok()) return *made;
  log_warning("the database template could not be made", {{"reason", made.error().message}});
  return {};
}

void PostgresDriver::prepare_template() { (void)prepare(); }

void PostgresDriver::fill_pool() {
  const std::optional<engines::postgres::Template> prepared = prepare();
  if (!prepared) return;
  // One by one: on a slow disk each takes seconds, and haar's end waits for one and not for all.
  for (std::size_t wanted = 1; wanted <= volumes_ready && !machine_.supervisor.cancelled(); ++wanted) {
    const Result<void> filled = pool_.fill(*prepared, wanted);
    if (filled.ok()) continue;
    return log_warning("no volumes could be prepared", {{"reason", filled.error().message}});
  }
}

Result<void> PostgresDriver::duplicate(const std::string& from, const std::string& to) const {
  engines::CopyBounds bounds;
  bounds.cancelled = [this] { return machine_.supervisor.cancelled(); };
  return engines::duplicate_copy(machine_.supervisor, from, to, bounds);
}

Result<void> PostgresDriver::discard(const std::string& folder) const {
  TRY(machine_.supervisor.discard(folder + ".making"));
  return machine_.supervisor.discard(folder);
}

std::unique_ptr<Storage> PostgresDriver::watch_storage(Storage::Hooks hooks) const {
  engines::Supervisor& supervisor = machine_.supervisor;
  StorageWatch::Machine machine;
  machine.disk_space = [folder = state_folder_] { return engines::disk_space(folder); };
  machine.hidden_bytes = [&supervisor](const std::string& id) -> std::uint64_t {
    const std::optional<pid_t> pid = supervisor.running(id);
    const Result<engines::EngineUser> user = supervisor.user_of(id);
    if (!pid || !user.ok()) return 0;
    return engines::deleted_bytes(engines::processes_of(*pid, user->own ? std::optional(user->uid) : std::nullopt));
  };
  machine.set_read_only = [&supervisor](const engines::InstanceSpec& spec, bool read_only) -> Result<void> {
    if (engines::mysql::made_by(spec)) return engines::mysql::set_read_only(supervisor, spec, read_only, read_only_patience);
    return engines::postgres::set_read_only(supervisor, spec, read_only);
  };
  return std::make_unique<StorageWatch>(std::move(machine), std::move(hooks));
}

}  // namespace haar::fleet
