"""Terraform with the provider hashicorp/aws, for tests.

The provider comes from a folder laid out as a filesystem mirror, never from the network: $HAAR_TF_PLUGINS, else
/opt/tf-plugins. https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""
import os
import pathlib
import shutil
import subprocess

import pytest

PLUGINS = pathlib.Path(os.environ.get("HAAR_TF_PLUGINS", "/opt/tf-plugins"))
PROVIDERS = sorted((PLUGINS / "registry.terraform.io" / "hashicorp" / "aws").glob("5.*"))

# Skipped, visibly, where Terraform is not.
needed = pytest.mark.skipif(
    shutil.which("terraform") is None or not PROVIDERS,
    reason=f"needs terraform on the path and hashicorp/aws 5.x in {PLUGINS} (or $HAAR_TF_PLUGINS)")

VERSIONS = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
"""


def initialised(folder, configuration, environment):
    """run(words…) in a folder with that configuration; a failure is an assertion unless check=False."""
    (folder / "versions.tf").write_text(VERSIONS)
    (folder / "main.tf").write_text(configuration)
    (folder / "cli.tfrc").write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{PLUGINS}"\n  }}\n}}\ndisable_checkpoint = true\n')
    settings = {**environment, "TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"), "TF_IN_AUTOMATION": "1"}

    def run(*words, check=True):
        done = subprocess.run(["terraform", f"-chdir={folder}", *words], env=settings, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=300)
        if check:
            assert done.returncode == 0, f"terraform {' '.join(words)}\n{done.stdout}{done.stderr}"
        return done

    run("init", "-input=false", "-no-color")
    return run
