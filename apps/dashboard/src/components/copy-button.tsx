import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { announce } from "./announcer.ts";

/** Copies a text, and tells so in words, to eyes and ears. @param what names the text: “Issuer” */
export function CopyButton({ text, what }: Readonly<{ text: string; what: string }>) {
  const clipboard = useClipboard({ timeout: 2_000 });
  const copy = (): void => {
    clipboard.copy(text);
    announce(`${what} copied`);
  };
  const failed = clipboard.error !== null;
  const hint = failed ? "Copying isn’t allowed here: select the text" : clipboard.copied ? "Copied" : "Copy";
  return (
    <Tooltip label={hint} {...(clipboard.copied || failed ? { opened: true } : {})}>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={`Copy ${what}`} onClick={copy}>
        {clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
