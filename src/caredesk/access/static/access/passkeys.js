// Passkeys: <form data-passkey="create|get" data-options="address"> asks the browser for a passkey
// before it is sent, and sends the answer along in its field "credential".

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// What came as JSON, with bytes where WebAuthn wants them.
function asAsked(options) {
  const asked = { ...options };
  asked.challenge = toBytes(options.challenge);
  if (options.user) asked.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    asked[list] = (options[list] ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return asked;
}

// The browser's answer as JSON (RegistrationResponseJSON, AuthenticationResponseJSON).
function asAnswered(credential) {
  const { response } = credential;
  const answered = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answered[name] = toText(response[name]);
  }
  if (response.getTransports) answered.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answered,
  });
}

class ToldError extends Error {}

async function ask(form) {
  if (!window.PublicKeyCredential) {
    throw new ToldError("This browser cannot use passkeys here. Take another way.");
  }
  const sent = new FormData(form);
  const answer = await fetch(form.dataset.options, { method: "POST", body: sent });
  const options = await answer.json().catch(() => null);
  if (!options) throw new ToldError("Caredesk did not answer. Reload the page and try again.");
  if (options.refused) throw new ToldError(options.refused);
  const publicKey = asAsked(options);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey });
}

const WORDS = {
  NotAllowedError: "No passkey was used: it was cancelled, or there is none here. Nothing was changed.",
  InvalidStateError: "This device has a passkey for you already.",
  SecurityError: "Passkeys do not work at this address. Ask whoever runs Caredesk.",
};

function say(form, text) {
  const says = form.querySelector("[data-passkey-says]");
  says.textContent = text;
  says.hidden = !text;
}

async function answer(form) {
  const button = form.querySelector("[type=submit]");
  button.setAttribute("aria-disabled", "true");
  say(form, "");
  try {
    form.elements.credential.value = asAnswered(await ask(form));
    form.requestSubmit();
  } catch (error) {
    const usual = "The passkey did not work. Try again, or take another way.";
    say(form, error instanceof ToldError ? error.message : (WORDS[error.name] ?? usual));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

// Before htmx sees it: a form without an answer is not sent yet.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]") || form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.querySelector("[aria-disabled=true]")) return;
    answer(form);
  },
  { capture: true },
);

// A page that comes back from the browser's memory holds an answer that is good no more.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-passkey] [name=credential]")) field.value = "";
});
