// The credential report. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
//
// The facts are gathered before the transaction, from a published state: an account may have thousands of
// users, and the writer has others to serve. What is stored when GenerateCredentialReport answers STARTED is
// the whole report, so no caller ever meets one that is still being made.
#include <algorithm>

#include "model/iam/GenerateCredentialReport.h"
#include "model/iam/GetCredentialReport.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/login.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/operations.h"
#include "services/iam/principals/entities.h"
#include "services/iam/usage/report_records.h"
#include "store/record.h"

namespace haar::iam {
namespace {

// "You can generate a credential report as often as once every four hours."
constexpr std::int64_t good_for_seconds = 4 * 3600;
// Less than what a transaction may write: some 10,000 users.
constexpr std::size_t report_bytes_max = 1024 * 1024;
constexpr std::size_t columns_each = 2;  // of access keys and certificates

constexpr std::string_view header =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

// ---- gathering ----------------------------------------------------------------------------------

void gather_keys(const store::Reader& reader, const AccountId& account, const std::string& owner_id, ReportedUser& user) {
  for (const auto& [place, key] : reader.find(access_keys, access_key_by_owner, owner_id)) {
    ReportedKey& seen = user.keys.emplace_back();
    seen.active = key.active;
    seen.created = key.created;
    if (const LastUsedRecord* used = reader.get(last_used, store::key_of(account, store::global, key.id))) {
      seen.used = used->time;
      seen.region = used->region;
      seen.service = used->service;
    }
  }
  std::ranges::stable_sort(user.keys, {}, &ReportedKey::created);
  for (const auto& [place, certificate] : reader.find(signing_certificates, signing_certificate_by_owner, owner_id))
    user.certificates.push_back({certificate.active, certificate.uploaded});
  std::ranges::stable_sort(user.certificates, {}, &ReportedCertificate::uploaded);
  user.mfa = has_mfa_device(reader, owner_id);
  user.password_used = password_last_used(reader, account, owner_id).value_or(Timestamp{});
}

ReportedUser gather_root(const store::Reader& reader, const AccountId& account) {
  ReportedUser root;
  if (const AccountRecord* record = reader.get(accounts, account_key(account))) {
    root.created = record->created;
    root.password = !record->root_password_hash.empty();
  }
  gather_keys(reader, account, account.value, root);
  return root;
}

CredentialReportRecord gather(const store::Reader& reader, const AccountId& account, Timestamp now) {
  CredentialReportRecord report;
  report.generated = now;
  report.users.push_back(gather_root(reader, account));
  for (const auto& [place, record] : reader.scan(users, store::prefix_of(account, store::global))) {
    ReportedUser& user = report.users.emplace_back();
    user.name = record.name;
    user.path = record.path;
    user.created = record.created;
    const PasswordFacts password = password_facts(reader, account, record.unique_id);
    user.password = password.enabled;
    user.password_changed = password.changed;
    user.password_expires = password.expires.value_or(Timestamp{});
    gather_keys(reader, account, record.unique_id, user);
  }
  return report;
}

// ---- writing the CSV ----------------------------------------------------------------------------

std::string_view truth(bool yes) { return yes ? "true" : "false"; }

// "2026-11-20T09:12:40+00:00"; `otherwise` for a time that is not set.
std::string moment(Timestamp at, std::string_view otherwise) {
  if (at == Timestamp{}) return std::string(otherwise);
  std::string text = format_iso8601(at);
  text.pop_back();  // the Z
  return text + "+00:00";
}

// Names may hold commas, and paths quotes too: such a field is quoted (RFC 4180).
std::string field(std::string_view text) {
  if (text.find_first_of(",\"") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

// The root user's password has no policy: when it was changed and must be changed is "not_supported".
void write_password(std::string& out, const ReportedUser& user, bool is_root) {
  out += truth(user.password);
  out += ',';
  out += moment(user.password_used, user.password || is_root ? "no_information" : "N/A");
  if (is_root) {
    out += ",not_supported,not_supported,";
    return;
  }
  out += ',' + moment(user.password_changed, "N/A") + ',' + moment(user.password_expires, "N/A") + ',';
}

void write_keys(std::string& out, const ReportedUser& user) {
  static const ReportedKey no_key;
  for (std::size_t i = 0; i < columns_each; ++i) {
    const ReportedKey& key = i < user.keys.size() ? user.keys[i] : no_key;
    out += ',';
    out += truth(key.active);
    out += ',' + moment(key.created, "N/A") + ',' + moment(key.used, "N/A") + ',';
    out += key.used == Timestamp{} ? "N/A,N/A" : key.region + "," + key.service;
  }
  for (std::size_t i = 0; i < columns_each; ++i) {
    const bool has = i < user.certificates.size();
    out += ',';
    out += truth(has && user.certificates[i].active);
    out += ',' + moment(has ? user.certificates[i].uploaded : Timestamp{}, "N/A");
  }
}

std::string write_report(const Call& call, const CredentialReportRecord& report) {
  std::string out(header);
  for (const ReportedUser& user : report.users) {
    const bool is_root = &user == &report.users.front();
    const std::string arn = is_root ? root_arn(call.partition(), call.account())
                                    : entity_arn(call.partition(), call.account(), "user", user.path, user.name);
    out += '\n' + (is_root ? "<root_account>" : field(user.name)) + ',' + field(arn) + ',' + moment(user.created, "N/A") + ',';
    write_password(out, user, is_root);
    out += truth(user.mfa);
    write_keys(out, user);
  }
  return out;
}

// ---- operations ---------------------------------------------------------------------------------

bool is_good(const CredentialReportRecord* report, Timestamp now) {
  return report != nullptr && now < report->generated.plus_seconds(good_for_seconds);
}

struct Gathered {
  std::optional<CredentialReportRecord> report;  // absent: the one that is there is good
};

Result<Gathered> prepare_report(const api::Preparation& at, const wire::Empty&) {
  const AccountId& account = at.caller.account;
  const Timestamp now = at.env.clock.now();
  if (is_good(at.state.get(credential_reports, credential_report_key(account)), now)) return Gathered{};
  return Gathered{gather(at.state, account, now)};
}

Result<GenerateCredentialReportResponse> generate_credential_report(Call& call, const wire::Empty&,
                                                                    const Gathered& gathered) {
  const store::Key key = credential_report_key(call.account());
  const CredentialReportRecord* stored = call.txn.get(credential_reports, key);
  GenerateCredentialReportResponse out;
  if (is_good(stored, call.now())) {
    out.State = "COMPLETE";
    return out;
  }
  // It may have grown old, or been taken away, since it was looked at.
  CredentialReportRecord report =
      gathered.report ? *gathered.report : gather(call.txn, call.account(), call.now());
  if (store::encode(report).size() > report_bytes_max)
    return errors::LimitExceeded("The account has too many users for a credential report.");
  out.State = "STARTED";
  out.Description = "No report exists. Starting a new report generation task";
  call.txn.put(credential_reports, key, std::move(report));
  return out;
}

Result<GetCredentialReportResponse> get_credential_report(Call& call, const wire::Empty&) {
  const CredentialReportRecord* report = call.txn.get(credential_reports, credential_report_key(call.account()));
  if (report == nullptr)
    return errors::ReportNotPresent("No credential report exists. To generate one, use GenerateCredentialReport.");
  if (!is_good(report, call.now()))
    return errors::ReportExpired("The most recent credential report has expired. To generate a new credential report, "
                                 "use GenerateCredentialReport.");
  GetCredentialReportResponse out;
  out.Content = wire::Blob{write_report(call, *report)};
  out.ReportFormat = "text/csv";
  out.GeneratedTime = report->generated;
  return out;
}

// The reference calls it a read, and so does CloudTrail; it stores the report all the same.
bool always(const wire::Empty&) { return true; }

}  // namespace

const api::Operations credential_report_operations = {
    api::op<ops::GenerateCredentialReport>(generate_credential_report, api::any_resource, api::read_only,
                                           api::writes_when(always), api::prepare(prepare_report)),
    api::op<ops::GetCredentialReport>(get_credential_report, api::any_resource, api::read_only),
};

}  // namespace haar::iam
