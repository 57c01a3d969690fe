import { Button, Group } from "@mantine/core";
import { useState } from "react";
import type { Environment } from "../../api/projects.ts";
import type { ProjectPlace } from "../../api/secrets.ts";
import { toastFailure } from "../../components/toast.ts";
import classes from "./secrets.module.css";
import { Theirs } from "./theirs.tsx";
import { keyOf, type SecretEdit } from "./use-secret-edit.ts";
import { HiddenValue } from "./value-cell.tsx";
import { ValueInput } from "./value-input.tsx";

type EnvironmentValueProps = Readonly<{
  environment: Environment;
  /** Whether it is one's own value, beside the shared one. */
  isPersonal: boolean;
  place: ProjectPlace;
  edit: SecretEdit;
  mayWrite: boolean;
}>;

/** A secret's value in one environment: hidden until somebody looks at it or changes it. */
export function EnvironmentValue({ environment, isPersonal, place, edit, mayWrite }: EnvironmentValueProps) {
  const [reading, setReading] = useState(false);
  const { id: environmentId, name } = environment;
  const value = { environmentId, isPersonal };
  const key = keyOf(value);
  const { base, drafts, theirs } = edit;
  const draft = drafts.get(key);
  const stored = base.values.some((one) => keyOf(one) === key);
  const title = isPersonal ? `${name}, your own value` : name;
  const counterpart = theirs?.values.get(key);

  async function begin(): Promise<void> {
    setReading(true);
    try {
      await edit.begin(value);
    } catch (error) {
      toastFailure(`${base.name} couldn’t be read`, error);
    } finally {
      setReading(false);
    }
  }

  return (
    <div className={classes.field} role="group" aria-label={title}>
      <div className={classes.fieldHead}>
        <h3>{title}</h3>
        {mayWrite ? (
          <Group gap={6}>
            {draft === undefined ? (
              <>
                {stored ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="gray"
                    c="dimmed"
                    aria-label={`Remove the value in ${title}`}
                    onClick={() => edit.setValue(value, null)}
                  >
                    Remove
                  </Button>
                ) : null}
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={reading}
                  aria-label={stored ? `Edit the value in ${title}` : `Set a value in ${title}`}
                  onClick={() => (stored ? void begin() : edit.setValue(value, ""))}
                >
                  {stored ? "Edit" : "Set a value"}
                </Button>
              </>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Undo the change in ${title}`}
                onClick={() => edit.release(value)}
              >
                Undo
              </Button>
            )}
          </Group>
        ) : null}
      </div>
      {draft === undefined ? (
        stored ? (
          <HiddenValue place={place} secret={base} environmentId={environmentId} isPersonal={isPersonal} />
        ) : (
          <span className={classes.unset}>
            {isPersonal ? "You have none: the shared one counts" : "Not set here"}
          </span>
        )
      ) : draft.value === null ? (
        <span className={classes.hint}>It will be removed from {name} when you save.</span>
      ) : (
        <ValueInput
          aria-label={`Value in ${title}`}
          mt={8}
          value={draft.value}
          onChange={(text) => edit.setValue(value, text)}
        />
      )}
      {counterpart === undefined || draft === undefined || draft.value === counterpart ? null : (
        <Theirs text={counterpart} onTake={() => edit.release(value)} />
      )}
    </div>
  );
}
