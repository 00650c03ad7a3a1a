import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ServerPage, ShownServer } from '../../../../contracts/servers-api.ts';
import { dateAndTime, durationText } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { get } from './api.ts';
import { createReading, ListPage } from './list-page.tsx';
import { capitalized } from './signs.tsx';
import { ScrolledTable } from './scrolled-table.tsx';

interface Asked {
  readonly text: string;
  readonly plan: string;
  readonly uncovered: boolean;
}

const everything: Asked = { text: '', plan: '', uncovered: false };
const asked = signal<Asked>(everything);
const pageSize = 50;

const pageOf = (after: string | undefined): Promise<ServerPage> => {
  const { text, plan, uncovered } = asked.value;
  const query = new URLSearchParams({
    limit: String(pageSize),
    ...(text.trim() !== '' && { text: text.trim() }),
    ...(plan.trim() !== '' && { plan: plan.trim() }),
    ...(uncovered && { uncovered: 'true' }),
    ...(after !== undefined && { after }),
  });
  return get<ServerPage>(`/servers?${query}`);
};

/** What is shown before the page that is asked for; undefined: the page is the first. */
let before: ServerPage | undefined;

const { read, fault, again } = createReading(async (): Promise<ServerPage> => {
  const shown = before;
  const page = await pageOf(shown?.next);
  if (shown === undefined) return page;
  const told = new Set(page.faults.map(({ message }) => message));
  return {
    ...page,
    servers: [...shown.servers, ...page.servers],
    faults: [...shown.faults.filter(({ message }) => !told.has(message)), ...page.faults],
  };
});

const start = (): Promise<void> => {
  before = undefined;
  return again();
};

const readMore = (shown: ServerPage): Promise<void> => {
  before = shown;
  return again();
};

/** A pause in writing is as good as an end of it. */
const restMs = 300;
let timer: ReturnType<typeof setTimeout> | undefined;

const narrow = (change: Partial<Asked>): void => {
  asked.value = { ...asked.value, ...change };
  clearTimeout(timer);
  timer = setTimeout(() => void start(), restMs);
};

const Filters = () => (
  <form class="filters" role="search" aria-label="Servers" onSubmit={(event) => event.preventDefault()}>
    <label>
      Text
      <input
        type="search"
        value={asked.value.text}
        onInput={({ currentTarget: { value: text } }) => narrow({ text })}
      />
    </label>
    <label>
      Plan
      <input
        type="search"
        value={asked.value.plan}
        disabled={asked.value.uncovered}
        onInput={({ currentTarget: { value: plan } }) => narrow({ plan })}
      />
    </label>
    <label class="check">
      <input
        type="checkbox"
        checked={asked.value.uncovered}
        onChange={({ currentTarget: { checked: uncovered } }) =>
          narrow({ uncovered, ...(uncovered && { plan: '' }) })
        }
      />
      No plan
    </label>
  </form>
);

const Readiness = ({ findings }: ShownServer) => {
  if (findings === undefined) return <span class="told is-warn">Unknown</span>;
  if (findings.length === 0) return <span class="told is-good">Ready</span>;
  const isReady = findings.every(({ level }) => level !== 'error');
  return (
    <>
      <b class={`told is-${isReady ? 'warn' : 'bad'}`}>{isReady ? 'Warnings' : 'Not ready'}</b>
      {findings.map(({ name, message }) => (
        <small key={name + message}>{capitalized(message)}</small>
      ))}
    </>
  );
};

const lagText = (seconds: number | undefined): string => {
  if (seconds === undefined) return 'lag unknown';
  return `lag ${seconds < 60 ? `${seconds}s` : durationText(seconds * 1_000)}`;
};

const Replication = ({ replicationState, stagingAccount, direction, lagSeconds }: ShownServer) => (
  <>
    {replicationState ?? 'Unknown'}
    {stagingAccount !== undefined && <small>in {stagingAccount}</small>}
    {direction !== undefined && <small>replicates back</small>}
    <small>{lagText(lagSeconds)}</small>
  </>
);

