"""iam: console passwords and the account's password policy."""
import pytest
from botocore.exceptions import ClientError

STRONG = "Correct-Horse-7"


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def violation(call, **arguments):
    code, message, status = refused(call, **arguments)
    assert (code, status) == ("PasswordPolicyViolation", 400)
    return message


@pytest.fixture
def policy(client):
    """policy(…): the account's password policy for one test."""
    iam = client("iam")
    yield lambda **settings: iam.update_account_password_policy(**settings)
    try:
        iam.delete_account_password_policy()
    except iam.exceptions.NoSuchEntityException:
        pass


def test_login_profile_lifecycle(client, unique):
    """A password is given, changed and taken away; it is never shown."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    assert refused(iam.get_login_profile, UserName=unique) == (
        "NoSuchEntity", f"Login Profile for User {unique} cannot be found.", 404)
    made = iam.create_login_profile(UserName=unique, Password=STRONG, PasswordResetRequired=True)["LoginProfile"]
    assert set(made) == {"UserName", "CreateDate", "PasswordResetRequired"} and made["PasswordResetRequired"] is True
    assert iam.get_login_profile(UserName=unique)["LoginProfile"] == made
    assert refused(iam.create_login_profile, UserName=unique, Password=STRONG) == (
        "EntityAlreadyExists", f"Login Profile for user {unique} already exists.", 409)
    iam.update_login_profile(UserName=unique, PasswordResetRequired=False)
    assert iam.get_login_profile(UserName=unique)["LoginProfile"]["PasswordResetRequired"] is False
    iam.update_login_profile(UserName=unique, Password=STRONG + "x")
    assert refused(iam.delete_user, UserName=unique) == (
        "DeleteConflict", "Cannot delete entity, must delete login profile first.", 409)
    iam.delete_login_profile(UserName=unique)
    for call, more in ((iam.delete_login_profile, {}), (iam.update_login_profile, {"Password": STRONG})):
        assert refused(call, UserName=unique, **more)[:2] == (
            "NoSuchEntity", f"Login Profile for User {unique} cannot be found.")
    iam.delete_user(UserName=unique)
    for call, more in ((iam.create_login_profile, {"Password": STRONG}), (iam.get_login_profile, {})):
        assert refused(call, UserName=unique, **more)[1] == f"The user with name {unique} cannot be found."


def test_the_default_policy(client, unique):
    """Eight characters, three of four classes, and neither the account's name nor its address."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    create = dict(UserName=unique)
    assert violation(iam.create_login_profile, **create, Password="Short-1") == (
        "Password should have a minimum length of 8")
    assert violation(iam.create_login_profile, **create, Password="lowercase7") == (
        "Password should meet 1 more of the following requirements: Password should have at least one uppercase letter, "
        "Password should have at least one symbol")
    assert violation(iam.create_login_profile, **create, Password="lowercase").startswith(
        "Password should meet 2 more of the following requirements: ")
    assert "account name or email" in violation(iam.create_login_profile, **create, Password="Root@Example.com")
    assert refused(iam.get_login_profile, UserName=unique)[0] == "NoSuchEntity", "nothing was stored"
    iam.create_login_profile(**create, Password="lowerUPPER7")
    assert violation(iam.update_login_profile, **create, Password="lowercase").startswith("Password should meet")


