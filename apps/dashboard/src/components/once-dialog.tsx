import { Button, Checkbox, Group, Modal, Stack } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { CopyField } from "./copy-field.tsx";
import { Note } from "./failure-note.tsx";

type OnceDialogProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What the value is: “Token”. */
  label: string;
  value: string;
  /** What it is for, and what to do with it. */
  children?: ReactNode;
}>;

/** Shows what is shown only once. Closes when somebody says that it is stored, not by accident. */
export function OnceDialog({ opened, onClose, title, ...rest }: OnceDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Once {...rest} onClose={onClose} />
    </Modal>
  );
}

/** A component of its own, so that each opening begins anew. */
function Once({ onClose, label, value, children }: Omit<OnceDialogProps, "opened" | "title">) {
  const [isStored, setStored] = useState(false);
  return (
    <Stack gap="md">
      <Note tone="warning" title="Copy it now: it isn’t shown again.">
        {children}
      </Note>
      <CopyField label={label} value={value} />
      <Checkbox
        label="I have copied it"
        checked={isStored}
        onChange={(event) => setStored(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button onClick={onClose} disabled={!isStored}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
