import { AppShell, Burger, Skeleton, Stack } from "@mantine/core";
import { LoadingPage } from "../components/loading-page.tsx";
import { Logo } from "./logo.tsx";
import classes from "./shell.module.css";

const LINKS = [70, 64, 82, 96, 88, 110, 76];

/** Stands where the shell will, until it is known who is signed in: in the same places, so that nothing jumps. */
export function ShellPending() {
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: true } }}
      padding={{ base: "md", sm: "xl" }}
    >
      <AppShell.Header className={classes.top ?? ""}>
        <div className={classes.header}>
          <Burger opened={false} hiddenFrom="sm" size="sm" disabled aria-label="Open navigation" />
          <span className={classes.brand}>
            <Logo />
          </span>
        </div>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar ?? ""} aria-hidden>
        <Stack gap={19} px={10} py={10} opacity={0.55}>
          {LINKS.map((width) => (
            <Skeleton key={width} height={14} width={width} />
          ))}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main>
        <div className={classes.content}>
          <LoadingPage />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
