import { Stack, Text } from "@mantine/core";
import type { ImportResult } from "../../api/secrets.ts";
import { Note } from "../../components/failure-note.tsx";
import { Pill } from "../../components/state-badge.tsx";
import type { Tone } from "../../components/state.ts";
import classes from "./secrets.module.css";

type Change = ImportResult["entries"][number]["change"];

const LOOK: Readonly<Record<Change, Readonly<{ tone: Tone; label: string }>>> = {
  new: { tone: "success", label: "New" },
  changed: { tone: "info", label: "Changed" },
  same: { tone: "neutral", label: "Same" },
  skipped: { tone: "neutral", label: "Left as it is" },
  invalid: { tone: "danger", label: "Invalid" },
};
/** What needs a look comes first. */
const ORDER: readonly Change[] = ["invalid", "changed", "new", "skipped", "same"];

/** An import in a sentence. */
export function summaryOf({ counts, entries }: ImportResult): string {
  if (entries.length === 0) return "There is no variable in it.";
  const parts = ORDER.filter((change) => counts[change] > 0).map(
    (change) => `${counts[change]} ${LOOK[change].label.toLowerCase()}`,
  );
  return `${parts.join(", ")}.`;
}

/** What an import would do, by name; never a value. */
export function ImportPreview({ result }: Readonly<{ result: ImportResult }>) {
  const { counts, entries, duplicates } = result;
  const sorted = entries.toSorted((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change));
  return (
    <Stack component="section" aria-label="What changes" gap="sm">
      {counts.invalid > 0 ? (
        <Note tone="warning" title="Nothing can be imported before this is mended">
          An import is all or nothing. Correct or remove what is marked as invalid.
        </Note>
      ) : null}
      {duplicates.length > 0 ? (
        <Note tone="info" title="Some names stand more than once: the last one counts">
          {duplicates
            .slice(0, 10)
            .map(({ name, lines }) => `${name} in lines ${lines.join(", ")}`)
            .join("; ")}
        </Note>
      ) : null}
      <Text fw={600}>{summaryOf(result)}</Text>
      {sorted.length === 0 ? null : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that the keyboard can scroll it
        <ul className={classes.entries} tabIndex={0} aria-label="Variables">
          {sorted.slice(0, 500).map(({ name, line, change, reason }) => (
            <li key={`${name} ${line}`}>
              <span>
                <code>{name === "" ? `Line ${line}` : name}</code>
              </span>
              <Pill tone={LOOK[change].tone}>{LOOK[change].label}</Pill>
              {reason === null ? null : (
                <span className={classes.reason}>
                  {name === "" || line === null ? "" : `Line ${line}: `}
                  {reason}
                </span>
              )}
            </li>
          ))}
          {sorted.length > 500 ? <li>…and {sorted.length - 500} more</li> : null}
        </ul>
      )}
    </Stack>
  );
}
