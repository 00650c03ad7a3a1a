import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { defaultScenario } from '../../../../infra/simulated-aws/scenario.ts';
import { errorText } from '../../../../services/faces/cli/errors.ts';
import { checkPlanText } from '../../../../services/faces/cli/plan-file.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { openTerminal, runIn } from '../../../support/terminal.ts';

const hosts = ['sql-1.shop.example', 'web-1', 'twin', 'twin'];
const scenario = {
  ...defaultScenario,
  drs: parseDrsScenario({
    servers: [
      ...hosts.map((hostname, at) => ({ name: `machine-${at + 1}`, id: serverId(at + 1), hostname })),
      // More than DRS tells at once.
      { name: 'many-{n}', count: 250 },
    ],
  }),
};

/** A plan of Azure Site Recovery, which names machines. */
const planOf = (...machines: readonly string[]): string =>
  JSON.stringify({
    name: 'payroll',
    properties: {
      groups: [
        {
          groupType: 'Boot',
          replicationProtectedItems: machines.map((name) => ({
            id: `/vault/replicationProtectedItems/${name}`,
          })),
          startGroupActions: [],
          endGroupActions: [],
        },
      ],
    },
  });

describe('plan import --lookup', { timeout: 60_000 }, () => {
  let runtime: Runtime;
  const folder = mkdtempSync(join(tmpdir(), 'lookup-'));
  beforeAll(async () => {
    runtime = await startRuntime({ scenario });
  });
  afterAll(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const importing = async (plan: string, ...args: readonly string[]) => {
    const terminal = openTerminal();
    writeFileSync(join(folder, 'plan.json'), plan);
    const line = ['plan', 'import', join(folder, 'plan.json'), '--out', join(folder, 'out'), ...args];
    const code = await runIn(terminal, ...line, '--endpoint', runtime.endpoint).catch((error: unknown) => {
      terminal.console.warn(errorText(error));
    });
    return { code, said: terminal.said.join('\n') };
  };
  const imported = (): readonly unknown[] => {
    const checked = checkPlanText(readFileSync(join(folder, 'out/payroll.yaml'), 'utf8'));
    if ('faults' in checked) return checked.faults;
    return checked.plan.waves.flatMap(({ servers }) =>
      Array.isArray(servers) ? servers.map(({ sourceServerId }) => sourceServerId) : [],
    );
  };

  it('finds machines by their host names, in whatever case; the map comes first', async () => {
    writeFileSync(join(folder, 'map.yaml'), `servers: { web-1: ${serverId(9)} }\n`);
    const { code, said } = await importing(
      planOf('SQL-1.shop.example', 'web-1'),
      ...['--lookup', '--map', join(folder, 'map.yaml')],
    );
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(said).toContain(
      `"SQL-1.shop.example" becomes ${serverId(1)}, whose host name it is in 111122223333/eu-west-1`,
    );
    expect(imported()).toEqual([serverId(1), serverId(9)]);
  });

  it('finds a machine on whichever page of the answer it stands', async () => {
    const names = Array.from({ length: 250 }, (_, at) => `many-${at + 1}`);
    rmSync(join(folder, 'out'), { recursive: true });
    const { code, said } = await importing(planOf(...names), '--lookup');
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(new Set(imported()).size).toBe(250);
  });

  it('refuses names that none or several have, all at once and with those that may be meant', async () => {
    const { code, said } = await importing(planOf('twin', 'web-2', 'ledger'), '--lookup');
    expect(code).not.toBe(0);
    expect(said).toContain(
      `"twin" is the host name of several source servers in 111122223333/eu-west-1: ${serverId(3)} (twin), ${serverId(4)} (twin)`,
    );
    expect(said).toContain(
      `no source server in 111122223333/eu-west-1 has the host name "web-2"; similar: ${serverId(2)} (web-1)`,
    );
    expect(said).toMatch(/has the host name "ledger"\n/);
    expect(said).toContain('servers: { "ledger": s-… } in the file of --map');
  });

  it('asks nobody without the flag, and says that there is one', async () => {
    const before = runtime.drsCalls()['DescribeSourceServers'];
    const { said } = await importing(planOf('web-1'));
    expect(said).toContain('or --lookup, where it is a host name');
    expect(runtime.drsCalls()['DescribeSourceServers']).toBe(before);
  });
});
