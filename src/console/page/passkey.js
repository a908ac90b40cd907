// Signs the challenge of a sign-in with a passkey or security key, and sends the answer as the page's form.
(() => {
  "use strict";
  const form = document.getElementById("passkey-form");
  const problem = document.getElementById("passkey-problem");
  if (!form) return;

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const say = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };

  form.addEventListener("submit", async (event) => {
    if (form.elements.signature.value) return;
    event.preventDefault();
    problem.hidden = true;
    if (!window.PublicKeyCredential) {
      say("This browser takes passkeys only from localhost or over https.");
      return;
    }
    try {
      const answer = await fetch("/signin/passkey/options", {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ csrf: form.elements.csrf.value }),
      });
      if (!answer.ok) throw new Error("This sign-in took too long. Begin again.");
      const options = await answer.json();
      const credential = await navigator.credentials.get({
        publicKey: {
          challenge: toBytes(options.challenge),
          rpId: options.rpId,
          allowCredentials: options.credentials.map((id) => ({ type: "public-key", id: toBytes(id) })),
          userVerification: "preferred",
          timeout: 60000,
        },
      });
      form.elements.credential.value = toText(credential.rawId);
      form.elements.client.value = toText(credential.response.clientDataJSON);
      form.elements.authenticator.value = toText(credential.response.authenticatorData);
      form.elements.signature.value = toText(credential.response.signature);
      form.submit();
    } catch (error) {
      say(error.name === "NotAllowedError" ? "No passkey was used. Try again." : error.message);
    }
  });
})();
