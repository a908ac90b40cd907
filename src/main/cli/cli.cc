#include "main/cli/cli.h"

#include <CLI/CLI.hpp>
#include <optional>

#include "base/duration.h"
#include "main/analyze/analyze_command.h"
#include "main/connect/connect_command.h"
#include "main/decide/decide_command.h"
#include "main/names/hosts_command.h"
#include "main/reach/vpc_addresses_command.h"
#include "main/reach/why_refused_command.h"
#include "main/run/run_command.h"
#include "main/version.h"

namespace haar::main {
namespace {

constexpr int not_understood = 2;

constexpr const char* about = "haar: an AWS on your own machine.\n";

constexpr const char* first_steps =
    "\nTo begin:\n"
    "  haar serve                serve on http://127.0.0.1:4566, and https there; leave it running\n"
    "  haar setup --defaults     in another terminal: an account, a profile, a database, a cache\n"
    "\nEach command explains itself:  haar serve --help\n"
    "What a command talks to: --data FOLDER, else $HAAR_OPERATOR_SOCKET, else $HAAR_DATA, else the usual "
    "folder.\n";

void add_settings(CLI::App& serve, Given& given) {
  for (const Setting& setting : settings()) {
    const std::string name(setting.name);
    std::string help(setting.help);
    if (setting.reloadable) help += " [read again on SIGHUP]";
    if (setting.kind == SettingKind::flag) {
      serve.add_flag_function(
          "--" + name, [&given, name](std::int64_t) { given.emplace_back(name, "true"); }, help);
    } else {
      serve
          .add_option_function<std::string>(
              "--" + name, [&given, name](const std::string& value) { given.emplace_back(name, value); },
              help)
          ->type_name(std::string(setting.value_name));
    }
  }
}

struct Choices {
  Given given;
  SetupOptions setup;
  std::string data;
  EventChoices events;
  bool engines = false;
  bool check = false;
  bool json = false;
  bool path = false;
  std::string duration;
  DelegationChoices delegation;
  std::string questions;
  WhyRefusedChoices why_refused;
  std::string vpc_addresses;
  bool hosts = false;
  std::string hosts_file;
  RunChoices run;
  ConnectChoices connect;
};

// What `serve --check` prints: the settings that decide where haar is found.
int show(const Config& config, const Terminal& terminal) {
  terminal.out << "address  " << config.address << "\nport     " << config.port << "\ndata     "
               << config.data << "\n";
  return 0;
}

CLI::App* add_command(CLI::App& app, Choices& choices, const char* name, const char* help) {
  CLI::App* command = app.add_subcommand(name, help);
  command->add_option("--data", choices.data, "data folder of the haar to talk to")->type_name("FOLDER");
  return command;
}

void add_event_options(CLI::App& events, EventChoices& choices) {
  events.add_option("--limit", choices.limit, "how many, counted from the latest (default 50)")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 10'000));
  events.add_option("--since", choices.since, "not older: a time, or a duration ago such as 15m")->type_name("TIME");
  events.add_option("--until", choices.until, "not newer, likewise")->type_name("TIME");
  events.add_option("--account", choices.account, "of one account")->type_name("ID");
  events.add_option("--region", choices.region, "of one region")->type_name("NAME");
  for (const EventFilter& filter : event_filters) {
    events.add_option(std::string(filter.flag), choices.attributes[std::string(filter.attribute)], std::string(filter.help))
        ->type_name(std::string(filter.value));
  }
}

void add_reach_commands(CLI::App& app, Choices& choices) {
  WhyRefusedChoices& chosen = choices.why_refused;
  CLI::App* command =
      add_command(app, choices, "why-refused", "what keeps somebody from connecting to a database or cache");
  command->add_option("--from", chosen.from, "who: an address, an instance or an interface")
      ->type_name("ADDRESS|i-…|eni-…")
      ->required();
  command->add_option("--to", chosen.to, "whereto: a name as haar endpoints shows it, an id, or address:port")
      ->type_name("ENDPOINT")
      ->required();
  command->add_option("--source-port", chosen.source_port, "of the client, which network ACLs may look at (default 49152)")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 65535));
  command->add_option("--account", chosen.account, "of the endpoint, where several have that name")->type_name("ID");
  command->add_option("--region", chosen.region, "likewise")->type_name("NAME");
  command->add_flag("--json", chosen.json, "as one JSON object");
  add_command(app, choices, "vpc-addresses", "let addresses of VPCs be addresses of this machine (needs root)")
      ->add_option("what", choices.vpc_addresses, "on, off or status")
      ->type_name("on|off|status")
      ->required()
      ->check(CLI::IsMember({"on", "off", "status"}));
}

