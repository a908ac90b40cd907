// How much one database volume may take. Aurora's volumes grow to 128 TiB; on one machine the storage that belongs to
// the instance's class is the limit, so that a tenant fills its own share and not the disk.
#pragma once

#include <cstdint>
#include <string_view>

namespace haar::rds {

// Of a class that check_instance_class admits; of any other the smallest class's.
std::uint64_t storage_limit_bytes(std::string_view instance_class);

}  // namespace haar::rds
