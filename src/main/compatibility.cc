#include "main/compatibility.h"

#include <fmt/format.h>

#include <vector>

#include "main/guide_steps.h"

namespace haar::main {
namespace {

struct Split {
  std::vector<std::string> built, missing;
  std::vector<const api::Row*> rows;  // of what is built
};

Split split(const api::Registry& registry, const wire::Service& service) {
  Split out;
  for (const wire::Operation& operation : service.operations) {
    const api::Row* row = registry.find(operation);
    (row != nullptr ? out.built : out.missing).emplace_back(operation.name);
    if (row != nullptr) out.rows.push_back(row);
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// One line for each operation that refuses members of its input, or takes some that change nothing.
std::string exceptions_of(const api::Row& row) {
  std::vector<std::string> refused, idle;
  for (const wire::Member* member : row.refused) refused.emplace_back(member->name);
  for (const api::WithoutEffect& one : row.without_effect) idle.push_back(fmt::format("{} ({})", one.member, one.reason));
  if (refused.empty() && idle.empty()) return "";
  std::string line = fmt::format("- {}:", row.model->name);
  if (!refused.empty()) line += fmt::format(" refuses {}{}", joined(refused), idle.empty() ? "" : ";");
  if (!idle.empty()) line += fmt::format(" takes without effect {}", joined(idle));
  return line + "\n";
}

}  // namespace

std::string compatibility_page(const api::Registry& registry) {
  std::string page =
      "# Compatibility\n\n"
      "Written by the program's own rows (`HAAR_UPDATE_DOCS=1 build/main_test --gtest_filter='Compatibility*'`), and "
      "tested to be up to date.\nAn operation that is not built answers `NotImplemented` (501) and names itself, and so "
      "does a parameter of a built operation that haar does not act on.\nNothing is accepted and ignored.\n\n"
      "| service | API version | built | of the model |\n|---|---|---|---|\n";
  for (const wire::Service* service : registry.services()) {
    page += fmt::format("| {} | {} | {} | {} |\n", service->name, service->api_version,
                        split(registry, *service).built.size(), service->operations.size());
  }
  for (const wire::Service* service : registry.services()) {
    const Split operations = split(registry, *service);
    page += fmt::format("\n## {}\n\n{}\n", service->name, joined(operations.built));
    std::string exceptions;
    for (const api::Row* row : operations.rows) exceptions += exceptions_of(*row);
    if (!exceptions.empty()) page += "\nParameters: all of the model's, but\n\n" + exceptions;
    // A list of hundreds helps nobody.
    constexpr std::size_t listed_max = 200;
    if (!operations.missing.empty() && operations.missing.size() <= listed_max)
      page += fmt::format("\nNot built: {}\n", joined(operations.missing));
    else if (!operations.missing.empty())
      page += fmt::format("\nNot built: the other {} operations of the model.\n", operations.missing.size());
  }
  page +=
      "\n## Steps of the set-up guides without an API\n\nWhat AWS's guides ask of a person in a browser, and the test that does "
      "it.\n\n| step | what | test |\n|---|---|---|\n";
  for (const GuideStep& step : guide_steps())
    page += fmt::format("| {} | {} | `{}::{}` |\n", step.step, step.what, step.file, step.test);
  return page;
}

}  // namespace haar::main
