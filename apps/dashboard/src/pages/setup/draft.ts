import { useState } from "react";

/**
 * A value that outlives a reload of the page, in this tab: what was typed and not sent yet.
 *
 * @param name of the draft, one for each form and sync
 * @returns the draft or null, and what keeps or (null) forgets it
 */
export function useDraft<Value extends object>(
  name: string,
): readonly [Value | null, (value: Value | null) => void] {
  const [draft, setDraft] = useState(() => readDraft(name) as Value | null);
  const keep = (value: Value | null): void => {
    writeDraft(name, value);
    setDraft(value);
  };
  return [draft, keep];
}

export const draftName = (syncId: string, form: string): string => `kvsync-setup-${syncId}-${form}`;

/** What an earlier look at the page left. What isn't readable counts as nothing. */
export function readDraft(name: string): object | null {
  const text = sessionStorage.getItem(name);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

export function writeDraft(name: string, value: object | null): void {
  if (value === null) sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, JSON.stringify(value));
}

/** Forgets all drafts of a sync. */
export function forgetDrafts(syncId: string): void {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(draftName(syncId, ""))) sessionStorage.removeItem(key);
}
