import { createHash } from 'node:crypto';
import type { MessageAttribute, MessageAttributes } from './message.ts';

export const md5 = (content: string | Uint8Array): string => createHash('md5').update(content).digest('hex');

const withLength = (content: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};

const valueOf = ({ StringValue, BinaryValue }: MessageAttribute): Buffer =>
  BinaryValue === undefined
    ? Buffer.concat([Buffer.from([1]), withLength(Buffer.from(StringValue ?? ''))])
    : Buffer.concat([Buffer.from([2]), withLength(Buffer.from(BinaryValue, 'base64'))]);

/** "Calculating the MD5 message digest for message attributes": sorted by name, each part after its length. */
export const attributesDigest = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const attribute = attributes[name];
    if (attribute === undefined) return [];
    return [withLength(Buffer.from(name)), withLength(Buffer.from(attribute.DataType)), valueOf(attribute)];
  });
  return md5(Buffer.concat(parts));
};
