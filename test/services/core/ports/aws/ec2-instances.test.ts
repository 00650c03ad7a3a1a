import { describe, expect, it } from 'vitest';
import { createEc2Instances } from '../../../../../services/core/ports/aws/ec2-instances.ts';
import type { SignedRequest } from '../../../../../services/core/ports/aws/signed-call.ts';
import { readXml } from '../../../../../services/core/ports/aws/xml.ts';

const target = { account: '111122223333', region: 'eu-west-1' };
const access = async () => ({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const page = (ids: readonly string[], nextToken = '') => `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>r</requestId>
  <reservationSet>${ids
    .map(
      (id) => `<item><instancesSet><item>
        <instanceId>${id}</instanceId>
        <blockDeviceMapping><item><ebs><volumeId>vol-1</volumeId></ebs></item></blockDeviceMapping>
        <networkInterfaceSet><item><privateIpAddress>10.9.9.9</privateIpAddress></item></networkInterfaceSet>
        <placement><availabilityZone>eu-west-1b</availabilityZone><groupName/></placement>
        <privateIpAddress>10.0.0.1</privateIpAddress>
        <reason/>
        <tagSet><item><key>Name</key><value>a &lt;b&gt; &amp; c</value></item></tagSet>
      </item></instancesSet></item>`,
    )
    .join('')}</reservationSet>
  ${nextToken === '' ? '' : `<nextToken>${nextToken}</nextToken>`}
</DescribeInstancesResponse>`;

describe('DescribeInstances', () => {
  it("reads an instance's own address, not that of its interfaces", async () => {
    const { describeInstances } = createEc2Instances(async () => page(['i-1']), access);
    expect(await describeInstances(target, ['i-1'])).toEqual([
      { instanceId: 'i-1', privateAddress: '10.0.0.1', availabilityZone: 'eu-west-1b' },
    ]);
  });

  it('reads all pages', async () => {
    const asked: (string | null)[] = [];
    const { describeInstances } = createEc2Instances(async ({ body }: SignedRequest) => {
      const token = new URLSearchParams(body).get('NextToken');
      asked.push(token);
      return token === null ? page(['i-1'], 'more&amp;more') : page(['i-2']);
    }, access);
    const facts = await describeInstances(target, ['i-1', 'i-2']);
    expect(facts.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-2']);
    expect(asked).toEqual([null, 'more&more']);
  });

  it('asks for two hundred instances at a time', async () => {
    const counts: number[] = [];
    const { describeInstances } = createEc2Instances(async ({ body }: SignedRequest) => {
      counts.push([...new URLSearchParams(body).keys()].filter((name) => name.includes('Value')).length);
      return page([]);
    }, access);
    await describeInstances(
      target,
      Array.from({ length: 401 }, (_, n) => `i-${n}`),
    );
    expect(counts).toEqual([200, 200, 1]);
  });

  it('refuses an answer of another form', async () => {
    const { describeInstances } = createEc2Instances(async () => '<html><body/></html>', access);
    await expect(describeInstances(target, ['i-1'])).rejects.toThrow('unknown form');
  });
});

describe('XML', () => {
  it('is read with its entities, empty elements and repetitions', () => {
    const read = readXml('<a x="1"><b>1 &lt; 2 &amp;amp;</b><b/><c><d>t</d></c></a>');
    const [a] = read.get('a')!;
    expect(a).toEqual(
      new Map<string, unknown>([
        ['b', ['1 < 2 &amp;', '']],
        ['c', [new Map([['d', ['t']]])]],
      ]),
    );
  });
});
