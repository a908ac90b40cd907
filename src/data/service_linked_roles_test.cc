#include "data/service_linked_roles.h"

#include <gtest/gtest.h>

#include "data/managed_policies.h"

namespace haar::data {
namespace {

std::string arn_of(const ServiceLinkedRole& role) {
  return "arn:aws:iam::aws:policy/aws-service-role/" + std::string(role.policy);
}

TEST(ServiceLinkedRoles, AreSortedAndTheirPoliciesExist) {
  std::string_view before;
  for (const ServiceLinkedRole& role : service_linked_roles()) {
    EXPECT_LT(before, role.principal);
    before = role.principal;
    EXPECT_EQ(find_service_linked_role(role.principal), &role);
    EXPECT_NE(find_managed_policy(arn_of(role)), nullptr) << arn_of(role);
    EXPECT_TRUE(role.role_name.starts_with("AWSServiceRoleFor")) << role.role_name;
    EXPECT_LE(role.role_name.size(), 64u);
  }
  EXPECT_EQ(find_service_linked_role("nosuch.amazonaws.com"), nullptr);
}

struct Recorded {
  std::string_view principal, role_name, policy;
};

// As CreateServiceLinkedRole answered on AWS; none of them takes a suffix there.
constexpr Recorded recorded[] = {
    {"accountdiscovery.ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM_AccountDiscovery",
     "AWSSystemsManagerAccountDiscoveryServicePolicy"},
    {"autoscaling-plans.amazonaws.com", "AWSServiceRoleForAutoScalingPlans_EC2AutoScaling",
     "AWSAutoScalingPlansEC2AutoScalingPolicy"},
    {"cks.kms.amazonaws.com", "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
     "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy"},
    {"codestar-notifications.amazonaws.com", "AWSServiceRoleForCodeStarNotifications",
     "AWSCodeStarNotificationsServiceRolePolicy"},
    {"dms-fleet-advisor.amazonaws.com", "AWSServiceRoleForDMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"},
    {"ec2-instance-connect.amazonaws.com", "AWSServiceRoleForEc2InstanceConnect", "Ec2InstanceConnectEndpoint"},
    {"ecr.amazonaws.com", "AWSServiceRoleForECRTemplate", "ECRTemplateServiceRolePolicy"},
    {"eks-connector.amazonaws.com", "AWSServiceRoleForAmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"},
    {"eks-fargate.amazonaws.com", "AWSServiceRoleForAmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"},
    {"eks-nodegroup.amazonaws.com", "AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"},
    {"elasticfilesystem.amazonaws.com", "AWSServiceRoleForAmazonElasticFileSystem",
     "AmazonElasticFileSystemServiceRolePolicy"},
    {"email.cognito-idp.amazonaws.com", "AWSServiceRoleForAmazonCognitoIdpEmailService",
     "AmazonCognitoIdpEmailServiceRolePolicy"},
    {"emrwal.amazonaws.com", "AWSServiceRoleForEMRWAL", "EMRDescribeClusterPolicyForEMRWAL"},
    {"fis.amazonaws.com", "AWSServiceRoleForFIS", "AmazonFISServiceRolePolicy"},
    {"grafana.amazonaws.com", "AWSServiceRoleForAmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"},
    {"kafkaconnect.amazonaws.com", "AWSServiceRoleForKafkaConnect", "KafkaConnectServiceRolePolicy"},
    {"lex.amazonaws.com", "AWSServiceRoleForLexBots", "AmazonLexBotPolicy"},
    {"m2.amazonaws.com", "AWSServiceRoleForAWSM2", "AWSM2ServicePolicy"},
    {"mq.amazonaws.com", "AWSServiceRoleForAmazonMQ", "AmazonMQServiceRolePolicy"},
    {"mrk.kms.amazonaws.com", "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
     "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy"},
    {"notifications.amazonaws.com", "AWSServiceRoleForAwsUserNotifications",
     "AWSUserNotificationsServiceLinkedRolePolicy"},
    {"ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway", "APIGatewayServiceRolePolicy"},
    {"opsdatasync.ssm.amazonaws.com", "AWSServiceRoleForSystemsManagerOpsDataSync",
     "AWSSystemsManagerOpsDataSyncServiceRolePolicy"},
    {"opsinsights.ssm.amazonaws.com", "AWSServiceRoleForAmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"},
    {"pullthroughcache.ecr.amazonaws.com", "AWSServiceRoleForECRPullThroughCache",
     "AWSECRPullThroughCache_ServiceRolePolicy"},
    {"ram.amazonaws.com", "AWSServiceRoleForResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"},
    {"replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication", "ECRReplicationServiceRolePolicy"},
    {"repository.sync.codeconnections.amazonaws.com", "AWSServiceRoleForGitSync", "AWSGitSyncServiceRolePolicy"},
    {"rolesanywhere.amazonaws.com", "AWSServiceRoleForRolesAnywhere", "AWSRolesAnywhereServicePolicy"},
    {"s3-outposts.amazonaws.com", "AWSServiceRoleForS3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"},
    {"ses.amazonaws.com", "AWSServiceRoleForAmazonSES", "AmazonSESServiceRolePolicy"},
    {"shield.amazonaws.com", "AWSServiceRoleForAWSShield", "AWSShieldServiceRolePolicy"},
    {"ssm-incidents.amazonaws.com", "AWSServiceRoleForIncidentManager", "AWSIncidentManagerServiceRolePolicy"},
    {"vpcorigin.cloudfront.amazonaws.com", "AWSServiceRoleForCloudFrontVPCOrigin",
     "AWSCloudFrontVPCOriginServiceRolePolicy"},
    {"waf.amazonaws.com", "AWSServiceRoleForWAFLogging", "WAFLoggingServiceRolePolicy"},
    {"wafv2.amazonaws.com", "AWSServiceRoleForWAFV2Logging", "WAFV2LoggingServiceRolePolicy"},
};

TEST(ServiceLinkedRoles, AreThoseThatAwsMakes) {
  for (const Recorded& want : recorded) {
    const ServiceLinkedRole* role = find_service_linked_role(want.principal);
    ASSERT_NE(role, nullptr) << want.principal;
    EXPECT_EQ(role->role_name, want.role_name);
    EXPECT_EQ(role->policy, want.policy);
    EXPECT_FALSE(role->custom_suffix) << want.principal;
  }
}

TEST(ServiceLinkedRoles, SomeServicesTellTheirRolesApartByASuffix) {
  for (const std::string_view service : {"autoscaling", "connect", "lexv2", "channels.lexv2", "profile"}) {
    const ServiceLinkedRole* role = find_service_linked_role(std::string(service) + ".amazonaws.com");
    ASSERT_NE(role, nullptr) << service;
    EXPECT_TRUE(role->custom_suffix) << service;
  }
}

}  // namespace
}  // namespace haar::data
