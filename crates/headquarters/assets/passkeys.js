// Passkeys: what the page asks of the browser, and the browser of the authenticator. A form says what
// it wants in its data; the answer goes back in its own hidden fields.
(() => {
  "use strict";
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (ids) =>
    (ids || "").split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

  const made = async (form) => {
    const { challenge, rp, coalition, handle, person, known } = form.dataset;
    const credential = await navigator.credentials.create({ publicKey: {
      challenge: bytes(challenge),
      rp: { id: rp, name: coalition },
      user: { id: new TextEncoder().encode(handle), name: person, displayName: person },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -8 }],
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      excludeCredentials: listed(known),
    } });
    return { attestation: credential.response.attestationObject, client_data: credential.response.clientDataJSON };
  };

  const asserted = async (form) => {
    const { challenge, rp, known } = form.dataset;
    const credential = await navigator.credentials.get({ publicKey: {
      challenge: bytes(challenge),
      rpId: rp,
      userVerification: "required",
      allowCredentials: listed(known),
    } });
    return {
      credential: credential.rawId,
      handle: credential.response.userHandle,
      authenticator_data: credential.response.authenticatorData,
      client_data: credential.response.clientDataJSON,
      signature: credential.response.signature,
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const told = form.querySelector("[role=status]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.busy) return;
      form.dataset.busy = "yes";
      told.textContent = "Waiting for your passkey…";
      try {
        const answer = await (form.dataset.passkey === "create" ? made : asserted)(form);
        for (const [name, buffer] of Object.entries(answer)) {
          if (buffer) form.elements.namedItem(name).value = text(buffer);
        }
        form.submit();
      } catch (error) {
        delete form.dataset.busy;
        told.textContent = error.name === "InvalidStateError"
          ? "This device has a passkey of yours already."
          : "It did not come to it: " + error.message;
      }
    });
  }
})();
