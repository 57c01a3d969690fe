import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useSync, useSyncAddress } from "./use-sync.ts";
import classes from "./sync.module.css";

/** The links to a sync's pages. */
export function SyncTabs() {
  const params = useSyncAddress();
  const { records } = useSync();
  const nav = useRef<HTMLElement>(null);
  const pathname = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    const links = [...(nav.current?.querySelectorAll("a") ?? [])];
    // The first one's address is the beginning of all.
    const active = links.findLast((link) => pathname.startsWith(link.pathname));
    // Sideways alone: the page stays where it is.
    if (nav.current !== null && active !== undefined)
      nav.current.scrollLeft = active.offsetLeft - nav.current.clientWidth / 2;
  }, [pathname]);
  const failing = (records?.failed ?? 0) + (records?.blocked ?? 0);
  const tabs = [
    { to: "/w/$workspace/syncs/$syncId", label: "Health", exact: true },
    { to: "/w/$workspace/syncs/$syncId/records", label: "Secrets", failing },
    { to: "/w/$workspace/syncs/$syncId/runs", label: "Runs" },
    { to: "/w/$workspace/syncs/$syncId/plan", label: "Plan" },
    { to: "/w/$workspace/syncs/$syncId/activity", label: "Activity" },
    { to: "/w/$workspace/syncs/$syncId/settings", label: "Settings" },
  ] as const;
  return (
    <nav ref={nav} aria-label="Sync" className={classes.tabs}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.to}>
            <Link
              to={tab.to}
              params={params}
              className={classes.tab ?? ""}
              activeOptions={{ exact: "exact" in tab, includeSearch: false }}
            >
              {tab.label}
              {"failing" in tab && tab.failing > 0 ? (
                <span className={classes.count}>
                  {tab.failing}
                  <span className="kv-visually-hidden"> fail</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
