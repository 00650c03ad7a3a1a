import { describe, expect, it } from 'vitest';
import { denialMessage } from '../../../../infra/simulated-aws/iam/denial.ts';
import { decide, type Decision, type PoliciesInForce } from '../../../../infra/simulated-aws/iam/evaluate.ts';
import { PolicyError, parsePolicy } from '../../../../infra/simulated-aws/iam/policy.ts';
import type { Principal } from '../../../../infra/simulated-aws/iam/principal.ts';
import { contextOf, type ContextValues } from '../../../../infra/simulated-aws/iam/request-context.ts';
import {
  events,
  home,
  identityPolicy,
  other,
  resourcePolicy,
  roleArn,
  session,
  stranger,
  trustPolicy,
  user,
} from './parties.ts';

const queue = `arn:aws:sqs:eu-west-1:${home}:shop`;
const send = { Action: 'sqs:SendMessage' };
const none = { identity: [] };

interface Asked {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: ContextValues;
}

const ask = (
  principal: Principal,
  policies: PoliciesInForce,
  { action = 'sqs:SendMessage', resource = queue, context = {} }: Asked = {},
): Decision => decide({ principal, action, resource, context: contextOf(context) }, policies);

const outcome = (decision: Decision): string => {
  if (decision.allowed) return 'allowed';
  return `${decision.isExplicit ? 'denied by' : 'not allowed by'} ${decision.type}`;
};

