import { parseDrsScenario } from './scenario.ts';

/**
 * A shop in three tiers of two servers. Launched as three waves, tier by tier, their jobs last 300,
 * 300 and 397 seconds, which is what such a drill took in the field.
 */
export const sampleScenario = parseDrsScenario({
  timings: { jitter: 0.01 },
  servers: [
    {
      name: 'database-{n}',
      count: 2,
      tags: { Tier: 'database', Application: 'shop' },
      os: 'Red Hat Enterprise Linux 9.4 (Plow)',
      disks: [
        { deviceName: '/dev/sda1', gib: 32 },
        { deviceName: '/dev/sdb', gib: 500 },
      ],
      cpus: 8,
      ramGib: 64,
      instanceType: 'r5.2xlarge',
      windowSeconds: 300,
    },
    {
      name: 'application-{n}',
      count: 2,
      tags: { Tier: 'application', Application: 'shop' },
      disks: [{ deviceName: '/dev/sda1', gib: 64 }],
      cpus: 4,
      ramGib: 16,
      instanceType: 'm5.xlarge',
      windowSeconds: 300,
    },
    {
      name: 'web-{n}',
      count: 2,
      tags: { Tier: 'web', Application: 'shop' },
      os: 'Microsoft Windows Server 2022 Datacenter',
      disks: [{ deviceName: 'c:0', gib: 80 }],
      windowSeconds: 397,
    },
  ],
});
