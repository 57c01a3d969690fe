import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "../../api/failure.ts";
import { secretsQuery, type ProjectPlace, type SecretOutline } from "../../api/secrets.ts";

export type TakenNames = Readonly<{
  /** Whether a secret of this name had a value in one of these environments when it was last looked. */
  isTaken: (name: string, environmentIds: readonly string[]) => boolean;
  /** Looks which names have values where. @returns false where that can't be found out */
  look: () => Promise<boolean>;
}>;

/** Which names can't be added: known once a try was refused for one, so that the right field can say so. */
export function useTakenNames(place: ProjectPlace): TakenNames {
  const queryClient = useQueryClient();
  const [secrets, setSecrets] = useState<readonly SecretOutline[]>([]);
  return {
    isTaken: (name, environmentIds) =>
      secrets.some(
        (secret) =>
          secret.name === name &&
          secret.values.some(
            ({ environmentId, isPersonal }) => !isPersonal && environmentIds.includes(environmentId),
          ),
      ),
    look: async () => {
      try {
        setSecrets(await queryClient.fetchQuery({ ...secretsQuery(place), staleTime: 0 }));
        return true;
      } catch (error) {
        if (error instanceof ApiFailure) return false;
        throw error;
      }
    },
  };
}
