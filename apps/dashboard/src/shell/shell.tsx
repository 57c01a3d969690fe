import { AppShell, Burger } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useSession } from "../api/session.ts";
import { lastWorkspace } from "./last-workspace.ts";
import { Logo } from "./logo.tsx";
import { Navigation } from "./navigation.tsx";
import { UserMenu } from "./user-menu.tsx";
import { WorkspaceSwitcher } from "./workspace-switcher.tsx";
import classes from "./shell.module.css";

/** What stands around every page of who is signed in. */
export function Shell() {
  const session = useSession();
  const [opened, { toggle, close }] = useDisclosure();
  const { workspace: slug } = useParams({ strict: false });
  // An address of no workspace, or of one that isn't theirs, leaves them where they were.
  const workspace =
    session.workspaces.find((one) => one.slug === slug) ??
    session.workspaces.find((one) => one.slug === lastWorkspace(session));
  const { pathname } = useLocation();
  useFocusOnNewPage(pathname);
  useEffect(close, [pathname, close]);

  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <AppShell.Header className={classes.top ?? ""}>
        <div className={classes.header}>
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? "Close navigation" : "Open navigation"}
            aria-expanded={opened}
          />
          <Link to="/" className={classes.brand ?? ""} aria-label="kvsync, overview">
            <Logo />
          </Link>
          {workspace === undefined ? null : (
            <>
              <span className={classes.slash} aria-hidden>
                /
              </span>
              <WorkspaceSwitcher workspaces={session.workspaces} current={workspace} />
            </>
          )}
          <div className={classes.push} />
          <UserMenu />
        </div>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar ?? ""}>
        {workspace === undefined ? null : <Navigation workspace={workspace} />}
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <div className={classes.content}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** Moves the focus to the new page's heading, as a browser would begin a new document at its top. */
function useFocusOnNewPage(pathname: string): void {
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    document.querySelector<HTMLElement>("main h1, main")?.focus({ preventScroll: true });
  }, [pathname]);
}
