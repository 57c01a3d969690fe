import { Drawer } from "@mantine/core";
import { useCallback, useState, type ReactNode } from "react";
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
  const [unsaved] = useState(makeFlag);
  const isUnsaved = useCallback(() => opened && unsaved.isSet(), [opened, unsaved]);
  const [closing, setClosing] = useState(false);
  const close = (): void => {
    unsaved.set(false);
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
        {children({ setUnsaved: unsaved.set, close })}
      </Drawer>
      <Leaving isUnsaved={isUnsaved} closing={closing} onStay={() => setClosing(false)} onLeave={close} />
    </>
  );
}

/** Says at once what it was last told: what is asked at the moment of leaving must not wait until it has been drawn. */
function makeFlag(): Readonly<{ set: (on: boolean) => void; isSet: () => boolean }> {
  let isOn = false;
  return {
    set: (on) => {
      isOn = on;
    },
    isSet: () => isOn,
  };
}
