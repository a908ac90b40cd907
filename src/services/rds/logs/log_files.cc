// DescribeDBLogFiles and DownloadDBLogFilePortion: the log that the engine of an instance writes, cut at each full hour. Its
// text is the tenant's, statements with their secrets among it, as its own settings have them logged.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_LogAccess.html
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/row.h"
#include "engines/log_file.h"
#include "fleet/host.h"
#include "model/rds/DescribeDBLogFiles.h"
#include "model/rds/DownloadDBLogFilePortion.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/logs/portion.h"
#include "services/rds/more_operations.h"
#include "services/rds/names.h"
#include "services/rds/records.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

using api::Call;

// What was read before the handler runs, which waits for no disk: of the account's instances of this name, by their resource
// ids. There is one in a region, and the handler knows which region is asked.
struct ReadLog {
  std::vector<DescribeDBLogFilesDetails> files;
  std::optional<Portion> portion;
};
using ReadLogs = std::map<std::string, ReadLog>;

std::string file_name(std::string_view engine, const engines::LogPart& part) {
  return fmt::format("error/{}.log.{:%Y-%m-%d-%H%M}", is_mysql(engine) ? "mysql-error-running" : "postgresql",
                     fmt::gmtime(static_cast<std::time_t>(part.begun)));
}

// The parts of the instance's log: that of the volume on which its engine runs now.
std::vector<engines::LogPart> parts_of(const fleet::Host& host, const store::Reader& reader, const store::Key& key) {
  const std::string volume = instance_state_of(reader, key).volume;
  if (volume.empty()) return {};
  return engines::log_parts(fmt::format("{}/rds/{}/{}/{}/engine.log", host.state_folder, key.part(0), key.part(1), volume));
}

template <class Input>
ReadLog read_log(const fleet::Host& host, const store::Reader& reader, const store::Key& key, const InstanceRecord& instance,
                 const Input& in) {
  ReadLog out;
  const ClusterRecord* cluster = reader.get(clusters, store::key_of(key.account(), key.region(), instance.cluster_id));
  if (cluster == nullptr) return out;
  for (const engines::LogPart& part : parts_of(host, reader, key)) {
    DescribeDBLogFilesDetails& file = out.files.emplace_back();
    file.LogFileName = file_name(cluster->engine, part);
    file.LastWritten = part.written_millis;
    file.Size = static_cast<std::int64_t>(part.bytes);
    if constexpr (requires { in.LogFileName; }) {
      if (in.LogFileName != *file.LogFileName) continue;
      const Result<Portion> portion = portion_of(part, in.Marker, in.NumberOfLines);
      if (portion.ok()) out.portion = *portion;
    }
  }
  return out;
}

template <class Input>
ReadLogs read_logs(const api::Preparation& at, const Input& in) {
  ReadLogs out;
  const fleet::Host* host = at.env.find_part<fleet::Host>();
  if (host == nullptr) return out;
  const std::string id = identifier_of(in.DBInstanceIdentifier, "db");
  for (const auto& [key, instance] : at.state.scan(instances, store::prefix_of(at.caller.account))) {
    if (instance.id == id) out[instance.resource_id] = read_log(*host, at.state, key, instance, in);
  }
  return out;
}

Result<const ReadLog*> log_of(const Call& call, const std::string& given, const ReadLogs& read) {
  const std::string id = identifier_of(given, "db");
  const InstanceRecord* instance = call.txn.get(instances, call.key(id));
  const auto found = instance == nullptr ? read.end() : read.find(instance->resource_id);
  if (found == read.end()) return errors::DBInstanceNotFound(fmt::format("DBInstance {} not found.", id.substr(0, 255)));
  return &found->second;
}

// ---- DescribeDBLogFiles -----------------------------------------------------------------------------------

Result<ReadLogs> prepare_list(const api::Preparation& at, const DescribeDBLogFilesMessage& in) { return read_logs(at, in); }

Result<DescribeDBLogFilesResponse> describe_files(Call& call, const DescribeDBLogFilesMessage& in, const ReadLogs& read) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  const ReadLog* log = TRY(log_of(call, in.DBInstanceIdentifier, read));
  api::Page page = TRY(api::Page::open(
      call, page_rules,
      fmt::format("DescribeDBLogFiles {} {} {} {}", in.DBInstanceIdentifier, in.FilenameContains.value_or(""),
                  in.FileLastWritten.value_or(0), in.FileSize.value_or(0)),
      in.Marker, size));
  DescribeDBLogFilesResponse out;
  out.DescribeDBLogFiles.emplace();
  api::list_page(
      page, log->files, [](const DescribeDBLogFilesDetails& file) { return *file.LogFileName; },
      [&](const DescribeDBLogFilesDetails& file) {
        return (!in.FilenameContains || file.LogFileName->find(*in.FilenameContains) != std::string::npos) &&
               *file.LastWritten >= in.FileLastWritten.value_or(0) && (!in.FileSize || *file.Size > *in.FileSize);
      },
      [&](const DescribeDBLogFilesDetails& file) { out.DescribeDBLogFiles->push_back(file); });
  page.close(out);
  return out;
}

// ---- DownloadDBLogFilePortion -----------------------------------------------------------------------------

Result<ReadLogs> prepare_portion(const api::Preparation& at, const DownloadDBLogFilePortionMessage& in) {
  return read_logs(at, in);
}

Result<DownloadDBLogFilePortionDetails> download_portion(Call& call, const DownloadDBLogFilePortionMessage& in,
                                                         const ReadLogs& read) {
  if (in.Marker) TRY(offset_of(*in.Marker));
  const ReadLog* log = TRY(log_of(call, in.DBInstanceIdentifier, read));
  if (!log->portion) {
    return errors::DBLogFileNotFoundFault(
        fmt::format("DBLog File: {}, is not found on the DB instance", in.LogFileName.substr(0, 255)));
  }
  DownloadDBLogFilePortionDetails out;
  out.LogFileData = log->portion->text;
  out.Marker = marker_at(log->portion->end);
  out.AdditionalDataPending = log->portion->more;
  return out;
}

template <class Input>
void needs_instance(const Call& call, const Input& in, api::Requirements& needs) {
  need_instance(call, identifier_of(in.DBInstanceIdentifier, "db"), needs);
}

}  // namespace

const api::Operations& log_files_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBLogFiles>(describe_files, api::on(needs_instance<DescribeDBLogFilesMessage>), api::read_only,
          api::prepare(prepare_list),
          api::takes("DBInstanceIdentifier FilenameContains FileLastWritten FileSize Filters MaxRecords Marker")),
      api::op<ops::DownloadDBLogFilePortion>(download_portion, api::on(needs_instance<DownloadDBLogFilePortionMessage>),
          api::read_only, api::prepare(prepare_portion),
          api::takes("DBInstanceIdentifier LogFileName Marker NumberOfLines")),
  };
  return rows;
}

}  // namespace haar::rds
