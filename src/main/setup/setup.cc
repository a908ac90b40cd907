#include "main/setup/setup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <iostream>
#include <optional>

#include "base/file.h"
#include "main/operator.h"
#include "main/setup/profile.h"
#include "main/setup/setup_cli.h"
#include "main/setup/setup_client.h"
#include "main/setup/setup_narrator.h"
#include "main/setup/setup_resources.h"
#include "model/sts/GetCallerIdentity.h"

namespace haar::main {
namespace {

namespace json = boost::json;

constexpr int steps = 7;
constexpr const char* administrator = "Administrator";
// The root user's address: nothing is ever sent there.
constexpr const char* root_email = "root@haar.localhost";

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// How a person calls this program: the bare name where the path leads here.
std::string own_command() {
  std::error_code failure;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? "haar" : shell_word(self.string());
}

class Setup {
 public:
  Setup(const SetupOptions& options, std::string socket, json::object status, Narrator& say)
      : options_(options), socket_(std::move(socket)), endpoint_(text(status, "endpoint")), data_(text(status, "data")),
        region_(text(status, "region")), say_(say) {
    const json::value* accounts = status.if_contains("accounts");
    if (accounts != nullptr && accounts->is_array()) accounts_ = accounts->get_array();
  }

  Result<void> run();

 private:
  Result<void> look_at_profile();
  Result<void> ensure_account();
  Result<void> ensure_administrator();
  Result<void> ensure_profile();
  AwsClient client(const ProfileKey& key) const { return {endpoint_, region_, key}; }
  Error keys_are_lost(const Error& error) const;
  void ensure_cli();
  void summary(const DemoDatabase& database, const DemoCache& cache) const;

