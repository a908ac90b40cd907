#include "main/guide_steps.h"

namespace haar::main {
namespace {

constexpr std::string_view signin = "test/console/test_signin.py", attacks = "test/system/test_signin_attacks.py",
                           saml = "test/api/test_saml_sign_in.py";

// In the order of the steps. Keep a row to a line.
constexpr GuideStep steps[] = {
    {"B2", "sign in as root: e-mail address, then the password on the next page", signin,
     "test_root_gives_the_address_and_on_the_next_page_the_password"},
    {"C1", "a virtual MFA device for root, from the secret key or the QR code", signin,
     "test_root_registers_a_device_from_the_secret_key"},
    {"C2", "MFA at sign-in, one of several devices", signin, "test_a_device_is_asked_for_and_its_code_is_good_once"},
    {"C2", "a device whose clock has drifted is synchronized at sign-in", signin,
     "test_a_device_whose_clock_has_drifted_is_synchronized"},
    {"C2", "passkeys and security keys", signin, "test_a_passkey_is_registered_and_signs_in"},
    {"D5", "a new password at the first sign-in", signin, "test_a_new_password_is_chosen_before_anything_else"},
    {"F1", "sign in as IAM user: account ID or alias, user name, password", signin,
     "test_a_user_is_remembered_and_can_choose_another_account"},
    {"F2", "the account and the user name are remembered", signin, "test_a_user_is_remembered_and_can_choose_another_account"},
    {"F3", "the sign-in page of an account, by its alias", signin, "test_an_alias_has_a_sign_in_page_of_its_own"},
    {"F5", "sign in to a different account", signin, "test_a_user_is_remembered_and_can_choose_another_account"},
    {"I1", "sign in by SAML, with a choice of roles", saml, "test_one_of_several_roles_is_chosen"},
    {"I1", "sign in by a broker's sign-in token", attacks, "test_a_sign_in_token_begins_one_session"},
    {"I4", "switch to a role and back", signin, "test_switching_to_a_role_and_back"},
};

}  // namespace

std::span<const GuideStep> guide_steps() { return steps; }

}  // namespace haar::main
