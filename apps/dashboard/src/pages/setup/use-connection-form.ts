import { useState, type ClipboardEvent, type FormEvent } from "react";
import { ApiFailure } from "../../api/failure.ts";
import type { NamePolicy } from "../../api/setup.ts";
import {
  connectionProblems,
  guidTypo,
  mendGuid,
  mendVaultUrl,
  prefixProblem,
  type CloudNames,
  type ConnectionValues,
} from "./connection-checks.ts";
import { useDraft } from "./draft.ts";

type Values = ConnectionValues & { namePolicy: NamePolicy };
type Field = keyof ConnectionValues;

type ConnectionFormInput = Readonly<{
  initial: Values;
  /** Under which name what is typed is kept until it is sent. */
  draft: string;
  cloud: CloudNames;
  submit: (values: Values) => Promise<void>;
}>;

const FIELDS: readonly Field[] = ["tenantId", "clientId", "vaultUrl", "prefix"];

/**
 * The form of a connection. A field is told what can't be right any more while it is typed in, and all that is wrong
 * once it was left. What is typed outlives a reload.
 */
export function useConnectionForm({ initial, draft, cloud, submit }: ConnectionFormInput) {
  const [kept, keep] = useDraft<Partial<Values>>(draft);
  const values: Values = { ...initial, ...kept };
  const [left, setLeft] = useState<ReadonlySet<Field>>(new Set());
  const [refused, setRefused] = useState<Partial<Record<Field, string>>>({});
  const [notice, setNotice] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  const [sending, setSending] = useState(false);

  const set = (change: Partial<Values>): void => keep({ ...values, ...change });
  const all = connectionProblems(values, cloud);

  const errorOf = (field: Field): string | null => {
    if (refused[field] !== undefined) return refused[field];
    if (left.has(field)) return all[field] ?? null;
    return whileTyped(field, values[field]);
  };

  const type = (field: Field, text: string): void => {
    setRefused({ ...refused, [field]: undefined });
    if (field === "vaultUrl") setNotice(null);
    set({ [field]: text });
  };

  const leave = (field: Field): void => {
    const text = values[field];
    if (text.trim() === "") return;
    setLeft(new Set([...left, field]));
    mend(field, text);
  };

  function mend(field: Field, text: string): void {
    if (field === "tenantId" || field === "clientId") set({ [field]: mendGuid(text) });
    if (field !== "vaultUrl") return;
    const mended = mendVaultUrl(text, cloud);
    if (mended.vaultUrl === text) return;
    setNotice(mended.notice);
    set({ vaultUrl: mended.vaultUrl });
  }

  const paste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const replacesAll = selectionStart === 0 && selectionEnd === value.length;
    if (!replacesAll) return;
    const text = event.clipboardData.getData("text");
    const mended = mendVaultUrl(text, cloud);
    if (mended.notice === null) return;
    event.preventDefault();
    mend("vaultUrl", text);
  };

  async function attempt(form: HTMLFormElement): Promise<void> {
    setLeft(new Set(FIELDS));
    const wrong = FIELDS.find((field) => all[field] !== undefined);
    if (wrong !== undefined) {
      form.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const { vaultUrl } = mendVaultUrl(values.vaultUrl, cloud);
      const ids = { tenantId: mendGuid(values.tenantId), clientId: mendGuid(values.clientId) };
      await submit({ ...values, ...ids, vaultUrl });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      const atFields = refusedFields(error);
      setRefused(atFields);
      const first = FIELDS.find((field) => atFields[field] !== undefined);
      if (first === undefined) setProblem(error);
      else form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    } finally {
      setSending(false);
    }
  }

  return {
    values,
    set,
    notice,
    problem,
    sending,
    send: (event: FormEvent<HTMLFormElement>): void => {
      event.preventDefault();
      if (!sending) void attempt(event.currentTarget);
    },
    field: (field: Field) => ({
      name: field,
      value: values[field],
      error: errorOf(field),
      onChange: (event: FormEvent<HTMLInputElement>) => type(field, event.currentTarget.value),
      onBlur: () => leave(field),
      ...(field === "vaultUrl" ? { onPaste: paste } : {}),
    }),
  };
}

function whileTyped(field: Field, text: string): string | null {
  switch (field) {
    case "tenantId":
      return guidTypo(text, "Directory (tenant) ID");
    case "clientId":
      return guidTypo(text, "Application (client) ID");
    case "prefix":
      return prefixProblem(text);
    case "vaultUrl":
      return /\s\S/.test(text.trim()) ? "An address has no spaces." : null;
  }
}

/** What the server finds wrong, at its field. */
function refusedFields({ code, message, fields }: ApiFailure): Partial<Record<Field, string>> {
  if (code === "VAULT_URL_INVALID") return { vaultUrl: message.replace(/^vaultUrl: /, "") };
  return Object.fromEntries(FIELDS.flatMap((field) => (fields[field] ? [[field, fields[field]]] : [])));
}
