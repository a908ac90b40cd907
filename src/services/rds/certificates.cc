// DescribeCertificates, ModifyCertificates: the certificate authority of new instances. There is one, so an account that
// chooses it, or no more, changes what is shown of it and nothing else.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
#include "services/rds/certificates.h"

#include <fmt/format.h>

#include <string>

#include "api/kit/row.h"
#include "model/rds/DescribeCertificates.h"
#include "model/rds/ModifyCertificates.h"
#include "model/rds/service.h"
#include "services/rds/describe.h"
#include "services/rds/engine_versions.h"
#include "services/rds/more_operations.h"
#include "store/key_space.h"

namespace haar::rds {

const store::KeySpace<CertificateChoiceRecord> certificate_choices{"rds/certificate-choice"};

namespace {

using api::Call;

store::Key choice_key(const Call& call) { return call.key("choice"); }

Error not_found(const std::string& name) {
  return errors::CertificateNotFound(fmt::format("Certificate {} not found.", name.substr(0, 255)));
}

// Its thumbprint is another in each region, and not among haar's facts.
Certificate the_certificate(const Call& call, bool chosen) {
  Certificate out;
  out.CertificateIdentifier = std::string(certificate_authority);
  out.CertificateType = "CA";
  out.ValidFrom = Timestamp::from_seconds(1'621'982'097);  // 2021-05-25T22:34:57Z
  out.ValidTill = Timestamp::from_seconds(2'884'289'697);  // 2061-05-25T23:34:57Z
  out.CertificateArn = fmt::format("arn:{}:rds:{}::cert:{}", call.partition().value, call.region().value, certificate_authority);
  out.CustomerOverride = chosen;
  if (chosen) out.CustomerOverrideValidTill = out.ValidTill;
  return out;
}

Result<CertificateMessage> describe_certificates(Call& call, const DescribeCertificatesMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  if (in.CertificateIdentifier && *in.CertificateIdentifier != certificate_authority) return not_found(*in.CertificateIdentifier);
  TRY(api::Page::open(call, page_rules, "DescribeCertificates", in.Marker, size));
  CertificateMessage out;
  out.Certificates.emplace().push_back(the_certificate(call, call.txn.get(certificate_choices, choice_key(call)) != nullptr));
  out.DefaultCertificateForNewLaunches = std::string(certificate_authority);
  return out;
}

// AWS's text for both or neither could not be found.
Result<ModifyCertificatesResult> modify_certificates(Call& call, const ModifyCertificatesMessage& in) {
  const bool removes = in.RemoveCustomerOverride.value_or(false);
  if (removes == in.CertificateIdentifier.has_value())
    return errors::InvalidParameterCombination("Specify either CertificateIdentifier or RemoveCustomerOverride.");
  if (in.CertificateIdentifier && *in.CertificateIdentifier != certificate_authority) return not_found(*in.CertificateIdentifier);
  if (removes) call.txn.erase(certificate_choices, choice_key(call));
  else call.txn.put(certificate_choices, choice_key(call), CertificateChoiceRecord{*in.CertificateIdentifier});
  ModifyCertificatesResult out;
  out.Certificate = the_certificate(call, !removes);
  return out;
}

}  // namespace

const api::Operations& certificates_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeCertificates>(describe_certificates, api::any_resource, api::read_only,
          api::takes("CertificateIdentifier Filters MaxRecords Marker")),
      api::op<ops::ModifyCertificates>(modify_certificates, api::any_resource,
          api::takes("CertificateIdentifier RemoveCustomerOverride")),
  };
  return rows;
}

}  // namespace haar::rds