void add_instance_commands(CLI::App& app, Choices& choices) {
  CLI::App* run = add_command(app, choices, "run", "run a program whose connections come from an instance's address");
  run->add_option("--instance", choices.run.instance, "that the program acts as")->type_name("i-…")->required();
  run->add_option("--region", choices.run.region, "of the instance; needless, since ids are one of a kind")->type_name("NAME");
  run->add_option("--account", choices.run.account, "likewise")->type_name("ID");
  run->add_option("program", choices.run.program, "the program and its arguments, after --")->type_name("PROGRAM")->required();

  CLI::App* connect = add_command(app, choices, "connect", "let an instance connect to a DB cluster or a cache, by groups");
  connect->add_option("--instance", choices.connect.instance, "that is to connect")->type_name("i-…")->required();
  CLI::Option_group* target = connect->add_option_group("to");
  target->add_option("--cluster", choices.connect.cluster, "a DB cluster")->type_name("NAME");
  target->add_option("--cache", choices.connect.cache, "a cache cluster")->type_name("NAME");
  target->require_option(1);
  connect->add_option("--region", choices.connect.region, "of both; else $AWS_REGION, else haar's own")->type_name("NAME");
}

int run_chosen(const CLI::App& app, Choices& choices, const Programs& programs, const Terminal& terminal) {
  const auto chosen = [&](const char* name) { return app.got_subcommand(name); };
  if (chosen("serve")) {
    const auto config = load_config(choices.given);
    if (config.ok() && choices.check) return show(*config, terminal);
    if (config.ok()) return programs.serve(*config);
    terminal.err << "haar: " << config.error().message << "\n";
    return not_understood;
  }
  if (chosen("setup")) {
    choices.setup.data = choices.data;
    return programs.setup(choices.setup);
  }
  if (chosen("decide")) return decide(choices.questions, terminal);
  if (chosen("analyze")) return analyze(choices.questions, terminal);
  if (chosen("status")) return status(choices.data, choices.json, terminal);
  if (chosen("ca")) return authority(choices.data, choices.path, terminal);
  if (chosen("endpoints")) {
    const bool hosts = choices.hosts || !choices.hosts_file.empty();
    return hosts ? endpoint_hosts(choices.data, choices.hosts_file, terminal) : endpoints(choices.data, terminal);
  }
  if (chosen("events")) return events(choices.data, choices.events, terminal);
  if (chosen("console")) return console(choices.data, terminal);
  if (chosen("stop")) return stop(choices.data, choices.engines, terminal);
  if (chosen("reset")) return reset(choices.data, terminal);
  if (chosen("vpc-addresses")) return vpc_addresses(choices.data, choices.vpc_addresses, terminal);
  if (chosen("why-refused")) return why_refused(choices.data, choices.why_refused, terminal);
  if (chosen("run")) return run_as_instance(choices.data, choices.run, terminal);
  if (chosen("connect")) return connect_instance(choices.data, choices.connect, terminal);
  if (chosen("delegation-template")) return add_delegation_template(choices.data, choices.delegation, terminal);
  if (chosen("delegation-notices")) return delegation_notices(choices.data, choices.delegation, terminal);
  const auto seconds = parse_duration(choices.duration);
  if (seconds) return advance(choices.data, *seconds, terminal);
  terminal.err << "haar: \"" << choices.duration << "\" is no duration; write 90s, 15m, 24h or 30d\n";
  return not_understood;
}

void add_operator_commands(CLI::App& app, Choices& choices) {
  add_command(app, choices, "ca", "print the certificate of haar's CA, for clients of https (AWS_CA_BUNDLE)")
      ->add_flag("--path", choices.path, "only say in which file it is");
  add_command(app, choices, "console", "where the console is, and a link that opens the operator's mailbox and telephone once");
}

