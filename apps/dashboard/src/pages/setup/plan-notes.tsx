import { AppLink, ButtonLink } from "../../components/app-link.tsx";
import { Note } from "../../components/failure-note.tsx";
import type { Project } from "../../api/projects.ts";
import type { SyncDetail } from "../../api/setup.ts";
import { totalOf, writesOf, type ActionKind } from "../../components/plan/plan-words.ts";

type PlanNotesProps = Readonly<{
  workspace: string;
  sync: SyncDetail;
  project: Project;
  counts: Readonly<Record<ActionKind, number>>;
}>;

/** What to do where a plan does nothing, or leaves something out. */
export function PlanNotes({ workspace, sync, project, counts }: PlanNotesProps) {
  const { blocked } = counts;
  if (totalOf(counts) === 0)
    return (
      <Note
        tone="info"
        title="There is nothing to push yet"
        actions={
          <ButtonLink
            size="xs"
            variant="default"
            to="/w/$workspace/projects/$project/secrets"
            params={{ workspace, project: project.slug }}
          >
            Add secrets
          </ButtonLink>
        }
      >
        The environment has no secrets. Approve the plan all the same: each secret that you add is pushed by
        itself.
      </Note>
    );
  if (blocked === 0) return null;
  const isAll = writesOf(counts) === 0 && blocked === totalOf(counts);
  return (
    <Note
      tone="warning"
      title={
        isAll
          ? "Every secret is blocked"
          : `${blocked.toLocaleString("en")} ${blocked === 1 ? "secret is" : "secrets are"} blocked`
      }
    >
      {isAll ? "Nothing would be written. " : "The others are pushed all the same. "}
      The list says why. Adopt what is in the vault already, one by one; names that Key Vault can’t hold are
      helped by{" "}
      <AppLink
        to="/w/$workspace/syncs/$syncId/setup"
        params={{ workspace, syncId: sync.id }}
        search={{ step: "connection" }}
        inherit
        underline="always"
      >
        another name policy or prefix
      </AppLink>
      , or by renaming.
    </Note>
  );
}
