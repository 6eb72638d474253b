"use strict";
/* AP for pages of an app inside the sandbox's Jira: AP.jira.WorkflowConfiguration, AP.resize and AP.sizeToParent.
   The frame and its host know each other by the window, the origin and the channel in the frame's address. */
window.AP = (() => {
  const given = new URLSearchParams(location.search);
  const host = given.get("xdm_e"), channel = given.get("xdm_c");
  const options = document.currentScript?.dataset.options ?? "";
  let save = () => undefined, isValid = () => true;

  const tell = (message) => parent.postMessage({ channel, ...message }, host);
  const resize = (width, height) =>
    tell({ type: "resize", width: width ?? "100%", height: height ?? document.documentElement.offsetHeight });

  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== host || event.data?.channel !== channel) return;
    if (event.data.type !== "save") return;
    const valid = isValid();
    tell({ type: "saved", valid, value: valid ? save() : undefined });
  });

  if (host && !options.includes("resize:false")) {
    addEventListener("load", () => new ResizeObserver(() => resize()).observe(document.documentElement));
  }

  return {
    resize,
    sizeToParent: () => tell({ type: "resize", width: "100%", height: "100%" }),
    jira: {
      WorkflowConfiguration: {
        onSave: (callback) => { save = callback; },
        onSaveValidation: (callback) => { isValid = callback; },
        trigger: () => ({ valid: isValid(), value: save() }),
      },
    },
  };
})();
