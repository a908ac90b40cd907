// The members of AWS's answers that the pages read.
export interface Tag { Key: string; Value: string }
export interface Boundary { PermissionsBoundaryArn: string }
export interface User {
  UserName: string; UserId: string; Arn: string; Path: string; CreateDate: number; PasswordLastUsed?: number;
  PermissionsBoundary?: Boundary; Tags?: Tag[];
}
export interface Group { GroupName: string; GroupId: string; Arn: string; Path: string; CreateDate: number }
export interface Role {
  RoleName: string; RoleId: string; Arn: string; Path: string; CreateDate: number; AssumeRolePolicyDocument?: string;
  Description?: string; MaxSessionDuration?: number; PermissionsBoundary?: Boundary; Tags?: Tag[];
  RoleLastUsed?: { LastUsedDate?: number; Region?: string };
}
export interface Policy {
  PolicyName: string; PolicyId: string; Arn: string; Path: string; DefaultVersionId: string; AttachmentCount: number;
  PermissionsBoundaryUsageCount?: number; IsAttachable?: boolean; Description?: string; CreateDate: number;
  UpdateDate: number; Tags?: Tag[];
}
export interface PolicyVersion { Document?: string; VersionId: string; IsDefaultVersion: boolean; CreateDate: number }
export interface AttachedPolicy { PolicyName: string; PolicyArn: string }
export interface AccessKey { UserName: string; AccessKeyId: string; Status: 'Active' | 'Inactive' | 'Expired'; CreateDate: number }
export interface NewAccessKey extends AccessKey { SecretAccessKey: string }
export interface LastUsed { LastUsedDate?: number; ServiceName: string; Region: string }
export interface MfaDevice { UserName: string; SerialNumber: string; EnableDate: number }
export interface LoginProfile { UserName: string; CreateDate: number; PasswordResetRequired?: boolean }
export interface InstanceProfile { InstanceProfileName: string; Arn: string; CreateDate: number; Roles: Role[] }
export interface PasswordPolicy {
  MinimumPasswordLength: number; RequireSymbols: boolean; RequireNumbers: boolean; RequireUppercaseCharacters: boolean;
  RequireLowercaseCharacters: boolean; AllowUsersToChangePassword: boolean; ExpirePasswords?: boolean;
  MaxPasswordAge?: number; PasswordReusePrevention?: number; HardExpiry?: boolean;
}
