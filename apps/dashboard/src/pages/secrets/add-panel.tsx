import { ActionIcon, Button, Checkbox, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { ApiFailure } from "../../api/failure.ts";
import type { Environment } from "../../api/projects.ts";
import { addSecrets, type ProjectPlace } from "../../api/secrets.ts";
import type { Sync } from "../../api/syncs.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { nameHints } from "./name-hints.ts";
import { Panel } from "./panel.tsx";
import classes from "./secrets.module.css";
import { ValueInput } from "./value-input.tsx";
import { useTakenNames } from "./use-taken-names.ts";
import { fits } from "./value-size.tsx";

type AddPanelProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  onDone: () => Promise<void>;
  place: ProjectPlace;
  environments: readonly Environment[];
  environment: Environment;
  /** The syncs whose vaults should be able to hold the names. */
  syncs: readonly Sync[];
}>;

/** Where new secrets are typed: one or several, with the same value in each of the chosen environments. */
export function AddPanel({ opened, onClose, ...props }: AddPanelProps) {
  return (
    <Panel opened={opened} onClose={onClose} title="Add secrets">
      {(panel) => <Add {...props} {...panel} />}
    </Panel>
  );
}

type Row = Readonly<{ key: number; name: string; value: string }>;
type AddProps = Omit<AddPanelProps, "opened" | "onClose"> &
  Readonly<{ setUnsaved: (unsaved: boolean) => void; close: () => void }>;

const NAME = /^[A-Za-z0-9_.-]{1,255}$/;

function Add({ onDone, place, environments, environment, syncs, setUnsaved, close }: AddProps) {
  const next = useRef(1);
  const [rows, setRows] = useState<readonly Row[]>([{ key: 0, name: "", value: "" }]);
  const [note, setNote] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([environment.id]);
  const [tried, setTried] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  const taken = useTakenNames(place);
  const typed = rows.some(({ name, value }) => name !== "" || value !== "") || note !== "";
  useEffect(() => setUnsaved(typed), [typed, setUnsaved]);

  const change = (key: number, part: Partial<Row>): void =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = (): void => {
    const key = next.current;
    next.current += 1;
    setRows((before) => [...before, { key, name: "", value: "" }]);
  };
  const flawOf = ({ key, name }: Row): string | null => {
    if (name.trim() === "") return tried ? "Give it a name" : null;
    if (!NAME.test(name.trim())) return "Letters, digits, underscores, hyphens and dots, 255 at most";
    const twice = rows.some((other) => other.key !== key && other.name.trim() === name.trim());
    if (twice) return "This name stands here twice";
    return taken.isTaken(name.trim(), chosen) ? "It has a value there already: change it in the list" : null;
  };
  const reached = syncs.filter(({ environmentId }) => chosen.includes(environmentId ?? ""));

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    setTried(true);
    const sound = rows.every((row) => row.name.trim() !== "" && flawOf(row) === null && fits(row.value));
    if (!sound || chosen.length === 0) return;
    setSending(true);
    setProblem(null);
    try {
      const more = note.trim() === "" ? {} : { note: note.trim() };
      await addSecrets(
        place,
        [...chosen],
        rows.map(({ name, value }) => ({ key: name.trim(), value, ...more })),
      );
      toast(rows.length === 1 ? `${rows[0]?.name.trim()} was added` : `${rows.length} secrets were added`);
      close();
      await onDone();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (error.code !== "SECRET_EXISTS" || !(await taken.look())) setProblem(error);
    } finally {
      setSending(false);
    }
  }

  return (
    <form onSubmit={(event) => void send(event)} autoComplete="off" noValidate>
      <Stack gap="md">
        {problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />}
        {rows.map((row, index) => (
          <div key={row.key} className={classes.field} role="group" aria-label={`Secret ${index + 1}`}>
            <Stack gap="sm">
              <div>
                <TextInput
                  label="Name"
                  required
                  {...(index === rows.length - 1 ? { "data-autofocus": true } : {})}
                  value={row.name}
                  autoComplete="off"
                  autoCapitalize="off"
                  spellCheck={false}
                  classNames={{ input: classes.value ?? "" }}
                  error={flawOf(row)}
                  onChange={(event) => change(row.key, { name: event.currentTarget.value })}
                  rightSection={
                    rows.length === 1 ? null : (
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Remove secret ${index + 1}`}
                        onClick={() => setRows((before) => before.filter(({ key }) => key !== row.key))}
                      >
                        <IconX size={16} aria-hidden />
                      </ActionIcon>
                    )
                  }
                />
                {(NAME.test(row.name.trim()) ? nameHints(row.name.trim(), reached) : []).map((hint) => (
                  <div key={hint} className={classes.hint} role="status">
                    {hint}
                  </div>
                ))}
              </div>
              <ValueInput label="Value" value={row.value} onChange={(value) => change(row.key, { value })} />
            </Stack>
          </div>
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={add}
            disabled={rows.length >= 50}
          >
            Another secret
          </Button>
        </div>
        <Checkbox.Group
          label="In these environments"
          value={[...chosen]}
          onChange={setChosen}
          error={tried && chosen.length === 0 ? "Choose one at least" : null}
        >
          <Stack gap={6} mt={6}>
            {environments.map(({ id, name }) => (
              <Checkbox key={id} value={id} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Textarea
          label="Note"
          description="What it is for, and who knows more. Never a part of the value."
          value={note}
          maxLength={2_000}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          A secret that is there already gets its first value in the environments that it isn’t in yet.
        </Text>
      </Stack>
      <div className={classes.foot}>
        <Button type="submit" loading={sending}>
          {rows.length === 1 ? "Add secret" : `Add ${rows.length} secrets`}
        </Button>
      </div>
    </form>
  );
}
