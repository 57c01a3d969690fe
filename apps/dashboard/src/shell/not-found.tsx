import { Group } from "@mantine/core";
import { IconMapPinOff } from "@tabler/icons-react";
import { ButtonLink } from "../components/app-link.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { usePageTitle } from "../components/page-header.tsx";
import classes from "./stage.module.css";

/** For an address that is no page, and for what isn't there or not to be seen. */
export function NotFound() {
  usePageTitle("Not found");
  return (
    <div className={classes.middle}>
      <h1 className="kv-visually-hidden" tabIndex={-1}>
        Not found
      </h1>
      <EmptyState
        icon={IconMapPinOff}
        title="There is nothing at this address"
        actions={
          <Group>
            <ButtonLink to="/">Go to the overview</ButtonLink>
          </Group>
        }
      >
        It may have been removed, its address may be mistyped, or it belongs to a workspace that you can’t
        see.
      </EmptyState>
    </div>
  );
}
