import { Button, Group, Radio, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import type { Project } from "../../api/projects.ts";
import {
  link,
  refreshSync,
  setupSourceQuery,
  type ExistingPolicy,
  type SetupSource,
  type SourceEnvironment,
  type SyncDetail,
} from "../../api/setup.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { CreateEnvironment } from "./create-environment.tsx";
import { draftName, useDraft } from "./draft.ts";
import { StepFrame } from "./step-frame.tsx";
import { BackLink, StepLink } from "./step-link.tsx";
import { currentValidation, isLinked } from "./steps.ts";
import classes from "./setup.module.css";

type EnvironmentStepProps = Readonly<{ workspace: string; sync: SyncDetail; project: Project }>;

/** Step 3: which environment's secrets go there, and how carefully. */
export function EnvironmentStep(props: EnvironmentStepProps) {
  const { workspace, sync } = props;
  const { data: source, error, refetch } = useQuery(setupSourceQuery(workspace, sync.id));
  if (source !== undefined)
    return isLinked(sync) ? <Linked {...props} source={source} /> : <Choose {...props} source={source} />;
  return (
    <StepFrame title={TITLE} intro={INTRO}>
      {error === null ? (
        <LoadingState rows={4} rowHeight={76} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
    </StepFrame>
  );
}

const TITLE = "Choose the environment";
const INTRO =
  "Its secrets are kept in the vault, each as one Key Vault secret. Access is validated before anything is written.";

type WithSource = EnvironmentStepProps & Readonly<{ source: SetupSource }>;

function Linked({ workspace, sync, source }: WithSource) {
  const environment = source.environments.find(({ id }) => id === sync.environmentId);
  return (
    <StepFrame
      title="The environment"
      intro="A sync stays with its environment. Set up another sync for another one."
      back={<BackLink workspace={workspace} syncId={sync.id} step="connection" />}
      actions={
        <StepLink workspace={workspace} syncId={sync.id} step="validation" variant="filled">
          Continue
        </StepLink>
      }
    >
      <div className={classes.panel}>
        {environment === undefined ? (
          <Text>It was removed from the project.</Text>
        ) : (
          <EnvironmentFacts environment={environment} />
        )}
      </div>
    </StepFrame>
  );
}

type Choices = Readonly<{ environmentId: string; asks: boolean; existingPolicy: ExistingPolicy }>;

const EXISTING: ReadonlyArray<Readonly<{ value: ExistingPolicy; label: string; about: string }>> = [
  {
    value: "fail",
    label: "Leave them alone",
    about: "They are reported as blocked. You can adopt single ones in the plan.",
  },
  {
    value: "adopt-once",
    label: "Adopt them now",
    about: "At the first push only. Each gets a new version with the value from here.",
  },
  {
    value: "adopt",
    label: "Always adopt them",
    about: "Now and later, whatever else writes to the vault. Another sync’s secrets are never adopted.",
  },
];

function Choose({ workspace, sync, project, source }: WithSource) {
  const navigate = useNavigate();
  const [kept, keep] = useDraft<Choices>(draftName(sync.id, "environment"));
  const [missing, setMissing] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  const [sending, setSending] = useState(false);

  const { environments } = source;
  const before = sync.latestValidation?.environmentId;
  const only = environments.length === 1 ? environments[0]?.id : undefined;
  const initial = {
    environmentId: before ?? only ?? "",
    asks: before === undefined || sync.firstPlan === "ask",
    existingPolicy: sync.existingPolicy,
  };
  const choices = kept ?? initial;
  const chosen = environments.find(({ id }) => id === choices.environmentId);
  const rival = chosen?.syncs.find(
    ({ vaultUrl, prefix }) => vaultUrl === sync.vaultUrl && prefix === sync.prefix,
  );

  async function send(): Promise<void> {
    setMissing(chosen === undefined);
    if (chosen === undefined) return;
    setSending(true);
    setProblem(null);
    try {
      const { existingPolicy, asks } = choices;
      await link(sync.id, { environmentId: chosen.id, firstPlan: asks ? "ask" : "apply", existingPolicy });
      keep(null);
      await refreshSync(workspace, sync.id);
      await navigate({
        to: "/w/$workspace/syncs/$syncId/setup",
        params: { workspace, syncId: sync.id },
        search: { step: "validation" },
      });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setProblem(error);
    } finally {
      setSending(false);
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending) void send();
      }}
    >
      <StepFrame
        title={TITLE}
        intro={INTRO}
        back={<BackLink workspace={workspace} syncId={sync.id} step="connection" />}
        actions={
          <Button type="submit" loading={sending}>
            {currentValidation(sync) === undefined ? "Validate access" : "Validate again"}
          </Button>
        }
      >
        <Stack gap="xl" maw={640}>
          {problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />}
          {environments.length === 0 ? (
            <CreateEnvironment workspace={workspace} project={project.slug} syncId={sync.id} />
          ) : (
            <Radio.Group
              label="Environment"
              required
              name="environment"
              value={choices.environmentId}
              onChange={(environmentId) => {
                setMissing(false);
                keep({ ...choices, environmentId });
              }}
              error={missing ? "Choose an environment." : null}
            >
              <Stack gap={8} mt={6} mb={missing ? 6 : 0}>
                {environments.map((environment) => (
                  <label
                    key={environment.id}
                    className={classes.choice}
                    htmlFor={`environment-${environment.id}`}
                  >
                    <Group wrap="nowrap" align="flex-start" gap="sm">
                      <Radio
                        id={`environment-${environment.id}`}
                        value={environment.id}
                        mt={2}
                        aria-label={environment.name}
                      />
                      <EnvironmentFacts environment={environment} />
                    </Group>
                  </label>
                ))}
              </Stack>
            </Radio.Group>
          )}
          {rival === undefined ? null : (
            <Note tone="warning" title={`“${rival.name}” writes to the same names already`}>
              It has the same environment, vault and prefix. A name belongs to one sync, so all of them would
              be blocked. Go back and choose another prefix or vault.
            </Note>
          )}
          {chosen?.secretCount === 0 ? (
            <Note tone="info" title={`${chosen.name} has no secrets yet`}>
              That is fine: each secret that you add there later is pushed by itself.
            </Note>
          ) : null}
          <Switch
            label="Show me what will happen, and ask before the first push"
            description="Nothing is written to the vault until you approve the plan."
            checked={choices.asks}
            onChange={(event) => keep({ ...choices, asks: event.currentTarget.checked })}
          />
          <Radio.Group
            label="Secrets that are in the vault already"
            description="Under a name that one of these secrets gets, and not written by this sync."
            name="existing"
            value={choices.existingPolicy}
            onChange={(policy) => keep({ ...choices, existingPolicy: policy })}
          >
            <Stack gap="xs" mt="xs">
              {EXISTING.map(({ value, label, about }) => (
                <Radio key={value} value={value} label={label} description={about} />
              ))}
            </Stack>
          </Radio.Group>
        </Stack>
      </StepFrame>
    </form>
  );
}

function EnvironmentFacts({ environment }: Readonly<{ environment: SourceEnvironment }>) {
  const { name, secretCount, syncs } = environment;
  const secrets = secretCount === 1 ? "1 secret" : `${secretCount.toLocaleString("en")} secrets`;
  return (
    <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
      <Text fw={600} size="sm">
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {secrets}
        {syncs.length === 0 ? null : ` · also synced by ${syncs.map((sync) => sync.name).join(", ")}`}
      </Text>
    </div>
  );
}
