import { Button, FileButton, Group, Select, Stack, Switch, Textarea } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useEffect, useState, type DragEvent } from "react";
import { ApiFailure } from "../../api/failure.ts";
import type { Environment } from "../../api/projects.ts";
import {
  applyImport,
  previewImport,
  type ImportRequest,
  type ImportResult,
  type ProjectPlace,
} from "../../api/secrets.ts";
import { announce } from "../../components/announcer.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { ImportPreview, summaryOf } from "./import-preview.tsx";
import { Panel } from "./panel.tsx";
import classes from "./secrets.module.css";

type ImportPanelProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  onDone: () => Promise<void>;
  place: ProjectPlace;
  environments: readonly Environment[];
  environment: Environment;
}>;

/** Where an environment file is pasted or dropped; what it would change is shown before it does. */
export function ImportPanel({ opened, onClose, ...props }: ImportPanelProps) {
  return (
    <Panel opened={opened} onClose={onClose} title="Import a .env file">
      {(panel) => <Import {...props} {...panel} />}
    </Panel>
  );
}

type ImportProps = Omit<ImportPanelProps, "opened" | "onClose"> &
  Readonly<{ setUnsaved: (unsaved: boolean) => void; close: () => void }>;

const LONGEST = 500_000;

function Import({ onDone, place, environments, environment, setUnsaved, close }: ImportProps) {
  const [text, setText] = useState("");
  const [environmentId, setEnvironmentId] = useState(environment.id);
  const [update, setUpdate] = useState(true);
  const [over, setOver] = useState(false);
  const [working, setWorking] = useState(false);
  const [preview, setPreview] = useState<ImportResult | null>(null);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  const [fileProblem, setFileProblem] = useState<string | null>(null);
  useEffect(() => setUnsaved(text !== ""), [text, setUnsaved]);

  const request: ImportRequest = { environmentId, text, onExisting: update ? "update" : "skip" };
  /** What was previewed is no longer what stands here. */
  const changed = (): void => {
    setPreview(null);
    setProblem(null);
  };

  async function work(act: () => Promise<void>): Promise<void> {
    setWorking(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setProblem(error);
      // The preview that the server goes by is shown at once.
      if (error.code === "IMPORT_CHANGED") setPreview(await previewImport(place, request).catch(() => null));
    } finally {
      setWorking(false);
    }
  }
  const look = (): Promise<void> =>
    work(async () => {
      const result = await previewImport(place, request);
      setPreview(result);
      announce(summaryOf(result));
    });
  const apply = (digest: string): Promise<void> =>
    work(async () => {
      const { counts } = await applyImport(place, request, digest);
      const written = counts.new + counts.changed;
      toast(written === 1 ? "1 secret was imported" : `${written} secrets were imported`);
      close();
      await onDone();
    });

  async function take(file: File | null | undefined): Promise<void> {
    if (file === null || file === undefined) return;
    if (file.size > LONGEST) {
      setFileProblem(`${file.name} is too big: 500,000 characters are the most.`);
      return;
    }
    setFileProblem(null);
    setText(await file.text());
    changed();
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const writes = preview === null ? 0 : preview.counts.new + preview.counts.changed;

  return (
    <Stack gap="md">
      {problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />}
      <Select
        label="Into the environment"
        data={environments.map(({ id, name }) => ({ value: id, label: name }))}
        value={environmentId}
        allowDeselect={false}
        onChange={(id) => {
          if (id !== null) setEnvironmentId(id);
          changed();
        }}
      />
      <div
        className={classes.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Textarea
          label="Content"
          description="Paste it, or drop the file here. Read as dotenv does: quotes, several lines, comments, export."
          placeholder={"API_KEY=…\nDATABASE_URL=…"}
          data-autofocus
          value={text}
          maxLength={LONGEST}
          autosize
          minRows={6}
          maxRows={16}
          autoComplete="off"
          autoCorrect="off"
          autoCapitalize="off"
          spellCheck={false}
          data-1p-ignore
          classNames={{ input: classes.value ?? "" }}
          error={fileProblem}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setFileProblem(null);
            changed();
          }}
        />
      </div>
      <Group justify="space-between" gap="sm">
        <FileButton onChange={(file) => void take(file)}>
          {(props) => (
            <Button
              {...props}
              variant="default"
              size="xs"
              leftSection={<IconFileText size={14} aria-hidden />}
            >
              Choose a file
            </Button>
          )}
        </FileButton>
        <Switch
          label="Replace values that are there"
          checked={update}
          onChange={(event) => {
            setUpdate(event.currentTarget.checked);
            changed();
          }}
        />
      </Group>
      {preview === null ? null : <ImportPreview result={preview} />}
      <div className={classes.foot}>
        {preview === null ? (
          <Button onClick={() => void look()} loading={working} disabled={text.trim() === ""}>
            Show what changes
          </Button>
        ) : (
          <Button
            onClick={() => void apply(preview.digest)}
            loading={working}
            disabled={writes === 0 || preview.counts.invalid > 0}
          >
            {writes === 1 ? "Import 1 secret" : `Import ${writes} secrets`}
          </Button>
        )}
      </div>
    </Stack>
  );
}
