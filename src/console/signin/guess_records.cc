#include "console/signin/guess_records.h"

#include "store/key_space.h"

namespace haar::console {

const store::KeySpace<GuessRecord> guesses{"console/guess"};

}  // namespace haar::console
