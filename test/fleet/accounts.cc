#include "accounts.h"

#include <fmt/format.h>

#include <set>

#include "model/organizations/CreateAccount.h"
#include "model/organizations/CreateOrganization.h"
#include "model/organizations/CreateOrganizationalUnit.h"
#include "model/organizations/DeleteOrganization.h"
#include "services/ec2/network/network.h"
#include "services/iam/account/account.h"
#include "services/organizations/joining.h"
#include "services/organizations/records.h"

namespace haar::fleet::sim {
namespace {

// Some are asked for twice: the second request fails.
constexpr std::uint64_t emails = 6;

}  // namespace

void Accounts::note(const std::string& call, const Result<void>& done) {
  life_.tell(fmt::format("{}: {}", call, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

void Accounts::call_something() {
  const std::uint64_t what = life_.chance.below(100);
  if (what < 30) create_organization();
  else if (what < 40) delete_organization();
  else if (what < 60) create_unit();
  else create_account();
}

void Accounts::create_organization() {
  const auto made = life_.world.call<organizations::ops::CreateOrganization>({});
  note("CreateOrganization", made.ok() ? Result<void>{} : made.error());
}

// What is left of it is swept up afterwards.
void Accounts::delete_organization() {
  const auto done = life_.world.call<organizations::ops::DeleteOrganization>({});
  note("DeleteOrganization", done.ok() ? Result<void>{} : done.error());
  if (!done.ok()) return;
  for (const auto& [id, email] : emails_) {
    if (iam::find_account_by_email(life_.world.reader(), email)) life_.violation("an organization with accounts was deleted");
  }
  emails_.clear();
}

void Accounts::create_unit() {
  organizations::CreateOrganizationalUnitRequest in;
  const store::Reader reader = life_.world.reader();
  const auto organization = reader.scan(organizations::organization_records, {}).first();
  in.ParentId = organization ? organization->record.root_id : "r-none";
  in.Name = fmt::format("unit {}", life_.chance.below(10));
  const auto made = life_.world.call<organizations::ops::CreateOrganizationalUnit>(in);
  note("CreateOrganizationalUnit", made.ok() ? Result<void>{} : made.error());
}

void Accounts::create_account() {
  organizations::CreateAccountRequest in;
  in.AccountName = "member";
  in.Email = fmt::format("member-{}@example.com", life_.chance.below(emails));
  const auto made = life_.world.call<organizations::ops::CreateAccount>(in);
  note("CreateAccount " + in.Email, made.ok() ? Result<void>{} : made.error());
  if (made.ok()) emails_[*made->CreateAccountStatus->Id] = in.Email;
}

// ---- what has to hold ----------------------------------------------------------------------------------

// One account an address, whatever was cut short; and a member is an account.
void Accounts::check_always() {
  const store::Reader reader = life_.world.reader();
  std::set<std::string> seen;
  for (const auto& [key, record] : reader.scan(iam::accounts, {})) {
    if (!seen.insert(record.email).second) life_.violation("two accounts have one address: " + record.email);
  }
  std::uint32_t members = 0;
  for (const auto& [key, member] : reader.scan(organizations::members, {})) {
    ++members;
    if (iam::find_account(reader, key.account()) == nullptr) life_.violation("a member is no account: " + key.text());
  }
  const auto organization = reader.scan(organizations::organization_records, {}).first();
  if (organization && organization->record.accounts != members)
    life_.violation(fmt::format("the organization counts {} accounts and has {}", organization->record.accounts, members));
}

void Accounts::check_rest() {
  const store::Reader reader = life_.world.reader();
  if (organizations::has_leftovers(reader)) life_.violation("something is left of an organization that is gone");
  std::map<std::string, organizations::AccountRequestRecord> requests;
  for (const auto& [key, request] : reader.scan(organizations::account_requests, {})) requests[request.id] = request;
  for (const auto& [id, email] : emails_) {
    const auto found = requests.find(id);
    if (found == requests.end()) {
      life_.violation("a request is gone: " + id);
      continue;
    }
    const organizations::AccountRequestRecord& request = found->second;
    const std::optional<AccountId> made = iam::find_account_by_email(reader, email);
    if (request.state == "SUCCEEDED") {
      if (!made || made->value != request.account_id) life_.violation("a request succeeded, and there is no account: " + email);
      else if (ec2::lacks_default_networks(reader, *made)) life_.violation("an account lacks networks: " + email);
    } else if (request.state != "FAILED") {
      life_.violation("a request is in progress for ever: " + email);
    } else if (request.failure_reason != "EMAIL_ALREADY_EXISTS" || !made) {
      life_.violation("a request failed for no reason: " + request.failure_reason);
    }
  }
}

}  // namespace haar::fleet::sim
