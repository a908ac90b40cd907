// Server certificates with their private keys. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServerCertificate.html
//
// Certificates are read and signatures checked before the transaction. What is wrong with them is said in it,
// to those only who may upload.
#include "model/iam/DeleteServerCertificate.h"
#include "model/iam/GetServerCertificate.h"
#include "model/iam/ListServerCertificateTags.h"
#include "model/iam/ListServerCertificates.h"
#include "model/iam/TagServerCertificate.h"
#include "model/iam/UntagServerCertificate.h"
#include "model/iam/UpdateServerCertificate.h"
#include "model/iam/UploadServerCertificate.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/x509.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/listing.h"
#include "services/iam/principals/tag_pages.h"

namespace haar::iam {
namespace {

constexpr std::size_t chain_certificates_max = 16;

const ServerCertificateRecord* find_certificate(const Call& call, const std::string& name) {
  return call.txn.get(server_certificates, entity_key(call.account(), name));
}

Result<ServerCertificateRecord> need_certificate(const Call& call, const std::string& name) {
  const ServerCertificateRecord* certificate = find_certificate(call, name);
  if (certificate == nullptr)
    return errors::NoSuchEntity("The Server Certificate with name " + name + " cannot be found.");
  return *certificate;
}

std::string certificate_arn(const Call& call, std::string_view path, std::string_view name) {
  return entity_arn(call.partition(), call.account(), "server-certificate", path, name);
}

void put_certificate(Call& call, ServerCertificateRecord certificate) {
  const store::Key key = entity_key(call.account(), certificate.name);
  call.txn.put(server_certificates, key, std::move(certificate));
}

ServerCertificateMetadata metadata_view(const Call& call, const ServerCertificateRecord& certificate) {
  ServerCertificateMetadata view;
  view.Path = certificate.path;
  view.ServerCertificateName = certificate.name;
  view.ServerCertificateId = certificate.unique_id;
  view.Arn = certificate_arn(call, certificate.path, certificate.name);
  view.UploadDate = certificate.uploaded;
  view.Expiration = certificate.expires;
  return view;
}

// Without the white space around it: so Terraform, which compares what it reads with what it wrote trimmed, shows
// that AWS gives certificates back.
std::string trimmed(std::string_view pem) {
  static constexpr std::string_view white_space = " \t\r\n";
  const std::size_t first = pem.find_first_not_of(white_space), last = pem.find_last_not_of(white_space);
  return first == std::string_view::npos ? std::string() : std::string(pem.substr(first, last - first + 1));
}

// ---- uploading ----------------------------------------------------------------------------------

struct Checked {
  std::optional<Error> error;
  Timestamp expires{};
};

// The chain begins with the issuer of the certificate; each further one is the issuer of the one before.
Result<void> check_chain(const Certificate& body, std::string_view text) {
  const auto broken = [](int index) {
    return errors::MalformedCertificate("Unable to validate certificate chain. The certificate chain must start with "
                                        "the immediate signing certificate, followed by any intermediaries in order. "
                                        "The index within the chain of the invalid certificate is: " +
                                        std::to_string(index));
  };
  const std::vector<Certificate> chain = read_certificates(text, chain_certificates_max);
  if (chain.empty())
    return errors::MalformedCertificate("Unable to parse certificate. Please ensure the certificate is in PEM format.");
  const Certificate* below = &body;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (!is_issued_by(*below, chain[i])) return broken(static_cast<int>(i) - 1);
    below = &chain[i];
  }
  return {};
}

Result<Timestamp> check_upload(const UploadServerCertificateRequest& in) {
  const Certificate body = read_certificate(in.CertificateBody);
  if (body == nullptr)
    return errors::MalformedCertificate("Unable to parse certificate. Please ensure the certificate is in PEM format.");
  PrivateKey key;
  switch (read_private_key(in.PrivateKey, key)) {
    case KeyText::readable: break;
    case KeyText::encrypted: return errors::MalformedCertificate("Unable to parse key; the body is encrypted.");
    case KeyText::malformed:
      return errors::MalformedCertificate("Unable to parse key. Please ensure the private key is in PEM format.");
  }
  if (!is_key_of(key, body))
    return errors::KeyPairMismatch("The public key certificate and the private key do not match.");
  if (in.CertificateChain) TRY(check_chain(body, *in.CertificateChain));
  return not_after(body);
}

Result<Checked> prepare_upload(const api::Environment&, const UploadServerCertificateRequest& in) {
  const Result<Timestamp> expires = check_upload(in);
  if (!expires.ok()) return Checked{expires.error(), {}};
  return Checked{std::nullopt, *expires};
}

Result<UploadServerCertificateResponse> upload_server_certificate(Call& call, const UploadServerCertificateRequest& in,
                                                                  const Checked& checked) {
  if (checked.error) return *checked.error;
  if (find_certificate(call, in.ServerCertificateName) != nullptr)
    return errors::EntityAlreadyExists("The Server Certificate with name " + in.ServerCertificateName +
                                       " already exists.");
  if (call.txn.count(server_certificates, store::prefix_of(call.account(), store::global)) >= server_certificates_max)
    return over_quota("ServerCertificatesPerAccount", server_certificates_max);
  ServerCertificateRecord certificate;
  certificate.name = in.ServerCertificateName;
  certificate.path = in.Path.value_or("/");
  certificate.unique_id = iam_unique_id(call.random(), "ASCA");
  certificate.body = trimmed(in.CertificateBody);
  certificate.chain = trimmed(in.CertificateChain.value_or(""));
  certificate.sealed_key =
      call.env.keyring.seal(in.PrivateKey, call.global_key("server-certificate", certificate.unique_id).bytes());
  certificate.uploaded = call.now();
  certificate.expires = checked.expires;
  if (in.Tags) TRY(add_tags(certificate.tags, *in.Tags, TagCase::sensitive));
  UploadServerCertificateResponse out;
  out.ServerCertificateMetadata = metadata_view(call, certificate);
  out.Tags = tag_view_if_any(certificate.tags);
  put_certificate(call, std::move(certificate));
  return out;
}

// ---- the rest -----------------------------------------------------------------------------------

Result<GetServerCertificateResponse> get_server_certificate(Call& call, const GetServerCertificateRequest& in) {
  const ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  GetServerCertificateResponse out;
  out.ServerCertificate.ServerCertificateMetadata = metadata_view(call, certificate);
  out.ServerCertificate.CertificateBody = certificate.body;
  if (!certificate.chain.empty()) out.ServerCertificate.CertificateChain = certificate.chain;
  out.ServerCertificate.Tags = tag_view_if_any(certificate.tags);
  return out;
}

Result<ListServerCertificatesResponse> list_server_certificates(Call& call, const ListServerCertificatesRequest& in) {
  return list_by_path<ListServerCertificatesResponse>(
      call, "ListServerCertificates", server_certificates, in,
      [&](ListServerCertificatesResponse& out, const ServerCertificateRecord& certificate) {
        out.ServerCertificateMetadataList.push_back(metadata_view(call, certificate));
      });
}

Result<wire::Empty> update_server_certificate(Call& call, const UpdateServerCertificateRequest& in) {
  ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  if (in.NewServerCertificateName) {
    const store::Key old_key = entity_key(call.account(), certificate.name);
    const store::Key new_key = entity_key(call.account(), *in.NewServerCertificateName);
    if (*in.NewServerCertificateName != certificate.name && call.txn.get(server_certificates, new_key) != nullptr)
      return errors::EntityAlreadyExists("The Server Certificate with name " + *in.NewServerCertificateName +
                                         " already exists.");
    if (new_key != old_key) call.txn.erase(server_certificates, old_key);
    certificate.name = *in.NewServerCertificateName;
  }
  if (in.NewPath) certificate.path = *in.NewPath;
  put_certificate(call, std::move(certificate));
  return wire::Empty{};
}

Result<wire::Empty> delete_server_certificate(Call& call, const DeleteServerCertificateRequest& in) {
  const ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  call.txn.erase(server_certificates, entity_key(call.account(), certificate.name));
  return wire::Empty{};
}

Result<wire::Empty> tag_server_certificate(Call& call, const TagServerCertificateRequest& in) {
  ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  TRY(add_tags(certificate.tags, in.Tags, TagCase::sensitive));
  put_certificate(call, std::move(certificate));
  return wire::Empty{};
}

Result<wire::Empty> untag_server_certificate(Call& call, const UntagServerCertificateRequest& in) {
  ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  remove_tags(certificate.tags, in.TagKeys, TagCase::sensitive);
  put_certificate(call, std::move(certificate));
  return wire::Empty{};
}

Result<ListServerCertificateTagsResponse> list_server_certificate_tags(Call& call,
                                                                       const ListServerCertificateTagsRequest& in) {
  const ServerCertificateRecord certificate = TRY(need_certificate(call, in.ServerCertificateName));
  Page page = TRY(Page::open(call, "ListServerCertificateTags " + certificate.unique_id, in));
  ListServerCertificateTagsResponse out;
  show_tags(page, certificate.tags, out);
  return out;
}

// ---- what they need -----------------------------------------------------------------------------

struct CertificateResource {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    const ServerCertificateRecord* certificate = find_certificate(call, in.ServerCertificateName);
    Requirement& need = needs.need(certificate != nullptr ? certificate_arn(call, certificate->path, certificate->name)
                                                          : certificate_arn(call, "/", in.ServerCertificateName));
    if (certificate != nullptr) need.resource_tags = tag_map(certificate->tags);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
constexpr CertificateResource certificate_resource;

void needs_upload_server_certificate(const Call& call, const UploadServerCertificateRequest& in, Requirements& needs) {
  const std::string arn = certificate_arn(call, in.Path.value_or("/"), in.ServerCertificateName);
  needs.need(arn).request_tags = tag_map(in.Tags);
  need_tags_at_creation("iam:TagServerCertificate", arn, tag_map(in.Tags), needs);
}

// A renamed or moved certificate must be allowed under both names.
void needs_update_server_certificate(const Call& call, const UpdateServerCertificateRequest& in, Requirements& needs) {
  const ServerCertificateRecord* certificate = find_certificate(call, in.ServerCertificateName);
  const std::string path = certificate != nullptr ? certificate->path : "/";
  const std::string name = certificate != nullptr ? certificate->name : in.ServerCertificateName;
  const std::string old_arn = certificate_arn(call, path, name);
  const std::string new_arn = certificate_arn(call, in.NewPath.value_or(path), in.NewServerCertificateName.value_or(name));
  certificate_resource(call, in, needs);
  if (new_arn != old_arn) needs.need(new_arn);
}

void needs_list_server_certificates(const Call& call, const ListServerCertificatesRequest& in, Requirements& needs) {
  needs.need("*").shown = certificate_arn(call, in.PathPrefix.value_or("/"), "");
}

}  // namespace

const api::Operations server_certificates_operations = {
    api::op<ops::UploadServerCertificate>(upload_server_certificate, api::on(needs_upload_server_certificate),
        api::prepare(prepare_upload),
        api::takes("Path ServerCertificateName CertificateBody PrivateKey CertificateChain Tags")),
    api::op<ops::GetServerCertificate>(get_server_certificate, api::on(certificate_resource), api::read_only,
        api::takes("ServerCertificateName")),
    api::op<ops::ListServerCertificates>(list_server_certificates, api::on(needs_list_server_certificates),
        api::read_only, api::takes("PathPrefix Marker MaxItems")),
    api::op<ops::UpdateServerCertificate>(update_server_certificate, api::on(needs_update_server_certificate),
        api::takes("ServerCertificateName NewPath NewServerCertificateName")),
    api::op<ops::DeleteServerCertificate>(delete_server_certificate, api::on(certificate_resource),
        api::takes("ServerCertificateName")),
    api::op<ops::TagServerCertificate>(tag_server_certificate, api::on(certificate_resource),
        api::takes("ServerCertificateName Tags")),
    api::op<ops::UntagServerCertificate>(untag_server_certificate, api::on(certificate_resource),
        api::takes("ServerCertificateName TagKeys")),
    api::op<ops::ListServerCertificateTags>(list_server_certificate_tags, api::on(certificate_resource),
        api::read_only, api::takes("ServerCertificateName Marker MaxItems")),
};

}  // namespace haar::iam
