import { Button, Stack, Textarea, TextInput } from "@mantine/core";
import { useEffect, type FormEvent } from "react";
import type { Environment } from "../../api/projects.ts";
import type { ProjectPlace, SecretOutline } from "../../api/secrets.ts";
import type { Sync } from "../../api/syncs.ts";
import { Note } from "../../components/failure-note.tsx";
import { toast } from "../../components/toast.ts";
import { EnvironmentValue } from "./environment-value.tsx";
import { nameHints } from "./name-hints.ts";
import { Theirs } from "./theirs.tsx";
import classes from "./secrets.module.css";
import { keyOf, useSecretEdit } from "./use-secret-edit.ts";
import { fits } from "./value-size.tsx";

export type EditFormProps = Readonly<{
  secret: SecretOutline;
  place: ProjectPlace;
  environments: readonly Environment[];
  /** The syncs whose vaults should be able to hold its name. */
  syncs: readonly Sync[];
  mayWrite: boolean;
  onDone: () => Promise<void>;
  setUnsaved: (unsaved: boolean) => void;
  close: () => void;
}>;

const NAME = /^[A-Za-z0-9_.-]{1,255}$/;

/** What can be changed of one secret. */
export function EditForm(props: EditFormProps) {
  const { secret, place, environments, syncs, mayWrite, onDone, setUnsaved, close } = props;
  const edit = useSecretEdit(place, secret);
  const { base, name, note, drafts, theirs, dirty } = edit;
  useEffect(() => setUnsaved(dirty), [dirty, setUnsaved]);
  const within = new Set(base.values.map(({ environmentId }) => environmentId));
  const hints = nameHints(
    name.trim(),
    syncs.filter(({ environmentId }) => within.has(environmentId ?? "")),
  );
  const nameFlaw = !NAME.test(name.trim())
    ? "Letters, digits, underscores, hyphens and dots, 1 to 255 of them"
    : edit.nameTaken
      ? "Another secret has this name"
      : null;
  const sound = nameFlaw === null && [...drafts.values()].every(({ value }) => value === null || fits(value));

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!sound || !dirty || !(await edit.save())) return;
    toast(`${name.trim()} was saved`);
    close();
    await onDone();
  }

  return (
    <form onSubmit={(event) => void send(event)} autoComplete="off" noValidate>
      <Stack gap="md">
        {edit.problem === null ? null : (
          <Note tone="danger" title={edit.problem.message} code={edit.problem.code} />
        )}
        {edit.gone ? (
          <Note tone="danger" title="Somebody deleted this secret meanwhile">
            What you typed is still here: copy what you need, and add it as a new secret.
          </Note>
        ) : null}
        {theirs === null ? null : (
          <Note tone="warning" title="Somebody else changed this secret since you opened it">
            Nothing was saved, and nothing that you typed is lost. Where theirs differs from yours, both stand
            below: keep yours or take theirs, and save again.
          </Note>
        )}
        <div>
          <TextInput
            label="Name"
            required={mayWrite}
            readOnly={!mayWrite}
            value={name}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            classNames={{ input: classes.value ?? "" }}
            error={nameFlaw}
            onChange={(event) => edit.setName(event.currentTarget.value)}
          />
          {mayWrite
            ? hints.map((hint) => (
                <div key={hint} className={classes.hint} role="status">
                  {hint}
                </div>
              ))
            : null}
          {theirs?.name == null || theirs.name === name ? null : (
            <Theirs text={theirs.name} onTake={() => edit.setName(theirs.name ?? "")} />
          )}
        </div>
        <div>
          <Textarea
            label="Note"
            readOnly={!mayWrite}
            value={note}
            maxLength={2_000}
            autosize
            minRows={2}
            maxRows={8}
            onChange={(event) => edit.setNote(event.currentTarget.value)}
          />
          {theirs?.note == null || theirs.note === note ? null : (
            <Theirs text={theirs.note} onTake={() => edit.setNote(theirs.note ?? "")} />
          )}
        </div>
        {environments.flatMap((environment) => {
          const { id: environmentId, hasPersonalOverrides } = environment;
          return [false, ...(hasPersonalOverrides ? [true] : [])].map((isPersonal) => (
            <EnvironmentValue
              key={keyOf({ environmentId, isPersonal })}
              environment={environment}
              isPersonal={isPersonal}
              place={place}
              edit={edit}
              mayWrite={mayWrite}
            />
          ));
        })}
      </Stack>
      {mayWrite ? (
        <div className={classes.foot}>
          <Button type="submit" loading={edit.sending} disabled={!dirty || !sound || edit.gone}>
            {theirs === null ? "Save changes" : "Save mine"}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
