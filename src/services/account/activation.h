// How an account that somebody signed up for becomes ACTIVE. (One that an organization makes is so from the start.)
#pragma once

#include <string_view>

#include "base/names.h"
#include "services/account/messages.h"
#include "store/reader.h"

namespace haar::account {

inline constexpr std::string_view pending_activation = "PENDING_ACTIVATION", active = "ACTIVE", suspended = "SUSPENDED";

// Of a pending account whose networks are made: ACTIVE, and a mail says so to its root user. Nothing otherwise.
void activate(store::Txn& txn, const Sending& with, const AccountId& id);

}  // namespace haar::account
