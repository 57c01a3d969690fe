import { Button, Code } from "@mantine/core";
import { IconLock, IconMapPinOff, IconPlugConnectedX, type Icon } from "@tabler/icons-react";
import { ApiFailure } from "../api/failure.ts";
import classes from "./blank.module.css";
import { useRetryOnceBack } from "./use-retry-once-back.ts";

/**
 * Stands in place of what couldn't be loaded. Where the server or what stands behind it is away, it stays until that is
 * back, and then tries again by itself.
 */
export function ErrorState({ error, onRetry }: Readonly<{ error: Error; onRetry?: () => void }>) {
  const isAwaited = useRetryOnceBack(error, onRetry);
  const { title, text, code, icon: Icon = IconPlugConnectedX, isFinal = false } = explain(error);
  return (
    <div className={classes.blank} role="alert">
      <Icon className={classes.icon} size={32} stroke={1.5} aria-hidden />
      <p className={classes.title}>{title}</p>
      <div className={classes.text}>
        {text}
        {isAwaited ? " It is loaded by itself once that works." : null}
      </div>
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

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
