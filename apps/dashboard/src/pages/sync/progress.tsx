import { Progress as Bar, Text } from "@mantine/core";
import { progressOf } from "../../api/run-progress.ts";
import type { Run } from "../../api/syncs.ts";
import { runWords, triggerWords } from "../../components/run-words.ts";
import { Time } from "../../components/time.tsx";
import { useSync } from "./use-sync.ts";
import classes from "./sync.module.css";

/** How far a run under way is. Ears hear it by quarters, from the page's announcer. */
export function Progress({ run }: Readonly<{ run: Run }>) {
  const { disconnecting } = useSync();
  const { done, total } = progressOf(run, disconnecting);
  const known = total > 0;
  const percent = known ? Math.floor((done / total) * 100) : 100;
  return (
    <section className={classes.card} aria-label="Run under way">
      <div className={classes.progressHead}>
        <strong>
          {known
            ? `${done.toLocaleString("en")} of ${total.toLocaleString("en")} secrets${disconnecting === null ? "" : " removed"}`
            : "Looking at what is to be done…"}
        </strong>
        <Text size="sm" c="dimmed">
          {triggerWords(run.trigger)}, since <Time at={run.startedAt} />
        </Text>
      </div>
      <Bar.Root size="lg" radius="xl">
        <Bar.Section value={percent} striped={!known} animated={!known} aria-label="Progress of the run" />
      </Bar.Root>
      <Text size="sm" c="dimmed" mt={8}>
        {done === 0 ? "Nothing done yet" : runWords(run)}
      </Text>
    </section>
  );
}
