import { Button } from "@mantine/core";
import classes from "./secrets.module.css";

/** What somebody else wrote where one has typed something oneself. */
export function Theirs({ text, onTake }: Readonly<{ text: string | null; onTake: () => void }>) {
  return (
    <div className={classes.theirs} role="group" aria-label="Theirs">
      {text === null ? "They took this value away." : text === "" ? "Theirs is empty." : "Theirs:"}
      {text === null || text === "" ? null : <pre>{text}</pre>}
      <div>
        <Button size="compact-xs" variant="default" onClick={onTake}>
          Take theirs
        </Button>
      </div>
    </div>
  );
}
