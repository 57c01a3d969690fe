import { Panel } from "./panel.tsx";
import { EditForm, type EditFormProps } from "./edit-form.tsx";
import { SecretHistory } from "./secret-history.tsx";
import type { SecretOutline } from "../../api/secrets.ts";

type EditPanelProps = Omit<EditFormProps, "opened" | "setUnsaved" | "close" | "secret"> &
  Readonly<{
    secret: SecretOutline | undefined;
    /** Who changed it is admins' to see. */
    isAdmin: boolean;
    onClose: () => void;
  }>;

/** A secret with all its environments: to look at and, for who may, to change. */
export function EditPanel({ secret, isAdmin, onClose, ...props }: EditPanelProps) {
  return (
    <Panel opened={secret !== undefined} onClose={onClose} title={secret?.name ?? ""}>
      {(panel) =>
        secret === undefined ? null : (
          <>
            <EditForm key={secret.id} {...props} {...panel} secret={secret} />
            {isAdmin ? (
              <SecretHistory place={props.place} secretId={secret.id} environments={props.environments} />
            ) : null}
          </>
        )
      }
    </Panel>
  );
}
