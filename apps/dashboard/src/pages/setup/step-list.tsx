import { IconCheck } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { SyncDetail } from "../../api/setup.ts";
import { stageOf } from "./stage.ts";
import { canOpen, isDone, STEP_NAMES, STEPS, type Step } from "./steps.ts";
import classes from "./setup.module.css";

type StepListProps = Readonly<{ workspace: string; sync: SyncDetail; shown: Step }>;

/** Where one is in the set-up. What has been reached can be opened again. */
export function StepList({ workspace, sync, shown }: StepListProps) {
  return (
    <nav aria-label="Steps of the set-up">
      <ol className={classes.steps}>
        {STEPS.map((step, index) => {
          const done = step === "plan" ? stageOf(sync) === "done" : isDone(step, sync);
          const content = (
            <>
              <span className={classes.mark} data-done={done} aria-hidden>
                {done ? <IconCheck size={14} stroke={2.5} /> : index + 1}
              </span>
              <span className={classes.stepName}>
                {STEP_NAMES[step]}
                {done ? <span className="kv-visually-hidden">, done</span> : null}
              </span>
            </>
          );
          return (
            <li key={step} className={classes.step}>
              {canOpen(step, sync) ? (
                <Link
                  className={classes.link ?? ""}
                  to="/w/$workspace/syncs/$syncId/setup"
                  params={{ workspace, syncId: sync.id }}
                  search={{ step }}
                  activeProps={{}}
                  {...(step === shown ? { "aria-current": "step" as const } : { "aria-current": undefined })}
                >
                  {content}
                </Link>
              ) : (
                <span className={classes.link}>
                  {content}
                  <span className="kv-visually-hidden">, not reached yet</span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
