#include "services/iam/credentials/key_records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::Index<SshKeyRecord> ssh_key_by_owner{"by-owner", owner_term<SshKeyRecord>};
const store::KeySpace<SshKeyRecord> ssh_keys{"iam/ssh-key", {&ssh_key_by_owner}};
const store::Index<SigningCertificateRecord> signing_certificate_by_owner{
    "by-owner", owner_term<SigningCertificateRecord>};
const store::Index<SigningCertificateRecord> signing_certificate_by_fingerprint{
    "by-fingerprint", [](const store::Key& key, const SigningCertificateRecord& r, store::Terms& out) {
      out.add(key.account(), r.fingerprint);
    }};
const store::KeySpace<SigningCertificateRecord> signing_certificates{
    "iam/signing-certificate", {&signing_certificate_by_owner, &signing_certificate_by_fingerprint}};
const store::Index<ServiceCredentialRecord> service_credential_by_owner{
    "by-owner", owner_term<ServiceCredentialRecord>};
const store::KeySpace<ServiceCredentialRecord> service_credentials{"iam/service-credential",
                                                                          {&service_credential_by_owner}};
const store::KeySpace<ServerCertificateRecord> server_certificates{"iam/server-certificate"};

}  // namespace haar::iam
