import { useNavigate } from "@tanstack/react-router";
import { acceptInvitation, type OpenInvitation } from "../../api/invitation.ts";

type Newcomer = Readonly<{ name: string; password: string }>;

/** Accepts an invitation, and goes to its workspace. @returns what does it; it fails as {@link acceptInvitation} does */
export function useJoin(token: string, { workspace }: OpenInvitation): (who?: Newcomer) => Promise<void> {
  const navigate = useNavigate();
  return async (who) => {
    await acceptInvitation({ token, ...who });
    await navigate({ to: "/w/$workspace", params: { workspace: workspace.slug }, replace: true });
  };
}
