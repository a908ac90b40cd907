#include "main/reach/why_refused_command.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "main/operator.h"

namespace haar::main {
namespace {

namespace json = boost::json;

constexpr int admitted = 0, refused = 1, unanswered = 2;

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

bool is_true(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Result<json::object> ask(const std::string& data, const WhyRefusedChoices& choices) {
  json::object arguments{{"from", choices.from}, {"to", choices.to}, {"account", choices.account}, {"region", choices.region}};
  if (choices.source_port != 0) arguments["source_port"] = choices.source_port;
  return ask_operator(TRY(choose_operator_socket(data)), "why_refused", std::move(arguments));
}

void show(const json::object& answer, const Terminal& terminal) {
  terminal.out << fmt::format("{} (port {}) to {} ({}:{}): {}\n", text(answer, "client"), text(answer, "client_port"),
                              text(answer, "endpoint"), text(answer, "address"), text(answer, "port"),
                              is_true(answer, "admitted") ? "admitted" : "refused");
  for (const json::value& rule : answer.at("rules").as_array()) terminal.out << "  by " << rule.as_string().c_str() << "\n";
  for (const json::value& one : answer.at("refusals").as_array()) {
    const json::object& refusal = one.as_object();
    terminal.out << "  " << text(refusal, "words") << "\n";
    if (!text(refusal, "mend").empty()) terminal.out << "    " << text(refusal, "mend") << "\n";
  }
  if (!is_true(answer, "running")) terminal.out << "  No engine runs behind the endpoint now: nobody is connected.\n";
}

}  // namespace

int why_refused(const std::string& data, const WhyRefusedChoices& choices, const Terminal& terminal) {
  const Result<json::object> answer = ask(data, choices);
  if (!answer.ok()) {
    terminal.err << "haar: " << answer.error().message << "\n";
    return unanswered;
  }
  if (choices.json) terminal.out << json::serialize(*answer) << "\n";
  else show(*answer, terminal);
  return is_true(*answer, "admitted") ? admitted : refused;
}

}  // namespace haar::main