  const SetupOptions& options_;
  const std::string socket_, endpoint_, data_, region_;
  Narrator& say_;
  json::array accounts_;
  std::string account_;
  std::optional<ProfileKey> key_;    // that works
  bool key_is_new_ = false;
  bool profile_was_lost_ = false;    // there is a key in the file, and haar does not know it
  std::string aws_ = "aws";          // what to type
};

// The key in the profile of an earlier run says whose set-up this is, if it still works.
Result<void> Setup::look_at_profile() {
  const auto stored = read_profile_key(data_);
  if (!stored) return {};
  const auto who = client(*stored).call<sts::ops::GetCallerIdentity>({});
  if (who.ok()) {
    key_ = stored;
    account_ = who->Account.value_or("");
    return {};
  }
  if (who.error().code != "InvalidClientTokenId" && who.error().code != "SignatureDoesNotMatch") return who.error();
  profile_was_lost_ = true;
  return {};
}

Result<void> Setup::ensure_account() {
  say_.step("An account", "Getting set up with IAM: \"Sign up for an AWS account\"");
  if (account_.empty() && !accounts_.empty() && accounts_.front().is_object())
    account_ = text(accounts_.front().get_object(), "id");
  if (!account_.empty()) {
    say_.found("account " + account_);
    if (accounts_.size() > 1) say_.note(fmt::format("there are {} accounts; this set-up is for {}", accounts_.size(), account_));
    return {};
  }
  const auto made = TRY(ask_operator(socket_, "create_account", {{"name", "haar"}, {"email", root_email}}));
  account_ = text(made, "id");
  say_.made(fmt::format("account {}, with a default VPC in every region", account_));
  return {};
}

Result<void> Setup::ensure_administrator() {
  say_.step("An administrator", "AWS CLI, Prerequisites: \"Step 2: Create an IAM user account\"");
  if (key_) {
    say_.found("the profile's access key works");
    return {};
  }
  const auto made = TRY(ask_operator(socket_, "create_administrator", {{"account", account_}, {"user", administrator}}));
  const std::string what = fmt::format("user {} in group Administrators, with AdministratorAccess", administrator);
  if (text(made, "access_key_id").empty()) {
    say_.found(what);
    return {};
  }
  say_.made(what);
  key_ = ProfileKey{text(made, "access_key_id"), text(made, "secret_access_key")};
  key_is_new_ = true;
  return {};
}

Error Setup::keys_are_lost(const Error& error) const {
  return Error{error.code,
               fmt::format("{}\nTheir secrets cannot be shown again. If you have one of them, write it into {}:\n"
                           "  [haar]\n  aws_access_key_id = …\n  aws_secret_access_key = …\n"
                           "If not, let one be replaced:  {} setup --defaults --data {} --replace-key AKIA…",
                           error.message, profile_credentials_file(data_), own_command(), shell_word(data_))};
}

Result<void> Setup::ensure_profile() {
  say_.step("An access key and a profile", "AWS CLI, Prerequisites: \"Step 3: Create an access key ID and secret access key\"");
  if (!key_) {
    // The administrator is older than the profile: a run was interrupted, or the file is gone.
    const auto made = ask_operator(socket_, "create_access_key",
                                   {{"account", account_}, {"user", administrator}, {"replace", options_.replace_key}});
    if (!made.ok()) return made.error().code == "LimitExceeded" ? keys_are_lost(made.error()) : made.error();
    key_ = ProfileKey{text(*made, "access_key_id"), text(*made, "secret_access_key")};
    key_is_new_ = true;
    say_.note(fmt::format("{}; another one was made, older ones stay valid",
                          profile_was_lost_ ? "the profile's access key does not work any more"
                                            : "the file with the administrator's access key is not there"));
  }
  if (key_is_new_) {
    TRY(write_profile_key(data_, *key_));
    say_.made(fmt::format("access key {}, kept in {}", key_->id, profile_credentials_file(data_)));
  } else {
    say_.found(fmt::format("access key {} in {}", key_->id, profile_credentials_file(data_)));
  }
  const bool written = TRY(write_profile_config(data_, endpoint_, region_));
  const std::string profile = fmt::format("profile haar in {}", profile_config_file(data_));
  if (written) {
    say_.made(profile);
  } else {
    say_.found(profile);
  }
  const AwsClient aws = client(*key_);
  const auto who = TRY(aws.call<sts::ops::GetCallerIdentity>({}));
  say_.note("signed in as " + who.Arn.value_or(""));
  return {};
}

// Nothing later needs the CLI, so its absence ends nothing.
void Setup::ensure_cli() {
  say_.step("The AWS CLI", "ElastiCache, Setting up: \"Downloading and Configuring the AWS CLI\"");
  const auto warn = [&](const AwsCli& cli) {
    if (!sends_rds_elsewhere(cli.version, region_)) return;
    say_.note("version 1 sends  aws rds  in us-east-1 to AWS itself, whatever the profile says: write");
    say_.note(fmt::format("aws --endpoint-url {} rds …  or use version 2, or another region", endpoint_));
  };
  const auto on_path = find_cli_on_path();
  if (on_path && reads_services_sections(on_path->version)) {
    say_.found(fmt::format("{} {}", on_path->program, on_path->version_text()));
    return warn(*on_path);
  }
  if (on_path) say_.note(fmt::format("{} is {}; profiles need 2.13 or 1.29", on_path->program, on_path->version_text()));
  auto installed = find_installed_cli(data_);
  if (installed) {
    say_.found(fmt::format("{} {}", installed->program, installed->version_text()));
  } else if (options_.install_cli) {
    const auto made = install_cli(data_, say_);
    if (made.ok()) {
      installed = *made;
      say_.made(fmt::format("{} {}", made->program, made->version_text()));
    } else {
      say_.note("it could not be installed: " + made.error().message);
    }
  }
  if (installed) {
    aws_ = shell_word(installed->program);
    return warn(*installed);
  }
  say_.note(fmt::format("no AWS CLI is here that can use the profile; this puts one into {}/aws-cli:", data_));
  say_.note(fmt::format("{} setup --defaults --install-cli --data {}", own_command(), shell_word(data_)));
}

void Setup::summary(const DemoDatabase& database, const DemoCache& cache) const {
  std::ostream& out = say_.out();
  out << "\nReady. To paste into a shell:\n\n  " << profile_export_line(data_) << "\n  " << aws_
      << " sts get-caller-identity\n";
  if (database.password.empty()) {
    out << fmt::format("\nThe database's password is lost. For a new database, delete this one and run setup again:\n"
                       "  {0} rds delete-db-instance --db-instance-identifier haar-demo-1 --skip-final-snapshot\n"
                       "  {0} rds wait db-instance-deleted --db-instance-identifier haar-demo-1\n"
                       "  {0} rds delete-db-cluster --db-cluster-identifier haar-demo --skip-final-snapshot\n\n",
                       aws_);
  } else {
    out << fmt::format("  PGPASSFILE={} psql -h {} -p {} -U {} -d {}\n", shell_word(demo_password_file(data_)),
                       database.address, database.port, database.user, database.database);
  }
  out << fmt::format("  redis-cli -h {} -p {}\n\n", cache.address, cache.port) << std::flush;
}

Result<void> Setup::run() {
  TRY(make_folders(data_ + "/aws", 0700));
  TRY(write_file_durably(unfinished_setup_file(data_), "", 0600));
  TRY(look_at_profile());
  TRY(ensure_account());
  TRY(ensure_administrator());
  TRY(ensure_profile());
  const AwsClient aws = client(*key_);
  say_.step("A security group that admits this machine",
            "Setting up for Amazon Aurora: \"Provide access to the DB cluster in the VPC by creating a security group\"");
  const std::string group = TRY(ensure_security_group(aws, say_));
  say_.step("A database",
            "Setting up for Amazon Aurora: \"Determine requirements\"; then \"Creating an Amazon Aurora DB cluster\"");
  const DemoDatabase database = TRY(ensure_database(aws, say_, group, data_));
  say_.step("A cache", "ElastiCache, Setting up: \"Set up your permissions\"; then \"Create a cluster\"");
  const DemoCache cache = TRY(ensure_cache(aws, say_, group));
  ensure_cli();
  if (::unlink(unfinished_setup_file(data_).c_str()) != 0) return system_error("cannot remove", unfinished_setup_file(data_));
  summary(database, cache);
  return {};
}

int fail(std::string_view message) {
  std::cerr << "haar: " << message << "\n";
  return 1;
}

constexpr const char* plan =
    "haar setup --defaults makes, in the haar that runs here, what AWS's set-up guides begin with:\n"
    "  an account, an administrator, an access key in a profile of its own (your own AWS files are not touched),\n"
    "  a security group that admits this machine, a PostgreSQL cluster and a Redis cache.\n"
    "What is there already is kept. Nothing was done now: run it with --defaults.\n";

}  // namespace

std::string unfinished_setup_file(const std::string& data) { return data + "/aws/unfinished"; }

int setup(const SetupOptions& options) {
  if (!options.defaults) {
    std::cerr << plan;
    return 2;
  }
  const auto socket = choose_operator_socket(options.data);
  if (!socket.ok()) return fail(socket.error().message);
  const auto status = ask_operator(*socket, "status");
  if (!status.ok() && status.error().code == "NotRunning") {
    return fail(fmt::format("no haar is running here (nobody listens on {}).\nStart one with  {} serve  "
                            "-- or choose another with --data FOLDER.",
                            *socket, own_command()));
  }
  if (!status.ok()) return fail(status.error().message);
  Narrator say(std::cout, steps);
  std::cout << fmt::format("Setting up the haar at {}; its data is in {}\n\n", text(*status, "endpoint"),
                           text(*status, "data"));
  const Result<void> done = Setup(options, *socket, *status, say).run();
  if (done.ok()) return 0;
  std::cerr << "\nSet-up stopped here: " << done.error().message;
  if (!done.error().message.ends_with("\n")) std::cerr << "\n";
  std::cerr << "What was made stays. When this is mended, the same command goes on from here.\n";
  return 1;
}

}  // namespace haar::main
