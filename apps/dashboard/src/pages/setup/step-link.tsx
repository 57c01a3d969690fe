import type { ButtonProps } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode, Ref } from "react";
import { ButtonLink } from "../../components/app-link.tsx";
import type { Step } from "./steps.ts";

type StepLinkProps = Readonly<{ workspace: string; syncId: string; step: Step; children: ReactNode }> &
  Pick<ButtonProps, "variant"> &
  Readonly<{ ref?: Ref<HTMLAnchorElement> }>;

/** Leads to another step of the same set-up. */
export function StepLink({ workspace, syncId, step, children, variant = "default", ref }: StepLinkProps) {
  return (
    <ButtonLink
      {...(ref === undefined ? {} : { ref })}
      to="/w/$workspace/syncs/$syncId/setup"
      params={{ workspace, syncId }}
      search={{ step }}
      variant={variant}
    >
      {children}
    </ButtonLink>
  );
}

export function BackLink(props: Omit<StepLinkProps, "variant" | "children" | "ref">) {
  return (
    <StepLink {...props}>
      <IconArrowLeft size={16} aria-hidden />
      &nbsp;Back
    </StepLink>
  );
}
