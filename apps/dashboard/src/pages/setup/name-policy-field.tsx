import { Group, Radio, Stack, Text, Title } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import type { NamePolicy, SetupSource } from "../../api/setup.ts";
import { Note } from "../../components/failure-note.tsx";
import { POLICIES, previewNames, type NamePreview } from "./name-preview.ts";
import classes from "./setup.module.css";

const ABOUT: Readonly<Record<NamePolicy, Readonly<{ label: string; about: string }>>> = {
  strict: {
    label: "Strict",
    about: "Names stay as they are. A name with _ fails by itself until it is renamed.",
  },
  hyphenate: { label: "Hyphenate", about: "_ becomes -, so DB_HOST is DB-HOST in the vault." },
  dotnet: {
    label: ".NET",
    about: "__ becomes --, which .NET’s configuration reads as a colon; then _ becomes -.",
  },
};

/** For a project that has no secrets yet. */
const SAMPLES = ["DATABASE_URL", "Smtp__Password", "API-KEY"];

type NamePolicyFieldProps = Readonly<{
  value: NamePolicy;
  onChange: (policy: NamePolicy) => void;
  prefix: string;
  source: SetupSource;
  /** Which one was chosen beforehand for this project's names; null where somebody chose. */
  suggested: NamePolicy | null;
}>;

/** Chooses how names become names of Key Vault, with what each choice makes of the project's own. */
export function NamePolicyField({ value, onChange, prefix, source, suggested }: NamePolicyFieldProps) {
  const { secretNames, secretCount } = source;
  const isEmpty = secretNames.length === 0;
  const names = isEmpty ? SAMPLES : secretNames;
  // Thousands of names are mapped again for each letter of the prefix: typing goes first.
  const settled = useDeferredValue(prefix);
  const previews = useMemo(
    () => new Map(POLICIES.map((policy) => [policy, previewNames(names, settled, policy)])),
    [names, settled],
  );
  const preview = previews.get(value);
  return (
    <Stack gap="sm" mt="xl" maw={760}>
      <Radio.Group
        label="Names in the vault"
        description="Key Vault’s names have letters, digits and hyphens. A secret whose name can’t be held fails by itself, and never stops another."
        value={value}
        onChange={(policy) => onChange(policy)}
        name="namePolicy"
      >
        <Stack gap={8} mt="xs">
          {POLICIES.map((policy) => (
            <Choice
              key={policy}
              policy={policy}
              preview={isEmpty ? undefined : previews.get(policy)}
              isSuggested={policy === suggested && policy !== "strict"}
            />
          ))}
        </Stack>
      </Radio.Group>
      {preview === undefined ? null : (
        <section aria-labelledby="names-preview">
          <Group justify="space-between" mb={4} mt="xs">
            <Title order={3} id="names-preview">
              {isEmpty ? "For example" : "What becomes of this project’s names"}
            </Title>
            {secretCount > secretNames.length ? (
              <Text size="xs" c="dimmed">
                Of the first {secretNames.length.toLocaleString("en")} of {secretCount.toLocaleString("en")}
              </Text>
            ) : null}
          </Group>
          <Preview preview={preview} />
          {preview.failing === 0 ? null : (
            <div style={{ marginTop: 8 }}>
              <Note
                tone="warning"
                title={`${preview.failing} of ${preview.failing + preview.fitting} ${
                  preview.failing === 1 ? "name fails" : "names fail"
                } by ${preview.failing === 1 ? "itself" : "themselves"}`}
              >
                The others are synced all the same. Rename them here, or choose a name for each on the sync’s
                page.
              </Note>
            </div>
          )}
        </section>
      )}
    </Stack>
  );
}

type ChoiceProps = Readonly<{
  policy: NamePolicy;
  preview: NamePreview | undefined;
  isSuggested: boolean;
}>;

function Choice({ policy, preview, isSuggested }: ChoiceProps) {
  const { label, about } = ABOUT[policy];
  return (
    <label className={classes.choice} htmlFor={`policy-${policy}`}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio id={`policy-${policy}`} value={policy} mt={2} aria-label={label} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap={8} justify="space-between">
            <Text fw={600} size="sm">
              {label}
              {isSuggested ? (
                <Text span fw={400} size="sm" c="dimmed">
                  {" "}
                  suits this project’s names
                </Text>
              ) : null}
            </Text>
            {preview === undefined ? null : (
              <Text
                size="xs"
                c={preview.failing === 0 ? "var(--kv-success-text)" : "var(--kv-danger-text)"}
                fw={500}
              >
                {preview.failing === 0
                  ? `All ${preview.fitting} fit`
                  : `${preview.fitting} fit, ${preview.failing} fail`}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
      </Group>
    </label>
  );
}

function Preview({ preview }: Readonly<{ preview: NamePreview }>) {
  return (
    <table className={classes.names}>
      <thead>
        <tr>
          <th scope="col">Secret</th>
          <th scope="col">In the vault</th>
        </tr>
      </thead>
      <tbody>
        {preview.shown.map(({ name, vaultName, problem }) => (
          <tr key={name}>
            <td>{name}</td>
            {problem === null ? <td>{vaultName}</td> : <td data-failing="true">{problem}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
