import type { StreamState } from "../../api/event-stream.ts";
import classes from "./sync.module.css";

const WORDS: Readonly<Record<StreamState, string>> = {
  connecting: "Connecting…",
  live: "Live",
  interrupted: "Reconnecting…",
};

/** Whether what the page shows is what is. */
export function LiveMark({ stream }: Readonly<{ stream: StreamState }>) {
  return (
    <span className={classes.live} data-stream={stream} title="Whether this page follows what happens">
      <span className={classes.dot} aria-hidden />
      {WORDS[stream]}
    </span>
  );
}
