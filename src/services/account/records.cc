#include "services/account/records.h"

#include "store/key_space.h"

namespace haar::account {

const store::KeySpace<ContactRecord> contacts{"account/contact"};
const store::KeySpace<AlternateContactRecord> alternate_contacts{"account/alternate-contact"};
const store::KeySpace<EmailUpdateRecord> email_updates{"account/email-update"};
const store::KeySpace<BillingRecord> billing{"account/billing"};

}  // namespace haar::account
