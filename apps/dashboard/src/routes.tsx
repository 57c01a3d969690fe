import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from "@tanstack/react-router";
import { projectsQuery } from "./api/projects.ts";
import { isFullAdmin, sessionQuery, type Session, type SessionWorkspace } from "./api/session.ts";
import { LoadingPage } from "./components/loading-page.tsx";
import { LoadingState } from "./components/loading-state.tsx";
import { page } from "./page-files.ts";
import { lastWorkspace, rememberWorkspace } from "./shell/last-workspace.ts";
import { NotFound } from "./shell/not-found.tsx";
import { Shell } from "./shell/shell.tsx";
import { ShellPending } from "./shell/shell-pending.tsx";
import { takeText } from "./shell/search.ts";

/*
 * All pages and their addresses. Control has the same list, in apps/control/src/dashboard/paths.ts: it answers 404 for
 * any other address.
 */

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

// ---- Without a session

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: page("sign-in/sign-in"),
  validateSearch: takeText("next", "problem"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: page("invitation/invitation"),
});

// ---- With one

async function session(queryClient: QueryClient): Promise<Session | null> {
  return (
    queryClient.getQueryData(sessionQuery.queryKey) ??
    queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 })
  );
}

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  pendingComponent: ShellPending,
  beforeLoad: async ({ context, location }) => {
    const found = await session(context.queryClient);
    if (found === null) throw redirect({ to: "/sign-in", search: { next: location.href }, replace: true });
    return { session: found };
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: ({ context }) => {
    const workspace = lastWorkspace(context.session);
    if (workspace === undefined) throw redirect({ to: "/account", replace: true });
    throw redirect({ to: "/w/$workspace", params: { workspace }, replace: true });
  },
});

const device = createRoute({
  getParentRoute: () => signedIn,
  path: "/device",
  component: page("device/device"),
  validateSearch: takeText("user_code"),
});

const shell = createRoute({ getParentRoute: () => signedIn, id: "shell", component: Shell });

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  component: page("account/account"),
});

const workspace = createRoute({
  getParentRoute: () => shell,
  path: "/w/$workspace",
  beforeLoad: ({ context, params }) => {
    const own = context.session.workspaces.find(({ slug }) => slug === params.workspace);
    if (own === undefined) throw notFound();
    rememberWorkspace(own.slug);
    return { workspace: own };
  },
  component: Outlet,
  notFoundComponent: NotFound,
});

/** What is admins' alone, like syncs: everybody else goes to the projects. */
function adminsAlone({
  context,
  params,
}: Readonly<{ context: { workspace: SessionWorkspace }; params: { workspace: string } }>): void {
  if (!isFullAdmin(context.workspace))
    throw redirect({ to: "/w/$workspace/projects", params, replace: true });
}

const overview = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: page("overview/overview"),
  validateSearch: takeText("health", "search"),
  beforeLoad: adminsAlone,
});

const projects = createRoute({
  getParentRoute: () => workspace,
  path: "/projects",
  component: page("projects/projects"),
  validateSearch: takeText("search", "dialog"),
});

const project = createRoute({
  getParentRoute: () => workspace,
  path: "/projects/$project",
  pendingComponent: () => <LoadingPage hasBreadcrumbs />,
  beforeLoad: async ({ context, params }) => {
    const teams = await context.queryClient.ensureQueryData(projectsQuery(params.workspace));
    const own = teams.flatMap((team) => team.projects).find(({ slug }) => slug === params.project);
    if (own === undefined) throw notFound();
    return { project: own };
  },
  component: Outlet,
  notFoundComponent: NotFound,
});

const secrets = createRoute({
  getParentRoute: () => project,
  path: "/secrets",
  component: page("secrets/secrets"),
  validateSearch: takeText("environment", "search", "sort", "secret", "dialog"),
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  beforeLoad: adminsAlone,
  component: page("projects/project-settings"),
  validateSearch: takeText("dialog"),
});

const projectSyncs = createRoute({
  getParentRoute: () => project,
  path: "/syncs",
  component: page("syncs/syncs"),
  validateSearch: takeText("sort"),
});

const newSync = createRoute({
  getParentRoute: () => project,
  path: "/syncs/new",
  component: page("setup/new"),
});

const setup = createRoute({
  getParentRoute: () => workspace,
  path: "/syncs/$syncId/setup",
  component: page("setup/setup"),
  validateSearch: takeText("step", "way", "kind", "search"),
});

/** The frame of a sync's pages: its head and tabs, and an `Outlet`. */
const sync = createRoute({
  getParentRoute: () => workspace,
  path: "/syncs/$syncId",
  pendingComponent: () => <LoadingPage hasBreadcrumbs hasTabs />,
  component: page("sync/sync"),
});

const syncHealth = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/",
  component: page("sync/health"),
  validateSearch: takeText("range"),
});

const syncRecords = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/records",
  component: page("sync/records"),
  validateSearch: takeText("state", "search", "code", "drift", "sort", "record"),
});

const syncRuns = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/runs",
  component: page("sync/runs"),
});

const syncRun = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/runs/$runId",
  component: page("sync/run"),
});

const syncPlan = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/plan",
  component: page("sync/plan"),
  validateSearch: takeText(
    "plan",
    "kind",
    "prefix",
    "namePolicy",
    "removalPolicy",
    "driftPolicy",
    "existingPolicy",
  ),
});

const syncSettings = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/settings",
  component: page("sync/settings"),
});

const syncActivity = createRoute({
  getParentRoute: () => sync,
  pendingComponent: LoadingState,
  path: "/activity",
  component: page("sync/activity"),
});

const members = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/members",
  component: page("settings/members"),
  validateSearch: takeText("dialog", "sort"),
});

const tokens = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/tokens",
  component: page("settings/tokens"),
  validateSearch: takeText("dialog", "ended", "sort"),
});

const singleSignOn = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/single-sign-on",
  component: page("settings/single-sign-on"),
});

const webhooks = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/webhooks",
  component: page("settings/webhooks"),
  validateSearch: takeText("dialog"),
});

const webhook = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/webhooks/$webhookId",
  component: page("settings/webhook"),
  validateSearch: takeText("state", "delivery"),
});

const audit = createRoute({
  getParentRoute: () => workspace,
  path: "/settings/audit",
  component: page("settings/audit"),
  validateSearch: takeText("action", "entity", "entityId", "actor", "from", "to", "entry", "at"),
});

export const routeTree = root.addChildren([
  signIn,
  invitation,
  signedIn.addChildren([
    home,
    device,
    shell.addChildren([
      account,
      workspace.addChildren([
        overview,
        projects,
        project.addChildren([secrets, projectSyncs, newSync, projectSettings]),
        setup,
        sync.addChildren([syncHealth, syncRecords, syncRuns, syncRun, syncPlan, syncSettings, syncActivity]),
        members,
        tokens,
        singleSignOn,
        webhooks,
        webhook,
        audit,
      ]),
    ]),
  ]),
]);
