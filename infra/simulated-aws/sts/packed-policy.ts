import { deflateRawSync } from 'node:zlib';
import { ServiceError } from '../protocols/service-error.ts';

/** STS packs what limits a session into so many bytes; how it does so, it does not tell. */
const packedMax = 2048;

const policyFault = (policy: string): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(policy);
    const isPolicy = typeof parsed === 'object' && parsed !== null && 'Statement' in parsed;
    return isPolicy ? undefined : 'The policy has no Statement.';
  } catch {
    return 'This policy contains invalid Json';
  }
};

/** Throws where a session policy is none. */
export const checkSessionPolicy = (policy: string | undefined): void => {
  const fault = policy === undefined ? undefined : policyFault(policy);
  if (fault !== undefined) throw new ServiceError('MalformedPolicyDocument', fault);
};

export interface SessionLimits {
  readonly policy?: string | undefined;
  readonly policyArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** How full a session is with its policies and tags, in per cent; nothing where it has none. Throws above all of it. */
export const packedSizeOf = ({ policy, policyArns, tags }: SessionLimits): number | undefined => {
  if (policy === undefined && policyArns.length === 0 && Object.keys(tags).length === 0) return undefined;
  const packed = deflateRawSync(JSON.stringify([policy, policyArns, tags])).length;
  const percent = Math.ceil((packed / packedMax) * 100);
  if (percent <= 100) return percent;
  throw new ServiceError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
};
