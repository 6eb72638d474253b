// Jira keeps what onSave returns as the rule's configuration; the validator's expression reads `config.fieldId` from it.
const rule = document.getElementById("rule");
if (rule.dataset.editing === "yes" && window.AP) {
  window.AP.jira.WorkflowConfiguration.onSave(() => rule.dataset.config);
}
