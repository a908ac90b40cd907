// The AWS CLI that a person uses haar with: one on the path that knows endpoints of profiles, or one that a
// set-up installs into the data folder.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "main/setup/setup_narrator.h"

namespace haar::main {

struct AwsCli {
  std::string program;  // a path
  std::array<int, 3> version{};
  [[nodiscard]] std::string version_text() const;
};

// Of "aws-cli/2.15.30 Python/3.11.8 …".
std::optional<std::array<int, 3>> parse_cli_version(std::string_view output);
// Since 2.13 and 1.29 the CLI reads `services` sections.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
bool reads_services_sections(const std::array<int, 3>& version);

// Version 1 sends `aws rds` of us-east-1 to https://rds.amazonaws.com, whatever profile and environment say.
// https://github.com/aws/aws-cli/pull/7203
bool sends_rds_elsewhere(const std::array<int, 3>& version, std::string_view region);

// The first `aws` on the path, if there is one that runs.
std::optional<AwsCli> find_cli_on_path();
// <data>/aws-cli/bin/aws, if it was installed.
std::optional<AwsCli> find_installed_cli(const std::string& data);
// python3 -m venv and pip install awscli, in <data>/aws-cli. Takes half a minute and needs the network.
Result<AwsCli> install_cli(const std::string& data, Narrator& say);

}  // namespace haar::main
