"use strict";
/* Keeps what is marked `data-live` up to date, and never touches what somebody is typing, choosing or reading in a menu.
   Every page works without this; then one presses Refresh. */
(() => {
  const PAGE_EVERY = 1500, STRIP_EVERY = 2000;
  const FIELDS = "input:not([type=hidden]), textarea, select";

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.tagName === "SELECT") {
      // A menu without a chosen option shows its first one.
      const options = [...field.options];
      const chosen = options.some((one) => one.defaultSelected);
      return options.some((one, place) => one.selected !== (chosen ? one.defaultSelected : place === 0));
    }
    return field.value !== field.defaultValue;
  }

  function isInUse(part) {
    const focused = document.activeElement;
    if (part.contains(focused) && focused.matches(FIELDS)) return true;
    return part.querySelector("details[open]") !== null || [...part.querySelectorAll(FIELDS)].some(isChanged);
  }

  /* Focus stays on the same link or button, found again by its place. */
  function replace(part, fresh) {
    const stops = (root) => [...root.querySelectorAll("a[href], button, summary")];
    const place = stops(part).indexOf(document.activeElement);
    part.replaceWith(fresh);
    if (place >= 0) stops(fresh)[place]?.focus({ preventScroll: true });
  }

  function take(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.outerHTML !== part.outerHTML && !isInUse(part)) replace(part, document.adoptNode(fresh));
    }
    arrange();
  }

  async function look(address) {
    const answer = await fetch(address, { credentials: "same-origin", headers: { "X-Live": "1" } });
    if (answer.ok) take(await answer.text());
  }

  /* Behind a form nothing can be reached, and where one is in a row of channels is in sight. */
  function arrange() {
    const modal = document.querySelector("#modal-place .modal");
    for (const part of document.querySelectorAll(".skip, .top, .slack > :not(#modal-place), .strip")) part.inert = modal !== null;
  }
  arrange();
  document.querySelector(".sidebar [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  const strip = document.getElementById("strip");
  const isLive = document.querySelector("main [data-live]") !== null && document.body.dataset.sent === undefined;

  function every(pause, address) {
    const again = async () => {
      try {
        if (!document.hidden) await look(address());
        strip.classList.remove("lost");
      } catch {
        strip.classList.add("lost");
      }
      setTimeout(again, pause);
    };
    setTimeout(again, pause);
  }

  every(STRIP_EVERY, () => strip.dataset.address);
  if (isLive) every(PAGE_EVERY, () => location.href.split("#")[0]);

  /* The strip's buttons do not leave the page, on which something may be half written. */
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-quiet]")) return;
    event.preventDefault();
    const body = new FormData(form);
    if (event.submitter?.name) body.append(event.submitter.name, event.submitter.value);
    await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
    await look(strip.dataset.address).catch(() => undefined);
    event.submitter?.focus();
  });

  /* Enter sends, as in Slack; with Shift, or on a phone, it is a new line. */
  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-send]");
    if (!sends || !matchMedia("(pointer: fine)").matches) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button.primary"));
  });

  /* A menu closes with Escape and with a click beside it. */
  const menus = () => [...document.querySelectorAll("details.up[open], details.menu[open], details.confirm[open]")];
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
})();
