// CreateKeyPair, ImportKeyPair, DeleteKeyPair, DescribeKeyPairs.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html
#include "services/ec2/key_pairs/key_pairs.h"

#include <algorithm>

#include "api/kit/built_value.h"
#include "model/ec2/CreateKeyPair.h"
#include "model/ec2/DeleteKeyPair.h"
#include "model/ec2/DescribeKeyPairs.h"
#include "model/ec2/ImportKeyPair.h"
#include "model/ec2/service.h"
#include "services/ec2/key_pairs/key_material.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
constexpr std::size_t key_pairs_per_region_max = 5000;
constexpr std::size_t name_max = 255;

Result<void> check_name(const std::string& name) {
  const bool ascii = std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii && !name.empty() && name.size() <= name_max) return {};
  // AWS's constraint is "Up to 255 ASCII characters"; its words for what breaks it were not found.
  return errors::InvalidParameterValue("Invalid value '" + name + "' for keyPairNames. It should not be blank and should "
                                       "have up to 255 ASCII characters.");
}

// Name, tags and quota, which both ways of making one have.
Result<KeyPairRecord> new_key_pair(const Call& call, const std::string& name, const TagSpecifications& specifications) {
  TRY(check_name(name));
  KeyPairRecord record;
  record.tags = TRY(tags_to_create(specifications, key_pair_kind));
  if (find_key_pair(call, name) != nullptr) return errors::InvalidKeyPairDuplicate("The keypair already exists");
  if (call.txn.count(key_pairs, here(call)) >= key_pairs_per_region_max)
    return errors::ResourceLimitExceeded("The maximum number of key pairs has been reached.");
  record.id = new_id(call, key_pair_kind);
  record.name = name;
  record.created_at = call.now();
  return record;
}

// ---- CreateKeyPair -----------------------------------------------------------------------------------

// Making a key takes longer than a transaction may.
struct PreparedKey { MadeKey key; };

Result<PreparedKey> prepare_key(const api::Environment&, const CreateKeyPairRequest& in) {
  TRY(api::require_built_value("The key format", in.KeyFormat, "pem"));
  std::optional<MadeKey> key = make_key(in.KeyType.value_or(std::string(key_type::rsa)));
  if (!key) return Error{"InternalError", "The key could not be made.", 500, Fault::receiver};
  return PreparedKey{*std::move(key)};
}

Result<KeyPair> create_key_pair(Call& call, const CreateKeyPairRequest& in, const PreparedKey& prepared) {
  KeyPairRecord record = TRY(new_key_pair(call, in.KeyName, in.TagSpecifications));
  record.type = in.KeyType.value_or(std::string(key_type::rsa));
  record.fingerprint = prepared.key.fingerprint;
  record.public_key = prepared.key.public_text + " " + record.name;
  KeyPair out;
  out.KeyPairId = record.id;
  out.KeyName = record.name;
  out.KeyFingerprint = record.fingerprint;
  out.KeyMaterial = prepared.key.private_text;
  out.Tags = to_wire_if_any(record.tags);
  const store::Key key = call.key(record.id);
  call.txn.put(key_pairs, key, std::move(record));
  return out;
}

// Named as it will be: policies tell key pairs apart by their names.
template <class In>
void need_new_key_pair(const Call& call, const In& in, Requirements& needs, const std::optional<std::string>& type,
                       std::string_view operation) {
  api::Requirement& need = needs.need(call.arn("ec2", "key-pair/" + in.KeyName)).key("ec2:Region", call.region().value);
  need.request_tags = requested_tags(in.TagSpecifications);
  if (type) need.key("ec2:KeyPairType", *type);
  need_create_tags(call, needs, key_pair_kind, operation, in.TagSpecifications);
}

void needs_create_key_pair(const Call& call, const CreateKeyPairRequest& in, Requirements& needs) {
  need_new_key_pair(call, in, needs, in.KeyType.value_or(std::string(key_type::rsa)), "CreateKeyPair");
}

// ---- ImportKeyPair -----------------------------------------------------------------------------------

Result<ImportKeyPairResult> import_key_pair(Call& call, const ImportKeyPairRequest& in) {
  const std::optional<ReadKey> read = read_public_key(in.PublicKeyMaterial.bytes);
  if (!read) return errors::InvalidKeyFormat("Key is not in valid OpenSSH public key format");
  KeyPairRecord record = TRY(new_key_pair(call, in.KeyName, in.TagSpecifications));
  record.type = read->type;
  record.fingerprint = read->fingerprint;
  record.public_key = read->public_text + " " + record.name;
  ImportKeyPairResult out;
  out.KeyPairId = record.id;
  out.KeyName = record.name;
  out.KeyFingerprint = record.fingerprint;
  out.Tags = to_wire_if_any(record.tags);
  const store::Key key = call.key(record.id);
  call.txn.put(key_pairs, key, std::move(record));
  return out;
}

void needs_import_key_pair(const Call& call, const ImportKeyPairRequest& in, Requirements& needs) {
  need_new_key_pair(call, in, needs, std::nullopt, "ImportKeyPair");
}

// ---- DeleteKeyPair -----------------------------------------------------------------------------------

const KeyPairRecord* key_pair_in(const Call& call, const DeleteKeyPairRequest& in) {
  if (in.KeyPairId && !in.KeyPairId->empty()) return call.txn.get(key_pairs, call.key(*in.KeyPairId));
  return find_key_pair(call, in.KeyName.value_or(""));
}

