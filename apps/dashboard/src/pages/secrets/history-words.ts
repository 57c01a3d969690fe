import type { SecretEvent } from "../../api/secret-history.ts";

type Told = Pick<SecretEvent, "action" | "fields" | "before" | "after">;

/**
 * What somebody did to a secret, in a few words: “changed the value in production”. Never a value, which isn't noted.
 *
 * @param nameOf the name of an environment, or undefined for one that is gone or out of reach
 */
export function changeWords(event: Told, nameOf: (environmentId: string) => string | undefined): string {
  if (event.action === "secret.created") return "created it";
  const { fields, before, after } = event;
  const inPlaces = (ids: unknown): string => listed(textsOf(ids).map((id) => nameOf(id) ?? "an environment"));
  const has = (ids: unknown): boolean => textsOf(ids).length > 0;
  const words = [
    has(fields["changed"]) ? `changed the value in ${inPlaces(fields["changed"])}` : "",
    has(fields["removed"]) ? `removed the value in ${inPlaces(fields["removed"])}` : "",
    has(fields["personalChanged"]) || has(fields["personalRemoved"]) ? "changed their own value" : "",
    typeof before?.["name"] === "string" && before["name"] !== after?.["name"]
      ? `renamed it from ${before["name"]}`
      : "",
    fields["noteChanged"] === true ? "changed the note" : "",
  ].filter((part) => part !== "");
  return words.length === 0 ? "changed it" : listed(words);
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

const listed = (words: readonly string[]): string => new Intl.ListFormat("en").format(words);
