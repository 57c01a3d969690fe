import { useBlocker } from "@tanstack/react-router";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";

type LeavingProps = Readonly<{
  /** Whether something was typed that isn't saved: now, when it is asked. */
  isUnsaved: () => boolean;
  /** Whether the panel is being closed, and what to do about that. */
  closing: boolean;
  onStay: () => void;
  onLeave: () => void;
}>;

/** Which panel an address opens. */
function panelIn({ search }: Readonly<{ search: object }>): string {
  const { secret = "", dialog = "" } = search as Partial<Record<"secret" | "dialog", string>>;
  return `${dialog} ${secret}`;
}

/** Asks before what was typed is thrown away: with the panel, with the page, and with the browser's tab. */
export function Leaving({ isUnsaved, closing, onStay, onLeave }: LeavingProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isUnsaved() && (current.pathname !== next.pathname || panelIn(current) !== panelIn(next)),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  const blocked = blocker.status === "blocked";
  // It is made when it asks: one that is there already would take the key that closed the panel for its own.
  return !closing && !blocked ? null : (
    <ConfirmDialog
      opened
      onClose={() => {
        if (blocked) blocker.reset();
        onStay();
      }}
      title="Throw away what you typed?"
      action="Throw away"
      dangerous
      onConfirm={() => {
        if (blocked) blocker.proceed();
        onLeave();
        return Promise.resolve();
      }}
    >
      It is not saved yet, and would be lost.
    </ConfirmDialog>
  );
}
