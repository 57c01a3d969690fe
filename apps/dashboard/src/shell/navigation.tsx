import {
  IconFolder,
  IconFolders,
  IconGauge,
  IconHistory,
  IconKey,
  IconLock,
  IconRefresh,
  IconSettings,
  IconShieldLock,
  IconUsers,
  IconWebhook,
  type Icon,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams, type LinkProps } from "@tanstack/react-router";
import { useEffect } from "react";
import { projectsQuery } from "../api/projects.ts";
import { syncQuery } from "../api/sync.ts";
import { isFullAdmin, type SessionWorkspace } from "../api/session.ts";
import { lastCount, rememberCount } from "./last-count.ts";
import classes from "./shell.module.css";

/** More don't help to find one; the page of all projects searches. */
const SHOWN_PROJECTS = 12;

/** Everybody has tokens; all else is of those who are admins of the whole workspace. */
const SETTINGS = [
  { to: "/w/$workspace/settings/members", icon: IconUsers, label: "Members", forAll: false },
  { to: "/w/$workspace/settings/tokens", icon: IconKey, label: "API tokens", forAll: true },
  {
    to: "/w/$workspace/settings/single-sign-on",
    icon: IconShieldLock,
    label: "Single sign-on",
    forAll: false,
  },
  { to: "/w/$workspace/settings/webhooks", icon: IconWebhook, label: "Webhooks", forAll: false },
  { to: "/w/$workspace/settings/audit", icon: IconHistory, label: "Audit log", forAll: false },
] as const;

/** The links to a workspace's pages: those that its member may open. */
export function Navigation({ workspace }: Readonly<{ workspace: SessionWorkspace }>) {
  const params = { workspace: workspace.slug };
  const mayAll = isFullAdmin(workspace);
  return (
    <nav aria-label="Workspace">
      <ul className={classes.links}>
        {mayAll ? <Item icon={IconGauge} label="Overview" to="/w/$workspace" params={params} exact /> : null}
        <Item icon={IconFolders} label="Projects" to="/w/$workspace/projects" params={params} exact />
      </ul>
      <Projects workspace={workspace} />
      <h2 className={classes.group}>Settings</h2>
      <ul className={classes.links}>
        {SETTINGS.filter(({ forAll }) => forAll || mayAll).map(({ to, icon, label }) => (
          <Item key={to} icon={icon} label={label} to={to} params={params} />
        ))}
      </ul>
    </nav>
  );
}

function Projects({ workspace }: Readonly<{ workspace: SessionWorkspace }>) {
  const { project, syncId } = useParams({ strict: false });
  const { data } = useQuery(projectsQuery(workspace.slug));
  // A sync's address doesn't name its project.
  const { data: sync } = useQuery({
    ...syncQuery({ workspace: workspace.slug, syncId: syncId ?? "" }),
    enabled: syncId !== undefined,
  });
  const projects = (data ?? []).flatMap((team) => team.projects);
  const open = project ?? projects.find(({ id }) => id === sync?.projectId)?.slug;
  const { length } = projects;
  useEffect(() => {
    if (data !== undefined) rememberCount(workspace.slug, length);
  }, [data, workspace.slug, length]);
  if (data === undefined) return <ProjectsPending count={lastCount(workspace.slug)} />;
  if (length === 0) return null;
  const first = new Set(projects.slice(0, SHOWN_PROJECTS));
  const shown = projects.filter((project) => first.has(project) || project.slug === open);
  return (
    <>
      <h2 className={classes.group}>Projects</h2>
      <ul className={classes.links}>
        {shown.map(({ slug, name }) => {
          const params = { workspace: workspace.slug, project: slug };
          return (
            <li key={slug}>
              <NavigationLink
                icon={IconFolder}
                label={name}
                to="/w/$workspace/projects/$project/secrets"
                params={params}
              />
              {slug === open ? (
                <ul className={`${classes.links} ${classes.below}`}>
                  <Item
                    icon={IconLock}
                    label="Secrets"
                    to="/w/$workspace/projects/$project/secrets"
                    params={params}
                  />
                  {isFullAdmin(workspace) ? (
                    <>
                      <Item
                        icon={IconRefresh}
                        label="Syncs"
                        to="/w/$workspace/projects/$project/syncs"
                        params={params}
                        {...(syncId === undefined ? {} : { "data-status": "active" })}
                      />
                      <Item
                        icon={IconSettings}
                        label="Project settings"
                        to="/w/$workspace/projects/$project/settings"
                        params={params}
                      />
                    </>
                  ) : null}
                </ul>
              ) : null}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Keeps the room of so many, so that what stands below doesn't jump. */
function ProjectsPending({ count }: Readonly<{ count: number }>) {
  return count === 0 ? null : (
    <div aria-hidden>
      <p className={classes.group}>Projects</p>
      {Array.from({ length: Math.min(count, SHOWN_PROJECTS) }, (_, index) => (
        <div key={index} className={classes.pending}>
          <div className="kv-bar" />
        </div>
      ))}
    </div>
  );
}

type ItemProps = Readonly<
  {
    icon: Icon;
    label: string;
    exact?: boolean;
    /** For what is open below an address that isn't its own. */
    "data-status"?: "active";
  } & LinkProps
>;

function Item(props: ItemProps) {
  return (
    <li>
      <NavigationLink {...props} />
    </li>
  );
}

function NavigationLink({ icon: Icon, label, exact = false, ...link }: ItemProps) {
  return (
    <Link
      className={classes.link ?? ""}
      title={label}
      activeOptions={{ exact, includeSearch: false }}
      {...link}
    >
      <Icon size={16} stroke={1.75} aria-hidden />
      <span>{label}</span>
    </Link>
  );
}
