import { awsPorts } from '../ports/aws/composition.ts';
import { onAllEvents } from '../ports/aws/delivery.ts';
import { createRecordAudit } from './service.ts';

const name = 'record-audit';

export const handler = onAllEvents({ ports: awsPorts(process.env, name), name }, createRecordAudit);
