import { ButtonLink } from "../../components/app-link.tsx";
import { FailureNote, Note } from "../../components/failure-note.tsx";
import { Time } from "../../components/time.tsx";
import { ApproveButton } from "./approve-button.tsx";
import { changeWords } from "../../components/plan/plan-words.ts";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

/** What about a sync needs somebody, the worst first. Nothing where nothing does. */
export function Notices() {
  const sync = useSync();
  const params = useSyncAddress();
  const { failure, failingSince, awaiting, disconnecting, state, warnings, warningCount } = sync;
  const plan = (
    <ButtonLink variant="default" size="xs" to="/w/$workspace/syncs/$syncId/plan" params={params}>
      Look at the plan
    </ButtonLink>
  );
  return (
    <div className={classes.notices}>
      {failure === null ? null : (
        <FailureNote
          failure={failure}
          actions={
            <span>
              Since <Time at={failingSince} />
            </span>
          }
        />
      )}
      {awaiting === null ? null : (
        <Note
          tone="warning"
          title={
            awaiting.asks === "removals"
              ? "Removals wait for your approval"
              : "The first plan waits for your approval"
          }
          actions={
            <>
              <ApproveButton planId={awaiting.planId} asks={awaiting.asks} size="xs" />
              {plan}
            </>
          }
        >
          {awaiting.asks === "removals"
            ? "More secrets would be removed from the vault than this sync may remove by itself."
            : "Nothing is written to the vault before."}{" "}
          {awaiting.counts === null ? null : `The plan: ${changeWords(awaiting.counts)}.`}
        </Note>
      )}
      {disconnecting === null ? null : (
        <Note tone="info" title="This sync is being disconnected" isQuiet>
          {disconnecting.left === 0
            ? "All that it wrote is removed; it ends in a moment."
            : `${disconnecting.left.toLocaleString("en")} ${disconnecting.left === 1 ? "secret is" : "secrets are"} still to be removed from the vault.`}
        </Note>
      )}
      {state === "disconnected" ? (
        <Note tone="info" title="This sync is disconnected">
          It writes nothing any more. What is shown here is its past.
        </Note>
      ) : null}
      {state === "paused" ? (
        <Note tone="info" title="This sync is paused">
          Changes gather, and are written when it goes on.
        </Note>
      ) : null}
      {warnings.slice(0, 2).map((warning) => (
        <FailureNote key={warning.secretId} failure={warning} tone="warning" />
      ))}
      {warningCount > 2 ? (
        <Note tone="warning" title={`${warningCount - 2} more secrets have many versions`} />
      ) : null}
    </div>
  );
}