def test_a_password_is_required(client, unique):
    """Only an AssumeRoot session may leave the password or the user out."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    assert refused(iam.create_login_profile, UserName=unique)[0] == "ValidationError"
    assert refused(client("iam", "root").create_login_profile, Password=STRONG)[:2] == (
        "ValidationError", "Must specify userName when calling with non-User credentials")
    unchecked = client("iam", parameter_validation=False)
    assert refused(unchecked.create_login_profile, UserName=unique, Password="x" * 129)[0] == "ValidationError"
    code, message, _ = refused(unchecked.create_login_profile, UserName=unique, Password="Secret-7\u20ac")
    assert code == "ValidationError" and "Secret" not in message, "a refused password is not repeated"


def test_policy_lifecycle(client, account, policy):
    """What is left out goes back to its default; ExpirePasswords says whether there is an age."""
    iam = client("iam")
    missing = ("NoSuchEntity", f"The Password Policy with domain name {account} cannot be found.", 404)
    assert refused(iam.get_account_password_policy) == missing
    policy(MinimumPasswordLength=12, RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True,
           RequireLowercaseCharacters=True, AllowUsersToChangePassword=True, MaxPasswordAge=90,
           PasswordReusePrevention=5, HardExpiry=True)
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 12, "RequireSymbols": True, "RequireNumbers": True, "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True, "AllowUsersToChangePassword": True, "ExpirePasswords": True,
        "MaxPasswordAge": 90, "PasswordReusePrevention": 5, "HardExpiry": True}
    policy()
    assert iam.get_account_password_policy()["PasswordPolicy"] == {
        "MinimumPasswordLength": 6, "RequireSymbols": False, "RequireNumbers": False,
        "RequireUppercaseCharacters": False, "RequireLowercaseCharacters": False, "AllowUsersToChangePassword": False,
        "ExpirePasswords": False, "HardExpiry": False}
    iam.delete_account_password_policy()
    assert refused(iam.delete_account_password_policy)[::2] == ("NoSuchEntity", 404)
    unchecked = client("iam", parameter_validation=False)
    for wrong in ({"MinimumPasswordLength": 5}, {"MinimumPasswordLength": 129}, {"MaxPasswordAge": 1096},
                  {"PasswordReusePrevention": 25}):
        assert refused(unchecked.update_account_password_policy, **wrong)[0] == "ValidationError"
    assert refused(iam.get_account_password_policy) == missing, "nothing was stored"


def test_a_policy_of_ones_own_replaces_the_default(client, unique, policy):
    """Each requirement is said by name, and what the policy does not ask for is not asked for."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    policy(MinimumPasswordLength=10, RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True,
           RequireLowercaseCharacters=True)
    for password, message in (
            ("Short-1", "Password should have a minimum length of 10"),
            ("lower-case-7", "Password should have at least one uppercase letter"),
            ("UPPER-CASE-7", "Password should have at least one lowercase letter"),
            ("Upper-Lower", "Password should have at least one number"),
            ("UpperLower77", "Password should have at least one symbol")):
        assert violation(iam.create_login_profile, UserName=unique, Password=password) == message
    policy()
    iam.create_login_profile(UserName=unique, Password="simple")


def test_a_user_changes_their_own_password(client, new_user, unique):
    """With the old one, and with permission; then no reset is required any more."""
    allowed = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ChangePassword",
                                                     "Resource": "arn:aws:iam::*:user/${aws:username}"}}
    iam, admin = client("iam", new_user(allowed, name=unique)), client("iam")
    assert refused(iam.change_password, OldPassword=STRONG, NewPassword=STRONG + "2")[:2] == (
        "NoSuchEntity", f"Login Profile for User {unique} cannot be found.")
    admin.create_login_profile(UserName=unique, Password=STRONG, PasswordResetRequired=True)
    code, message, status = refused(iam.change_password, OldPassword="wrong", NewPassword=STRONG + "2")
    assert (code, status) == ("AccessDenied", 403) and "wrong" not in message
    assert violation(iam.change_password, OldPassword=STRONG, NewPassword="weak") == (
        "Password should have a minimum length of 8")
    iam.change_password(OldPassword=STRONG, NewPassword=STRONG + "2")
    assert admin.get_login_profile(UserName=unique)["LoginProfile"]["PasswordResetRequired"] is False
    assert refused(iam.change_password, OldPassword=STRONG, NewPassword=STRONG + "3")[0] == "AccessDenied"
    iam.change_password(OldPassword=STRONG + "2", NewPassword=STRONG)


def test_change_password_is_for_users(client):
    """Root and roles have no password that this call could change."""
    assert refused(client("iam", "root").change_password, OldPassword=STRONG, NewPassword=STRONG + "2")[::2] == (
        "InvalidUserType", 400)


