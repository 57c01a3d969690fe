import { Button, Code } from "@mantine/core";
import { IconLock, IconMapPinOff, IconPlugConnectedX, type Icon } from "@tabler/icons-react";
import { useEffect, useEffectEvent } from "react";
import { ApiFailure } from "../api/failure.ts";
import { answers } from "../api/reach.ts";
import classes from "./blank.module.css";

const BETWEEN_LOOKS_MS = 5_000;

/** Stands in place of what couldn't be loaded. Where the server was away, it is tried again once that is back. */
export function ErrorState({ error, onRetry }: Readonly<{ error: Error; onRetry?: () => void }>) {
  useRetryOnceBack(isAway(error), onRetry);
  const { title, text, code, icon: Icon = IconPlugConnectedX, isFinal = false } = explain(error);
  return (
    <div className={classes.blank} role="alert">
      <Icon className={classes.icon} size={32} stroke={1.5} aria-hidden />
      <p className={classes.title}>{title}</p>
      <div className={classes.text}>{text}</div>
      {code === undefined ? null : <Code>{code}</Code>}
      {onRetry === undefined || isFinal ? null : (
        <div className={classes.actions}>
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

function explain(error: Error): Readonly<{
  title: string;
  text: string;
  code?: string;
  icon?: Icon;
  /** Whether to ask again would change nothing. */
  isFinal?: boolean;
}> {
  if (!(error instanceof ApiFailure))
    return { title: "This page stopped working", text: "Load it again. What was saved is not affected." };
  const { status, code, message } = error;
  if (status === 403)
    return {
      title: "You may not see this",
      text: "Your role doesn’t reach here. An admin of the workspace can change it.",
      code,
      icon: IconLock,
      isFinal: true,
    };
  if (status === 404)
    return {
      title: "Nothing is found here",
      text: `${sentence(message)} It may have been removed, or its address may be mistyped.`,
      code,
      icon: IconMapPinOff,
      isFinal: true,
    };
  return { title: "This couldn’t be loaded", text: message, code };
}

/** Whether nobody answered, or only who stands before the server. */
const isAway = (error: Error): boolean => error instanceof ApiFailure && [0, 502, 504].includes(error.status);

function useRetryOnceBack(away: boolean, onRetry: (() => void) | undefined): void {
  const retry = useEffectEvent(() => onRetry?.());
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(
      () => void answers().then((back) => (back ? retry() : undefined)),
      BETWEEN_LOOKS_MS,
    );
    return () => clearInterval(timer);
  }, [away]);
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
