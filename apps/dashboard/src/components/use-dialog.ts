import { useState } from "react";

export type Dialog<Subject> = Readonly<{
  opened: boolean;
  /** What it is about: kept when it closes, so that its words stay while it fades. */
  subject: Subject | null;
  open: (subject: Subject) => void;
  close: () => void;
}>;

/** A dialog that is about one thing of several. */
export function useDialog<Subject>(): Dialog<Subject> {
  const [{ opened, subject }, set] = useState<{ opened: boolean; subject: Subject | null }>({
    opened: false,
    subject: null,
  });
  return {
    opened,
    subject,
    open: (about) => set({ opened: true, subject: about }),
    close: () => set((before) => ({ ...before, opened: false })),
  };
}
