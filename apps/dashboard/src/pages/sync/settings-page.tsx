import { usePageTitle } from "../../components/page-header.tsx";
import { ConnectionForm } from "./connection-form.tsx";
import { DisconnectSection } from "./disconnect-section.tsx";
import { NameForm } from "./name-form.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { ScheduleForm } from "./schedule-form.tsx";
import { Section, Sections } from "../../components/section.tsx";
import { PauseButton, ResumeButton, RunButton } from "./sync-actions.tsx";
import { useSync } from "./use-sync.ts";
import classes from "./sync.module.css";

/** What can be changed about a sync, a section for each thing. */
export default function SettingsPage() {
  const sync = useSync();
  usePageTitle(`Settings · ${sync.name}`);
  const { state, environmentId } = sync;
  const over = state === "disconnected" || state === "disconnecting";
  return (
    <Sections>
      {over ? null : (
        <>
          <Section title="Name">
            <NameForm />
          </Section>
          <Section
            title="Schedule"
            about="Changes are written within seconds. A schedule also looks at the vault, and finds what somebody changed there."
          >
            <ScheduleForm />
          </Section>
          <Section title="Policies">
            <PolicyForm />
          </Section>
          <Section
            title="Connection"
            about="With another vault, prefix or name policy the secrets move: first they are written anew, then the old ones are removed."
          >
            <ConnectionForm />
          </Section>
        </>
      )}
      {over || environmentId === null ? null : (
        <Section
          title="Running"
          about={
            state === "paused"
              ? "The sync is paused: changes gather."
              : "A pause stops a run under way between two writes."
          }
        >
          <span className={classes.actions}>
            {state === "paused" ? (
              <ResumeButton />
            ) : (
              <>
                <RunButton running={sync.lastRun?.state === "running"} />
                <PauseButton />
              </>
            )}
          </span>
        </Section>
      )}
      <DisconnectSection />
    </Sections>
  );
}
