// X.509 signing certificates of users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_SigningCertificate.html
#include "model/iam/DeleteSigningCertificate.h"
#include "model/iam/ListSigningCertificates.h"
#include "model/iam/UpdateSigningCertificate.h"
#include "model/iam/UploadSigningCertificate.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/x509.h"
#include "services/iam/operations.h"
#include "services/iam/listing.h"
#include "services/iam/principals/owner.h"

namespace haar::iam {
namespace {

constexpr std::size_t id_characters = 32;

std::string_view status_of(const SigningCertificateRecord& certificate) {
  return certificate.active ? "Active" : "Inactive";
}

Result<SigningCertificateRecord> owned_certificate(const Call& call, const Owner& owner, const std::string& id) {
  const SigningCertificateRecord* certificate = call.txn.get(signing_certificates, call.global_key(id));
  if (certificate == nullptr || certificate->owner_id != owner.id)
    return errors::NoSuchEntity("The Certificate with id " + id + " cannot be found.");
  return *certificate;
}

SigningCertificate certificate_view(const SigningCertificateRecord& certificate, const std::string& user_name) {
  SigningCertificate view;
  view.UserName = user_name;
  view.CertificateId = certificate.id;
  view.CertificateBody = certificate.body;
  view.Status = status_of(certificate);
  view.UploadDate = certificate.uploaded;
  return view;
}

// The texts of InvalidCertificate and DuplicateCertificate are AWS's descriptions of the errors.
Result<UploadSigningCertificateResponse> upload_signing_certificate(Call& call, const UploadSigningCertificateRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  const Certificate parsed = read_certificate(in.CertificateBody);
  if (parsed == nullptr)
    return errors::MalformedCertificate("Unable to parse certificate. Please ensure the certificate is in PEM format.");
  if (not_after(parsed) <= call.now() || not_before(parsed) > call.now().plus_seconds(86'400))
    return errors::InvalidCertificate("The certificate is invalid: it is not valid at this time.");
  SigningCertificateRecord certificate;
  certificate.fingerprint = fingerprint_of(parsed);
  if (!call.txn.find(signing_certificates, signing_certificate_by_fingerprint,
                     store::join(call.account(), certificate.fingerprint)).empty())
    return errors::DuplicateCertificate("The same certificate is already associated with an IAM user in the account.");
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& found : call.txn.find(signing_certificates, signing_certificate_by_owner, owner.id))
    ++count;
  if (count >= signing_certificates_max) return over_quota("CertificatesPerUser", signing_certificates_max);
  certificate.id = random_text(call.random(), alphabet_upper_base32, id_characters);
  certificate.owner_id = owner.id;
  certificate.body = in.CertificateBody;
  certificate.uploaded = call.now();
  UploadSigningCertificateResponse out;
  out.Certificate = certificate_view(certificate, owner.name);
  call.txn.put(signing_certificates, call.global_key(certificate.id), certificate);
  return out;
}

Result<ListSigningCertificatesResponse> list_signing_certificates(Call& call, const ListSigningCertificatesRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  return list_of_owner<ListSigningCertificatesResponse>(
      call, "ListSigningCertificates", signing_certificates, signing_certificate_by_owner, owner.id, in,
      [&](ListSigningCertificatesResponse& out, const SigningCertificateRecord& certificate) {
        out.Certificates.push_back(certificate_view(certificate, owner.name));
      });
}

Result<wire::Empty> update_signing_certificate(Call& call, const UpdateSigningCertificateRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  SigningCertificateRecord certificate = TRY(owned_certificate(call, owner, in.CertificateId));
  if (in.Status != "Active" && in.Status != "Inactive")
    return errors::InvalidInput("The status of a signing certificate can be set to Active or Inactive.");
  certificate.active = in.Status == "Active";
  call.txn.put(signing_certificates, call.global_key(certificate.id), certificate);
  return wire::Empty{};
}

Result<wire::Empty> delete_signing_certificate(Call& call, const DeleteSigningCertificateRequest& in) {
  const Owner owner = TRY(credential_owner(call, in.UserName));
  const SigningCertificateRecord certificate = TRY(owned_certificate(call, owner, in.CertificateId));
  call.txn.erase(signing_certificates, call.global_key(certificate.id));
  return wire::Empty{};
}

}  // namespace

const api::Operations signing_certificates_operations = {
    api::op<ops::UploadSigningCertificate>(upload_signing_certificate, api::on(owner_resource),
        api::takes("UserName CertificateBody")),
    api::op<ops::ListSigningCertificates>(list_signing_certificates, api::on(owner_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::UpdateSigningCertificate>(update_signing_certificate, api::on(owner_resource),
        api::takes("UserName CertificateId Status")),
    api::op<ops::DeleteSigningCertificate>(delete_signing_certificate, api::on(owner_resource),
        api::takes("UserName CertificateId")),
};

}  // namespace haar::iam
