import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { environmentsQuery, projectsQuery } from "../../api/projects.ts";
import { AppLink } from "../../components/app-link.tsx";
import { CopyButton } from "../../components/copy-button.tsx";
import { Absent } from "../../components/time.tsx";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

/** From where to where a sync writes. */
export function ConnectionFacts() {
  const sync = useSync();
  const params = useSyncAddress();
  const { workspace } = params;
  const { data: teams } = useQuery(projectsQuery(workspace));
  const project = teams?.flatMap(({ projects }) => projects).find(({ id }) => id === sync.projectId);
  const { data: environments } = useQuery({
    ...environmentsQuery(workspace, project?.slug ?? ""),
    enabled: project !== undefined,
  });
  const environment = environments?.find(({ id }) => id === sync.environmentId);
  return (
    <section className={classes.card} aria-label="Connection">
      <div className={classes.cardHead}>
        <Title order={2}>Connection</Title>
        <AppLink to="/w/$workspace/syncs/$syncId/settings" params={params} size="sm">
          Change
        </AppLink>
      </div>
      <dl className={classes.facts}>
        <Fact name="Source">
          {project === undefined ? (
            <Absent />
          ) : (
            `${project.name}${environment ? ` · ${environment.name}` : ""}`
          )}
        </Fact>
        <Copied name="Key Vault" value={sync.vaultUrl} />
        <Copied name="Tenant ID" value={sync.tenantId} />
        <Copied name="Client ID" value={sync.clientId} />
        <Fact name="Prefix">{sync.prefix === "" ? "None" : <code>{sync.prefix}</code>}</Fact>
        <Fact name="Names">{NAME_POLICIES[sync.namePolicy]}</Fact>
        <Copied name="Connection ID" value={sync.id} />
      </dl>
    </section>
  );
}

const NAME_POLICIES = {
  strict: "As they are (strict)",
  hyphenate: "_ becomes -",
  dotnet: "__ becomes --, _ becomes -",
} as const;

function Copied({ name, value }: Readonly<{ name: string; value: string | null }>) {
  return (
    <Fact name={name}>
      {value === null ? (
        <Absent />
      ) : (
        <span className={classes.copied}>
          <span>{value}</span>
          <CopyButton text={value} what={name} />
        </span>
      )}
    </Fact>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children: ReactNode }>) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
