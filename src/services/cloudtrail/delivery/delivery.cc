#include "services/cloudtrail/delivery/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/kit/organization.h"
#include "auth/keyring.h"
#include "auth/sha256.h"
#include "events/arrivals.h"
#include "events/render.h"
#include "fleet/timers.h"
#include "services/cloudtrail/delivery/digest_key.h"
#include "services/cloudtrail/delivery/trail_kind.h"
#include "services/cloudtrail/delivery/trail_plan.h"
#include "services/cloudtrail/selectors.h"
#include "services/organizations/records.h"

namespace haar::cloudtrail {
namespace {

constexpr std::int64_t key_valid_seconds = 365LL * 24 * 3600;
constexpr std::size_t erased_at_once_max = 100;  // a transaction takes 128 writes
constexpr int forget_steps_max = 1'000;
constexpr std::string_view signature_algorithm = "SHA256withRSA";

std::string key_binding(const AccountId& account, std::string_view region, std::string_view fingerprint) {
  return fmt::format("cloudtrail/signing-key/{}/{}/{}", account.value, region, fingerprint);
}

}  // namespace

// Events of one file, as they are gathered.
class Delivery::File {
 public:
  void add(const events::EventRecord& event) {
    text_ += events_ == 0 ? "{\"Records\":[" : ",";
    text_ += events::to_cloudtrail_json(event);
    oldest_ = events_ == 0 ? event.time : std::min(oldest_, event.time);
    newest_ = std::max(newest_, event.time);
    ++events_;
  }
  [[nodiscard]] bool empty() const { return events_ == 0; }
  [[nodiscard]] bool full(const FileLimits& limits) const {
    return events_ >= limits.events_max || text_.size() >= limits.bytes_max;
  }
  [[nodiscard]] std::string text() const { return text_ + "]}"; }
  [[nodiscard]] Timestamp oldest() const { return oldest_; }
  [[nodiscard]] Timestamp newest() const { return newest_; }

