"use strict";
/* The other end of all.js: frames get the height that they ask for, and a rule's form asks its frame what to keep. */
(() => {
  const PATIENCE = 3000;
  const frames = [...document.querySelectorAll("iframe[data-channel]")];
  const form = document.querySelector("form.rule");
  let asked = null;

  function sender(event) {
    const frame = frames.find((one) => one.contentWindow === event.source);
    return frame && event.origin === frame.dataset.origin && event.data?.channel === frame.dataset.channel ? frame : null;
  }

  addEventListener("message", (event) => {
    const frame = sender(event);
    if (!frame) return;
    if (event.data.type === "resize" && Number(event.data.height) > 0) {
      frame.style.height = `${Math.min(Number(event.data.height), 2000)}px`;
    }
    if (event.data.type === "saved" && asked) answered(event.data);
  });

  function answered({ valid, value }) {
    clearTimeout(asked);
    asked = null;
    if (!valid) return say("The app's page says that something in it is not right yet.");
    if (value !== undefined) form.elements.config.value = String(value);
    form.submit();
  }

  function say(words) {
    document.getElementById("rule-trouble").textContent = words;
  }

  form?.addEventListener("submit", (event) => {
    if (!frames.length) return;
    event.preventDefault();
    say("");
    for (const frame of frames) {
      frame.contentWindow.postMessage({ channel: frame.dataset.channel, type: "save" }, frame.dataset.origin);
    }
    asked = setTimeout(() => say("The app's page did not answer, so nothing was saved."), PATIENCE);
  });
})();
