import { Drawer } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Leaving } from "./leaving.tsx";

type PanelProps = Readonly<{
  opened: boolean;
  onClose: () => void;
  title: string;
  /** Gets what tells that something isn't saved, and what closes the panel without a question. */
  children: (panel: Readonly<{ setUnsaved: (unsaved: boolean) => void; close: () => void }>) => ReactNode;
}>;

/** A panel at the page's side to type in. Its content begins anew with each opening. */
export function Panel({ opened, onClose, title, children }: PanelProps) {
  const [unsaved, setUnsaved] = useState(false);
  const [closing, setClosing] = useState(false);
  const close = (): void => {
    setUnsaved(false);
    setClosing(false);
    onClose();
  };
  return (
    <>
      <Drawer
        opened={opened}
        onClose={() => (unsaved ? setClosing(true) : close())}
        position="right"
        size="lg"
        title={title}
        closeButtonProps={{ "aria-label": "Close" }}
        attributes={{ header: { role: "none" } }}
        styles={{ title: { fontWeight: 600, overflowWrap: "anywhere" } }}
      >
        {children({ setUnsaved, close })}
      </Drawer>
      <Leaving
        unsaved={opened && unsaved}
        closing={closing}
        onStay={() => setClosing(false)}
        onLeave={close}
      />
    </>
  );
}
