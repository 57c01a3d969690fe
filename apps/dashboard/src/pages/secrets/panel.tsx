import { Drawer } from "@mantine/core";
import { useCallback, useRef, useState, type ReactNode } from "react";
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
  // What is asked at the moment of leaving must not wait until it has been drawn.
  const unsaved = useRef(false);
  const setUnsaved = useCallback((next: boolean) => {
    unsaved.current = next;
  }, []);
  const isUnsaved = useCallback(() => opened && unsaved.current, [opened]);
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
        onClose={() => (isUnsaved() ? setClosing(true) : close())}
        position="right"
        size="lg"
        title={title}
        closeButtonProps={{ "aria-label": "Close" }}
        attributes={{ header: { role: "none" } }}
        styles={{ title: { fontWeight: 600, overflowWrap: "anywhere" } }}
      >
        {children({ setUnsaved, close })}
      </Drawer>
      <Leaving isUnsaved={isUnsaved} closing={closing} onStay={() => setClosing(false)} onLeave={close} />
    </>
  );
}
