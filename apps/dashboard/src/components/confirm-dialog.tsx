import { Button, Code, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type FormEvent, type ReactNode } from "react";
import { ApiFailure } from "../api/failure.ts";
import { Note } from "./failure-note.tsx";

type ConfirmDialogProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and what can't be undone. */
  children: ReactNode;
  /** What the button says: the deed, like “Disconnect”. */
  action: string;
  dangerous?: boolean;
  /** Whether something stands against it, which the contents say. */
  forbidden?: boolean;
  /** A name that must be typed first. */
  typeName?: string;
  /** Does it; the dialog closes when it has succeeded, and shows the failure otherwise. */
  onConfirm: () => Promise<void>;
}>;

/** Asks before something is done that can't be undone. */
export function ConfirmDialog({ opened, onClose, title, ...rest }: ConfirmDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Question {...rest} onClose={onClose} />
    </Modal>
  );
}

/** A component of its own, so that each opening begins anew. */
function Question({
  onClose,
  children,
  action,
  dangerous = false,
  forbidden = false,
  typeName,
  onConfirm,
}: Omit<ConfirmDialogProps, "opened" | "title">) {
  const [typed, setTyped] = useState("");
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const mayConfirm = !forbidden && (typeName === undefined || typed.trim() === typeName);

  async function confirm(): Promise<void> {
    setWorking(true);
    setFailure(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    } finally {
      setWorking(false);
    }
  }

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (mayConfirm && !working) void confirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>{children}</div>
        {typeName === undefined ? null : (
          <TextInput
            label={
              <>
                Type <Code>{typeName}</Code> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {failure === null ? null : <Note tone="danger" title={failure.message} code={failure.code} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={working}
            disabled={!mayConfirm}
            {...(dangerous ? { color: "red.8" } : {})}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