def test_the_policy_may_let_all_users_change_their_password(client, new_user, unique, policy):
    """AllowUsersToChangePassword: no other permission is needed, for one's own password; a denial still counts."""
    admin = client("iam")
    mine, denied = client("iam", new_user(name=unique)), client("iam", new_user(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:ChangePassword", "Resource": "*"}},
        name=unique + "-denied"))
    for name in (unique, unique + "-denied"):
        admin.create_login_profile(UserName=name, Password=STRONG)
    change = dict(OldPassword=STRONG, NewPassword=STRONG + "2")
    assert refused(mine.change_password, **change)[0] == "AccessDenied"
    policy(AllowUsersToChangePassword=True)
    mine.change_password(**change)
    assert mine.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"]
    assert refused(mine.update_account_password_policy)[0] == "AccessDenied"
    assert "explicit deny" in refused(denied.change_password, **change)[1]
    policy(AllowUsersToChangePassword=False)
    assert refused(mine.get_account_password_policy)[0] == "AccessDenied"


def test_earlier_passwords_are_not_used_again(client, unique, policy):
    """PasswordReusePrevention counts the present password as one of them."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    iam.create_login_profile(UserName=unique, Password=STRONG + "0")
    for number in range(1, 4):
        iam.update_login_profile(UserName=unique, Password=f"{STRONG}{number}")
    policy(MinimumPasswordLength=8, PasswordReusePrevention=3)
    for number in (3, 2, 1):
        assert violation(iam.update_login_profile, UserName=unique, Password=f"{STRONG}{number}") == (
            "Password does not conform to the account password policy.")
    iam.update_login_profile(UserName=unique, Password=STRONG + "0")
    policy(MinimumPasswordLength=8)
    iam.update_login_profile(UserName=unique, Password=STRONG + "0")


def test_a_renamed_user_keeps_the_password(client, unique):
    """Profiles go by unique id, so a new user of the old name has none."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    iam.create_login_profile(UserName=unique, Password=STRONG)
    iam.update_user(UserName=unique, NewUserName=unique + "-b")
    iam.create_user(UserName=unique)
    assert iam.get_login_profile(UserName=unique + "-b")["LoginProfile"]["UserName"] == unique + "-b"
    assert refused(iam.get_login_profile, UserName=unique)[0] == "NoSuchEntity"


def test_others_may_not(client, new_user, unique):
    """A user without permissions is refused, whatever exists."""
    nobody = client("iam", new_user(name=unique))
    for call, more in ((nobody.create_login_profile, {"Password": STRONG}), (nobody.get_login_profile, {}),
                       (nobody.update_login_profile, {"Password": STRONG}), (nobody.delete_login_profile, {})):
        for name in (unique, "Administrator", "no-such-user"):
            assert refused(call, UserName=name, **more)[::2] == ("AccessDenied", 403)
    assert refused(nobody.change_password, OldPassword=STRONG, NewPassword=STRONG)[0] == "AccessDenied"


def test_the_longest_session_of_a_sign_in(client, unique):
    """MaxSigninSessionDuration of a user, without touching the password."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    made = iam.create_login_profile(UserName=unique, Password=STRONG, MaxSigninSessionDuration=3600)["LoginProfile"]
    assert made["MaxSigninSessionDuration"] == 3600
    iam.update_login_profile(UserName=unique, MaxSigninSessionDuration=7200)
    iam.update_login_profile(UserName=unique, PasswordResetRequired=True)
    assert iam.get_login_profile(UserName=unique)["LoginProfile"]["MaxSigninSessionDuration"] == 7200
    assert refused(iam.update_login_profile, UserName=unique, MaxSigninSessionDuration=7200,
                   ResetMaxSigninSessionDuration=True)[0] == "InvalidInput"
    iam.update_login_profile(UserName=unique, ResetMaxSigninSessionDuration=True)
    assert "MaxSigninSessionDuration" not in iam.get_login_profile(UserName=unique)["LoginProfile"]
