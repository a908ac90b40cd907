// DescribeVpcAttribute, ModifyVpcAttribute, ModifyVpcTenancy.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
#include "model/ec2/DescribeVpcAttribute.h"
#include "model/ec2/ModifyVpcAttribute.h"
#include "model/ec2/ModifyVpcTenancy.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

struct Attribute {
  std::string_view name;         // as Describe asks for it
  std::string_view member;       // as Modify and policies spell it
  bool VpcRecord::* value;
  std::optional<AttributeBooleanValue> DescribeVpcAttributeResult::* shown;
  std::optional<AttributeBooleanValue> ModifyVpcAttributeRequest::* wanted;
};
constexpr Attribute attributes[] = {
    {"enableDnsSupport", "EnableDnsSupport", &VpcRecord::dns_support, &DescribeVpcAttributeResult::EnableDnsSupport,
     &ModifyVpcAttributeRequest::EnableDnsSupport},
    {"enableDnsHostnames", "EnableDnsHostnames", &VpcRecord::dns_hostnames, &DescribeVpcAttributeResult::EnableDnsHostnames,
     &ModifyVpcAttributeRequest::EnableDnsHostnames},
    {"enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", &VpcRecord::network_address_usage_metrics,
     &DescribeVpcAttributeResult::EnableNetworkAddressUsageMetrics,
     &ModifyVpcAttributeRequest::EnableNetworkAddressUsageMetrics},
};

Result<DescribeVpcAttributeResult> describe_vpc_attribute(Call& call, const DescribeVpcAttributeRequest& in) {
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  for (const Attribute& attribute : attributes) {
    if (in.Attribute != attribute.name) continue;
    DescribeVpcAttributeResult out;
    out.VpcId = vpc->id;
    out.*attribute.shown = AttributeBooleanValue{.Value = vpc->*attribute.value};
    return out;
  }
  return errors::InvalidParameterValue("Value (" + in.Attribute + ") for parameter attribute is invalid. Unknown attribute.");
}

// Host names need DNS support; AWS's page: "You can only enable DNS hostnames if you've enabled DNS support." AWS's words
// for the refusal could not be found.
Result<void> check_dns(const VpcRecord& vpc, const Attribute& changed) {
  if (changed.value != &VpcRecord::dns_hostnames || !vpc.dns_hostnames || vpc.dns_support) return {};
  return errors::InvalidParameterCombination("DNS hostnames cannot be enabled for a VPC whose DNS support is disabled.");
}

// AWS's page: "You cannot modify the DNS resolution and DNS hostnames attributes in the same request."
Result<wire::Empty> modify_vpc_attribute(Call& call, const ModifyVpcAttributeRequest& in) {
  const VpcRecord* before = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  VpcRecord vpc = *before;
  int changes = 0;
  for (const Attribute& attribute : attributes) {
    const std::optional<AttributeBooleanValue>& wanted = in.*attribute.wanted;
    if (!wanted) continue;
    if (++changes > 1) {
      return errors::InvalidParameterCombination("Only one attribute of a VPC can be modified at a time.");
    }
    if (!wanted->Value) return errors::MissingParameter("The request must contain the parameter value");
    vpc.*attribute.value = *wanted->Value;
    TRY(check_dns(vpc, attribute));
  }
  if (changes == 0) return errors::MissingParameter("The request must contain an attribute to modify");
  call.txn.put(vpcs, call.key(in.VpcId), std::move(vpc));
  return wire::Empty{};
}

// AWS's page: "You can change the instance tenancy attribute of a VPC to default only."
Result<ModifyVpcTenancyResult> modify_vpc_tenancy(Call& call, const ModifyVpcTenancyRequest& in) {
  const VpcRecord* before = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  if (in.InstanceTenancy != "default") {
    return errors::InvalidParameterValue("Value (" + in.InstanceTenancy + ") for parameter instanceTenancy is invalid. " +
                                         "The tenancy of a VPC can be changed to default only.");
  }
  VpcRecord vpc = *before;
  vpc.instance_tenancy = in.InstanceTenancy;
  call.txn.put(vpcs, call.key(in.VpcId), std::move(vpc));
  ModifyVpcTenancyResult out;
  out.ReturnValue = true;
  return out;
}

void needs_describe_vpc_attribute(const Call& call, const DescribeVpcAttributeRequest& in, Requirements& needs) {
  need_resource(call, needs, vpc_kind, in.VpcId);
}

void needs_modify_vpc_attribute(const Call& call, const ModifyVpcAttributeRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, vpc_kind, in.VpcId);
  for (const Attribute& attribute : attributes) {
    if (const auto& wanted = in.*attribute.wanted) {
      key_attribute(need, attribute.member, {wanted->Value.value_or(false) ? "true" : "false"});
    }
  }
}

void needs_modify_vpc_tenancy(const Call& call, const ModifyVpcTenancyRequest& in, Requirements& needs) {
  key_attribute(need_resource(call, needs, vpc_kind, in.VpcId), "InstanceTenancy", {in.InstanceTenancy});
}

}  // namespace

const api::Operations vpc_attributes_operations = {
    op<ops::DescribeVpcAttribute>(describe_vpc_attribute, on(needs_describe_vpc_attribute), read_only,
        takes("Attribute VpcId")),
    op<ops::ModifyVpcAttribute>(modify_vpc_attribute, on(needs_modify_vpc_attribute),
        takes("VpcId EnableDnsSupport EnableDnsHostnames EnableNetworkAddressUsageMetrics")),
    op<ops::ModifyVpcTenancy>(modify_vpc_tenancy, on(needs_modify_vpc_tenancy), takes("VpcId InstanceTenancy")),
};

}  // namespace haar::ec2
