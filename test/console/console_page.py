"""What tests of the console's pages share: a signed-in browser, and axe's findings."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from conftest import ROOT_EMAIL, ROOT_PASSWORD  # noqa: E402
from console_session import ConsoleSession  # noqa: E402

AXE = pathlib.Path(__file__).resolve().parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"


def sign_in(page, haar, url, **who):
    """The page's browser is signed in from now on: as root, or as who={account, user, password}. Returns the session."""
    who = who or {"email": ROOT_EMAIL, "password": ROOT_PASSWORD}
    session = ConsoleSession(haar.endpoint, **who)
    name, value = session.cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": url("/"), "httpOnly": True, "sameSite": "Lax"}])
    return session


# Two frames: what a changed width or scheme calls has run. Then colours that fade from one scheme to the other have arrived.
SETTLED = """async () => {
  for (let frame = 0; frame < 2; ++frame) await new Promise(requestAnimationFrame);
  const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
}"""


def violations(page):
    """What axe finds on the page at rest: [(rule, how bad, the elements)]; pages have none."""
    page.evaluate(SETTLED)
    page.evaluate(AXE.read_text() + "; 0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def see_policy_violations(page):
    """A list that grows with what the content security policy forbids the page."""
    seen = []
    page.on("console", lambda message: seen.append(message.text) if "Content Security Policy" in message.text else None)
    return seen
