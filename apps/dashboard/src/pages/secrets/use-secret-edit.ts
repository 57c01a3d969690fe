import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import {
  changeSecret,
  revealValue,
  secretsQuery,
  type ProjectPlace,
  type SecretChange,
  type SecretOutline,
  type ValuePlace,
} from "../../api/secrets.ts";

/** Names a value among those of a secret. */
export const keyOf = ({ environmentId, isPersonal }: ValuePlace): string => `${environmentId} ${isPersonal}`;

type Draft = ValuePlace & Readonly<{ value: string | null }>;
type Drafts = ReadonlyMap<string, Draft>;

/** What somebody else has made of the secret meanwhile: only what stands against something that was typed here. */
export type Theirs = Readonly<{
  name: string | null;
  note: string | null;
  values: ReadonlyMap<string, string | null>;
}>;

export type SecretEdit = Readonly<{
  /** The secret as it was last read. */
  base: SecretOutline;
  name: string;
  note: string;
  /** The values that were touched; null for one that is to go. */
  drafts: Drafts;
  /** Set when the last save was refused because of somebody else's change. */
  theirs: Theirs | null;
  /** Whether the secret is gone altogether. */
  gone: boolean;
  dirty: boolean;
  sending: boolean;
  problem: ApiFailure | null;
  /** Whether another secret has the name that stands there. */
  nameTaken: boolean;
  setName: (name: string) => void;
  setNote: (note: string) => void;
  setValue: (place: ValuePlace, value: string | null) => void;
  /** Leaves a value as it is stored. */
  release: (place: ValuePlace) => void;
  /** Reads a value, to be changed. @throws {ApiFailure} */
  begin: (place: ValuePlace) => Promise<void>;
  /** @returns whether it was saved */
  save: () => Promise<boolean>;
}>;

/** What is typed about a secret, and its way to the server; nothing of it is lost when somebody else was faster. */
export function useSecretEdit(project: ProjectPlace, secret: SecretOutline): SecretEdit {
  const queryClient = useQueryClient();
  const [base, setBase] = useState(secret);
  const [name, setName] = useState(secret.name);
  const [note, setNote] = useState(secret.note);
  const [drafts, setDrafts] = useState<Drafts>(new Map());
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [gone, setGone] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  const [takenName, setTakenName] = useState<string>();
  const dirty = name.trim() !== base.name || note !== base.note || drafts.size > 0;

  const setValue = (place: ValuePlace, value: string | null): void =>
    setDrafts((before) => new Map(before).set(keyOf(place), { ...place, value }));
  const release = (place: ValuePlace): void =>
    setDrafts((before) => new Map([...before].filter(([key]) => key !== keyOf(place))));

  async function currentValue(place: ValuePlace): Promise<string | null> {
    try {
      return (await revealValue(project, base.id, place)).value;
    } catch (error) {
      if (error instanceof ApiFailure && error.code === "VALUE_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Looks at what stands there now, beside what was typed. */
  async function compare(): Promise<void> {
    const secrets = await queryClient.fetchQuery({ ...secretsQuery(project), staleTime: 0 });
    const now = secrets.find(({ id }) => id === base.id);
    if (now === undefined) {
      setGone(true);
      return;
    }
    const values = await Promise.all(
      [...drafts].map(async ([key, place]) => [key, await currentValue(place)] as const),
    );
    const nameTyped = name.trim() !== base.name;
    const noteTyped = note !== base.note;
    setTheirs({
      name: nameTyped && now.name !== base.name ? now.name : null,
      note: noteTyped && now.note !== base.note ? now.note : null,
      values: new Map(values.filter(([key, value]) => drafts.get(key)?.value !== value)),
    });
    // What wasn't touched here follows theirs.
    if (!nameTyped) setName(now.name);
    if (!noteTyped) setNote(now.note);
    setBase(now);
  }

  async function save(): Promise<boolean> {
    setSending(true);
    setProblem(null);
    const change: SecretChange = {
      ...(name.trim() === base.name ? {} : { name: name.trim() }),
      ...(note === base.note ? {} : { note }),
      ...(drafts.size === 0 ? {} : { values: [...drafts.values()] }),
    };
    try {
      await changeSecret(project, base, change);
      return true;
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (error.code === "SECRET_CHANGED" || error.code === "SECRET_NOT_FOUND") await compareSafely();
      else if (error.code === "SECRET_EXISTS") setTakenName(name.trim());
      else setProblem(error);
      return false;
    } finally {
      setSending(false);
    }
  }

  async function compareSafely(): Promise<void> {
    try {
      await compare();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setProblem(error);
    }
  }

  return {
    base,
    name,
    note,
    drafts,
    theirs,
    gone,
    dirty,
    sending,
    problem,
    nameTaken: name.trim() === takenName,
    setName,
    setNote,
    setValue,
    release,
    begin: async (place) => setValue(place, (await revealValue(project, base.id, place)).value),
    save,
  };
}
