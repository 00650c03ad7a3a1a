import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { homewardSummary } from '../../../core/view/homeward-summary.ts';
import type { HomewardRow } from '../../../core/view/homeward-rows.ts';
import { bytesText } from '../../../core/view/homeward-text.ts';
import { isOver } from '../../../core/view/fold.ts';
import { byName } from '../../../core/view/order.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { ScrolledTable } from './scrolled-table.tsx';
import { capitalized } from './signs.tsx';

const gib = 1024 ** 3;

const leftText = ({ progress }: HomewardRow): string => {
  const { doneBytes = 0, totalBytes = 0 } = progress ?? {};
  return totalBytes === 0 ? '' : `${(Math.max(0, totalBytes - doneBytes) / gib).toFixed(1)} GiB`;
};

const toneOf = ({ stage, trouble, stalledSince }: HomewardRow): string => {
  if (stage === 'HOME') return 'LAUNCHED';
  return trouble !== undefined || stalledSince !== undefined ? 'FAILED' : stage;
};

const Row = ({ row }: { readonly row: HomewardRow }) => {
  const { sourceServerId, name, waveId, stage, progress, stalledSince, trouble, instanceId } = row;
  return (
    <tr>
      <td>
        {name}
        {name !== sourceServerId && <small>{sourceServerId}</small>}
      </td>
      <td>{waveId}</td>
      <td>
        <span class={`phase is-${toneOf(row)}`}>{capitalized(stage.toLowerCase())}</span>
        {stalledSince !== undefined && <small>Stands still since {dateAndTime(stalledSince)}</small>}
        {trouble !== undefined && <small>{trouble}</small>}
      </td>
      <td>{progress === undefined ? '' : bytesText(progress)}</td>
      <td>{leftText(row)}</td>
      <td>{progress?.etaAt === undefined ? '' : dateAndTime(Date.parse(progress.etaAt))}</td>
      <td class="code">{instanceId ?? ''}</td>
    </tr>
  );
};

const head = ['Server', 'Wave', 'Stage', 'Copied', 'Left', 'In sync about (UTC)', 'Launched at home'];

/** Where each server of a failback is on its way home, and, once it has ended, what could have been lost. */
export const WayHome = ({ view }: { readonly view: ExecutionView }) => {
  const summary = homewardSummary(view);
  if (summary === undefined) return null;
  return (
    <section class="panel" aria-labelledby="way-home-title">
      <h2 id="way-home-title">The way home</h2>
      <ScrolledTable name={{ heading: 'way-home-title' }} head={head}>
        {byName(summary.servers).map((row) => (
          <Row key={row.sourceServerId} row={row} />
        ))}
      </ScrolledTable>
      {isOver(view) && <p>{summary.loss}</p>}
    </section>
  );
};
