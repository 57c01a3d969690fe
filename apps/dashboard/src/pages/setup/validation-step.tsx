import { Button, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { refreshSync, validate, type SyncDetail, type Validation } from "../../api/setup.ts";
import { announce } from "../../components/announcer.ts";
import { FailureNote, Note } from "../../components/failure-note.tsx";
import { LoadingState } from "../../components/loading-state.tsx";
import { Countdown } from "./countdown.tsx";
import { StepFrame } from "./step-frame.tsx";
import { BackLink, StepLink } from "./step-link.tsx";
import { isLinked } from "./steps.ts";
import { ValidationChecks } from "./validation-checks.tsx";

type ValidationStepProps = Readonly<{ workspace: string; sync: SyncDetail }>;

/** Step 4: Azure is asked. What fails says what to do, and can be tried again at once. */
export function ValidationStep({ workspace, sync }: ValidationStepProps) {
  const validation = sync.latestValidation;
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<ApiFailure | null>(null);
  useSpoken(validation);

  async function again(): Promise<void> {
    setStarting(true);
    setProblem(null);
    try {
      await validate(sync.id);
      await refreshSync(workspace, sync.id);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setProblem(error);
    } finally {
      setStarting(false);
    }
  }

  const state = validation?.state;
  const isOver = state === "succeeded" || state === "failed";
  const hasSucceeded = state === "succeeded";
  const goesOn = hasSucceeded && isLinked(sync);
  return (
    <StepFrame
      title="Validate access"
      intro="A temporary secret is created in the vault and deleted again. No value of yours is involved."
      back={<BackLink workspace={workspace} syncId={sync.id} step="environment" />}
      actions={
        <>
          {hasSucceeded ? null : (
            <StepLink workspace={workspace} syncId={sync.id} step="connection">
              Change the connection
            </StepLink>
          )}
          {state === "failed" || state === "waiting" || (hasSucceeded && !goesOn) ? (
            <Button
              onClick={() => void again()}
              loading={starting}
              variant={state === "failed" ? "filled" : "default"}
            >
              {state === "waiting" ? "Try again now" : "Try again"}
            </Button>
          ) : null}
          {goesOn ? (
            <StepLink workspace={workspace} syncId={sync.id} step="plan" variant="filled">
              Continue
            </StepLink>
          ) : null}
        </>
      }
    >
      {validation === undefined ? (
        <LoadingState rows={6} rowHeight={58} />
      ) : (
        <Stack gap="md">
          {problem === null ? null : <Note tone="danger" title={problem.message} code={problem.code} />}
          <ValidationChecks validation={validation} />
          {state === "waiting" && validation.failure !== null ? (
            <Note tone="warning" title={validation.failure.message} code={validation.failure.code}>
              {validation.failure.hint}
              <br />
              What is new in Azure takes up to a few minutes to be known everywhere, so this is tried again by
              itself: <Countdown to={validation.nextAttemptAt} />, after{" "}
              {validation.attempts === 1 ? "one try" : `${validation.attempts} tries`} so far.
            </Note>
          ) : null}
          {state === "failed" && validation.failure !== null && !hasFailedStep(validation) ? (
            <FailureNote failure={validation.failure} />
          ) : null}
          {hasSucceeded ? (
            <Note tone="success" title="Access works">
              {isLinked(sync) ? "The sync can write to the vault." : "The sync is being activated."}
            </Note>
          ) : null}
          {isOver || state === "waiting" ? null : (
            <Note tone="info" title="Azure is being asked">
              This takes a few seconds.
            </Note>
          )}
        </Stack>
      )}
    </StepFrame>
  );
}

const hasFailedStep = ({ steps }: Validation): boolean => steps.some(({ state }) => state === "failed");

/** Says what came of it, to ears. */
function useSpoken(validation: Validation | undefined): void {
  const last = useRef<string | undefined>(undefined);
  const { id, state, failure } = validation ?? {};
  useEffect(() => {
    const key = `${id} ${state}`;
    if (last.current === key) return;
    const isFirst = last.current === undefined;
    last.current = key;
    if (isFirst) return;
    if (state === "succeeded") announce("Access works.");
    if (state === "failed") announce(`Validation failed. ${failure?.message ?? ""}`);
    if (state === "waiting") announce("Waiting for Azure. It is tried again by itself.");
  }, [id, state, failure]);
}
