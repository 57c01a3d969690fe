const ACTIONS: Readonly<Record<string, string>> = {
  "plan.approved": "Plan approved",
  "adoption.allowed": "Adoption allowed",
  "existing-policy.changed": "Policy for existing secrets changed",
  "name.chosen": "Name in the vault chosen",
  "name.released": "Chosen name given back",
  "records.retried": "Failing secrets tried again",
  "sync.disconnected": "Disconnected",
};

/** What somebody did; an action that isn't known here is told in its own words. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[.-]/g, " ");
  return ACTIONS[action] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

const NAMES: Readonly<Record<string, string>> = {
  secretName: "secret",
  vaultName: "in the vault",
  planId: "plan",
  secretIds: "secrets",
};
/** A name tells more than an id, which stands beside it. */
const LEFT_OUT = new Set(["secretId"]);

/** The fields of an event in a few words. */
export function detailWords(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([name, value]) => value !== null && !(LEFT_OUT.has(name) && "secretName" in fields))
    .map(
      ([name, value]) =>
        `${NAMES[name] ?? name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(", ");
}
