import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";
import classes from "./stage.module.css";

/** The frame of a page that stands alone: sign-in, invitation, device login. */
export function Stage({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <main className={classes.stage} id="main" tabIndex={-1}>
      <div className={classes.panel}>
        <div className={classes.brand}>
          <Logo size={28} />
          kvsync
        </div>
        <div className={classes.card}>{children}</div>
      </div>
    </main>
  );
}
