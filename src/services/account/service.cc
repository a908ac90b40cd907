#include "services/account/service.h"

#include "model/account/service.h"
#include "services/account/messages.h"
#include "services/account/operations.h"
#include "services/account/records.h"

namespace haar::account {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&information_operations(), &contacts_operations(), &primary_email_operations(), &phone_operations(),
                &regions_operations()},
      .spaces = {&contacts, &alternate_contacts, &email_updates, &billing, &messages},
  };
  return all;
}

}  // namespace haar::account