const Plans = ({ plans }: ShownServer) =>
  plans.length === 0 ? (
    <b class="told is-bad">No plan</b>
  ) : (
    <>
      {plans.map(({ planId, waves }) => (
        <span class="covering" key={planId}>
          <a href={`#/plans/${planId}`}>{planId}</a>
          <small>{waves.join(', ')}</small>
        </span>
      ))}
    </>
  );

const Row = ({ server }: { readonly server: ShownServer }) => {
  const { sourceServerId, name, account, region, lastRecoveryPoint, liveInstances, lastProven } = server;
  return (
    <tr>
      <th scope="row">
        {name ?? 'Not known to DRS'}
        <small class="code">{sourceServerId}</small>
        <small>
          {account}/{region}
        </small>
      </th>
      <td>
        <Plans {...server} />
      </td>
      <td>
        <Readiness {...server} />
      </td>
      <td>
        <Replication {...server} />
      </td>
      <td>{lastRecoveryPoint === undefined ? 'None' : dateAndTime(Date.parse(lastRecoveryPoint))}</td>
      <td>
        {liveInstances.length === 0
          ? 'None'
          : liveInstances.map(({ instanceId, isDrill, isRecorded }) => (
              <span class="covering" key={instanceId}>
                <span class="code">{instanceId}</span>
                <small>
                  {isDrill ? 'of a drill' : 'of a recovery'}
                  {!isRecorded && ', not in DRS'}
                </small>
              </span>
            ))}
      </td>
      <td>
        {lastProven === undefined ? (
          'Never'
        ) : (
          <a href={`#/executions/${lastProven.executionId}`}>
            {dateAndTime(lastProven.at)}
            <span class="unseen"> in a drill of {lastProven.planId}</span>
          </a>
        )}
      </td>
    </tr>
  );
};

const columns = [
  ...['Server', 'Plans and waves', 'Readiness', 'Replication', 'Last recovery point (UTC)'],
  ...['Live instances', 'Last proven (UTC)'],
];

const nothingText = (page: ServerPage): string => {
  if (page.total === 0) return 'DRS has no source servers in what could be read.';
  return asked.value.uncovered && asked.value.text === ''
    ? 'Every server that could be read is recovered by a plan.'
    : 'No server matches.';
};

const Listed = ({ page }: { readonly page: ServerPage }) => {
  const { servers, next, matching, total, uncovered, places } = page;
  return (
    <section class="panel evidence" aria-labelledby="servers-title">
      <h2 id="servers-title">
        {servers.length} of {counted(matching, 'server')}
      </h2>
      <p>
        {counted(total, 'server')} in {counted(places.length, 'account and Region', 'accounts and Regions')};{' '}
        {uncovered === 0 ? 'each is recovered by a plan.' : `no plan recovers ${uncovered} of them.`}
      </p>
      {servers.length === 0 ? (
        <p class="empty">{nothingText(page)}</p>
      ) : (
        <ScrolledTable name={{ heading: 'servers-title' }} head={columns}>
          {servers.map((server) => (
            <Row key={`${server.account}/${server.region}/${server.sourceServerId}`} server={server} />
          ))}
        </ScrolledTable>
      )}
      {next !== undefined && (
        <button type="button" onClick={() => void readMore(page)}>
          Show more
        </button>
      )}
    </section>
  );
};

/** Every source server that DRS has where plans recover: whether it can be launched, and which plans would. */
export const ServersPage = () => {
  useEffect(() => void start(), []);
  const page = read.value;
  return (
    <ListPage
      title="Servers"
      fault={[fault.value, ...(page?.faults ?? []).map(({ message }) => message)].filter(Boolean).join('\n')}
      isRead={page !== undefined}
      actions={<button onClick={() => void start()}>Read again</button>}
    >
      <Filters />
      {page !== undefined && <Listed page={page} />}
    </ListPage>
  );
};