// Of policies alone: they need no running haar.
void add_policy_commands(CLI::App& app, Choices& choices) {
  app.add_subcommand("decide", "what AWS would decide on given policies; needs no running haar")
      ->add_option("file", choices.questions, "JSON Lines; the standard input if left out or -")->type_name("FILE");
  app.add_subcommand("analyze", "what policies allow, proved, for CI; needs no running haar")
      ->add_option("file", choices.questions, "JSON Lines; the standard input if left out or -")->type_name("FILE");
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const Programs& programs, const Terminal& terminal) {
  Choices choices;
  CLI::App app(about, "haar");
  app.set_version_flag("--version", std::string("haar ") + version, "print the version");
  app.footer(first_steps);
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);

  CLI::App* serve = app.add_subcommand("serve", "serve; runs until stopped");
  add_settings(*serve, choices.given);
  serve->add_flag("--check", choices.check, "only check these settings, say where haar would be, and end");
  CLI::App* setup = add_command(app, choices, "setup",
                                "make an account, a profile, a database and a cache in a running haar");
  setup->add_flag("--defaults", choices.setup.defaults, "ask nothing, take the usual answers");
  setup->add_flag("--install-cli", choices.setup.install_cli,
                  "put an AWS CLI into the data folder if none on the path is new enough");
  setup->add_option("--replace-key", choices.setup.replace_key,
                    "delete this access key of the administrator's, whose secret is lost, and make another")
      ->type_name("AKIA…");
  CLI::App* status = add_command(app, choices, "status", "what is running, and where");
  status->add_flag("--json", choices.json, "as one JSON object");
  add_operator_commands(app, choices);
  CLI::App* endpoints = add_command(app, choices, "endpoints", "addresses of databases and caches");
  endpoints->add_flag("--hosts", choices.hosts, "as lines of a hosts file");
  endpoints
      ->add_option("--write-hosts", choices.hosts_file, "bring haar's block of this hosts file up to date (/etc/hosts: as root)")
      ->type_name("FILE");
  add_event_options(*add_command(app, choices, "events", "what was done and by whom, as CloudTrail records"), choices.events);
  CLI::App* stop = add_command(app, choices, "stop", "stop the running haar");
  stop->add_flag("--engines", choices.engines, "and its databases and caches");
  add_command(app, choices, "reset", "throw everything away (needs haar serve --allow-reset)");
  CLI::App* advance =
      add_command(app, choices, "advance", "move time forward (needs haar serve --allow-reset)");
  advance->add_option("duration", choices.duration, "such as 90s, 15m, 24h, 30d")->required();

  CLI::App* delegation = add_command(app, choices, "delegation-template",
                                     "register a policy template that delegation requests may ask for");
  delegation->add_option("--account", choices.delegation.account, "of the product provider")->type_name("ID")->required();
  delegation->add_option("--arn", choices.delegation.arn, "of the template")->type_name("ARN")->required();
  delegation->add_option("--name", choices.delegation.name, "for people")->type_name("TEXT");
  delegation->add_option("file", choices.delegation.file, "the template: a policy document")->type_name("FILE")->required();
  add_command(app, choices, "delegation-notices", "what delegation requests would publish to the provider's topic")
      ->add_option("--account", choices.delegation.account, "of the product provider")->type_name("ID")->required();

  add_reach_commands(app, choices);
  add_instance_commands(app, choices);

  add_policy_commands(app, choices);

  for (CLI::App* command : app.get_subcommands({})) command->footer("");
  app.get_subcommand("decide")->footer(decide_help);
  app.get_subcommand("analyze")->footer(analyze_help);
  app.get_subcommand("why-refused")->footer(why_refused_help);
  app.get_subcommand("vpc-addresses")->footer(vpc_addresses_help);
  app.get_subcommand("run")->footer(run_help);
  app.get_subcommand("connect")->footer(connect_help);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e, terminal.out, terminal.err) == 0 ? 0 : not_understood;
  }
  if (app.get_subcommands().empty()) {
    terminal.out << app.help();
    return 0;
  }
  return run_chosen(app, choices, programs, terminal);
}

}  // namespace haar::main
