import { IconChevronRight, type Icon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./destination-tile.module.css";

type DestinationTileProps = Readonly<{
  icon: Icon;
  name: string;
  params: Readonly<{ workspace: string; project: string }>;
  children: ReactNode;
}>;

/** Somewhere that secrets can go; leads to setting it up. */
export function DestinationTile({ icon: Icon, name, params, children }: DestinationTileProps) {
  return (
    <Link className={classes.tile ?? ""} to="/w/$workspace/projects/$project/syncs/new" params={params}>
      <span className={classes.icon}>
        <Icon size={24} stroke={1.75} aria-hidden />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>Set up {name}</span>
        <br />
        <span className={classes.about}>{children}</span>
      </span>
      <IconChevronRight className={classes.arrow} size={18} aria-hidden />
    </Link>
  );
}
