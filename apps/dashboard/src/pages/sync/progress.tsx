import { Progress as Bar, Text } from "@mantine/core";
import { doneOf } from "../../api/sync.ts";
import type { Run } from "../../api/syncs.ts";
import { runWords, triggerWords } from "../../components/run-words.ts";
import { Time } from "../../components/time.tsx";
import { useSync } from "./use-sync.ts";
import classes from "./sync.module.css";

/** How far a run under way is. Ears hear it by quarters, from the page's announcer. */
export function Progress({ run }: Readonly<{ run: Run }>) {
  const { disconnecting } = useSync();
  const { done, total } =
    disconnecting === null ? { done: doneOf(run), total: run.total } : removed(run, disconnecting);
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

/** A run that disconnects has no secrets of its own: what is left of the sync's tells how far it is. */
function removed(
  { counts: { deleted } }: Run,
  { left }: Readonly<{ left: number }>,
): Readonly<{ done: number; total: number }> {
  return { done: deleted, total: deleted + left };
}
