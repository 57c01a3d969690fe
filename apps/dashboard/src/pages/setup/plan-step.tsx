import { Button, Code, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import type { Project } from "../../api/projects.ts";
import {
  adopt,
  approvePlan,
  refreshSync,
  runNow,
  type PlanAction,
  type SyncDetail,
} from "../../api/setup.ts";
import { ButtonLink } from "../../components/app-link.tsx";
import { announce } from "../../components/announcer.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { FailureNote, Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { writesOf } from "../../components/plan/plan-words.ts";
import { PlanList } from "./plan-list.tsx";
import { PlanNotes } from "./plan-notes.tsx";
import { PushDone, PushProgress } from "./push.tsx";
import { stageOf } from "./stage.ts";
import { StepFrame } from "./step-frame.tsx";
import { BackLink } from "./step-link.tsx";

type PlanStepProps = Readonly<{ workspace: string; sync: SyncDetail; project: Project }>;

/** Step 5: what the first push will do, its approval, and the push itself. */
export function PlanStep(props: PlanStepProps) {
  const { workspace, sync } = props;
  const stage = stageOf(sync);
  useSpoken(stage);
  const back = <BackLink workspace={workspace} syncId={sync.id} step="validation" />;
  switch (stage) {
    case "approve":
      return <Approve {...props} />;
    case "plan":
      return (
        <StepFrame
          title="Working out the plan"
          intro="The vault’s names are listed, never a value, and compared with the environment."
          back={back}
        >
          <LoadingState rows={6} />
        </StepFrame>
      );
    case "push":
      return (
        <StepFrame
          title="Pushing the secrets"
          intro="It goes on by itself, also when you leave this page."
          back={back}
        >
          <PushProgress run={sync.lastRun} />
        </StepFrame>
      );
    case "failed":
      return <Failed {...props} />;
    case "paused":
      return (
        <StepFrame title="The sync is paused" intro="It pushes nothing until it is resumed." back={back}>
          <ButtonLink to="/w/$workspace/syncs/$syncId" params={{ workspace, syncId: sync.id }}>
            Open the sync
          </ButtonLink>
        </StepFrame>
      );
    case "done":
      return (
        <StepFrame
          title="The sync is set up"
          intro="From now on every change of the environment is pushed by itself."
        >
          <PushDone {...props} />
        </StepFrame>
      );
  }
}

function Failed({ workspace, sync }: PlanStepProps) {
  const act = useAct(workspace, sync.id);
  const failure = sync.failure ?? sync.lastRun?.failure ?? null;
  return (
    <StepFrame
      title="The push didn’t succeed"
      intro="Nothing is lost: what was written stays, and the rest is tried again."
      back={<BackLink workspace={workspace} syncId={sync.id} step="connection" />}
      actions={
        <Button loading={act.working} onClick={() => void act.run(() => runNow(sync.id))}>
          Try again
        </Button>
      }
    >
      <Stack gap="md">
        {failure === null ? null : <FailureNote failure={failure} />}
        {act.problem === null ? null : (
          <Note tone="danger" title={act.problem.message} code={act.problem.code} />
        )}
      </Stack>
    </StepFrame>
  );
}

function Approve({ workspace, sync, project }: PlanStepProps) {
  const act = useAct(workspace, sync.id);
  const [adopted, setAdopted] = useState<PlanAction | null>(null);
  const { awaiting } = sync;
  const onAdopt = useCallback((action: PlanAction) => setAdopted(action), []);
  if (awaiting === null || awaiting.counts === null) return null;
  const { planId, counts } = awaiting;
  const writes = writesOf(counts);
  const isBusy = !sync.upToDate;
  const approve = (): void => {
    void act.run(() => approvePlan(sync.id, planId));
  };
  return (
    <StepFrame
      title="The plan before the first push"
      longContents
      intro={
        <>
          What will happen in{" "}
          <strong>{sync.vaultUrl === null ? "the vault" : new URL(sync.vaultUrl).host}</strong>. Nothing is
          written until you approve it.
        </>
      }
      back={<BackLink workspace={workspace} syncId={sync.id} step="connection" />}
      actions={
        <Button loading={act.working} disabled={isBusy} onClick={approve}>
          {writes === 0
            ? "Approve and start"
            : `Approve and push ${writes.toLocaleString("en")} ${writes === 1 ? "secret" : "secrets"}`}
        </Button>
      }
    >
      <Stack gap="md">
        {act.problem === null ? null : (
          <Note tone="danger" title={act.problem.message} code={act.problem.code} />
        )}
        <PlanNotes workspace={workspace} sync={sync} project={project} counts={counts} />
        {isBusy ? (
          <Text size="sm" c="dimmed" role="status">
            The plan is being worked out again…
          </Text>
        ) : null}
        {Object.values(counts).every((count) => count === 0) ? null : (
          <PlanList
            workspace={workspace}
            syncId={sync.id}
            planId={planId}
            counts={counts}
            onAdopt={onAdopt}
          />
        )}
      </Stack>
      <ConfirmDialog
        opened={adopted !== null}
        onClose={() => setAdopted(null)}
        title="Adopt the vault’s secret?"
        action="Adopt"
        dangerous
        onConfirm={async () => {
          if (adopted === null) return;
          await adopt(sync.id, adopted.secretId);
          await refreshSync(workspace, sync.id);
        }}
      >
        The vault has a secret <Code>{adopted?.vaultName}</Code> that this sync didn’t make. It gets a new
        version with the value of <strong>{adopted?.secretName}</strong> and belongs to this sync from then
        on. Its earlier versions, tags and content type stay.
      </ConfirmDialog>
    </StepFrame>
  );
}

/** Does something about the sync, and shows what became of it. */
function useAct(workspace: string, syncId: string) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  async function run(deed: () => Promise<unknown>): Promise<void> {
    setWorking(true);
    setProblem(null);
    try {
      await deed();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setProblem(error);
    }
    await refreshSync(workspace, syncId);
    setWorking(false);
  }
  return { working, problem, run };
}

/** Says how it goes on, to ears; who sees has the heading. */
function useSpoken(stage: ReturnType<typeof stageOf>): void {
  const last = useRef(stage);
  useEffect(() => {
    if (last.current === stage) return;
    last.current = stage;
    if (stage === "approve") announce("The plan is ready.");
    if (stage === "push") announce("The secrets are being pushed.");
    if (stage === "done") announce("Done. The sync is set up.");
    if (stage === "failed") announce("The push didn’t succeed.");
    document.querySelector<HTMLElement>("#step-heading")?.focus({ preventScroll: true });
  }, [stage]);
}
