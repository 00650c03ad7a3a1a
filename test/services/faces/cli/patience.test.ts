import { expect, it } from 'vitest';
import { aside, createPatience } from '../../../../services/faces/cli/patience.ts';

const lost = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

/** Answers in turn: a text, or the error that is thrown. */
const answering = (...answers: readonly (string | Error)[]) => {
  const left = [...answers];
  return async (): Promise<string> => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer instanceof Error) throw answer;
    return answer ?? '';
  };
};

const fixture = (patienceMs: number) => {
  const said: string[] = [];
  return { said, patiently: createPatience({ say: (text) => said.push(text), patienceMs, pauseMs: 1 }) };
};

it('asks again after an answer, whatever the loss is called, and says so once', async () => {
  const { said, patiently } = fixture(60_000);
  const ask = answering(
    'first',
    lost('ECONNREFUSED'),
    lost('ECONNRESET'),
    new Error('starting'),
    'second',
    'third',
  );
  expect([await patiently(ask), await patiently(ask), await patiently(ask)]).toEqual([
    'first',
    'second',
    'third',
  ]);
  expect(said).toEqual([
    expect.stringMatching(/^Connection lost: Nothing is listening at the endpoint[^]*for 60 s\.$/),
    'Reconnected.',
  ]);
});

it('fails at once where nobody ever answered', async () => {
  const { said, patiently } = fixture(60_000);
  await expect(patiently(answering(lost('ECONNREFUSED'), 'late'))).rejects.toThrow('ECONNREFUSED');
  expect(said).toEqual([]);
});

it('fails in the end', async () => {
  const { patiently } = fixture(20);
  const ask = answering('first', lost('ECONNREFUSED'));
  await patiently(ask);
  await expect(patiently(ask)).rejects.toThrow('ECONNREFUSED');
});

it('says what it says below a picture, which keeps its place', () => {
  const order: string[] = [];
  const screen = { width: 80, height: 24, draw: () => undefined, close: () => void order.push('closed') };
  aside({ screen, warn: (text: string) => void order.push(text) } as unknown as Parameters<typeof aside>[0])(
    'lost',
  );
  expect(order).toEqual(['closed', 'lost']);
});
