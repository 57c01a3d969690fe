import { Title } from "@mantine/core";
import type { SystemState } from "../../api/overview.ts";
import { Note } from "../../components/failure-note.tsx";
import { ExactTime, Time } from "../../components/time.tsx";
import { systemFacts } from "./system-words.ts";
import classes from "./system-panel.module.css";

/** What stands behind all syncs: workers, queues, throttled vaults, the signing key, PostgreSQL and Redis. */
export function SystemPanel({ system }: Readonly<{ system: SystemState }>) {
  return (
    <section aria-labelledby="system" className={classes.panel}>
      <Title order={2} id="system" className="kv-visually-hidden">
        System
      </Title>
      <dl className={classes.facts}>
        {systemFacts(system).map(({ name, tone, words, more, at }) => (
          <div key={name} className={classes.fact} data-tone={tone}>
            <dt>{name}</dt>
            <dd>
              <span className={classes.words}>{words}</span>
              <span className={classes.more}>
                {more}
                {at === undefined ? null : (
                  <>
                    {" "}
                    {at.word} <Time at={at.time} />
                  </>
                )}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      <Throttled vaults={system.throttledVaults ?? []} />
    </section>
  );
}

/** Each vault that refuses requests, with what the workers allow themselves meanwhile. */
function Throttled({ vaults }: Readonly<{ vaults: NonNullable<SystemState["throttledVaults"]> }>) {
  return vaults.map(({ vaultUrl, requests, limit, currentLimit, since, heldUntil }) => (
    <Note
      key={`${vaultUrl} ${requests}`}
      tone="warning"
      title={`${new URL(vaultUrl).host} refuses ${requests}`}
    >
      Began <Time at={since} />: the workers send {currentLimit.toLocaleString("en")} in ten seconds instead
      of {limit.toLocaleString("en")}.
      {heldUntil === null || Date.parse(heldUntil) < Date.now() ? null : (
        <>
          {" "}
          Nothing is sent before <ExactTime at={heldUntil} />.
        </>
      )}
    </Note>
  ));
}