// One that does not exist is no error.
Result<DeleteKeyPairResult> delete_key_pair(Call& call, const DeleteKeyPairRequest& in) {
  const bool by_id = in.KeyPairId && !in.KeyPairId->empty();
  if (!by_id && in.KeyName.value_or("").empty())
    return errors::MissingParameter("The request must contain the parameter KeyName or KeyPairId");
  if (by_id) TRY(check_id(key_pair_kind, *in.KeyPairId));
  DeleteKeyPairResult out;
  out.Return = true;
  const KeyPairRecord* found = key_pair_in(call, in);
  if (found == nullptr) return out;
  out.KeyPairId = found->id;
  call.txn.erase(key_pairs, call.key(*out.KeyPairId));
  return out;
}

void needs_delete_key_pair(const Call& call, const DeleteKeyPairRequest& in, Requirements& needs) {
  const KeyPairRecord* found = key_pair_in(call, in);
  need_key_pair(call, needs, found != nullptr ? found->name : in.KeyName.value_or("*"));
}

// ---- DescribeKeyPairs --------------------------------------------------------------------------------

KeyPairInfo key_pair_view(const KeyPairRecord& record, bool with_key) {
  KeyPairInfo view;
  view.KeyPairId = record.id;
  view.KeyName = record.name;
  view.KeyType = record.type;
  view.KeyFingerprint = record.fingerprint;
  view.CreateTime = record.created_at;
  view.Tags.emplace(to_wire(record.tags));
  if (with_key) view.PublicKey = record.public_key;
  return view;
}

constexpr FilterField<KeyPairInfo> key_pair_filters[] = {
    {"fingerprint", [](const KeyPairInfo& it, Values& out) { add_value(out, it.KeyFingerprint); }},
    {"key-name", [](const KeyPairInfo& it, Values& out) { add_value(out, it.KeyName); }},
    {"key-pair-id", [](const KeyPairInfo& it, Values& out) { add_value(out, it.KeyPairId); }},
};

// Those that are asked for, by names and by ids; all if none is.
Result<std::vector<const KeyPairRecord*>> chosen(const Call& call, const DescribeKeyPairsRequest& in) {
  std::vector<const KeyPairRecord*> found;
  for (const std::string& name : in.KeyNames.value_or(Values{})) {
    found.push_back(find_key_pair(call, name));
    if (found.back() == nullptr) return no_such_key_pair(name);
  }
  TRY(check_ids(key_pair_kind, in.KeyPairIds));
  for (const std::string& id : in.KeyPairIds.value_or(Values{})) {
    found.push_back(call.txn.get(key_pairs, call.key(id)));
    if (found.back() == nullptr) return not_found(key_pair_kind, id);
  }
  if (!found.empty()) return found;
  if ((in.KeyNames && !in.KeyNames->empty()) || (in.KeyPairIds && !in.KeyPairIds->empty())) return found;
  for (const auto& [key, record] : call.txn.scan(key_pairs, here(call))) found.push_back(&record);
  return found;
}

Result<DescribeKeyPairsResult> describe_key_pairs(Call& call, const DescribeKeyPairsRequest& in) {
  std::vector<KeyPairInfo> views;
  for (const KeyPairRecord* record : TRY(chosen(call, in)))
    views.push_back(key_pair_view(*record, in.IncludePublicKey.value_or(false)));
  TRY(apply_filters<KeyPairInfo>(views, in.Filters, key_pair_filters));
  DescribeKeyPairsResult out;
  out.KeyPairs = std::move(views);
  return out;
}

void add_key_pair_keys(const Call&, const KeyPairRecord& record, api::Requirement& need) {
  need.key("ec2:KeyPairName", record.name).key("ec2:KeyPairType", record.type);
}

std::string arn_name(const Call& call, std::string_view id) {
  const KeyPairRecord* record = call.txn.get(key_pairs, call.key(id));
  return record == nullptr ? std::string(id) : record->name;
}

}  // namespace

constinit const ResourceKind key_pair_kind{
    "key-", "key-pair", "key pair", "key pairs", errors::InvalidParameterValue, errors::InvalidKeyPairNotFound,
    api::tagged_records<key_pairs>, describe_record<key_pairs, add_key_pair_keys>, {}, arn_name};

const KeyPairRecord* find_key_pair(const Call& call, std::string_view name) {
  const store::Key term = store::join(call.account(), call.region(), name);
  const auto found = call.txn.find(key_pairs, key_pairs_by_name, term).first();
  return found ? &found->record : nullptr;
}

Error no_such_key_pair(std::string_view name) {
  return errors::InvalidKeyPairNotFound("The key pair '" + std::string(name) + "' does not exist");
}

api::Requirement& need_key_pair(const Call& call, Requirements& needs, std::string_view name) {
  const KeyPairRecord* found = find_key_pair(call, name);
  api::Requirement& need = needs.need(call.arn("ec2", "key-pair/" + std::string(name)));
  need.key("ec2:Region", call.region().value);
  if (found == nullptr) return need;
  need.resource_tags = found->tags;
  add_key_pair_keys(call, *found, need);
  return need;
}

const api::Operations key_pairs_operations = {
    op<ops::CreateKeyPair>(create_key_pair, on(needs_create_key_pair), api::prepare(prepare_key),
        takes("KeyName KeyType TagSpecifications KeyFormat")),
    op<ops::ImportKeyPair>(import_key_pair, on(needs_import_key_pair),
        takes("TagSpecifications KeyName PublicKeyMaterial")),
    op<ops::DeleteKeyPair>(delete_key_pair, on(needs_delete_key_pair), takes("KeyName KeyPairId")),
    op<ops::DescribeKeyPairs>(describe_key_pairs, on(any_in_region), read_only,
        takes("KeyNames KeyPairIds IncludePublicKey Filters")),
};

}  // namespace haar::ec2
