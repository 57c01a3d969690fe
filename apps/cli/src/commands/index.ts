import type { Command } from "../command.ts";
import { completion } from "./completion.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { importFile } from "./secrets/import.ts";
import { list } from "./secrets/list.ts";
import { rm } from "./secrets/rm.ts";
import { set } from "./secrets/set.ts";
import { adopt } from "./sync/adopt.ts";
import { approve } from "./sync/approve.ts";
import { connect } from "./sync/connect.ts";
import { create } from "./sync/create.ts";
import { disconnect } from "./sync/disconnect.ts";
import { link } from "./sync/link.ts";
import { pause } from "./sync/pause.ts";
import { plan } from "./sync/plan.ts";
import { resume } from "./sync/resume.ts";
import { retry } from "./sync/retry.ts";
import { run } from "./sync/run.ts";
import { setup } from "./sync/setup.ts";
import { status } from "./sync/status.ts";
import { validate } from "./sync/validate.ts";
import { whoami } from "./whoami.ts";

export const commands: readonly Command[] = [login, logout, whoami, completion];

/** Commands that stand below a word. */
export const groups: ReadonlyArray<Readonly<{ name: string; summary: string; members: readonly Command[] }>> =
  [
    {
      name: "secrets",
      summary: "List, import, set and remove secrets",
      members: [list, importFile, set, rm],
    },
    {
      name: "sync",
      summary: "Create, set up, run and watch syncs",
      members: [
        status,
        create,
        setup,
        connect,
        link,
        validate,
        plan,
        run,
        pause,
        resume,
        retry,
        approve,
        adopt,
        disconnect,
      ],
    },
  ];