describe('within an account', () => {
  const table: readonly (readonly [string, Principal, PoliciesInForce, string])[] = [
    ['nothing said', session, none, 'not allowed by identity-based policy'],
    ['an identity policy', session, { identity: [identityPolicy(send)] }, 'allowed'],
    [
      'an identity policy for another action',
      session,
      { identity: [identityPolicy({ Action: 'sqs:ReceiveMessage' })] },
      'not allowed by identity-based policy',
    ],
    [
      'an identity policy for another resource',
      session,
      { identity: [identityPolicy({ ...send, Resource: `${queue}-2` })] },
      'not allowed by identity-based policy',
    ],
    [
      'a deny beside it, in any order',
      session,
      { identity: [identityPolicy(send), identityPolicy({ Effect: 'Deny', Action: '*' })] },
      'denied by identity-based policy',
    ],
    [
      'NotAction that leaves the action out',
      session,
      { identity: [identityPolicy({ NotAction: ['sqs:Send*', 'iam:*'] })] },
      'not allowed by identity-based policy',
    ],
    ['NotAction of others', session, { identity: [identityPolicy({ NotAction: 'iam:*' })] }, 'allowed'],
    [
      'NotResource that leaves the resource out',
      session,
      {
        identity: [
          parsePolicy(
            { Version: '2012-10-17', Statement: { Effect: 'Allow', ...send, NotResource: queue } },
            'p',
            'identity',
          ),
        ],
      },
      'not allowed by identity-based policy',
    ],
    [
      'a resource policy that names the role',
      session,
      { ...none, resource: resourcePolicy({ ...send, Principal: { AWS: roleArn } }) },
      'allowed',
    ],
    [
      'a resource policy that names the session',
      session,
      {
        ...none,
        resource: resourcePolicy({
          ...send,
          Principal: { AWS: session.kind === 'session' ? session.arn : '' },
        }),
      },
      'allowed',
    ],
    [
      'a resource policy that names the account alone',
      session,
      { ...none, resource: resourcePolicy({ ...send, Principal: { AWS: home } }) },
      'not allowed by identity-based policy',
    ],
    [
      'a resource policy that denies to all but another role',
      session,
      {
        identity: [identityPolicy(send)],
        resource: resourcePolicy({
          ...send,
          Effect: 'Deny',
          Principal: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${home}:role/other` } },
        }),
      },
      'denied by resource-based policy',
    ],
    [
      'NotPrincipal with the account and the role, but not the session',
      session,
      {
        identity: [identityPolicy(send)],
        resource: resourcePolicy({ ...send, Effect: 'Deny', NotPrincipal: { AWS: [home, roleArn] } }),
      },
      'denied by resource-based policy',
    ],
    [
      'NotPrincipal with all that a user is',
      user,
      {
        identity: [identityPolicy(send)],
        resource: resourcePolicy({
          ...send,
          Effect: 'Deny',
          NotPrincipal: { AWS: [home, user.kind === 'user' ? user.arn : ''] },
        }),
      },
      'allowed',
    ],
    [
      'a boundary that leaves it out',
      session,
      { identity: [identityPolicy(send)], boundary: identityPolicy({ Action: 'sns:*' }) },
      'not allowed by permissions boundary',
    ],
    [
      'a session policy that leaves it out',
      session,
      { identity: [identityPolicy(send)], session: [identityPolicy({ Action: 'sns:*' })] },
      'not allowed by session policy',
    ],
    [
      'a session policy that leaves it out, where the resource names the role',
      session,
      {
        ...none,
        session: [identityPolicy({ Action: 'sns:*' })],
        resource: resourcePolicy({ ...send, Principal: { AWS: roleArn } }),
      },
      'not allowed by session policy',
    ],
  ];
  it.each(table)('%s', (_, principal, policies, expected) => {
    expect(outcome(ask(principal, policies, { context: { 'aws:PrincipalArn': roleArn } }))).toBe(expected);
  });
});

describe('across accounts', () => {
  const allowed = { identity: [identityPolicy(send)] };
  const named = resourcePolicy({ ...send, Principal: { AWS: `arn:aws:iam::${other}:root` } });
  it.each([
    ['the caller’s side alone', allowed, 'not allowed by resource-based policy'],
    ['the resource’s side alone', { ...none, resource: named }, 'not allowed by identity-based policy'],
    ['both sides', { ...allowed, resource: named }, 'allowed'],
    [
      'both sides, of which one names somebody else',
      { ...allowed, resource: resourcePolicy({ ...send, Principal: { AWS: home } }) },
      'not allowed by resource-based policy',
    ],
  ])('%s', (_, policies, expected) => {
    expect(outcome(ask(stranger, policies))).toBe(expected);
  });
});

describe('a service of AWS', () => {
  const ruleArn = `arn:aws:events:eu-west-1:${home}:rule/nightly`;
  const permission = resourcePolicy({
    ...send,
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  });
  it('needs the resource’s word, for its own source', () => {
    const resource = permission;
    expect(outcome(ask(events, none))).toBe('not allowed by resource-based policy');
    expect(outcome(ask(events, { ...none, resource }))).toBe('not allowed by resource-based policy');
    const context = { 'aws:SourceArn': ruleArn };
    expect(outcome(ask(events, { ...none, resource }, { context }))).toBe('allowed');
    const sns: Principal = { kind: 'service', name: 'sns.amazonaws.com' };
    expect(outcome(ask(sns, { ...none, resource }, { context }))).toBe(
      'not allowed by resource-based policy',
    );
  });
});

describe('a trust policy', () => {
  const trusted = { action: 'sts:AssumeRole', resource: roleArn };
  const mayAssume = identityPolicy({ Action: 'sts:AssumeRole' });
  const within = (resource: PoliciesInForce['resource'], identity = [mayAssume], context = {}): string =>
    outcome(ask(user, { identity, resource, isResourceDecisive: true }, { ...trusted, context }));

  it('says alone who comes in', () => {
    expect(within(undefined)).toBe('not allowed by resource-based policy');
    expect(within(trustPolicy({ Principal: { AWS: user.kind === 'user' ? user.arn : '' } }), [])).toBe(
      'allowed',
    );
    expect(within(trustPolicy({ Principal: { AWS: home } }))).toBe('allowed');
    expect(within(trustPolicy({ Principal: { AWS: home } }), [])).toBe(
      'not allowed by identity-based policy',
    );
  });

  it('asks for the external id and the name of the session', () => {
    const policy = trustPolicy({
      Principal: { AWS: home },
      Condition: { StringEquals: { 'sts:ExternalId': 'secret', 'sts:RoleSessionName': 'nightly' } },
    });
    const named = { 'sts:ExternalId': 'secret', 'sts:RoleSessionName': 'nightly' };
    expect(within(policy, [mayAssume], named)).toBe('allowed');
    expect(within(policy, [mayAssume], { ...named, 'sts:ExternalId': 'Secret' })).toMatch(/^not/);
    expect(within(policy, [mayAssume], { ...named, 'sts:RoleSessionName': 'daily' })).toMatch(/^not/);
    expect(within(policy)).toMatch(/^not/);
  });
});

describe('a refusal', () => {
  const message = (policies: PoliciesInForce, principal = session, resource = queue): string => {
    const decision = ask(principal, policies, { resource });
    if (decision.allowed) return 'allowed';
    const request = { principal, action: 'sqs:SendMessage', resource, context: contextOf() };
    return denialMessage(request, decision, 'sqs:sendmessage');
  };
  const begin = `User: arn:aws:sts::${home}:assumed-role/worker/nightly is not authorized to perform: sqs:sendmessage`;

  it('is worded as AWS words it', () => {
    expect(message(none)).toBe(
      `${begin} on resource: ${queue} because no identity-based policy allows the sqs:sendmessage action`,
    );
    expect(message({ identity: [identityPolicy({ ...send, Effect: 'Deny' })] })).toBe(
      `${begin} on resource: ${queue} with an explicit deny in an identity-based policy`,
    );
    expect(message({ ...none, resource: resourcePolicy({ ...send, Effect: 'Deny', Principal: '*' }) })).toBe(
      `${begin} on resource: ${queue} with an explicit deny in a resource-based policy`,
    );
    expect(message(none, session, '*')).toBe(
      `${begin} because no identity-based policy allows the sqs:sendmessage action`,
    );
  });
});

describe('a malformed policy', () => {
  const read = (statement: object) => () =>
    parsePolicy({ Version: '2012-10-17', Statement: [statement] }, 'p', 'identity');
  it.each([
    ['an unknown operator', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringIs: {} } }],
    ['no action', { Effect: 'Allow', Resource: '*' }],
    ['an action without a service', { Effect: 'Allow', Action: 'PutItem', Resource: '*' }],
    ['no resource', { Effect: 'Allow', Action: 's3:*' }],
    ['a resource that is no ARN', { Effect: 'Allow', Action: 's3:*', Resource: 'shop' }],
    ['a principal', { Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' }],
    ['a member that there is not', { Effect: 'Allow', Action: 's3:*', Resource: '*', Conditions: {} }],
  ])('%s', (_, statement) => {
    expect(read(statement)).toThrow(PolicyError);
  });
});
