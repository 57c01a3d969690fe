import {
  IconCircle,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconCircleXFilled,
  IconClock,
  IconLoader2,
  type Icon,
} from "@tabler/icons-react";
import type { Validation } from "../../api/setup.ts";
import { FailureNote } from "../../components/failure-note.tsx";
import type { Tone } from "../../components/state.ts";
import { durationWords } from "../../components/time-words.ts";
import classes from "./setup.module.css";

type Check = Validation["steps"][number];

const WORDS: Readonly<Record<Check["step"], Readonly<{ name: string; about: string }>>> = {
  issuer_reachable: { name: "Issuer reachable", about: "The issuer’s documents can be read, and match." },
  assertion_minted: { name: "Assertion minted", about: "A short-lived assertion is signed for this sync." },
  token_exchanged: { name: "Token exchanged", about: "Microsoft Entra takes it and gives an access token." },
  secret_created: { name: "Temporary secret created", about: "The role lets the sync write to the vault." },
  secret_deleted: { name: "Temporary secret deleted", about: "The role lets the sync delete, too." },
  secret_purged: {
    name: "Temporary secret purged",
    about: "Removed for good, where that is allowed. Nothing depends on it.",
  },
};

type Look = Readonly<{ icon: Icon; tone: Tone; word: string; moves?: boolean }>;

/** A validation's steps as they come in. Each has its place from the beginning. */
export function ValidationChecks({ validation }: Readonly<{ validation: Validation }>) {
  return (
    <ol className={classes.checks} aria-label="Steps of the validation">
      {validation.steps.map((check) => {
        const { step, state, durationMs, failure, requestId } = check;
        const { name, about } = WORDS[step];
        const { icon: Icon, tone, word, moves = false } = lookOf(check, validation.state);
        return (
          <li key={step} className={classes.check} data-state={state}>
            <span className={classes.checkIcon} data-tone={tone} data-moves={moves}>
              <Icon size={20} aria-hidden />
            </span>
            <span>
              <span className={classes.checkName}>{name}</span>
              <br />
              <span className={classes.checkAbout}>{about}</span>
            </span>
            <span className={classes.checkSide}>
              {word}
              {durationMs === null || state === "pending" ? null : (
                <>
                  <br />
                  {durationWords(durationMs)}
                </>
              )}
            </span>
            {failure === null || validation.state === "waiting" ? null : (
              <div className={classes.checkNote}>
                <FailureNote failure={failure} tone={state === "skipped" ? "info" : "danger"} />
                {requestId === null ? null : (
                  <div className={classes.checkAbout}>Azure’s request id: {requestId}</div>
                )}
              </div>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function lookOf({ state }: Check, overall: Validation["state"]): Look {
  switch (state) {
    case "succeeded":
      return { icon: IconCircleCheckFilled, tone: "success", word: "Done" };
    case "failed":
      return overall === "waiting"
        ? { icon: IconClock, tone: "warning", word: "Waiting" }
        : { icon: IconCircleXFilled, tone: "danger", word: "Failed" };
    case "running":
      return { icon: IconLoader2, tone: "info", word: "Running", moves: true };
    case "skipped":
      return { icon: IconCircleMinus, tone: "neutral", word: "Left out" };
    case "pending":
      return { icon: IconCircle, tone: "neutral", word: "" };
  }
}