 private:
  std::string text_;
  std::size_t events_ = 0;
  Timestamp oldest_{}, newest_{};
};

Buckets& Delivery::buckets() const {
  static const std::unique_ptr<Buckets> none = no_buckets();
  Buckets* found = host_.env.find_part<Buckets>();
  return found == nullptr ? *none : *found;
}

Result<void> Delivery::transact(const std::function<void(store::Txn&)>& work) {
  const auto all = [&](store::Txn& txn) {
    work(txn);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  };
  if (host_.db.submit_and_wait(all) == store::Outcome::committed) return {};
  return Error{"ServiceUnavailable", "the store cannot take a write now", 503, Fault::receiver};
}

Result<Delivery::Job> Delivery::read_job(const store::Key& key) const {
  const store::Reader reader(host_.db.snapshot());
  const TrailRecord* trail = reader.get(trails, key);
  if (trail == nullptr) return Error{"TrailNotFound", "the trail is gone", 404};
  Job job{key, store::key_of(key.account(), key.region(), trail->id), *trail, {}, ""};
  if (const TrailStateRecord* state = reader.get(trail_states, job.state_key)) job.state = *state;
  if (trail->organization && host_.env.organizations != nullptr) {
    if (const auto membership = host_.env.organizations->find(reader, key.account()))
      job.organization = membership->organization_id;
  }
  return job;
}

// The state is of the trail as long as that is there.
Result<void> Delivery::change_state(const Job& job, const std::function<void(TrailStateRecord&)>& change) {
  return transact([&](store::Txn& txn) {
    const TrailRecord* trail = txn.get(trails, job.trail_key);
    if (trail == nullptr || trail->id != job.trail.id) return;
    const TrailStateRecord* found = txn.get(trail_states, job.state_key);
    TrailStateRecord state = found == nullptr ? TrailStateRecord{} : *found;
    state.name = trail->name;
    change(state);
    if (const std::optional<Timestamp> look = next_look(*trail, state))
      fleet::set_timer(txn, *look, TrailKind::kind_name, job.trail_key);
    txn.put(trail_states, job.state_key, std::move(state));
  });
}

Result<void> Delivery::begin(const store::Key& key) {
  const Job job = TRY(read_job(key));
  const Timestamp now = host_.env.clock.now();
  return change_state(job, [&](TrailStateRecord& state) {
    state.position = std::max(state.position, job.trail.first_sequence);
    state.next_delivery = now.plus_seconds(delivery_seconds);
  });
}

// Accounts of the trail in the Regions that it is for; its own home always.
Result<std::vector<events::Shelf>> Delivery::sources(const Job& job) const {
  const AccountId own = job.trail_key.account();
  const std::string home(job.trail_key.region());
  std::set<std::string> accounts{own.value};
  if (!job.organization.empty()) {
    const store::Reader reader(host_.db.snapshot());
    for (const auto& [key, member] : reader.scan(organizations::members, {})) {
      if (member.organization_id == job.organization) accounts.insert(key.account().value);
    }
  }
  std::vector<events::Shelf> out{{own.value, home}};
  for (const std::string& account : accounts) {
    for (events::Shelf& shelf : TRY(events::shelves(host_.db, account))) {
      const bool known = shelf.account == own.value && shelf.region == home;
      if (!known && (job.trail.multi_region || shelf.region == home)) out.push_back(std::move(shelf));
    }
  }
  return out;
}

FileOrigin Delivery::origin_of(const Job& job, const events::Shelf& from) const {
  return {job.trail.prefix, job.organization, from.account, from.region, job.trail.name, std::string(job.trail_key.region())};
}

// How far this delivery goes. One that was begun goes on as it was.
Result<void> Delivery::cut(Job& job) {
  if (job.state.cut != 0) return {};
  job.state.cut_at = host_.env.clock.now();
  job.state.cut = events::settle(host_.log);
  return change_state(job, [&](TrailStateRecord& state) {
    state.cut = job.state.cut;
    state.cut_at = state.attempted_at = job.state.cut_at;
  });
}

Result<void> Delivery::deliver(const store::Key& key) {
  Job job = TRY(read_job(key));
  TRY(cut(job));
  std::size_t files = 0;
  for (const events::Shelf& shelf : TRY(sources(job))) TRY(deliver_shelf(job, shelf, files));
  const Timestamp now = host_.env.clock.now();
  return change_state(job, [&](TrailStateRecord& state) {
    state.position = job.state.cut;
    state.through = job.state.cut_at;
    state.cut = 0;
    state.next_delivery = now.plus_seconds(delivery_seconds);
    if (files > 0) state.delivered_at = now;
    state.delivery_error.clear();
    state.failures = 0;
  });
}

Result<void> Delivery::deliver_shelf(const Job& job, const events::Shelf& shelf, std::size_t& files) {
  File file;
  std::size_t part = 0;
  const auto gather = [&](const events::ArrivedBlock& block) -> Result<void> {
    for (const std::string_view bytes : block.events) {
      const Result<events::EventRecord> event = events::read_event(bytes);
      if (!event.ok() || !selects(job.trail, *event)) continue;
      file.add(*event);
      if (file.full(limits_)) TRY(put_file(job, shelf, file, part));
    }
    return {};
  };
  TRY(events::for_each_arrival(host_.db, shelf, job.state.position, job.state.cut, gather));
  if (!file.empty()) TRY(put_file(job, shelf, file, part));
  files += part;
  return {};
}

// `part`: of the delivery's files of this account and Region.
Result<void> Delivery::put_file(const Job& job, const events::Shelf& shelf, File& file, std::size_t& part) {
  const std::string unique =
      unique_part(fmt::format("{}/{}/{}/{}/{}", job.trail.id, shelf.account, shelf.region, job.state.cut, part++));
  const std::string text = file.text(), object = log_file_name(origin_of(job, shelf), job.state.cut_at, unique);
  TRY(buckets().put(job.trail.bucket, object, gzip(text), {}));
  if (job.trail.validation) {
    const store::Key key = store::key_of(job.trail_key.account(), job.trail_key.region(), job.trail.id, shelf.account,
                                         shelf.region, object);
    const DeliveredRecord record{job.trail.bucket, object, auth::sha256_hex(text), file.oldest(), file.newest(),
                                 job.state.cut_at};
    TRY(transact([&](store::Txn& txn) { txn.put(delivered_files, key, DeliveredRecord(record)); }));
  }
  file = {};
  return {};
}

// ---- digests -------------------------------------------------------------------------------------------------

Result<void> Delivery::digest(const store::Key& key) {
  const Job job = TRY(read_job(key));
  const DigestSpan span = next_digest(job.trail, job.state, host_.env.clock.now());
  for (const events::Shelf& shelf : TRY(sources(job))) TRY(digest_shelf(job, shelf, span.start, span.end));
  const Timestamp now = host_.env.clock.now();
  return change_state(job, [&](TrailStateRecord& state) {
    state.digest_end = span.end;
    state.digest_at = now;
    state.digest_error.clear();
    state.failures = 0;
  });
}

Result<void> Delivery::digest_shelf(const Job& job, const events::Shelf& shelf, Timestamp start, Timestamp end) {
  const AccountId own = job.trail_key.account();
  const SigningKeyRecord signer = TRY(signing_key(own, shelf.region, start, end));
  const store::Reader reader(host_.db.snapshot());
  const store::Key place = store::key_of(own, job.trail_key.region(), job.trail.id, shelf.account, shelf.region);
  Digest digest;
  digest.account = shelf.account;
  digest.start = start;
  digest.end = end;
  digest.bucket = job.trail.bucket;
  digest.object = digest_file_name(origin_of(job, shelf), end);
  digest.fingerprint = signer.fingerprint;
  const ChainRecord* before = reader.get(digest_chains, place);
  if (before != nullptr && before->end > job.trail.validates_since && before->object != digest.object) {
    digest.previous_bucket = before->bucket;
    digest.previous_object = before->object;
    digest.previous_sha256 = before->sha256;
    digest.previous_signature = before->signature;
  }
  std::vector<store::Key> digested;
  const store::Key files = store::prefix_of(own, job.trail_key.region(), job.trail.id, shelf.account, shelf.region);
  for (const auto& [key, file] : reader.scan(delivered_files, files)) {
    if (file.delivered_at >= end) continue;
    digest.files.push_back({file.bucket, file.object, file.sha256, file.oldest, file.newest});
    digested.push_back(key);
  }
  const std::string text = digest_json(digest), sha256 = auth::sha256_hex(text);
  const std::string secret =
      TRY(host_.env.keyring.open(signer.sealed_key, key_binding(own, shelf.region, signer.fingerprint)));
  const std::string signature = TRY(sign_digest(secret, string_to_sign(digest, sha256)));
  TRY(buckets().put(digest.bucket, digest.object, gzip(text),
                    {{"signature", signature}, {"signature-algorithm", std::string(signature_algorithm)}}));
  // A file that is erased too late is named by two digests: that does no harm.
  for (std::size_t at = 0; at == 0 || at < digested.size(); at += erased_at_once_max) {
    TRY(transact([&](store::Txn& txn) {
      txn.put(digest_chains, place, ChainRecord{digest.bucket, digest.object, sha256, signature, end});
      const std::size_t end_of_step = std::min(at + erased_at_once_max, digested.size());
      for (std::size_t i = at; i < end_of_step; ++i) txn.erase(delivered_files, digested[i]);
    }));
  }
  return {};
}

// The key of the account and Region that signs what ends then; made where there is none.
Result<SigningKeyRecord> Delivery::signing_key(const AccountId& account, const std::string& region, Timestamp start,
                                               Timestamp end) {
  const auto find = [&](const store::Reader& reader) -> const SigningKeyRecord* {
    for (const auto& [key, record] : reader.scan(signing_keys, store::prefix_of(account, region))) {
      if (record.valid_from <= end && end < record.valid_until) return &record;
    }
    return nullptr;
  };
  const store::Reader reader(host_.db.snapshot());
  if (const SigningKeyRecord* found = find(reader)) return *found;
  const DigestKey made = TRY(make_digest_key());
  SigningKeyRecord record{made.fingerprint, made.public_der,
                          host_.env.keyring.seal(made.private_der, key_binding(account, region, made.fingerprint)), start,
                          start.plus_seconds(key_valid_seconds)};
  TRY(transact([&](store::Txn& txn) {
    txn.put(signing_keys, store::key_of(account, region, record.fingerprint), SigningKeyRecord(record));
  }));
  return record;
}

// ---- what is over --------------------------------------------------------------------------------------------

Result<void> Delivery::forget(const store::Key& key) {
  for (int step = 0; step < forget_steps_max; ++step) {
    bool left = false;
    TRY(transact([&](store::Txn& txn) {
      left = false;
      for (const store::Key& state : left_behind(txn, key)) {
        const std::string id = state.part(2);
        std::size_t erased = 0;
        const auto erase_all = [&](const auto& space) {
          std::vector<store::Key> keys;
          for (const auto& [found, record] : txn.scan(space, store::prefix_of(key.account(), key.region(), id))) {
            if (keys.size() + erased == erased_at_once_max) break;
            keys.push_back(found);
          }
          for (const store::Key& found : keys) txn.erase(space, found);
          erased += keys.size();
        };
        erase_all(delivered_files);
        erase_all(digest_chains);
        left = true;
        if (erased < erased_at_once_max) txn.erase(trail_states, state);
        break;
      }
    }));
    if (!left) return {};
  }
  return {};
}

}  // namespace haar::cloudtrail
