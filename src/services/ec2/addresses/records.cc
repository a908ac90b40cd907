#include "services/ec2/addresses/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<AddressRecord> addresses_by_interface{
    "by-interface", [](const store::Key& key, const AddressRecord& it, store::Terms& out) {
      if (!it.interface_id.empty()) out.add(key.account(), key.region(), it.interface_id);
    }};
const store::Index<AddressRecord> addresses_by_association{
    "by-association", [](const store::Key& key, const AddressRecord& it, store::Terms& out) {
      if (!it.association_id.empty()) out.add(key.account(), key.region(), it.association_id);
    }};
const store::Index<AddressRecord> addresses_by_public_ip{
    "by-public-ip", [](const store::Key&, const AddressRecord& it, store::Terms& out) { out.add(it.public_ip); }};

const store::KeySpace<AddressRecord> addresses{
    "ec2/address", {&addresses_by_interface, &addresses_by_association, &addresses_by_public_ip}};

}  // namespace haar::ec2
